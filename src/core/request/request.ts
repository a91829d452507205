import { quoted } from '../excerpt.ts';
import { formatNames, type Format, type WireFormat } from '../format/format.ts';
import { checkStaticHeaders, copiedHeaders, isSendableId } from './headers.ts';
import { keyOf, type RequestKey } from './requestKey.ts';
import type {
  BodyOption,
  HeadersOption,
  RequestOptions,
  ResumeOption,
  StreamSource,
  StreamUrl,
  UrlFunction,
} from './requestOptions.ts';
import { numberOr, resolvePolicy, type ResolvedPolicy } from './reconnectPolicy.ts';
import { resolveTarget } from './url.ts';

/** Reads an option at the time of each attempt, so that a hook's latest function is the one that is called. */
type Latest<T> = () => T;

/** What an attempt asks for at its time, so that the latest of a hook is called. */
export interface LiveOptions {
  url?: StreamUrl;
  resume?: ResumeOption | undefined;
  source?: StreamSource | undefined;
}

/** A request with its options checked and its defaults filled in. */
export interface StreamRequest {
  url: string;
  transport: 'fetch' | 'eventsource';
  /** The option `source` gives the stream. */
  hasSource: boolean;
  method: string;
  format: Format | WireFormat;
  body: BodyOption | null | undefined;
  /** In the order in which they are applied: the store's, then the request's own. */
  headers: Latest<readonly HeadersOption[]>;
  credentials: RequestCredentials;
  /** What was asked for; where nothing was, the headers that an attempt sends decide. */
  redirect: Latest<RequestRedirect | undefined>;
  initialLastEventId: string;
  /** The url of an attempt as it is asked for; relative ones are resolved. */
  locate: (url: string | URL) => string;
  /** The url, if it is a function, and what says how to go on. */
  live: Latest<LiveOptions>;
  policy: ResolvedPolicy;
  suspendWhenHidden: boolean;
  linger: number;
  openTimeout: number;
  idleTimeout: number;
  maxEventSize: number;
  /** Event names beside `message` that EventSource has to be told. */
  events: readonly string[];
  /** More is done than the standard asks: what a server sends again is dropped, and a line that may have died is tried. */
  recovers: boolean;
  /** Who opened it needs all events from the beginning. */
  whole?: boolean;
  /** By which requests find each other: the same object for the same request. */
  key: RequestKey;
}

/** The method in capitals, as it is sent. */
export const methodOf = ({ method }: RequestOptions): string => (method ?? 'GET').toUpperCase();

/** Whether fresh headers can be asked for after a 401. */
export const isRefreshable = (request: StreamRequest): boolean =>
  request.headers().some((headers) => typeof headers === 'function');

/** Where a request is made: its url's base, the store's defaults, and what the platform can do. */
export interface RequestContext {
  baseUrl: string | URL | undefined;
  /** The store's defaults, read again for every attempt. */
  defaults: () => RequestOptions;
  /** Whether fetch can stream a response here. */
  canFetch: boolean;
  /** Who is asking: a request with functions of its own is shared with nobody else. */
  owner: object;
}

/** A request as it comes from a hook or a caller; `latest` gives its functions at the time of each attempt. */
export interface RequestInput {
  url: string | URL | UrlFunction;
  options: RequestOptions & {
    format?: Format | undefined;
    events?: readonly string[] | undefined;
    source?: StreamSource | undefined;
  };
  latest?: () => RequestOptions & LiveOptions;
}

const cannotCarry = (what: string) =>
  new TypeError(
    `use-event-stream: the transport 'eventsource' cannot carry ${what}; leave it out, or use the transport 'fetch'.`,
  );

function checkEventSource(options: RequestInput['options'], method: string): void {
  if (options.headers !== undefined) throw cannotCarry('`headers`');
  if (options.body != null) throw cannotCarry('a `body`');
  if (method !== 'GET') throw cannotCarry(`the method ${JSON.stringify(method)}`);
  if (options.initialLastEventId) throw cannotCarry('`initialLastEventId`');
  if (![undefined, 'auto', 'sse'].some((format) => format === options.format)) {
    throw cannotCarry('another `format` than sse');
  }
}

function checkFetch(options: RequestInput['options'], method: string): void {
  if (options.body != null && (method === 'GET' || method === 'HEAD')) {
    throw new TypeError(
      `use-event-stream: a request with a \`body\` has the method ${method}; set \`method\` to 'POST' or another that carries one.`,
    );
  }
  if (!isSendableId(options.initialLastEventId ?? '')) {
    throw new TypeError(
      'use-event-stream: `initialLastEventId` has a control character in it or is longer than 8,000 bytes, which no request can carry.',
    );
  }
}

/** The options, the store's defaults where they are silent. */
function withDefaults(options: RequestInput['options'], defaults: RequestOptions) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) } as RequestInput['options'];
}

/** Resolves the url of an attempt. */
const locator =
  (transport: string, baseUrl: string | URL | undefined) =>
  (url: string | URL): string => {
    const { href, hasCredentials } = resolveTarget(url, baseUrl);
    // Also in production: what fetch says of it would show the password.
    if (transport === 'fetch' && hasCredentials) {
      throw new TypeError(
        'use-event-stream: the url has a user name or password in it, which fetch refuses; send them as an `authorization` header.',
      );
    }
    return href;
  };

/** Fills in the defaults of a request, and checks what only its context tells. */
export function resolveRequest(input: RequestInput, context: RequestContext): StreamRequest {
  const { url: given, latest = () => ({ ...input.options, url: given }) } = input;
  const defaults = context.defaults();
  const options = withDefaults(input.options, defaults);
  const isFixed = typeof given !== 'function';
  const method = methodOf(options);
  const byItself = context.canFetch ? 'fetch' : 'eventsource';
  const { transport: asked = 'auto' } = options;
  const hasSource = options.source !== undefined;
  const transport = hasSource ? 'fetch' : asked === 'auto' ? byItself : asked;
  const locate = locator(transport, context.baseUrl);
  // The name of a stream whose url is a function is all that can be shown of it before an attempt.
  const name = isFixed ? given : (options.share ?? '');
  const url = isFixed && !hasSource ? locate(given) : String(name);
  const { format = 'auto', initialLastEventId: begin } = options;
  if (typeof format === 'string' && !formatNames.includes(format)) {
    throw new TypeError(`use-event-stream: there is no format ${quoted(format)}.`);
  }
  // Defaults are for requests that can carry them; what a request asks for itself must be possible: it would be left out.
  if (transport === 'eventsource') checkEventSource(input.options, method);
  else if (__DEV__) checkFetch(options, method);
  const own = copiedHeaders(input.options.headers);
  const request = {
    url,
    locate,
    live: () => {
      const { resume = context.defaults().resume, source, url: now } = latest();
      return { resume, source, url: isFixed ? undefined : now };
    },
    transport,
    hasSource,
    method,
    format: options.format ?? 'auto',
    credentials: options.credentials ?? 'same-origin',
    policy: resolvePolicy(options.reconnect),
    linger: numberOr(options.linger, 250),
    openTimeout: numberOr(options.openTimeout, 30_000),
    idleTimeout: numberOr(options.idleTimeout, 0),
    maxEventSize: numberOr(options.maxEventSize, 16_777_216),
    // As it is now, and so are literal headers: who asks again unbidden (a retry) asks for the same.
    body: options.body,
    headers: () => {
      const mine = typeof own === 'function' ? latest().headers : own;
      return [context.defaults().headers, mine].filter((headers) => headers !== undefined);
    },
    redirect: () => input.options.redirect ?? context.defaults().redirect,
    initialLastEventId: typeof begin === 'string' ? begin : '',
    suspendWhenHidden: options.suspendWhenHidden ?? false,
    events: options.events ?? [],
    // EventSource does not tell which ids are an event's own, nor of comments: a line that is alive would look dead.
    recovers: transport === 'fetch',
  } as const;
  if (__DEV__ && transport === 'fetch') checkStaticHeaders(request.headers());
  return {
    ...request,
    key: keyOf(
      { ...request, isFixed: isFixed && !hasSource },
      { ...input.options, headers: own },
      defaults,
      context.owner,
    ),
  };
}

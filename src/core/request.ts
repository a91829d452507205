import type { StreamError } from './error.ts';
import { quoted, shown } from './excerpt.ts';
import type { Format, WireFormat } from './format/format.ts';
import { requestKey, type RequestKey } from './requestKey.ts';
import { resolvePolicy, type ReconnectPolicy, type ResolvedPolicy } from './reconnection.ts';
import { byteLength } from './size.ts';
import { resolveTarget } from './url.ts';

/** What to connect to. Anything falsy means nothing: the hook is then idle. */
export type StreamUrl = string | URL | null | undefined | false;

/** What a `headers` function is told about the attempt that it is called for. */
export interface Attempt {
  /** 0 for the first try. After that the number of tries since the connection was last healthy. */
  attempt: number;
  /** The event id after which the stream goes on. Empty if there is none. */
  lastEventId: string;
  /** Why the attempt before this one failed. Null for the first one. */
  error: StreamError | null;
  /**
   * The headers of the attempt before, if the server refused them with the status 401; else null.
   * Then ask for a fresh token. If they hold another token than you have now, another stream has
   * refreshed it already.
   */
  refused: Headers | null;
  /** Is aborted when the attempt is given up. */
  signal: AbortSignal;
}

/**
 * Headers, or a function that gives the headers of each attempt.
 *
 * If the function throws, the attempt has failed and is tried again. A `StreamError` of the kind `aborted`
 * ends the stream: it is then `failed` with that error.
 *
 * @example
 * ```ts
 * import { StreamError, type HeadersOption } from 'use-event-stream';
 *
 * export const headers: HeadersOption = async ({ refused, signal }) => {
 *   const token = await getToken({ refresh: refused !== null, signal });
 *   if (!token) throw new StreamError('aborted', 'Signed out.');
 *   return { authorization: `Bearer ${token}` };
 * };
 * ```
 */
export type HeadersOption =
  HeadersInit | ((attempt: Attempt) => HeadersInit | Promise<HeadersInit>);

/** A body, or a function that gives the body of each attempt. If it throws, the same happens as with `headers`. */
export type BodyOption = BodyInit | (() => BodyInit | Promise<BodyInit>);

/**
 * How a stream is asked for, shared and kept alive. Times are in milliseconds.
 *
 * Several subscribers can share one connection and differ in `reconnect`, `openTimeout`, `idleTimeout`,
 * `maxEventSize` or `suspendWhenHidden`. Then the most willing, the most patient and the largest holds.
 */
export interface RequestOptions {
  /**
   * How the stream is read. `auto` is `fetch` if it can read a response as it comes, else EventSource.
   * `eventsource` is the browser's own client. It cannot carry headers, a body, another method or another
   * format, and it hides the status. @defaultValue `'auto'`
   */
  transport?: 'auto' | 'eventsource' | 'fetch' | undefined;
  /**
   * The HTTP method. A request of another method than GET or HEAD is not shared and not repeated unless
   * you ask for it. A hook sends it once by itself, after that only by `start()` or `retry()`.
   * @defaultValue `'GET'`
   */
  method?: string | undefined;
  /**
   * The body of the request; needs a method that carries one. A function is called for each attempt. A
   * change is sent by the next `start()`.
   */
  body?: BodyOption | null | undefined;
  /**
   * Headers beside `Accept` and `Last-Event-ID`. A function is called for each attempt, and once more at
   * once after a 401; the latest function is called. A `StreamError` of the kind `aborted` that it throws
   * ends the stream.
   */
  headers?: HeadersOption | undefined;
  /** As in `fetch`. With EventSource only `include` makes a difference. @defaultValue `'same-origin'` */
  credentials?: RequestCredentials | undefined;
  /**
   * As in `fetch`. An attempt that sends headers of its own does not follow a redirect by default: it would
   * carry them elsewhere, so it fails. @defaultValue `'follow'`; `'manual'` if custom headers are sent
   */
  redirect?: RequestRedirect | undefined;
  /**
   * The event id to begin after, such as that of the data which a server has rendered. Not with EventSource.
   * @defaultValue `''`
   */
  initialLastEventId?: string | undefined;
  /**
   * With whom the connection is shared. `false`: with nobody. A name: with all that give the same name,
   * whatever their `headers` functions send. `true`: shared although it is a POST.
   * @defaultValue `true` for GET and HEAD, else `false`
   */
  share?: boolean | string | undefined;
  /** When a lost stream is tried again; see {@link ReconnectPolicy}. `false`: never. @defaultValue `true` */
  reconnect?:
    boolean | { [K in keyof ReconnectPolicy]?: ReconnectPolicy[K] | undefined } | undefined;
  /** `true`: a GET stream is closed while the tab is hidden, and resumed when it is shown. @defaultValue `false` */
  suspendWhenHidden?: boolean | undefined;
  /**
   * How long a connection outlives its last subscriber, in milliseconds. The longest of those who share it
   * counts. @defaultValue 250
   */
  linger?: number | undefined;
  /**
   * How long the headers, the token and the answer may take together, in milliseconds; 0 is no limit. In
   * Firefox an answer comes with its first byte: have the server send a comment at once.
   * @defaultValue 30,000
   */
  openTimeout?: number | undefined;
  /**
   * After how many milliseconds without a byte the stream counts as dead; 0 is never. Comments are bytes, so
   * a heartbeat keeps it alive. With EventSource only events count. @defaultValue 0
   */
  idleTimeout?: number | undefined;
  /**
   * The longest line or event, in UTF-16 code units. Each further line of an event counts 32 more. A longer
   * one fails the stream (`size`). With EventSource this is checked when the event has come.
   * @defaultValue 16 Mi (16,777,216)
   */
  maxEventSize?: number | undefined;
}

/** Reads an option at the time of each attempt, so that a hook's latest function is the one that is called. */
type Latest<T> = () => T;

/** A request with its options checked and its defaults filled in. */
export interface StreamRequest {
  url: string;
  transport: 'fetch' | 'eventsource';
  method: string;
  format: Format | WireFormat;
  body: BodyOption | null | undefined;
  /** In the order in which they are applied: the store's, then the request's own. */
  headers: Latest<readonly HeadersOption[]>;
  credentials: RequestCredentials;
  /** What was asked for; where nothing was, the headers that an attempt sends decide. */
  redirect: Latest<RequestRedirect | undefined>;
  initialLastEventId: string;
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
  /** By which requests find each other: the same object for the same request. */
  key: RequestKey;
}

/** The method in capitals, as it is sent. */
export const methodOf = ({ method = 'GET' }: RequestOptions): string => method.toUpperCase();

/** Whether a request only reads, so that it may be repeated, shared and suspended. */
export const isSafe = (request: Pick<StreamRequest, 'method'>): boolean =>
  request.method === 'GET' || request.method === 'HEAD';

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
  url: string | URL;
  options: RequestOptions & { format?: Format | undefined; events?: readonly string[] | undefined };
  latest?: () => RequestOptions;
}

// No method is as long: messages show it.
export const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

const hasMethod = (value: object, ...names: PropertyKey[]): boolean =>
  names.some((name) => typeof Reflect.get(value, name) === 'function');

/** Whether `fetch` sends it for what it is: of all else it would send the name of its type. */
export function isBody(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return body == null || typeof body === 'string';
  // Bytes; forms and parameters, Blobs and streams, also those of a stand-in or another realm.
  if (ArrayBuffer.isView(body) || 'byteLength' in body) return true;
  return hasMethod(body, 'append', 'arrayBuffer', 'getReader');
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

// RFC 9110, section 5.5: a field value has no control character but the tab. A browser would send
// some of them, and the server would refuse the request for good.
const unsendable = /[^\t\x20-\x7e\x80-\uffff]/;
// Common servers refuse a header of more than 8 KiB, with a status that would end the stream.
const longestId = 8_000;

/** Whether a request can ask to go on after this event id. */
export const isSendableId = (id: string): boolean =>
  !unsendable.test(id) && (id.length * 3 <= longestId || byteLength(id) <= longestId);

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

/** Fills in the defaults of a request, and checks what only its context tells. */
export function resolveRequest(input: RequestInput, context: RequestContext): StreamRequest {
  const { latest = () => input.options } = input;
  const options = withDefaults(input.options, context.defaults());
  const target = resolveTarget(input.url, context.baseUrl);
  const method = methodOf(options);
  const byItself = context.canFetch ? 'fetch' : 'eventsource';
  const { transport: asked = 'auto' } = options;
  const transport = asked === 'auto' ? byItself : asked;
  // Also in production: what fetch says of it would show the password.
  if (transport === 'fetch' && target.hasCredentials) {
    throw new TypeError(
      'use-event-stream: the url has a user name or password in it, which fetch refuses; send them as an `authorization` header.',
    );
  }
  if (__DEV__) {
    // Defaults are for requests that can carry them; what a request asks for itself must be possible.
    if (transport === 'eventsource') checkEventSource(input.options, method);
    else checkFetch(options, method);
  }
  const own = copiedHeaders(input.options.headers);
  const request = {
    url: target.href,
    transport,
    method,
    format: options.format ?? 'auto',
    credentials: options.credentials ?? 'same-origin',
    policy: resolvePolicy(options.reconnect),
    linger: options.linger ?? 250,
    openTimeout: options.openTimeout ?? 30_000,
    idleTimeout: options.idleTimeout ?? 0,
    maxEventSize: options.maxEventSize ?? 16_777_216,
    // As it is now, and so are literal headers: who asks again unbidden (a retry) asks for the same.
    body: options.body,
    headers: () => {
      const mine = typeof own === 'function' ? latest().headers : own;
      return [context.defaults().headers, mine].filter((headers) => headers !== undefined);
    },
    redirect: () => input.options.redirect ?? context.defaults().redirect,
    initialLastEventId: options.initialLastEventId ?? '',
    suspendWhenHidden: options.suspendWhenHidden ?? false,
    events: options.events ?? [],
    // EventSource does not tell which ids are an event's own, nor of comments: a line that is alive would look dead.
    recovers: transport === 'fetch',
  } as const;
  if (__DEV__ && transport === 'fetch') checkStaticHeaders(request.headers());
  return {
    ...request,
    key: keyOf(request, { ...input.options, headers: own }, context),
  };
}

const identities = /* @__PURE__ */ new WeakMap<object, number>();
let identityCount = 0;

function identity(value: object): string {
  const known = identities.get(value) ?? ++identityCount;
  identities.set(value, known);
  return `#${String(known)}`;
}

function headersKey(headers: HeadersOption | undefined, owner: object): unknown {
  if (headers === undefined) return null;
  if (typeof headers === 'function') return identity(owner);
  return [...headersOf(headers)];
}

/** Headers as they are now, for they are part of the key: who changes them asks for something else. A function is left as it is. */
const copiedHeaders = (headers: HeadersOption | undefined): HeadersOption | undefined =>
  headers === undefined || typeof headers === 'function' ? headers : headersOf(headers);

const badHeader = (what: string) =>
  new TypeError(`use-event-stream: \`headers\` has ${what} that HTTP does not allow.`);

/** The value as it will be sent; null where it cannot be. */
function sentValue(name: string, value: string): string | null {
  try {
    return new Headers([[name, value]]).get(name);
  } catch {
    return null;
  }
}

function checkHeader(name: string, value: string): void {
  if (sentValue(name, '') === null) throw badHeader('a name');
  if (unsendable.test(sentValue(name, value) ?? '\0')) {
    throw badHeader(`a value for ${quoted(name)}`);
  }
}

const refuseHeaders = (is: string): never => {
  throw new TypeError(
    `use-event-stream: the option \`headers\` is ${is}; it must be a Headers, an object, a list of pairs or a function.`,
  );
};

// Some give their entries only once, and are asked in every render and for every attempt.
const listed = /* @__PURE__ */ new WeakMap<object, readonly unknown[]>();

function listOf(entries: Iterable<unknown>): readonly unknown[] {
  if (Array.isArray(entries)) return entries as readonly unknown[];
  const list = listed.get(entries) ?? [...entries];
  // A Headers, a Map, a FormData or URLSearchParams may have changed meanwhile.
  if ('next' in entries || !('forEach' in entries)) listed.set(entries, list);
  return list;
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && hasMethod(value, Symbol.iterator);

/** The entries of an object of headers; of what is none, such as a promise, there are none either. */
function recordOf(init: object): readonly unknown[] {
  const entries = Object.entries(init).filter(([, value]) => value !== undefined);
  const prototype: unknown = Object.getPrototypeOf(init);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain || entries.length > 0) return entries;
  return refuseHeaders('an object that has none');
}

function entriesOf(init: unknown): readonly unknown[] {
  if (typeof init !== 'object' || init === null) {
    return refuseHeaders(`of the type ${init === null ? 'null' : typeof init}`);
  }
  return isIterable(init) ? listOf(init) : recordOf(init);
}

/** A name and its value; a text is no pair, though it could be taken apart like one. */
function pairOf(entry: unknown): readonly [string, string] {
  const pair = isIterable(entry) ? listOf(entry) : [];
  const [name, value] = pair;
  if (typeof name !== 'string' || pair.length !== 2) {
    return refuseHeaders('a list of something else than pairs of a name and a value');
  }
  if (['string', 'number', 'boolean', 'bigint'].includes(typeof value))
    return [name, String(value)];
  throw new TypeError(
    `use-event-stream: \`headers\` has ${shown(value)} for ${quoted(name)}; a value must be a text.`,
  );
}

/** The headers; a TypeError names the one that cannot be sent, and never shows its value. */
export function headersOf(init: HeadersInit): Headers {
  const headers = new Headers();
  for (const [name, value] of entriesOf(init).map(pairOf)) {
    checkHeader(name, value);
    headers.append(name, value);
  }
  return headers;
}

function checkStaticHeaders(options: readonly HeadersOption[]): void {
  for (const option of options) if (typeof option !== 'function') headersOf(option);
}

function bodyKey(body: BodyOption | null | undefined, owner: object): string | null {
  if (body == null) return null;
  if (typeof body === 'string' || body instanceof URLSearchParams) return `=${String(body)}`;
  if (typeof body === 'function') return identity(owner);
  // In production nobody has looked at what it is.
  return typeof body === 'object' ? identity(body) : String(body);
}

/** What of a store's defaults tells streams apart; functions do not, for they are always the latest. */
export function defaultsKey(
  defaults: RequestOptions,
  baseUrl: string | URL | undefined,
): RequestKey {
  const { headers, body, ...rest } = defaults;
  const { transport, method, credentials, redirect, initialLastEventId, share } = rest;
  const text = JSON.stringify([
    baseUrl && String(baseUrl),
    [transport, method, credentials, redirect, initialLastEventId, share],
    typeof headers === 'object' ? [...headersOf(headers)] : typeof headers,
    typeof body === 'function' ? 'function' : bodyKey(body, {}),
  ]);
  return requestKey(text);
}

/**
 * The key by which two requests share a connection. The store's own functions are not in it: they are
 * the same for everybody on that store; what it sets as values is, for it may be changed.
 */
function keyOf(
  request: Omit<StreamRequest, 'key'>,
  own: RequestOptions,
  context: RequestContext,
): RequestKey {
  const { owner } = context;
  const defaults = context.defaults();
  const share = own.share ?? defaults.share;
  const named = typeof share === 'string';
  const shared = share !== false && (isSafe(request) || share !== undefined);
  const { transport, method, url, format, credentials, initialLastEventId } = request;
  const text = JSON.stringify([
    [transport, method, url, credentials, request.redirect(), initialLastEventId],
    typeof format === 'object' ? identity(format) : format,
    named && typeof own.headers === 'function' ? null : headersKey(own.headers, owner),
    named && typeof own.body === 'function' ? null : bodyKey(own.body, owner),
    typeof defaults.headers === 'function' ? null : headersKey(defaults.headers, owner),
    typeof defaults.body === 'function' ? null : bodyKey(defaults.body, owner),
    named ? share : null,
    shared ? null : identity(owner),
  ]);
  return requestKey(text);
}

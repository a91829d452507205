import { headersOf } from './headers.ts';
import {
  isSafe,
  type BodyOption,
  type HeadersOption,
  type RequestOptions,
} from './requestOptions.ts';

/** Stands for all that tells two requests apart, secrets included: one object for each, for as long as anybody holds it. */
export interface RequestKey {
  readonly id: number;
}

interface Held {
  deref: () => RequestKey | undefined;
}

const keys = /* @__PURE__ */ new Map<string, Held>();
// Not every engine knows the class, and it is made when it is needed.
let forgotten: FinalizationRegistry<string> | null = null;
let count = 0;

/** The key for a text; the text itself stays here, where no developer tool shows it, and goes with the key. */
function requestKey(text: string): RequestKey {
  const known = keys.get(text)?.deref();
  if (known) return known;
  const key = { id: ++count };
  if (typeof FinalizationRegistry === 'undefined') {
    keys.set(text, { deref: () => key });
    return key;
  }
  forgotten ??= new FinalizationRegistry((gone) => {
    // Another one may stand in its place by now.
    if (!keys.get(gone)?.deref()) keys.delete(gone);
  });
  keys.set(text, new WeakRef(key));
  forgotten.register(key, text);
  return key;
}

/** The text of a key; undefined where the key is of the other copy of this module. */
export function textOf(key: RequestKey): string | undefined {
  for (const [text, held] of keys) if (held.deref() === key) return text;
  return undefined;
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

/** What of a request tells it apart, with its defaults filled in. */
interface KeyParts {
  transport: string;
  method: string;
  url: string;
  /** Neither the url nor the stream comes from a function. */
  isFixed: boolean;
  format: object | string;
  credentials: string;
  initialLastEventId: string;
}

/**
 * The key by which two requests share a connection. The store's own functions are not in it: they are
 * the same for everybody on that store; what it sets as values is, for it may be changed.
 */
export function keyOf(
  request: KeyParts,
  own: RequestOptions,
  defaults: RequestOptions,
  owner: object,
): RequestKey {
  const share = own.share ?? defaults.share;
  const named = typeof share === 'string';
  const shared = share !== false && (isSafe(request) || share !== undefined);
  const { transport, method, url, isFixed, format, credentials, initialLastEventId } = request;
  // `use-event-stream/tabs` reads it: what begins with a # is of this page alone, the name of a stream apart.
  const text = JSON.stringify([
    [transport, method, url, credentials, own.redirect ?? defaults.redirect, initialLastEventId],
    typeof format === 'object' ? identity(format) : format,
    named && typeof own.headers === 'function' ? null : headersKey(own.headers, owner),
    named && typeof own.body === 'function' ? null : bodyKey(own.body, owner),
    typeof defaults.headers === 'function' ? null : headersKey(defaults.headers, owner),
    typeof defaults.body === 'function' ? null : bodyKey(defaults.body, owner),
    named ? share : null,
    shared && (isFixed || named) ? null : identity(owner),
  ]);
  return requestKey(text);
}

import type { StreamError } from './error.ts';
import type { ReconnectPolicy } from './reconnection.ts';

/** What to connect to; anything falsy means nothing, and the hook is idle. */
export type StreamUrl = string | URL | null | undefined | false;

/** What a `headers` function is told about the attempt it is called for. */
export interface Attempt {
  /** 0 for the first try, then the number of tries since the last healthy period. */
  attempt: number;
  /** The id that the stream will be resumed from; empty where there is none. */
  lastEventId: string;
  /** Why the attempt before failed. */
  error: StreamError | null;
  /**
   * The headers that the attempt before was refused with (status 401), which asks for fresh ones; else
   * null. Where they hold another token than you have now, it was refreshed for another stream meanwhile.
   */
  refused: Headers | null;
  /** Aborted when the attempt is given up. */
  signal: AbortSignal;
}

/**
 * Headers, or a function that is called for the headers of every attempt.
 *
 * What it throws counts as a failed attempt, which is tried again. A `StreamError` of the kind `aborted`
 * ends the stream as `failed` with that error: `throw new StreamError('aborted', 'Signed out.')`.
 */
export type HeadersOption =
  HeadersInit | ((attempt: Attempt) => HeadersInit | Promise<HeadersInit>);

/** A body, or a function that is called for the body of every attempt; what it throws is as with headers. */
export type BodyOption = BodyInit | (() => BodyInit | Promise<BodyInit>);

/**
 * How a stream is asked for, shared and kept alive. Times are in milliseconds.
 *
 * Where subscribers of one connection differ in `reconnect`, `openTimeout`, `idleTimeout`, `maxEventSize` or
 * `suspendWhenHidden`, the most willing, the most patient and the largest of those present holds.
 */
export interface RequestOptions {
  /** `auto` is `fetch` wherever response bodies stream; `eventsource` is the browser's own client. */
  transport?: 'auto' | 'eventsource' | 'fetch' | undefined;
  /**
   * The HTTP method; default GET. Other methods than GET and HEAD are neither shared nor repeated unasked:
   * a hook sends such a request once by itself, and after that only by `start()` or `retry()`.
   */
  method?: string | undefined;
  /** The request's body, as it is when the stream is started; a change is sent by the next `start()`. */
  body?: BodyOption | null | undefined;
  /**
   * Headers beside `Accept` and `Last-Event-ID`, as they are when the stream is started; of functions the
   * latest is called for every attempt.
   */
  headers?: HeadersOption | undefined;
  /** As in fetch; default `same-origin`. With EventSource only `include` makes a difference. */
  credentials?: RequestCredentials | undefined;
  /** As in fetch; default `follow`, for an attempt that sends custom headers `manual`: a redirect then fails. */
  redirect?: RequestRedirect | undefined;
  /** The id to begin after, for example of a page rendered on the server. */
  initialLastEventId?: string | undefined;
  /** false: a connection of its own; a name: shared with all that give the same name, whatever their `headers` functions send; true: shared although it is a POST. */
  share?: boolean | string | undefined;
  /** When to try again; false never does. */
  reconnect?:
    boolean | { [K in keyof ReconnectPolicy]?: ReconnectPolicy[K] | undefined } | undefined;
  /** Closes a GET stream while the tab is hidden, and resumes it when it is shown; default false. */
  suspendWhenHidden?: boolean | undefined;
  /** How long a connection outlives its last subscriber; default 250. */
  linger?: number | undefined;
  /** How long the headers, the token and the answer may take together; default 30,000, 0 for no limit. */
  openTimeout?: number | undefined;
  /** After how long without a byte a stream counts as dead; default 0, never. */
  idleTimeout?: number | undefined;
  /**
   * The longest line or event, in UTF-16 code units; default 16 Mi. Each further line of an event counts
   * 32 more. With EventSource it holds once the event has come.
   */
  maxEventSize?: number | undefined;
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

/** Whether a request only reads, so that it may be repeated, shared and suspended. */
export const isSafe = ({ method }: { method: string }): boolean =>
  method === 'GET' || method === 'HEAD';

import type { StreamError } from '../error.ts';
import type { Bytes } from '../format/streamFormat.ts';
import type { ReconnectPolicy } from './reconnectPolicy.ts';

/**
 * What to connect to. Anything falsy means nothing: the hook is then idle. A function gives the url of each attempt,
 * such as one that is signed and expires; the latest is called. `share` then names the stream; without a name nobody
 * else shares it.
 */
export type StreamUrl = string | URL | UrlFunction | null | undefined | false;

/**
 * Gives the url of each attempt, and of one more at once after a 401. If it throws, the same happens as with
 * `headers`. With EventSource put `lastEventId` into the query: the header cannot be sent.
 */
export type UrlFunction = (attempt: Attempt) => string | URL | Promise<string | URL>;

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

/** What `resume` is told about the attempt that it is called for. */
export interface ResumeAttempt extends Attempt {
  /**
   * The first answer of the run, its body in use: its headers may name the run. After a reload (`persist`) it has the
   * status, the headers and the url of that answer. Null with EventSource.
   */
  response: Response | null;
}

/** What an attempt asks for instead of the first request. What is left out stays as it was, but for the method. */
export interface ResumeRequest {
  url?: string | URL | undefined;
  /** @defaultValue `'GET'` */
  method?: string | undefined;
  /** Needs a method that carries one. @defaultValue none with GET and HEAD, else that of the first request */
  body?: BodyOption | null | undefined;
  /** Added to those of the first request. */
  headers?: HeadersInit | undefined;
}

/** Says how to go on with a run whose stream was cut; null where nothing is to be asked for. */
export type ResumeOption = (
  attempt: ResumeAttempt,
) => ResumeRequest | null | undefined | Promise<ResumeRequest | null | undefined>;

/** What a `source` gives: an answer, a stream, or what is iterated. */
export type GivenStream<T = unknown> =
  Response | ReadableStream<T | SourceEvent<T> | Bytes> | AsyncIterable<T | SourceEvent<T> | Bytes>;

/** An item of a `source` that says more than its data. */
export interface SourceEvent<T = unknown> {
  data: T;
  /** Goes on after it, where the stream is asked for again (`lastEventId` of the attempt). */
  id?: string | undefined;
  /** @defaultValue `'message'` */
  type?: string | undefined;
}

/**
 * Gives the stream of an attempt in the place of a request: such as a server function's answer, the iterator of a
 * remote call, or a stream that a server component has passed on.
 */
export type StreamSource<T = unknown> = (
  attempt: Attempt,
) => GivenStream<T> | Promise<GivenStream<T>>;

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
   * How to go on with what this request has begun: called for every attempt after the first answer. What it gives
   * replaces that part of the request, so that a GET can go on with what a POST has started. With it a POST is tried
   * again as a GET is. `null`: nothing is asked for, and the stream has `failed` with the error that it had (or is
   * `closed`, if the server had ended it). If it throws, the attempt has failed and is tried again. After a 401 it is
   * called once more at once.
   *
   * The answers 404 and 410 mean that the run is gone (`failed`), 204 that it has ended (`closed`). The header
   * `Last-Event-ID` is sent as ever; with EventSource, which cannot send it, put the id into the query.
   *
   * @example
   * ```ts
   * import { useEventStream } from 'use-event-stream';
   *
   * export const useAnswer = (body: string) =>
   *   useEventStream('/api/chat', {
   *     method: 'POST',
   *     body,
   *     until: { data: '[DONE]' },
   *     resume: ({ response }) => ({ url: `/api/runs/${response?.headers.get('x-run')}` }),
   *   });
   * ```
   */
  resume?: ResumeOption | undefined;
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

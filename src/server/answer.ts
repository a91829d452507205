import type { StoredEvent } from './history.ts';
import { checkNumbers, every, later } from './options.ts';
import { pourItems, pourTopic, type Beginning } from './pour.ts';
import { count, isDraining, openStreams, Stream, type Sink } from './stream.ts';
import type { Topic } from './topic.ts';
import { encode, type ServerEvents } from './wire.ts';

/** What a source that is a function is told. */
export interface StreamClient {
  /** The id to go on after; empty where the client begins. */
  readonly lastEventId: string;
  /** Is aborted when the stream is over. */
  readonly signal: AbortSignal;
}

/** What is sent: a topic, or what is iterated. The stream ends with it, and its clients come back unless they have `until`. */
export type EventSourceOf<T> = Topic<T> | ServerEvents | ((client: StreamClient) => ServerEvents);

/** How events are sent. Times are in milliseconds. */
export interface EventStreamOptions {
  /**
   * The parameter of the url that holds the id to go on after, where the header `Last-Event-ID` is missing.
   * @defaultValue none
   */
  lastEventIdParam?: string | undefined;
  /** How many of a topic's newest events a client gets that begins. @defaultValue 0 */
  replay?: number | undefined;
  /**
   * The name of the event that tells a client that its id is too old: what it has missed is not known any more. Its data
   * is `null`, its id the present end. Name it in the option `reset` of the client. @defaultValue `'reset'`
   */
  reset?: string | undefined;
  /** How often a comment is sent, so that proxies see a living connection; 0 is never. @defaultValue 15,000 */
  heartbeat?: number | undefined;
  /** How long a client waits before it connects again. @defaultValue 1,000 */
  retry?: number | undefined;
  /** How many bytes may wait for one client. Who is further behind is cut, and resumes. @defaultValue 1 MiB */
  maxBuffer?: number | undefined;
  /** After how long a stream ends, up to a fifth earlier; its client comes back and goes on. @defaultValue `Infinity` */
  maxAge?: number | undefined;
  /** How many streams this process has at most; more are answered with 503. @defaultValue `Infinity` */
  maxClients?: number | undefined;
  /** How many streams a topic has at most in this process; more are answered with 503. @defaultValue `Infinity` */
  maxPerTopic?: number | undefined;
  /** Ends the stream when it is aborted, such as when a session has ended. */
  signal?: AbortSignal | undefined;
  /** The origins whose pages may read it: a list sends cookies too, `'*'` is every origin. @defaultValue none */
  cors?: '*' | readonly string[] | undefined;
  /** Headers beside those that a stream needs. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Is told what a history or an iterable throws; the stream is cut then. @defaultValue `console.error` */
  onError?: ((error: unknown) => void) | undefined;
}

/** A request, as far as it is looked at. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly header: (name: string) => string | null;
  /** Is aborted when the client leaves, where there is one. */
  readonly signal?: AbortSignal | undefined;
}

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Begins the stream; none where the answer has no body. */
  readonly open?: ((sink: Sink) => Stream) | undefined;
}

/** What a run knows beside the options. */
export interface Course {
  /** The id to go on after where the client names none. */
  readonly start?: string | undefined;
  readonly isLast: (event: StoredEvent) => boolean;
}

const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** The id to go on after; empty for none. */
export function lastEventIdOf({ url, header }: Asked, options: EventStreamOptions): string {
  const { lastEventIdParam } = options;
  const inUrl = () =>
    lastEventIdParam &&
    new URLSearchParams(url.split('?').slice(1).join('?')).get(lastEventIdParam);
  return header('last-event-id') ?? (inUrl() || '');
}

/** What the pages of other origins are allowed. */
function corsOf({ header }: Asked, cors: EventStreamOptions['cors']): Record<string, string> {
  if (cors === undefined) return {};
  const exposed = { 'access-control-expose-headers': 'x-run, retry-after, date' };
  if (cors === '*') return { 'access-control-allow-origin': '*', ...exposed };
  const origin = header('origin');
  if (origin === null || !cors.includes(origin)) return { vary: 'origin' };
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    vary: 'origin',
    ...exposed,
  };
}

/** An answer without a body. */
export function plain(asked: Asked, status: number, { cors, headers }: EventStreamOptions): Answer {
  return { status, headers: { 'cache-control': 'no-store', ...corsOf(asked, cors), ...headers } };
}

/** What OPTIONS is answered with. */
function preflight(asked: Asked, options: EventStreamOptions): Answer {
  const { status, headers } = plain(asked, 204, options);
  return {
    status,
    headers: {
      allow: 'GET, HEAD, POST, OPTIONS',
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers':
        asked.header('access-control-request-headers') ?? 'last-event-id',
      'access-control-max-age': '600',
      ...headers,
    },
  };
}

/** Too many: each is told a time of its own to come back, in seconds. */
export function busy(asked: Asked, options: EventStreamOptions): Answer {
  const retryAfter = { 'retry-after': String(5 + Math.floor(Math.random() * 11)) };
  return plain(asked, 503, { ...options, headers: { ...options.headers, ...retryAfter } });
}

const isTopic = <T>(source: EventSourceOf<T>): source is Topic<T> => 'history' in source;

function isFull<T>(source: EventSourceOf<T>, options: EventStreamOptions): boolean {
  const { maxClients = Infinity, maxPerTopic = Infinity } = options;
  return (
    isDraining() ||
    openStreams() >= maxClients ||
    (isTopic(source) && openStreams(source) >= maxPerTopic)
  );
}

/** What iterates for one client; its signal is aborted when the stream is over. */
function itemsOf(
  source: Exclude<EventSourceOf<never>, Topic<never>>,
  lastEventId: string,
  stream: Stream,
): ServerEvents {
  if (typeof source !== 'function') return source;
  const control = new AbortController();
  stream.onOver(() => {
    control.abort();
  });
  return source({ lastEventId, signal: control.signal });
}

/** Ends a stream for all but its source: its age, its signals, and a heart that beats meanwhile. */
function keep(stream: Stream, options: EventStreamOptions, signals: (AbortSignal | undefined)[]) {
  const { heartbeat = 15_000, maxAge = Infinity } = options;
  const end = () => {
    stream.end();
  };
  const beat = encode(': \n\n');
  if (heartbeat > 0) stream.onOver(every(heartbeat, () => stream.write(beat)));
  if (maxAge < Infinity) stream.onOver(later(end, maxAge * (1 - Math.random() / 5)));
  for (const signal of signals) {
    signal?.addEventListener('abort', end);
    stream.onOver(() => signal?.removeEventListener('abort', end));
    if (signal?.aborted) end();
  }
}

const numbers = [
  'replay',
  'heartbeat',
  'retry',
  'maxBuffer',
  'maxAge',
  'maxClients',
  'maxPerTopic',
] satisfies (keyof EventStreamOptions)[];

/** How a request for a stream is answered. */
export function answerTo(
  asked: Asked,
  source: EventSourceOf<never>,
  options: EventStreamOptions,
  course?: Course,
): Answer {
  checkNumbers(options, numbers);
  if (asked.method === 'OPTIONS') return preflight(asked, options);
  if (isFull(source, options)) return busy(asked, options);
  const headers = { ...plain(asked, 200, options).headers, ...streamHeaders };
  if (asked.method === 'HEAD') return { status: 200, headers };
  const { replay = 0, reset = 'reset', onError = console.error } = options;
  const after = lastEventIdOf(asked, options) || (course?.start ?? '');
  const beginning: Beginning = { after, replay, reset, isLast: course?.isLast };
  const pour = (stream: Stream) =>
    isTopic(source)
      ? pourTopic(stream, source, beginning)
      : pourItems(stream, itemsOf(source, after, stream));
  const open = (sink: Sink) => {
    const stream = new Stream(sink, options.maxBuffer ?? 1_048_576);
    if (isTopic(source)) stream.onOver(count(source));
    // Sends the headers too. A client keeps what a server that was drained has told it.
    stream.write(encode(`:\nretry: ${String(Math.round(options.retry ?? 1_000))}\n\n`));
    keep(stream, options, [asked.signal, options.signal]);
    const failed = (error: unknown) => {
      if (stream.isOver) return;
      onError(error);
      stream.cut(error);
    };
    if (!stream.isOver) Promise.resolve(stream).then(pour).catch(failed);
    return stream;
  };
  return { status: 200, headers, open };
}

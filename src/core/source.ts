import type { Clock } from './clock.ts';
import { StreamError } from './error.ts';
import type { Page } from './page.ts';
import { type StreamRequest } from './request.ts';
import { describeUrl } from './url.ts';

/** One event as a format decodes it; without `data` it is a block that only sets the last event ID. */
export interface WireEvent {
  data: unknown;
  type?: string | undefined;
  id?: string | undefined;
}

/** An event on its way to the connection, which makes it whole. */
export interface ArrivingEvent {
  type: string | undefined;
  data: unknown;
  /** The block's own id at first, the stream's last one in the end. */
  lastEventId: string | undefined;
  sequence: number;
  receivedAt: number | undefined;
}

/** The event with room for all that the connection adds: no copy of it has to be made there. */
export function arriving({ type, data, id }: WireEvent): ArrivingEvent {
  return { type, data, lastEventId: id, sequence: 0, receivedAt: undefined };
}

/** What a source tells its connection, in order. */
export type SourceSignal =
  /** Status and content type have passed; `endless` where a clean end is not the end of the stream. */
  | { type: 'open'; response: Response | null; endless: boolean }
  /**
   * All that one chunk held; empty where it held comments or part of an event. Its taker owns it.
   * `size` is how many bytes came since the last batch that held an event.
   */
  | { type: 'batch'; events: ArrivingEvent[]; size: number }
  /** The comments of one chunk, as servers send them to keep a connection alive; at least one. */
  | { type: 'comments'; texts: readonly string[] }
  /** The stream's `retry` field, in milliseconds; of one chunk the last. */
  | { type: 'retry'; delay: number }
  /** The request is about to leave: from now on the server may have acted on it. */
  | { type: 'sent' }
  /** Status and headers have come; whether they are right is still to be seen. `omitsId`: to a request without the event id. */
  | { type: 'answered'; omitsId: boolean }
  /** The browser has lost the stream and is trying again by itself. */
  | { type: 'reconnecting' }
  /** The server has said that there is nothing to come (204). */
  | { type: 'noContent' };

/** The event names that EventSource has to be told; a later subscriber may add to them. */
export class EventNames {
  readonly #names = new Set(['message']);
  #listen: (name: string) => void = () => undefined;

  /** Adds the names that are new. */
  add(names: readonly string[]): void {
    for (const name of names) {
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      this.#listen(name);
    }
  }

  /** Calls `listen` for every name, those to come included, until somebody else asks. */
  each(listen: (name: string) => void): void {
    this.#names.forEach(listen);
    this.#listen = listen;
  }
}

/** One attempt: what to ask for, and how far the stream had come. */
export interface SourceAttempt {
  request: StreamRequest;
  page: Page;
  /** 0 for the first try. */
  attempt: number;
  lastEventId: string;
  /** Where there is no answer, it may be asked for without the event id. */
  mayOmitId: boolean;
  eventNames: EventNames;
  /** Whether the stream could be taken up where it is now. */
  canResume: () => boolean;
  /** Ends the attempt; the stream is taken up at once by another. */
  cut: () => void;
  /** Whether somebody listens to comments; where nobody does they are not held. */
  wantsComments: () => boolean;
  /** Why the attempt before failed. */
  error: StreamError | null;
  /** Aborting it ends the attempt, silently. */
  signal: AbortSignal;
}

/** What sources are given from outside. */
export interface SourceEnvironment {
  /** The `fetch` of this moment: a test or a tracer may change it. */
  getFetch: () => typeof fetch;
  EventSource: typeof EventSource | undefined;
  clock: Clock;
}

/**
 * Opens one attempt and reads it: `open`, then batches, until the stream ends (it returns), fails
 * (it throws a StreamError) or its signal is aborted (it returns).
 */
export type Source = (
  attempt: SourceAttempt,
  environment: SourceEnvironment,
) => AsyncIterable<SourceSignal>;

/** What a stream fails with that sends more at once than it may. */
export function sizeError(address: string, limit: number): StreamError {
  const url = describeUrl(address);
  return new StreamError(
    'size',
    `${url} sent a line or an event of more than ${String(limit)} characters; send smaller ones, or raise \`maxEventSize\`.`,
    { limit, url },
  );
}

/** Settles like the promise, or rejects with the signal's reason as soon as it is aborted. */
export function abortable<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const settle =
      <A>(next: (value: A) => void) =>
      (value: A) => {
        signal.removeEventListener('abort', abort);
        next(value);
      };
    promise.then(settle(resolve), settle(reject));
  });
}

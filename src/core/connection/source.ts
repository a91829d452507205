import type { Clock } from '../clock.ts';
import { StreamError } from '../error.ts';
import type { WireEvent } from '../format/wireEvent.ts';
import type { StreamRequest } from '../request/request.ts';
import { describeUrl } from '../request/url.ts';

/** An event on its way to the connection, which makes it whole in place. */
export interface ArrivingEvent {
  type: string | undefined;
  data: unknown;
  /** The block's own id at first, the stream's last one in the end. */
  lastEventId: string | undefined;
  sequence: number;
  receivedAt: number | undefined;
}

// With room for all that the connection adds. V8 would put the objects of a literal among the old ones, for the first
// of them are kept for replay; old ones keep their texts, and so whole chunks, until all is collected. Copies are young.
const unfilled: ArrivingEvent = {
  type: undefined,
  data: undefined,
  lastEventId: undefined,
  sequence: 0,
  receivedAt: undefined,
};

/** The event with room for all that the connection adds: no copy of it has to be made there. */
export function arriving({ type, data, id }: WireEvent): ArrivingEvent {
  const event = { ...unfilled };
  event.type = type;
  event.data = data;
  event.lastEventId = id;
  return event;
}

/** What a `fetch` that several pages share is told of a request. */
export interface AskedRequest {
  /** All that tells it apart, secrets included. */
  readonly key: string;
  /** Who asks needs all events from the beginning. */
  readonly whole: boolean;
  /** How many recent events a late joiner is given. */
  readonly replay: number;
}

/** By this name a `fetch` gives the one for a request; an app may hold this module twice. */
export const forRequest = /* @__PURE__ */ Symbol.for('use-event-stream.request');

/** A `fetch` that may want to know more of a request than is sent. */
export type TellingFetch = typeof fetch & {
  [forRequest]?: (asked: AskedRequest) => typeof fetch;
};

/** What the body of an answer fails with that goes on elsewhere, and is to be asked for again at once. */
export const handover = 'StreamHandover';

/** What sources are given from outside. */
export interface SourceEnvironment {
  /** The `fetch` of this moment: a test or a tracer may change it. */
  getFetch: (request?: StreamRequest) => typeof fetch;
  EventSource: typeof EventSource | undefined;
  clock: Clock;
}

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

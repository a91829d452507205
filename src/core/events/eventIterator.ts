import { isTerminal, type ConnectionState } from '../connection/connectionState.ts';
import { retained, type RawEvent } from '../event.ts';
import type { Format } from '../format/format.ts';
import {
  decode,
  eventNames,
  isWanted,
  type DecodeOptions,
  type Rejection,
} from '../observer/decode.ts';
import type { EventOf, EventsOption } from '../observer/typedEvents.ts';
import { Ending, jobError, type Until } from '../observer/until.ts';
import { checkOptions } from '../options.ts';
import { asker, BadValue, callSafely } from '../report.ts';
import type { StreamRequest } from '../request/request.ts';
import type { RequestOptions } from '../request/requestOptions.ts';
import { describeUrl } from '../request/url.ts';
import { eventSize } from '../size.ts';
import { requestTable } from '../store/optionTables.ts';
import { enter, type Leave } from '../store/subscribe.ts';
import type { StoreInternals } from '../store/storeInternals.ts';
import type { EventIterator, EventIteratorOptions } from './eventIteratorOptions.ts';
import { asTest, untested } from './eventOptions.ts';
import { decodeTable, iteratorTable } from './eventOptionTables.ts';

/** The options as they are read here, whatever they type. */
interface Options extends DecodeOptions, RequestOptions {
  signal?: AbortSignal | undefined;
  format?: Format | undefined;
  until?: Until<RawEvent> | undefined;
  failOn?: Until<RawEvent> | undefined;
  maxEvents?: number | undefined;
  maxBytes?: number | undefined;
  onReject?: ((error: Rejection) => void) | undefined;
}

interface Waiting {
  event: RawEvent;
  readonly size: number;
}

const mostEvents = 1_000;
const mostBytes = 16_777_216;

const nothing = () => undefined;

/** The events of one stream that wait for the loop that reads them, and how they end. */
class Reading {
  dropped = 0;
  rejected = 0;
  readonly #own: StoreInternals;
  readonly #request: StreamRequest;
  readonly #options: Options;
  readonly #ending = new Ending();
  readonly #ask = asker('parse');
  #waiting: Waiting[] = [];
  /** How many of those are read already. */
  #read = 0;
  #end: { error?: unknown; isDone?: boolean } | null = null;
  #leave: Leave = nothing;
  #wake: () => void = nothing;
  /** How many of them, from the oldest, keep no chunk that they came in. */
  #retained = 0;
  #willTrim = false;

  constructor(own: StoreInternals, request: StreamRequest, options: Options) {
    this.#own = own;
    this.#request = request;
    this.#options = options;
  }

  readonly #abort = () => {
    const error: unknown = this.#options.signal?.reason;
    this.stop({ error });
  };

  async *events(): AsyncGenerator<RawEvent, undefined> {
    try {
      this.#enter();
      for (;;) {
        const next = this.#take();
        if (next) yield next;
        else if (!this.#end) await new Promise<void>((resolve) => (this.#wake = resolve));
        else if ('error' in this.#end) throw this.#end.error as Error;
        else return undefined;
      }
    } finally {
      this.stop({});
    }
  }

  /** Ends at once: what waits is not read any more. */
  stop(end: { error?: unknown }): void {
    this.#waiting = [];
    this.#finish(end);
  }

  #enter(): void {
    const { signal } = this.#options;
    if (signal?.aborted) this.#abort();
    if (this.#end) return;
    signal?.addEventListener('abort', this.#abort);
    this.#leave = enter(this.#own, this.#request, {
      onEvents: (events) => {
        this.#receive(events);
      },
      onState: (state) => {
        this.#stateChanged(state);
      },
    });
    // What was missed may have ended it.
    this.#leaveIfEnded();
  }

  #leaveIfEnded(): void {
    if (this.#end) this.#leave(this.#end.isDone === true);
  }

  /** Ends once what waits is read. */
  #finish(end: { error?: unknown; isDone?: boolean }): void {
    if (this.#end) return;
    this.#end = end;
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#leaveIfEnded();
    this.#wake();
  }

  #stateChanged(state: ConnectionState): void {
    if (state.status === 'failed') this.#finish({ error: state.error });
    else if (isTerminal(state)) this.#finish({});
  }

  #receive(events: readonly RawEvent[]): void {
    for (const raw of events) {
      this.#receiveOne(raw);
      // A function of the user's may have ended it too.
      if (this.#end) break;
    }
    this.#wake();
    if (this.#willTrim || this.#waiting.length === 0) return;
    this.#willTrim = true;
    // Not before the loop has had its turn: a burst is no sign that it is slow.
    this.#own.clock.timeout(() => {
      this.#trim();
    }, 0);
  }

  #receiveOne(raw: RawEvent): void {
    const { until, failOn } = this.#options;
    if (this.#ending.isFailure(untested(failOn), raw)) {
      this.#fail(raw);
      return;
    }
    const isLast = this.#ending.isLast(untested(until), raw);
    // The text that ends a stream is not part of it.
    const isPart = !(isLast && typeof until === 'object') && isWanted(this.#options, raw.type);
    if (isPart) this.#decode(raw);
    if (isLast) this.#finish({ isDone: true });
  }

  #decode(raw: RawEvent): void {
    const { until, failOn } = this.#options;
    const rejections: Rejection[] = [];
    const event = decode(this.#options, raw, (error) => rejections.push(error));
    const hasFailed = event
      ? this.#ending.isFailure(asTest(failOn), event)
      : this.#ending.isRawFailure(asTest(failOn), raw);
    if (this.#end) return;
    if (hasFailed) this.#fail(raw);
    else if (event) {
      this.#waiting.push({ event, size: eventSize(raw) });
      if (this.#ending.isLast(asTest(until), event)) this.#finish({ isDone: true });
    } else for (const error of rejections) this.#reject(error);
  }

  #fail(event: RawEvent): void {
    this.#finish({ error: jobError(event, describeUrl(this.#request.url)), isDone: true });
  }

  #reject(error: Rejection): void {
    this.rejected += 1;
    const { cause } = error;
    // A parser that is asynchronous rejects every event: that is a mistake in the code, not in an event.
    if (cause instanceof BadValue) {
      this.#ask(() => {
        throw cause;
      }, undefined);
    }
    callSafely(() => this.#options.onReject?.(error), undefined);
  }

  #take(): RawEvent | undefined {
    const next = this.#waiting[this.#read];
    this.#read += 1;
    if (this.#read >= this.#waiting.length) this.#hold([], 0);
    return next?.event;
  }

  #hold(waiting: Waiting[], retained: number): void {
    this.#waiting = waiting;
    this.#retained = retained;
    this.#read = 0;
  }

  /** Drops the oldest of what is too much; the rest is to keep no chunk that it came in. */
  #trim(): void {
    this.#willTrim = false;
    const { maxEvents = mostEvents, maxBytes = mostBytes } = this.#options;
    const kept: Waiting[] = [];
    let size = 0;
    for (let index = this.#waiting.length - 1; index >= this.#read; index--) {
      const each = this.#waiting[index];
      size += each?.size ?? 0;
      if (!each || kept.length >= maxEvents || (size > maxBytes && kept.length > 0)) break;
      if (index >= this.#retained) each.event = retained(each.event);
      kept.push(each);
    }
    this.dropped += this.#waiting.length - this.#read - kept.length;
    this.#hold(kept.reverse(), kept.length);
  }
}

/** Reads the events of a stream in a loop; see `ConnectionStore.events`. */
export function eventsOf<M extends EventsOption, F extends Format, T>(
  own: StoreInternals,
  url: string | URL,
  options: EventIteratorOptions<M, F, T>,
): EventIterator<EventOf<M, T>>;
export function eventsOf(own: StoreInternals, url: string | URL, given: object): unknown {
  const options: Options = given;
  if (__DEV__) checkOptions('events', [requestTable, decodeTable, iteratorTable], options);
  const names = [...eventNames(options), options.until, options.failOn];
  const events = names.filter((name) => typeof name === 'string');
  const reading = new Reading(
    own,
    own.resolve({ url, options: { ...options, events } }, {}),
    options,
  );
  const generator = reading.events();
  const iterator: EventIterator<RawEvent> = {
    get dropped() {
      return reading.dropped;
    },
    get rejected() {
      return reading.rejected;
    },
    next: () => generator.next(),
    return() {
      // Also where the generator waits, in which it cannot be told.
      reading.stop({});
      return generator.return(undefined);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

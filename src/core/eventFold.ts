import type { Clock } from './clock.ts';
import {
  checkEvents,
  checkSchema,
  decode,
  isWanted,
  type DecodeOptions,
  type Rejection,
} from './decode.ts';
import { flat, retained, type RawEvent } from './event.ts';
import type { Emitter, Fold } from './fold.ts';
import { functionOption, numberOption } from './option.ts';
import { asker, atOnce, BadValue } from './report.ts';
import { Tail, type TailSnapshot } from './tail.ts';
import { isMatch, type Until } from './until.ts';

/** The options of a fold of events; functions are read anew for every batch. */
export interface EventFoldOptions extends DecodeOptions {
  /** Only a test of the typed event concerns the fold; the view sees to what can be told unparsed. */
  until?: Until<RawEvent> | undefined;
  failOn?: Until<RawEvent> | undefined;
  maxEvents?: number | undefined;
  maxAge?: number | undefined;
  initial?: unknown;
  reduce?: ((state: unknown, events: readonly RawEvent[]) => unknown) | undefined;
}

/** What a stream of events has come to. */
export interface EventValue {
  /** The reducer's state, or the newest event's data. */
  data: unknown;
  /** The newest events; empty where a reducer stands in for them. */
  events: TailSnapshot<RawEvent>;
  lastEventId: string;
  /** Events that fell out of the buffer. */
  dropped: number;
  /** Events that could not be decoded. */
  rejected: number;
}

const mostAtOnce = 1_000;
const shortestSweep = 250;

/** Checks the options; a TypeError names the option, the value and what is allowed. */
export function checkEventOptions(options: EventFoldOptions): void {
  functionOption('parse', options.parse);
  checkSchema('schema', options.schema);
  checkEvents(options.events);
  functionOption('reduce', options.reduce);
  numberOption('maxEvents', options.maxEvents, { otherwise: 0, integer: true });
  numberOption('maxAge', options.maxAge, { otherwise: 0 });
  if (options.reduce && !('initial' in options)) {
    throw new TypeError(
      'use-event-stream: the option `reduce` needs `initial`, the state to begin with.',
    );
  }
}

/** How many events are kept. */
export const maxEventsOf = ({ maxEvents, maxAge }: EventFoldOptions): number =>
  maxEvents ?? (maxAge === undefined ? 100 : 10_000);

const asTest = (option: Until<RawEvent> | undefined) =>
  typeof option === 'function' ? option : undefined;

const testOf = ({ until, failOn }: EventFoldOptions) => asTest(until) ?? asTest(failOn);

const rethrow = (error: unknown) => () => {
  throw error;
};

/** Folds events into a bounded buffer, or through a reducer. */
export class EventFold implements Fold<EventValue> {
  readonly #options: () => EventFoldOptions;
  readonly #emitter: Emitter;
  readonly #clock: Clock;
  readonly #tail: Tail<RawEvent>;
  readonly #askUntil = asker('until');
  readonly #askFailOn = asker('failOn');
  readonly #askReduce = asker('reduce');
  readonly #askParse = asker('parse');
  /** Not yet decoded where nobody needs each value, not yet reduced where there is a reducer. */
  #pending: RawEvent[] = [];
  /** Decoded, and to be kept unless as many come after them in the same batch. */
  #fresh: RawEvent[] = [];
  #state: unknown;
  #lastEventId = '';
  #rejected = 0;
  #value: EventValue | null = null;

  constructor(options: () => EventFoldOptions, emitter: Emitter, clock: Clock) {
    this.#options = options;
    this.#emitter = emitter;
    this.#clock = clock;
    this.#state = options().initial;
    this.#tail = new Tail({ maxItems: this.#maxEvents(), maxSize: Infinity });
  }

  push(batch: readonly RawEvent[], live: boolean): boolean | RawEvent {
    const options = this.#options();
    const events = options.events ? batch.filter((event) => isWanted(options, event.type)) : batch;
    this.#value = null;
    this.#tail.setBounds({ maxItems: this.#maxEvents(), maxSize: Infinity });
    this.#lastEventId = flat(batch.at(-1)?.lastEventId ?? this.#lastEventId);
    if (!options.reduce && !testOf(options) && !(live && this.#emitter.wantsEach())) {
      if (!live) this.#keepPending();
      this.#defer(events);
      // What could not be decoded in a replay is counted, and told to nobody.
      if (!live) this.#keepPending(false);
      return false;
    }
    const { typed, ended } = this.#takeEach(events, live, options);
    this.#keepFresh();
    if (live && typed.length > 0) this.#emitter.events(typed);
    return ended;
  }

  value(): EventValue {
    if (this.#options().reduce) this.#reducePending();
    else this.#keepPending();
    this.#keepFresh();
    this.#dropOld();
    return (this.#value ??= this.#makeValue());
  }

  clear(): void {
    this.#pending = [];
    this.#fresh = [];
    this.#tail.clear();
    this.#state = this.#options().initial;
    this.#rejected = 0;
    this.#value = null;
  }

  refreshIn(): number | null {
    const { maxAge } = this.#options();
    const oldest = this.#tail.first;
    if (maxAge === undefined || !oldest) return null;
    return Math.max(shortestSweep, oldest.receivedAt + maxAge - this.#clock.now());
  }

  #makeValue(): EventValue {
    const events = this.#tail.snapshot();
    return {
      data: this.#options().reduce ? this.#state : events.at(-1)?.data,
      events,
      lastEventId: this.#lastEventId,
      dropped: this.#tail.dropped,
      rejected: this.#rejected,
    };
  }

  #maxEvents(): number {
    return maxEventsOf(this.#options());
  }

  /** Folds each event before its callback hears of it, so that one that clears or closes finds all before it folded. */
  #takeEach(
    events: readonly RawEvent[],
    live: boolean,
    options: EventFoldOptions,
  ): { typed: RawEvent[]; ended: boolean | RawEvent } {
    const typed: RawEvent[] = [];
    const { reduce } = options;
    const until = asTest(options.until);
    const failOn = asTest(options.failOn);
    for (const raw of events) {
      const event = this.#decode(raw, live, options);
      if (!event) continue;
      if (isMatch(failOn, event, this.#askFailOn)) return { typed, ended: raw };
      typed.push(event);
      if (reduce) this.#reduceLater(event);
      else this.#keepOne(event);
      // A callback that has ended the run has ended it for the rest of the batch too.
      if (live && !this.#emitter.event(event)) return { typed: [], ended: false };
      if (isMatch(until, event, this.#askUntil)) return { typed, ended: true };
    }
    return { typed, ended: false };
  }

  #decode(raw: RawEvent, live: boolean, options: EventFoldOptions): RawEvent | null {
    return decode(options, raw, (error: Rejection) => {
      this.#rejected += 1;
      this.#value = null;
      this.#tellOfPromise(error);
      if (live) this.#emitter.reject(error);
    });
  }

  /** A parser that is asynchronous rejects every event: that is a mistake in the page, not in an event. */
  #tellOfPromise({ cause }: Rejection): void {
    if (!(cause instanceof BadValue)) return;
    this.#askParse(rethrow(cause), undefined);
  }

  /** Keeps what can still be in the buffer at the next frame; the rest is never decoded. */
  #defer(events: readonly RawEvent[]): void {
    const maxEvents = this.#maxEvents();
    const skipped = events.length - maxEvents;
    if (skipped > 0) {
      // The end of a burst is mostly dropped again with the next one.
      this.#tail.skip(this.#pending.length + skipped);
      this.#pending = events.slice(skipped);
      return;
    }
    // Fewer must not keep the chunks that they came in.
    for (const event of events) this.#pending.push(retained(event));
    if (this.#pending.length > 2 * maxEvents) this.#trimPending(maxEvents);
  }

  #trimPending(maxEvents: number): void {
    const surplus = this.#pending.length - maxEvents;
    if (surplus <= 0) return;
    this.#pending = this.#pending.slice(surplus);
    this.#tail.skip(surplus);
  }

  #keepPending(live = true): void {
    if (this.#pending.length === 0) return;
    this.#trimPending(this.#maxEvents());
    const options = this.#options();
    const pending = this.#pending;
    this.#pending = [];
    for (const raw of pending) {
      const event = this.#decode(raw, live, options);
      if (event) this.#tail.push(retained(event));
    }
    this.#value = null;
  }

  #keepOne(event: RawEvent): void {
    // What was put off before comes before what is kept now.
    this.#keepPending();
    this.#fresh.push(event);
    this.#value = null;
  }

  /** Copies what is kept of a batch: of a burst that is its end only. */
  #keepFresh(): void {
    const skipped = this.#fresh.length - this.#maxEvents();
    if (skipped > 0) this.#tail.skip(skipped);
    for (const event of this.#fresh.slice(Math.max(0, skipped))) this.#tail.push(retained(event));
    this.#fresh = [];
  }

  #dropOld(): void {
    const { maxAge } = this.#options();
    if (maxAge === undefined) return;
    const before = this.#tail.dropped;
    const oldest = this.#clock.now() - maxAge;
    this.#tail.dropWhile((event) => event.receivedAt < oldest);
    if (this.#tail.dropped !== before) this.#value = null;
  }

  #reduceLater(event: RawEvent): void {
    this.#pending.push(event);
    this.#value = null;
    if (this.#pending.length >= mostAtOnce) this.#reducePending();
  }

  #reducePending(): void {
    if (this.#pending.length === 0) return;
    const events = this.#pending;
    this.#pending = [];
    this.#value = null;
    try {
      this.#state = this.#reduced(events);
    } catch (error) {
      // A batch of one has failed by itself; of a longer one only the culprit is left out.
      if (events.length === 1) this.#askReduce(rethrow(error), undefined);
      else for (const event of events) this.#reduceOne(event);
    }
  }

  #reduceOne(event: RawEvent): void {
    this.#state = this.#askReduce(() => this.#reduced([event]), this.#state);
  }

  #reduced(events: readonly RawEvent[]): unknown {
    return atOnce('reduce', this.#options().reduce?.(this.#state, events));
  }
}

import type { Clock } from '../clock.ts';
import { decode, isWanted, type Rejection } from '../observer/decode.ts';
import { flat, retained, type RawEvent } from '../event.ts';
import type { Emitter, Accumulator } from '../observer/accumulator.ts';
import { asker, atOnce, BadValue } from '../report.ts';
import type { OpenInfo } from '../connection/connectionListener.ts';
import type { ConnectionState } from '../connection/connectionState.ts';
import { Snapshots, type SnapshotReason } from './snapshots.ts';
import { eventSize, leastEventSize } from '../size.ts';
import { BoundedList, type ListSnapshot } from '../observer/boundedList.ts';
import { Ending } from '../observer/until.ts';
import {
  asTest,
  boundsOf,
  maxEventsOf,
  testOf,
  untested,
  type EventAccumulatorOptions,
} from './eventOptions.ts';

/** What a stream of events has come to. */
export interface EventValue {
  /** The reducer's state, or the newest event's data. */
  data: unknown;
  /** The newest events; empty where a reducer stands in for them. */
  events: ListSnapshot<RawEvent>;
  lastEventId: string;
  /** Events that fell out of the buffer. */
  dropped: number;
  /** Events that could not be decoded. */
  rejected: number;
  /** A newer state is asked for, and has not come. */
  stale: boolean;
}

// How much a reducer lets wait, in events and in bytes.
const mostAtOnce = 1_000;
const largestAtOnce = 1_048_576;
const shortestSweep = 250;

const rethrow = (error: unknown) => () => {
  throw error;
};

/** Folds events into a bounded buffer, or through a reducer. */
export class EventAccumulator implements Accumulator<EventValue> {
  readonly #options: () => EventAccumulatorOptions;
  readonly #emitter: Emitter;
  readonly #clock: Clock;
  readonly #list: BoundedList<RawEvent>;
  readonly #ending = new Ending();
  readonly #askReduce = asker('reduce');
  readonly #askParse = asker('parse');
  /** Not yet decoded where nobody needs each value, not yet reduced where there is a reducer. */
  #pending: RawEvent[] = [];
  #isDecoded = false;
  /** How much those count at least, as they came; a burst's end is not counted until it is trimmed. */
  #pendingSize = 0;
  /** Some of those still keep the chunk that they came in. */
  #isBurst = false;
  /** Decoded, and to be kept unless as many come after them in the same batch. */
  #fresh: RawEvent[] = [];
  /** What those were decoded from. */
  #freshRaw: RawEvent[] = [];
  #state: unknown;
  #lastEventId = '';
  #rejected = 0;
  #value: EventValue | null = null;
  /** Counts the runs. */
  #life = 0;
  #snapshots: Snapshots | null = null;
  #isOpen = false;

  constructor(options: () => EventAccumulatorOptions, emitter: Emitter, clock: Clock) {
    this.#options = options;
    this.#emitter = emitter;
    this.#clock = clock;
    this.#state = options().initial;
    this.#list = new BoundedList(boundsOf(options()));
    this.#joined()?.begin();
  }

  /** What joins snapshots to the stream, if there are any. */
  #joined(): Snapshots | null {
    if (!this.#options().snapshot) return this.#snapshots;
    return (this.#snapshots ??= new Snapshots({
      isOpen: this.#isOpen,
      option: () => this.#options().snapshot,
      emitter: this.#emitter,
      clock: this.#clock,
      put: (state) => {
        this.restore(state);
      },
    }));
  }

  get needs(): 'all' | 'rest' | undefined {
    const { reduce, snapshot } = this.#options();
    if (snapshot) return 'rest';
    return reduce && 'all';
  }

  get keeps(): number {
    return maxEventsOf(this.#options());
  }

  push(events: readonly RawEvent[], live: boolean): boolean | RawEvent {
    const { reset } = this.#options();
    if (reset === undefined) return this.#push(events, live);
    const life = this.#life;
    let from = 0;
    for (const [at, { type, sequence }] of events.entries()) {
      if (type !== reset) continue;
      const ended = this.#push(events.slice(from, at), live);
      if (ended || life !== this.#life) return ended;
      this.#emitter.restarted(sequence);
      this.#reset();
      from = at + 1;
    }
    return this.#push(events.slice(from), live);
  }

  #push(events: readonly RawEvent[], live: boolean): boolean | RawEvent {
    const options = this.#options();
    const { until, failOn } = options;
    // What can be told unparsed; a test is given the typed event.
    const untyped = { until: untested(until), failOn: untested(failOn) };
    const { taken, ended } = this.#ending.cut(events, untyped);
    if (taken.length === 0 || this.#snapshots?.keep(taken)) return ended;
    return this.#take(taken, live, options) || ended;
  }

  /** The server begins from the start: what is shown stays until there is another state, or is forgotten. */
  #reset(): void {
    if (this.#options().snapshot) this.#ask('reset');
    else this.clear();
  }

  #ask(reason: SnapshotReason): void {
    const snapshots = this.#joined();
    if (!snapshots) return;
    // What was put off belongs to the state that is shown, and not on the next one.
    this.#takeUp();
    this.#value = null;
    snapshots.ask(reason);
  }

  gap(): void {
    this.#ask('gap');
  }

  opened({ attempt, resumed }: OpenInfo): void {
    if (!resumed && attempt > 0) this.#ask('gap');
  }

  stateChanged({ status }: ConnectionState): false {
    this.#isOpen = status === 'open';
    this.#snapshots?.opened(this.#isOpen);
    return false;
  }

  watched(signal: AbortSignal): void {
    this.#snapshots?.watched(signal);
  }

  #take(
    batch: readonly RawEvent[],
    live: boolean,
    options: EventAccumulatorOptions,
  ): boolean | RawEvent {
    const events = options.events ? batch.filter((event) => isWanted(options, event.type)) : batch;
    this.#value = null;
    this.#list.setBounds(boundsOf(options));
    this.#lastEventId = flat(batch.at(-1)?.lastEventId ?? this.#lastEventId);
    if (!testOf(options) && !(live && this.#emitter.wantsEach())) {
      if (!live) this.#takeUp();
      this.#keepFresh();
      if (options.reduce) this.#reduceSoon(events);
      else this.#defer(events);
      // What could not be decoded in a replay is counted, and told to nobody.
      if (!live) this.#takeUp(false);
      return false;
    }
    const { typed, ended } = this.#takeEach(events, live, options);
    if (options.reduce) this.#reducePending();
    this.#keepFresh(typed.length > maxEventsOf(options));
    if (live && typed.length > 0) this.#emitter.events(typed);
    return ended;
  }

  value(): EventValue {
    this.#takeUp();
    this.#keepFresh();
    this.#dropOld();
    return (this.#value ??= this.#makeValue());
  }

  clear(): void {
    this.#takePending();
    this.#fresh = [];
    this.#freshRaw = [];
    this.#list.clear();
    this.#state = this.#options().initial;
    this.#rejected = 0;
    this.#value = null;
  }

  save(asked = this.#options().reduce !== undefined): { state: unknown } | null | undefined {
    if (this.#snapshots?.isWanted) return undefined;
    if (!asked) return null;
    const { data, events } = this.value();
    return { state: this.#options().reduce ? data : events.toArray() };
  }

  restore(state: unknown): void {
    this.#value = null;
    this.#snapshots?.stop();
    if (this.#options().reduce) this.#state = state;
    else if (Array.isArray(state)) {
      for (const event of state as RawEvent[]) this.#list.push(event, eventSize(event));
    }
  }

  begin(): void {
    this.#life += 1;
    this.#joined()?.begin();
  }

  refreshIn(): number | null {
    const { maxAge } = this.#options();
    const oldest = this.#list.first;
    if (maxAge === undefined || !oldest) return null;
    return Math.max(shortestSweep, oldest.receivedAt + maxAge - this.#clock.now());
  }

  #makeValue(): EventValue {
    const events = this.#list.snapshot();
    return {
      data: this.#options().reduce ? this.#state : events.at(-1)?.data,
      events,
      lastEventId: this.#lastEventId,
      dropped: this.#list.dropped,
      rejected: this.#rejected,
      stale: this.#snapshots?.isWanted ?? false,
    };
  }

  /** Folds each event before its callback hears of it, so that one that clears or closes finds all before it folded. */
  #takeEach(
    events: readonly RawEvent[],
    live: boolean,
    options: EventAccumulatorOptions,
  ): { typed: RawEvent[]; ended: boolean | RawEvent } {
    const typed: RawEvent[] = [];
    const { reduce } = options;
    const until = asTest(options.until);
    const failOn = asTest(options.failOn);
    const life = this.#life;
    const isOver = () => life !== this.#life;
    const nothing = { typed: [], ended: false };
    const rejections: Rejection[] = [];
    const onReject = (error: Rejection) => rejections.push(error);
    for (const raw of events) {
      const event = decode(options, raw, onReject);
      const rejection = event ? undefined : rejections.pop();
      // Many a server says what went wrong in plain text, also where all else is JSON.
      let hasFailed = rejection !== undefined && this.#ending.isRawFailure(failOn, raw);
      if (rejection && !hasFailed) this.#reject(rejection, live);
      hasFailed ||= event !== null && this.#ending.isFailure(failOn, event);
      // Functions of the user's may have begun another run meanwhile.
      if (isOver()) return nothing;
      if (hasFailed) return { typed, ended: raw };
      if (!event) continue;
      typed.push(event);
      if (reduce) this.#reduceLater(event, raw);
      else this.#keepOne(event, raw);
      // A callback that has ended the run has ended it for the rest of the batch too.
      if (live && !this.#emitter.event(event)) return nothing;
      const isLast = this.#ending.isLast(until, event);
      if (isOver()) return nothing;
      if (isLast) return { typed, ended: true };
    }
    return { typed, ended: false };
  }

  #reject(error: Rejection, live: boolean): void {
    this.#rejected += 1;
    this.#value = null;
    this.#tellOfPromise(error);
    if (live) this.#emitter.reject(error);
  }

  /** A parser that is asynchronous rejects every event: that is a mistake in the page, not in an event. */
  #tellOfPromise({ cause }: Rejection): void {
    if (!(cause instanceof BadValue)) return;
    this.#askParse(rethrow(cause), undefined);
  }

  /** Keeps what can still be in the buffer at the next frame; the rest is never decoded. */
  #defer(events: readonly RawEvent[]): void {
    const { maxItems, maxSize } = boundsOf(this.#options());
    const skipped = events.length - maxItems;
    if (skipped > 0) {
      // The end of a burst is mostly dropped again with the next one.
      this.#list.skip(this.#takePending().length + skipped);
      this.#pending = events.slice(skipped);
      this.#isBurst = true;
      return;
    }
    // Fewer must not keep the chunks that they came in.
    for (const event of events) this.#wait(retained(event));
    // Not at once, or each event that comes would copy the list of those before it.
    if (this.#pending.length > 2 * maxItems || this.#pendingSize > 1.25 * maxSize) {
      this.#trimPending();
    }
  }

  #wait(event: RawEvent, raw = event): void {
    this.#pending.push(event);
    this.#pendingSize += leastEventSize(raw);
  }

  #takePending(): RawEvent[] {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingSize = 0;
    this.#isBurst = this.#isDecoded = false;
    return pending;
  }

  #trimPending(): void {
    const { maxItems, maxSize } = boundsOf(this.#options());
    let surplus = this.#pending.length;
    if (surplus <= maxItems && this.#pendingSize <= maxSize) return;
    let size = 0;
    while (surplus > 0 && this.#pending.length - surplus < maxItems) {
      const event = this.#pending[surplus - 1];
      const next = event ? size + leastEventSize(event) : size;
      // The newest one always stays.
      if (next > maxSize && size > 0) break;
      size = next;
      surplus -= 1;
    }
    this.#pendingSize = size;
    if (surplus === 0) return;
    this.#pending = this.#pending.slice(surplus);
    this.#list.skip(surplus);
  }

  /** Decodes what was put off; `live` where the callbacks hear of what could not be. */
  #takeUp(live = true): void {
    if (this.#options().reduce) this.#reducePending(live);
    else this.#keepPending(live);
  }

  #keepPending(live = true): void {
    if (this.#pending.length === 0) return;
    this.#trimPending();
    const options = this.#options();
    const isBurst = this.#isBurst;
    const life = this.#life;
    const reject = (error: Rejection) => {
      this.#reject(error, live);
    };
    for (const raw of this.#takePending()) {
      const event = decode(options, raw, reject);
      if (life !== this.#life) return;
      if (!event) continue;
      this.#list.push(event === raw && !isBurst ? event : retained(event), eventSize(raw));
    }
    this.#value = null;
  }

  #keepOne(event: RawEvent, raw: RawEvent): void {
    // What was put off before comes before what is kept now.
    this.#keepPending();
    this.#fresh.push(event);
    this.#freshRaw.push(raw);
    this.#value = null;
  }

  /** Copies what is kept of a batch: of a burst that is its end only, which is mostly dropped again with the next one. */
  #keepFresh(isBurst = false): void {
    if (this.#fresh.length === 0) return;
    const skipped = this.#fresh.length - maxEventsOf(this.#options());
    if (skipped > 0) {
      this.#list.skip(skipped);
      this.#fresh = this.#fresh.slice(skipped);
      this.#freshRaw = this.#freshRaw.slice(skipped);
    }
    const raws = this.#freshRaw;
    // What is decoded may be far larger than it came: it does not wait for the next frame.
    if (isBurst && this.#fresh.every((event, index) => event === raws[index])) return;
    for (const [index, event] of this.#fresh.entries()) {
      this.#list.push(retained(event), eventSize(raws[index] ?? event));
    }
    this.#fresh = [];
    this.#freshRaw = [];
  }

  #dropOld(): void {
    const { maxAge } = this.#options();
    if (maxAge === undefined) return;
    const before = this.#list.dropped;
    const oldest = this.#clock.now() - maxAge;
    this.#list.dropWhile((event) => event.receivedAt <= oldest);
    if (this.#list.dropped !== before) this.#value = null;
  }

  #reduceSoon(events: readonly RawEvent[]): void {
    // Few must not keep the chunks that they came in; of many none waits.
    const isBurst = events.length >= mostAtOnce;
    for (const event of events) this.#reduceLater(isBurst ? event : retained(event));
    if (isBurst) this.#reducePending();
  }

  #reduceLater(event: RawEvent, decodedFrom?: RawEvent): void {
    const isDecoded = decodedFrom !== undefined;
    if (this.#isDecoded !== isDecoded) this.#reducePending();
    this.#isDecoded = isDecoded;
    this.#wait(event, decodedFrom);
    this.#value = null;
    const isMuch = this.#pendingSize >= largestAtOnce;
    if (isMuch || this.#pending.length >= mostAtOnce) this.#reducePending();
  }

  #reducePending(live = true): void {
    if (this.#pending.length === 0) return;
    const life = this.#life;
    const isDecoded = this.#isDecoded;
    const waiting = this.#takePending();
    const events = isDecoded ? waiting : this.#decodeAll(waiting, live);
    if (events.length === 0 || life !== this.#life) return;
    this.#value = null;
    try {
      const state = this.#reduced(events);
      if (life === this.#life) this.#state = state;
    } catch (error) {
      // A batch of one has failed by itself; of a longer one only the culprit is left out.
      if (events.length === 1) this.#askReduce(rethrow(error), undefined);
      else for (const event of events) this.#reduceOne(event);
    }
  }

  #decodeAll(events: readonly RawEvent[], live: boolean): RawEvent[] {
    const options = this.#options();
    const decoded: RawEvent[] = [];
    const reject = (error: Rejection) => {
      this.#reject(error, live);
    };
    for (const raw of events) {
      const event = decode(options, raw, reject);
      if (event) decoded.push(event);
    }
    return decoded;
  }

  #reduceOne(event: RawEvent): void {
    this.#state = this.#askReduce(() => this.#reduced([event]), this.#state);
  }

  #reduced(events: readonly RawEvent[]): unknown {
    return atOnce('reduce', this.#options().reduce?.(this.#state, events));
  }
}

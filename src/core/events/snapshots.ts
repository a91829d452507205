import type { Clock } from '../clock.ts';
import { placeOfId } from '../connection/repeats.ts';
import { flat, retained, type RawEvent } from '../event.ts';
import type { Emitter } from '../observer/accumulator.ts';
import { BoundedList } from '../observer/boundedList.ts';
import { within } from '../observer/loading.ts';
import { atOnce, BadValue, report } from '../report.ts';
import { eventSize } from '../size.ts';

/** Why a snapshot is asked for: the stream has begun, the server could not go on, or it sent the event of `reset`. */
export type SnapshotReason = 'start' | 'gap' | 'reset';

/** What `snapshot` is told. */
export interface SnapshotRequest {
  /** Why it is asked for: the stream has begun, the server could not go on with it, or it sent the event of `reset`. */
  reason: SnapshotReason;
  /** Is aborted when the snapshot is not wanted any more, or takes longer than `openTimeout`. */
  signal: AbortSignal;
}

/** A state as a server has it at one moment. */
export interface StateSnapshot<A> {
  state: A;
  /** The id of the last event that is in it. Without one, what came since the request is folded on it. */
  lastEventId?: string | undefined;
}

/** The option `snapshot`. */
export type SnapshotOption<A> = (
  request: SnapshotRequest,
) => StateSnapshot<A> | Promise<StateSnapshot<A>>;

/** What the snapshots of one stream are made with. */
interface SnapshotsParts {
  option: () => SnapshotOption<unknown> | undefined;
  /** Whether the stream is open when the first one is wanted. */
  isOpen: boolean;
  emitter: Emitter;
  clock: Clock;
  /** Takes over a state. */
  put: (state: unknown) => void;
}

// What waits for a snapshot: more than that is asked for once more.
const queue = { maxItems: 10_000, maxSize: 16_777_216 };
const shortestPause = 1_000;
const longestPause = 30_000;

function checked(value: unknown): StateSnapshot<unknown> {
  const given = atOnce('snapshot', value);
  if (typeof given !== 'object' || given === null || !('state' in given)) {
    throw new BadValue('snapshot', 'no object with a `state`');
  }
  const lastEventId: unknown = Reflect.get(given, 'lastEventId');
  if (lastEventId === undefined || typeof lastEventId === 'string') {
    return { state: given.state, lastEventId };
  }
  throw new BadValue('snapshot', 'a `lastEventId` that is no text');
}

/**
 * Joins the snapshots of a server's state to its stream without a gap: what comes meanwhile waits, and what follows
 * the snapshot is folded on it.
 */
export class Snapshots {
  readonly #parts: SnapshotsParts;
  /** What has come since the snapshot was asked for; null while none is wanted. */
  #waiting: BoundedList<RawEvent> | null = null;
  /** The last event id when it was asked for, and the last one of what waits. */
  #before = '';
  #lastEventId = '';
  #reason: SnapshotReason = 'start';
  #control: AbortController | null = null;
  #isWatched = true;
  #isOpen: boolean;
  /** The stream broke off meanwhile: what waits may be of a server that has begun to count from the start since. */
  #wasCut = false;
  /** The id of a snapshot that was not among what had come, where the stream cannot be asked for what follows it. */
  #unplaced: string | null = null;

  constructor(parts: SnapshotsParts) {
    this.#parts = parts;
    this.#isOpen = parts.isOpen;
  }

  /** A snapshot is wanted, and has not come. */
  get isWanted(): boolean {
    return this.#waiting !== null;
  }

  /** A run begins: nothing is to be folded before there is a state. */
  begin(): void {
    this.stop();
    this.#lastEventId = '';
    this.#reason = 'start';
    if (this.#parts.option()) this.#wait();
  }

  /** Nothing is wanted any more. */
  stop(): void {
    this.#control?.abort();
    this.#control = this.#waiting = null;
  }

  /** Somebody watches, until the signal is aborted. */
  watched(signal: AbortSignal): void {
    this.#isWatched = true;
    signal.addEventListener('abort', () => {
      this.#isWatched = false;
      this.#control?.abort();
      this.#control = null;
    });
  }

  /** Whether the stream is open: then what is wanted is asked for, unless it was. */
  opened(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#wasCut ||= !isOpen;
    if (isOpen && this.isWanted && !this.#control) this.ask(this.#reason);
  }

  /** Keeps events that have to wait; gives whether they have. */
  keep(events: readonly RawEvent[]): boolean {
    if (!this.#waiting) return false;
    for (const event of events) this.#waiting.push(retained(event));
    this.#lastEventId = flat(events.at(-1)?.lastEventId ?? this.#lastEventId);
    return true;
  }

  /** Asks for the state as the server has it now; while the stream is not open, once it is. */
  ask(reason: SnapshotReason): void {
    if (!this.#parts.option()) return;
    this.#control?.abort();
    this.#reason = reason;
    this.#wait();
    this.#control = null;
    this.#parts.emitter.refresh();
    if (!this.#isWatched || !this.#isOpen) return;
    const control = new AbortController();
    this.#control = control;
    void this.#load(control.signal);
  }

  #wait(): void {
    this.#waiting = new BoundedList<RawEvent>(queue, eventSize);
    this.#unplaced = null;
    this.#wasCut = !this.#isOpen;
    // After a gap the server may count from the start: the same id then says something else.
    this.#before = this.#reason === 'start' ? this.#lastEventId : '';
  }

  async #load(signal: AbortSignal): Promise<void> {
    const { clock, option, emitter } = this.#parts;
    const reason = this.#reason;
    // Of several reasons in one chunk the last one asks.
    await Promise.resolve();
    for (
      let pause = shortestPause;
      !this.#isAborted(signal);
      pause = Math.min(2 * pause, longestPause)
    ) {
      try {
        const begin = (limited: AbortSignal) => option()?.({ reason, signal: limited });
        const limits = { clock, timeout: emitter.openTimeout, signal };
        const given = checked(await within('snapshot', begin, limits));
        if (this.#isAborted(signal)) return;
        if (this.#put(given)) return;
      } catch (error) {
        if (this.#isAborted(signal)) return;
        this.#unplaced = null;
        report(error);
      }
      await this.#pause(pause, signal);
      // What came before the next request is in the next snapshot; by its id that snapshot finds its place there.
      if (!this.#isAborted(signal) && this.#unplaced === null) this.#wait();
    }
  }

  #isAborted({ aborted }: AbortSignal): boolean {
    return aborted;
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#parts.clock.timeout(resolve, ms);
      signal.addEventListener('abort', () => {
        stop();
        resolve();
      });
    });
  }

  /** Takes over a state and what has followed it; false where that is not known, or some of it lost. */
  #put({ state, lastEventId = '' }: StateSnapshot<unknown>): boolean {
    const { emitter, put } = this.#parts;
    const { dropped = 0 } = this.#waiting ?? {};
    const waiting = this.#waiting?.snapshot().toArray() ?? [];
    const follows = lastEventId === '' || lastEventId === this.#before;
    const place = follows ? -1 : placeOfId(waiting, lastEventId, dropped > 0);
    const canAsk = lastEventId !== '' && emitter.canResume;
    const isSure = !canAsk || !this.#wasCut;
    const isWhole = isSure && (place !== -1 || (follows && dropped === 0));
    // It may be older than all that waits, or newer: another one tells.
    const isUnknown = dropped > 0 || (waiting.length > 0 && this.#unplaced !== lastEventId);
    if (!isWhole && !canAsk && isUnknown) {
      this.#unplaced = dropped > 0 ? null : lastEventId;
      return false;
    }
    this.#waiting = this.#control = null;
    put(state);
    if (isWhole || !canAsk) emitter.feed(waiting.slice(place + 1));
    else emitter.resumeFrom(lastEventId);
    emitter.refresh();
    return true;
  }
}

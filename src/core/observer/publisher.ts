import { idle, type ConnectionState } from '../connection/connectionState.ts';
import type { Accumulator } from './accumulator.ts';
import type { Snapshot } from './snapshot.ts';
import type { StoreInternals } from '../store/storeInternals.ts';

/** What a publisher shows, and how often. */
export interface PublisherParts<V> {
  store: StoreInternals;
  throttle: () => 'frame' | number;
  accumulator: Accumulator<V>;
  /** What the snapshots are of. */
  observer: object;
  state: () => ConnectionState;
}

// A flapping line changes its status again and again, and every urgent update restarts transitions.
const urgentBurst = 4;
const urgentInterval = 1_000;

/** How many urgent publications are still allowed: a few at once, then one a second. */
class UrgentBudget {
  #left = urgentBurst;
  #since = 0;

  take(now: number): boolean {
    const earned = Math.floor((now - this.#since) / urgentInterval);
    // Less than nothing: the clock was set back.
    if (earned !== 0) {
      this.#left = Math.min(urgentBurst, this.#left + Math.max(0, earned));
      this.#since = now;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}

/**
 * Publishes snapshots in two lanes: with every change of status at once, and otherwise with the frames
 * of the store, as often as `throttle` allows.
 */
export class Publisher<V> {
  readonly #parts: PublisherParts<V>;
  readonly #statusListeners = new Set<() => void>();
  readonly #frameListeners = new Set<(snapshot: Snapshot<V>) => void>();
  readonly #budget = new UrgentBudget();
  #version = 0;
  #frozen: { value: V } | null = null;
  /** The snapshot of a server, and of a page that hydrates. */
  readonly idle: Snapshot<V>;
  /** The snapshot of the last urgent publication. */
  urgent: Snapshot<V>;
  /** The snapshot of the last publication. */
  latest: Snapshot<V>;
  /** How many listeners there are, in both lanes. */
  listeners = 0;
  #publishedAt = -Infinity;
  #throttledBy = 0;
  #cancelThrottle: (() => void) | null = null;
  #cancelRefresh: (() => void) | null = null;

  constructor(parts: PublisherParts<V>) {
    this.#parts = parts;
    this.latest = this.urgent = this.#makeSnapshot();
    // Shown while hydrating, and then whatever the frame lane holds: it must be the newer one.
    this.idle = { ...this.latest, state: idle, version: Infinity };
  }

  /** Adds a listener to the lane of the status; returns the way to take it away. */
  onStatus(listener: () => void): () => void {
    return this.#add(this.#statusListeners, listener);
  }

  /** Adds a listener to the lane of the frames; returns the way to take it away. */
  onFrame(listener: (snapshot: Snapshot<V>) => void): () => void {
    return this.#add(this.#frameListeners, listener);
  }

  #add<L>(listeners: Set<L>, listener: L): () => void {
    listeners.add(listener);
    this.listeners += 1;
    return () => {
      if (listeners.delete(listener)) this.listeners -= 1;
    };
  }

  /** Publishes the status, and with it all that has come: at once, as far as the budget allows. */
  publish(always: boolean): void {
    if (this.listeners === 0) return;
    const { store } = this.#parts;
    if (!this.#budget.take(store.clock.now()) && !always) {
      // Never throttled: the status goes with the next frame.
      store.frames.request(this.#publishFrame);
      return;
    }
    this.renew();
    for (const listener of [...this.#statusListeners]) listener();
    this.#refreshLater();
  }

  /** Publishes with the next frame that is allowed. */
  readonly requestFrame = (): void => {
    if (this.listeners === 0) return;
    const { store, throttle } = this.#parts;
    const option = throttle();
    const every = option === 'frame' ? 0 : option;
    if (this.#cancelThrottle && every === this.#throttledBy) return;
    this.#cancelThrottle?.();
    this.#cancelThrottle = null;
    this.#throttledBy = every;
    // No longer than it says, also where the clock was set back.
    const wait = Math.min(every, this.#publishedAt + every - store.clock.now());
    if (wait <= 0) store.frames.request(this.#publishFrame);
    else this.#cancelThrottle = store.clock.timeout(this.#throttled, wait);
  };

  /** Takes over what there is to show, and tells nobody. */
  renew(): void {
    this.latest = this.urgent = this.#makeSnapshot();
  }

  /** Freezes what is shown. */
  pause(): void {
    if (this.#frozen) return;
    this.#frozen = { value: this.#parts.accumulator.value() };
    this.publish(true);
  }

  /** Shows the present again. */
  resume(): void {
    if (!this.#frozen) return;
    this.thaw();
    this.publish(true);
  }

  /** Nothing is frozen any more; tells nobody. */
  thaw(): void {
    this.#frozen = null;
  }

  /** The data was forgotten, also what is frozen of it. */
  cleared(): void {
    if (this.#frozen) this.#frozen = { value: this.#parts.accumulator.value() };
    this.publish(true);
  }

  /** Nobody listens any more: nothing is to be published. */
  stop(): void {
    this.#parts.store.frames.cancel(this.#publishFrame);
    this.#cancelThrottle?.();
    this.#cancelThrottle = null;
    this.#cancelRefresh?.();
    this.#cancelRefresh = null;
  }

  readonly #throttled = (): void => {
    this.#cancelThrottle = null;
    this.#parts.store.frames.request(this.#publishFrame);
  };

  readonly #publishFrame = (): void => {
    const next = this.#makeSnapshot();
    const { state, value, paused } = this.latest;
    this.#refreshLater();
    if (next.state === state && next.value === value && next.paused === paused) return;
    this.#publishedAt = this.#parts.store.clock.now();
    this.latest = next;
    for (const listener of [...this.#frameListeners]) listener(next);
  };

  /** Comes back when the value changes by the mere passing of time. */
  #refreshLater(): void {
    this.#cancelRefresh?.();
    const wait = this.#parts.accumulator.refreshIn?.() ?? null;
    const { clock } = this.#parts.store;
    this.#cancelRefresh = wait === null ? null : clock.timeout(this.requestFrame, wait);
  }

  #makeSnapshot(): Snapshot<V> {
    const { accumulator, observer, state } = this.#parts;
    const frozen = this.#frozen;
    const value = frozen
      ? (accumulator.whilePaused?.(frozen.value) ?? frozen.value)
      : accumulator.value();
    return { observer, version: ++this.#version, state: state(), value, paused: frozen !== null };
  }
}

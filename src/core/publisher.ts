import type { StoreInternals } from './connectionStore.ts';
import type { ConnectionState } from './connectionState.ts';

/** What is published: rises in `version` every time. */
interface Published {
  readonly version: number;
  readonly state: ConnectionState;
  readonly value: unknown;
  readonly paused: boolean;
}

/** What a publisher shows, and how often. */
export interface PublisherParts<S> {
  store: StoreInternals;
  throttle: () => 'frame' | number;
  /** What there is to show now, as this version. */
  present: (version: number) => S;
  /** In how many milliseconds the value changes by the mere passing of time; null for never. */
  refreshIn: () => number | null;
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
export class Publisher<S extends Published> {
  readonly #parts: PublisherParts<S>;
  readonly #statusListeners = new Set<() => void>();
  readonly #frameListeners = new Set<(snapshot: S) => void>();
  readonly #budget = new UrgentBudget();
  #version = 0;
  /** The snapshot of the last urgent publication. */
  urgent: S;
  /** The snapshot of the last publication. */
  latest: S;
  /** How many listeners there are, in both lanes. */
  listeners = 0;
  #publishedAt = -Infinity;
  #throttledBy = 0;
  #cancelThrottle: (() => void) | null = null;
  #cancelRefresh: (() => void) | null = null;

  constructor(parts: PublisherParts<S>) {
    this.#parts = parts;
    this.latest = this.urgent = this.#makeSnapshot();
  }

  /** Adds a listener to the lane of the status; returns the way to take it away. */
  onStatus(listener: () => void): () => void {
    return this.#add(this.#statusListeners, listener);
  }

  /** Adds a listener to the lane of the frames; returns the way to take it away. */
  onFrame(listener: (snapshot: S) => void): () => void {
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
    const wait = this.#parts.refreshIn();
    const { clock } = this.#parts.store;
    this.#cancelRefresh = wait === null ? null : clock.timeout(this.requestFrame, wait);
  }

  #makeSnapshot(): S {
    return this.#parts.present(++this.#version);
  }
}

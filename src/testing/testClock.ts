import type { Clock } from 'use-event-stream/core';

interface Timer {
  at: number;
  run: () => void;
}

/** A clock that stands still until a test moves it. Frames and quiet moments take no time on it. */
export class TestClock implements Clock {
  readonly random: () => number;
  // The page's own time may be a fake one too: countdowns against `Date.now()` begin right.
  #now = Date.now();
  readonly #timers = new Set<Timer>();
  #soon = new Set<() => void>();

  constructor(random: () => number) {
    this.random = random;
  }

  readonly now = (): number => this.#now;
  readonly frame = (run: () => void): (() => void) => this.#runSoon(run);
  readonly idle = (run: () => void): (() => void) => this.#runSoon(run);

  readonly timeout = (run: () => void, ms: number): (() => void) => {
    const timer = { at: this.#now + Math.max(0, ms), run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  /** Whether a frame or a quiet moment was asked for. */
  get isWaited(): boolean {
    return this.#soon.size > 0;
  }

  /** Runs the frames and quiet moments that were asked for. */
  flush(): void {
    const due = this.#soon;
    this.#soon = new Set();
    for (const run of due) run();
  }

  /** Whether a timer is due by then. */
  isDue(by: number): boolean {
    const next = this.#next();
    return next !== null && next.at <= by;
  }

  /** Moves to the next timer and runs it. */
  runNext(): void {
    const next = this.#next();
    if (!next) return;
    this.#timers.delete(next);
    this.moveTo(next.at);
    next.run();
  }

  /** Moves to this time; time never goes back. */
  moveTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  #next(): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) if (timer.at < (next?.at ?? Infinity)) next = timer;
    return next;
  }

  #runSoon(run: () => void): () => void {
    const entry = () => {
      run();
    };
    this.#soon.add(entry);
    return () => {
      this.#soon.delete(entry);
    };
  }
}

import type { Clock } from 'use-event-stream/core';

interface Timer {
  at: number;
  run: () => void;
}

/** A clock that stands still until a test moves it; frames and idle moments are timers on it. */
export class FakeClock implements Clock {
  /** What `random` gives; 0 for the shortest wait, just under 1 for the longest. */
  chance = 0;
  #now = 1_000_000;
  readonly #timers = new Set<Timer>();

  readonly now = (): number => this.#now;
  readonly random = (): number => this.chance;
  readonly frame = (run: () => void): (() => void) => this.timeout(run, 16);
  readonly idle = (run: () => void): (() => void) => this.timeout(run, 1);

  readonly timeout = (run: () => void, ms: number): (() => void) => {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Runs what falls due within `ms`, in order, giving promises their turn after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turns();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.run();
      await turns();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}

/** Gives promises and streams their turn: nothing here waits for a time. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await Promise.resolve();
}

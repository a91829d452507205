import type { Clock } from '../clock.ts';

const shortestPatience = 100;
const longestPatience = 2_000;

/**
 * When observers publish: all of a store together, at most once a frame, and only after the page has had
 * a quiet moment since the last time.
 *
 * One update in every frame would interrupt Suspense reveals and hydration each time, without end. So
 * after a publication the next frame is asked for when a background task has run; where none does,
 * after 100 ms, three times as long each time up to 2 s as long as the page stays busy.
 */
export class Frames {
  readonly #clock: Clock;
  #waiting = new Set<() => void>();
  #requested = false;
  #settling = false;
  #patience = shortestPatience;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `publish` in the next frame, once however often it is asked for. */
  request(publish: () => void): void {
    this.#waiting.add(publish);
    this.#requestFrame();
  }

  /** Forgets a publication that was asked for. */
  cancel(publish: () => void): void {
    this.#waiting.delete(publish);
  }

  #requestFrame(): void {
    if (this.#requested || this.#settling || this.#waiting.size === 0) return;
    this.#requested = true;
    this.#clock.frame(() => {
      this.#run();
    });
  }

  #run(): void {
    this.#requested = false;
    const due = this.#waiting;
    if (due.size === 0) return;
    this.#waiting = new Set();
    this.#settle();
    for (const publish of due) publish();
  }

  #settle(): void {
    this.#settling = true;
    const settled = (patience: number) => () => {
      cancelIdle();
      cancelTimer();
      this.#patience = patience;
      this.#settling = false;
      this.#requestFrame();
    };
    const busier = Math.min(longestPatience, this.#patience * 3);
    const cancelIdle = this.#clock.idle(settled(shortestPatience));
    const cancelTimer = this.#clock.timeout(settled(busier), this.#patience);
  }
}

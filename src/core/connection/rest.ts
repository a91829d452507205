import type { Clock } from '../clock.ts';
import type { PageCondition } from '../page.ts';

/** After so long a line may have died unnoticed while nobody looked. In milliseconds. */
const longHidden = 60_000;

/** How a connection waits. Times are in milliseconds since the epoch. */
interface Wait {
  /** When it ends. */
  time: number;
  /** When it ends at the earliest, where the page comes back, or has a network again, before that. */
  notBefore: number;
  /** Aborting it ends the wait. */
  life: AbortSignal;
  /** Shows when it ends; null where nobody knows. */
  show: (retryAt: number | null) => void;
}

/** Holds a connection back: until it is time, and for as long as the page rests. */
export class Rest {
  readonly #clock: Clock;
  readonly #conditions = new Set<PageCondition>();
  #hiddenAt: number | null = null;
  #wake: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A condition of the page begins, in which the connection rests. */
  begin(condition: PageCondition): void {
    this.#conditions.add(condition);
  }

  /** A condition of the page has changed; `rests` where the connection rests in it. Gives whether a line may have died in it. */
  change(condition: PageCondition, begins: boolean, rests: boolean): boolean {
    const wasLong = this.#wasLong(condition, begins);
    const changes = rests !== this.#conditions.has(condition);
    if (rests) this.#conditions.add(condition);
    else this.#conditions.delete(condition);
    if (changes || (condition === 'offline' && !begins)) this.#wake();
    return !begins && wasLong;
  }

  /** Whether a condition that ends has lasted so long that a line may have died in it. */
  #wasLong(condition: PageCondition, begins: boolean): boolean {
    if (condition !== 'hidden') return true;
    const since = this.#hiddenAt;
    this.#hiddenAt = begins ? (since ?? this.#clock.now()) : null;
    return since !== null && Math.abs(this.#clock.now() - since) >= longHidden;
  }

  async wait({ time, notBefore, life, show }: Wait): Promise<void> {
    let end = time;
    // A listener that hears of a state may end the connection, or start it again.
    while (!life.aborted) {
      const retryAt = this.#conditions.size > 0 ? null : end;
      if (retryAt !== null && retryAt <= this.#clock.now()) return;
      show(retryAt);
      // Also where somebody has set the clock back meanwhile.
      if (await this.#sleepUntil(retryAt, life)) return;
      // The page is back, or has a network again: it is tried at once.
      end = notBefore;
    }
  }

  /** Sleeps until it is time (true), or until somebody wakes it. */
  #sleepUntil(time: number | null, life: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const clock = this.#clock;
      const wakeAs = (isTime: boolean) => () => {
        stopTimer?.();
        life.removeEventListener('abort', wake);
        resolve(isTime);
      };
      const wake = wakeAs(false);
      const stopTimer = time === null ? null : clock.timeout(wakeAs(true), time - clock.now());
      this.#wake = wake;
      life.addEventListener('abort', wake, { once: true });
      // A listener that heard of the state may have ended the connection.
      if (life.aborted) wake();
    });
  }
}

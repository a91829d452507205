import type { TabsBrowser } from './messages.ts';

/** Who hears of a place in the queue for the lead. */
export interface PlaceListener {
  onGranted(): void;
  onLost(): void;
}

/** A place in the queue of the tabs that would lead a stream: Web Locks keep it. */
export class Place {
  /** Who holds it now: it outlives a request. */
  listener: PlaceListener;
  /** It leads. */
  isHeld = false;
  readonly #browser: TabsBrowser;
  readonly #name: string;
  #release: () => void = () => undefined;
  #turn = 0;

  constructor(browser: TabsBrowser, name: string, listener: PlaceListener) {
    this.#browser = browser;
    this.#name = name;
    this.listener = listener;
    this.#ask(false);
  }

  /** Takes the lead from a tab that is silent. */
  steal(): void {
    this.#release();
    this.#ask(true);
  }

  /** Gives the place up. */
  leave(): void {
    this.#turn += 1;
    this.isHeld = false;
    this.#release();
  }

  #ask(steal: boolean): void {
    const turn = ++this.#turn;
    const control = new AbortController();
    const held = new Promise<void>((resolve) => {
      this.#release = () => {
        control.abort();
        resolve();
      };
    });
    const granted = () => {
      if (turn !== this.#turn) return undefined;
      this.isHeld = true;
      this.listener.onGranted();
      return held;
    };
    // A request that steals cannot be given up, and need not be: it is granted at once.
    const options = steal ? { steal } : { signal: control.signal };
    this.#browser.locks.request(this.#name, options, granted).catch(() => {
      if (turn !== this.#turn) return;
      this.#turn += 1;
      this.isHeld = false;
      this.listener.onLost();
    });
  }
}

import type { TabsBrowser } from './messages.ts';
import type { Place } from './place.ts';
import type { Tail } from './tail.ts';

/** A lead that waits for the store to ask again, and what the tab knows of the stream. */
interface Parked {
  readonly place: Place;
  readonly tail: Tail;
}

/** So long at most a request waits for its turn to be opened. In milliseconds. */
const longestWait = 500;

/** How long the lead is kept for a store that has to ask its functions for headers first. In milliseconds. */
const parkTime = 3_000;

/** What a page keeps of its streams between two requests of a store. */
interface Kept {
  readonly parked: Map<string, Parked>;
  /** Streams without ids that were cut: what follows goes on with what comes. */
  readonly live: Set<string>;
}

// A provider makes its options in every render: what is kept belongs to the page, not to one call of `tabs`.
const pages = /* @__PURE__ */ new WeakMap<object, Kept>();

function keptOf({ locks }: TabsBrowser): Kept {
  const kept = pages.get(locks) ?? { parked: new Map(), live: new Set() };
  pages.set(locks, kept);
  return kept;
}

/** A name that nobody else has. */
export const freshName = (): string =>
  `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** What the requests of a store have in common. */
export class Site {
  readonly browser: TabsBrowser;
  /** Tabs that miss something ask the server one after the other: the lock for it. */
  readonly catchUp: string;
  readonly fetch: typeof fetch;
  readonly #kept: Kept;

  constructor(browser: TabsBrowser, name: string, given: typeof fetch | undefined) {
    this.browser = browser;
    this.catchUp = `use-event-stream ${name} catch-up`;
    this.fetch = (input, init) => (given ?? globalThis.fetch)(input, init);
    this.#kept = keptOf(browser);
  }

  /**
   * A turn to open a request that takes over from another tab; gives the way to end it. A tab that goes may have led many
   * streams: where all were opened at once, they would stand beside those that are being closed.
   */
  turn(): Promise<() => void> {
    return new Promise((resolve) => {
      const granted = () => {
        clearTimeout(timer);
        return new Promise<void>((end) => {
          resolve(end);
        });
      };
      const control = new AbortController();
      const timer = setTimeout(() => {
        control.abort();
        resolve(() => undefined);
      }, longestWait);
      const { signal } = control;
      this.browser.locks.request(`${this.catchUp} or open`, { signal }, granted).catch(() => null);
    });
  }

  /** Keeps the lead for the next request of the same stream. */
  park(topic: string, place: Place, tail: Tail): void {
    const { parked } = this.#kept;
    const entry = { place, tail };
    const forget = () => {
      if (parked.get(topic) !== entry) return;
      parked.delete(topic);
      clearTimeout(timer);
      place.leave();
    };
    const timer = setTimeout(forget, parkTime);
    place.listener = { onGranted: () => undefined, onLost: forget };
    parked.get(topic)?.place.leave();
    parked.set(topic, entry);
  }

  /** Takes the lead that was kept, if there is one. */
  take(topic: string): Parked | undefined {
    const found = this.#kept.parked.get(topic);
    this.#kept.parked.delete(topic);
    return found;
  }

  /** The next request goes on with a stream that has no ids. */
  setLive(topic: string): void {
    this.#kept.live.add(topic);
  }

  /** Whether this request goes on with a stream that has no ids. */
  takeLive(topic: string): boolean {
    return this.#kept.live.delete(topic);
  }
}

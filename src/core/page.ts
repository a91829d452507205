/** What a page may be in for a while, and what its streams have to know of. */
export type PageCondition = 'offline' | 'away' | 'hidden';

/** What a connection has to know of the page that it lives in. */
export interface Page {
  /** Whether the browser believes to have a network. */
  isOnline(): boolean;
  /** Whether nobody can see the page. */
  isHidden(): boolean;
  /** Calls `listener` when a condition begins (true) or ends (false); returns the way to stop. */
  watch(listener: (condition: PageCondition, begins: boolean) => void): () => void;
}

type Change = readonly [PageCondition, boolean];

const windowChanges: Readonly<Record<string, Change>> = {
  offline: ['offline', true],
  online: ['offline', false],
  pagehide: ['away', true],
  pageshow: ['away', false],
};

// Page Lifecycle: a frozen page reads nothing, and what a server goes on sending would pile up.
const documentChanges: Readonly<Record<string, Change>> = {
  freeze: ['away', true],
  resume: ['away', false],
};

/** The browser's page; in a process without a window it is always online and never hidden. */
export const browserPage: Page = {
  // Where there is no such property (Node) nothing is known, and the attempt itself will tell.
  isOnline: () => (globalThis.navigator as Partial<Navigator> | undefined)?.onLine !== false,

  isHidden: () => typeof document !== 'undefined' && document.visibilityState === 'hidden',

  watch(listener) {
    if (typeof addEventListener !== 'function') return () => undefined;
    // By hand, not by an AbortSignal: a test's page may take only signals of its own kind.
    const stops: (() => void)[] = [];
    const listen = (target: EventTarget, name: string, tell: (event: Event) => void) => {
      target.addEventListener(name, tell);
      stops.push(() => {
        target.removeEventListener(name, tell);
      });
    };
    let isGone = false;
    const listenTo = (target: EventTarget, changes: Readonly<Record<string, Change>>) => {
      for (const [name, [condition, begins]] of Object.entries(changes)) {
        listen(target, name, (event) => {
          // Every page is shown after it was loaded: that ends nothing.
          if (name === 'pageshow' && !isGone && !(event as PageTransitionEvent).persisted) return;
          if (condition === 'away') isGone = begins || name === 'resume';
          listener(condition, begins);
        });
      }
    };
    listenTo(globalThis, windowChanges);
    // In a worker there is a network to lose, but nothing to hide.
    if (typeof document !== 'undefined') {
      listen(document, 'visibilitychange', () => {
        listener('hidden', document.visibilityState === 'hidden');
      });
      listenTo(document, documentChanges);
    }
    return () => {
      for (const stop of stops) stop();
    };
  },
};

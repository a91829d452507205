import { shown } from './excerpt.ts';
import { BadValue, callSafely } from './report.ts';

/**
 * Tells a store about the app that it lives in: in React Native it is made of `AppState` and NetInfo. It works
 * as with `useSyncExternalStore`.
 *
 * @example
 * ```tsx
 * import { AppState } from 'react-native';
 * import { StreamProvider, type StreamPage } from 'use-event-stream';
 *
 * const page: StreamPage = {
 *   isOnline: () => true,
 *   isHidden: () => AppState.currentState === 'background',
 *   subscribe(listener) {
 *     const subscription = AppState.addEventListener('change', listener);
 *     return () => subscription.remove();
 *   },
 * };
 *
 * export const app = <StreamProvider page={page} />;
 * ```
 */
export interface StreamPage {
  /** Whether there seems to be a network. Without one a stream is tried every `maxDelay`. */
  isOnline(): boolean;
  /** Whether nobody can see the app, as in the background. */
  isHidden(): boolean;
  /** Calls `listener` whenever one of the two may have changed; returns the way to stop. */
  subscribe(listener: () => void): () => void;
}

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

/** What `subscribe` gave. `AppState.addEventListener` and others give an object in its place. */
function unsubscriber(given: unknown): () => void {
  if (typeof given === 'function') return given as () => void;
  throw new BadValue(
    'page.subscribe',
    `${shown(given)}; have it give a function that unsubscribes`,
  );
}

/** The page that a store was given, as connections know it. What its functions throw is reported. */
export function pageOf(given: StreamPage): Page {
  // Neither a promise nor null says that it is so.
  const isOnline = () => callSafely<unknown>(() => given.isOnline(), true) !== false;
  const isHidden = () => callSafely<unknown>(() => given.isHidden(), false) === true;
  return {
    isOnline,
    isHidden,
    watch(listener) {
      const now = () => ({ offline: !isOnline(), hidden: isHidden() });
      let last: ReturnType<typeof now> | null = now();
      const compare = () => {
        if (!last) return;
        const [before, after] = [last, now()];
        last = after;
        if (after.offline !== before.offline) listener('offline', after.offline);
        if (after.hidden !== before.hidden) listener('hidden', after.hidden);
      };
      const stop = callSafely(() => unsubscriber(given.subscribe(compare)), null);
      // A browser keeps a page that is left, whatever the app is told.
      const stopAway = browserPage.watch((condition, begins) => {
        if (condition === 'away') listener(condition, begins);
      });
      return () => {
        last = null;
        stopAway();
        if (stop) callSafely(stop, undefined);
      };
    },
  };
}

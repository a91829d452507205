import { useEffect, useState } from 'react';
import type { StoreInternals } from '../core/store/storeInternals.ts';
import { Latest, useCommitEffect } from './latestRef.ts';
import { useStore } from './StreamProvider.tsx';

/** How long what has come takes to be shown, in milliseconds: a little less than it may take. */
const usualDelay = 250;
/** After how long all of it is shown, also where the page is too busy for frames. */
const longestDelay = 300;
/** Less than a frame: time has to pass between two steps, also where a test's frames take none. */
const betweenSteps = 8;

// So long is what is looked at before the edge: a multiple of a flag's length, or a row of flags would be cut.
const lookBack = 128;
/** Before such a character a grapheme ends. */
const plain = /[ -~\u4e00-\u9fff]/;

type Graphemes = (text: string) => Iterable<number>;

/** Gives the ends of the graphemes of a text; without `Intl.Segmenter` those of its characters. */
function graphemes(): Graphemes {
  if (typeof Intl === 'object' && 'Segmenter' in Intl) {
    const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    return function* (text) {
      for (const { index, segment } of segmenter.segment(text)) yield index + segment.length;
    };
  }
  return function* (text) {
    let end = 0;
    for (const character of text) yield (end += character.length);
  };
}

/** A place shortly before another, from which graphemes can be counted. */
function placeBefore(text: string, end: number, shown: number): number {
  const first = Math.max(0, shown - lookBack);
  for (let place = end - 1; place > first; place--) {
    if (plain.test(text.charAt(place))) return place;
  }
  return first;
}

/** Tells how much of a text is to be shown, from the moment on at which it has grown. */
class Pace {
  #ends: Graphemes | null = null;
  #from = 0;
  #to = 0;
  #since = 0;
  #lastLook = 0;

  /** Nothing waits any more. */
  rest(): void {
    this.#from = this.#to = 0;
  }

  /** The text has grown, and so much of it is shown; true where that has stood still for too long. */
  aim(text: string, shown: number, now: number): boolean {
    // It goes on from its present place, not from the end of the last whole grapheme.
    this.#from = Math.min(text.length, Math.max(shown, this.#placeAt(now)));
    this.#to = text.length;
    this.#since = now;
    return now - this.#lastLook >= longestDelay;
  }

  /** The part of the text to show now, without half a grapheme at its end. */
  shownAt(text: string, shown: number, now: number): string {
    this.#lastLook = now;
    const place = Math.floor(this.#placeAt(now));
    if (place >= text.length) return text;
    const start = placeBefore(text, place, shown);
    this.#ends ??= graphemes();
    let last = Math.max(shown, start);
    // One character more tells whether a grapheme goes on.
    for (const end of this.#ends(text.slice(start, place + 2))) {
      if (start + end > place) break;
      last = Math.max(last, start + end);
    }
    return text.slice(0, last);
  }

  #placeAt(now: number): number {
    const part = (now - this.#since) / usualDelay;
    // The clock of a computer may be set back.
    if (part < 0 || part >= 1) return this.#to;
    return this.#from + (this.#to - this.#from) * part;
  }
}

/** What tells whether the reader wants nothing to move; React Native has none. */
function motionQuery(): MediaQueryList | null {
  const { matchMedia } = globalThis as Partial<typeof globalThis>;
  return typeof matchMedia === 'function' ? matchMedia('(prefers-reduced-motion: reduce)') : null;
}

/** Whether all is shown at once. */
const isAtOnce = ({ page }: StoreInternals): boolean =>
  page.isHidden() || motionQuery()?.matches === true;

/** Calls `finish` when all is to be shown at once from now on. */
function watchAtOnce({ page }: StoreInternals, finish: () => void): () => void {
  const query = motionQuery();
  const changed = ({ matches }: MediaQueryListEvent) => {
    if (matches) finish();
  };
  query?.addEventListener('change', changed);
  const stop = page.watch((condition, begins) => {
    if (condition === 'hidden' && begins) finish();
  });
  return () => {
    query?.removeEventListener('change', changed);
    stop();
  };
}

/** Calls `show` in the frames of the store until it says that all is shown, and `finish` when it takes too long. */
function eachFrame(
  { clock, frames }: StoreInternals,
  show: (now: number) => boolean,
  finish: () => void,
): () => void {
  const step = () => {
    if (show(clock.now())) stopTimer();
    else stopWaiting = wait();
  };
  const wait = () =>
    clock.timeout(() => {
      frames.request(step);
    }, betweenSteps);
  const stopTimer = clock.timeout(finish, longestDelay);
  let stopWaiting = wait();
  return () => {
    stopWaiting();
    stopTimer();
    frames.cancel(step);
  };
}

/**
 * Shows a text that comes in bursts, such as the answer of a model, at a steady pace.
 *
 * Give it the whole text each time. It gives the part of it to show now. What is there at the first render is
 * shown at once, also on a server, and only what is added later is paced. The more waits, the faster it goes:
 * all is shown at most 300 milliseconds after the text has last grown. No grapheme is cut, such as an emoji
 * (without `Intl.Segmenter` no character is). A text that does not go on from what is shown is shown at once. So
 * is every text while the page is hidden, and for readers who prefer reduced motion.
 *
 * @example
 * ```tsx
 * import { useEventStream, useSmoothText } from 'use-event-stream';
 *
 * export function Answer() {
 *   const { data, status } = useEventStream('/api/answer', {
 *     initial: '',
 *     reduce: (text: string, events) => text + events.map((event) => event.data).join(''),
 *   });
 *   const shown = useSmoothText(data);
 *   return <p aria-busy={status === 'open' || shown !== data}>{shown}</p>;
 * }
 * ```
 *
 * @param text - All of the text that has come so far.
 * @returns The beginning of the text that is to be shown now.
 */
export function useSmoothText(text: string): string {
  const store = useStore();
  const [shown, setShown] = useState(text);
  const [pace] = useState(() => new Pace());
  const [latest] = useState(() => new Latest({ text, shown }));
  const isPaced = text !== shown && text.startsWith(shown) && !isAtOnce(store);
  if (text !== shown && !isPaced) setShown(text);
  useCommitEffect(() => {
    latest.set({ text, shown });
  });
  useEffect(() => {
    if (!isPaced) return;
    return watchAtOnce(store, () => {
      setShown(latest.get().text);
    });
  }, [store, latest, isPaced]);
  useEffect(() => {
    if (!isPaced) {
      pace.rest();
      return;
    }
    const start = store.clock.now();
    const isLate = pace.aim(text, latest.get().shown.length, start);
    const show = (now: number) => {
      const { length } = latest.get().shown;
      const next = pace.shownAt(text, length, now);
      if (next.length > length) setShown(next);
      return next === text;
    };
    // On a busy page a text may grow more often than there are frames.
    if (isLate) show(start);
    return eachFrame(store, show, () => {
      setShown(text);
    });
  }, [store, pace, latest, text, isPaced]);
  return isPaced ? shown : text;
}

import * as React from 'react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSyncExternalStore } from 'use-sync-external-store/shim';
import type { Observer } from '../core/observer/observer.ts';
import type { ObserverCallbacks, Snapshot } from '../core/observer/snapshot.ts';
import { useCommitEffect, type Latest } from './latestRef.ts';

/** What a component watches. */
interface Watched<V> {
  observer: Observer<V>;
  /** What the observer showed when this component came to it. */
  first: Snapshot<V>;
  handlers: Latest<ObserverCallbacks<V>>;
}

/** Whether a component that shows `before` would look the same with `after`; default never. */
export type IsSame<V> = ((before: Snapshot<V>, after: Snapshot<V>) => boolean) | undefined;

/** The newest snapshot of an observer among its urgent one and others. */
const newestOf = <V>(
  observer: Observer<V>,
  ...[urgent, ...others]: readonly [Snapshot<V>, ...(Snapshot<V> | null)[]]
): Snapshot<V> =>
  others.reduce<Snapshot<V>>(
    (newest, next) =>
      next?.observer === observer && next.version > newest.version ? next : newest,
    urgent,
  );

/**
 * Subscribes in two lanes: status changes are urgent; data is at most one ordinary update a frame, and none where the
 * component would look the same. Each snapshot carries everything, so the newer of the two is what to show.
 */
export function useLanes<V>(
  { observer, handlers, first }: Watched<V>,
  isSame: IsSame<V>,
): Snapshot<V> {
  const [frame, setFrame] = useState<Snapshot<V> | null>(null);
  // What the observer before has shown would stay in memory until this one has a frame of its own.
  if (frame && frame.observer !== observer) setFrame(null);
  // Made again in every render: subscribing again each time would cost more than the render.
  const same = useRef(isSame);
  const last = useRef<Snapshot<V> | null>(null);
  const take = useCallback(
    (next: Snapshot<V>) => {
      const shown = newestOf<V>(observer, observer.getUrgent(), last.current);
      if (shown !== next) {
        if (same.current?.(shown, next)) return;
        setFrame(next);
      }
      last.current = next;
    },
    [observer],
  );
  // Not a layout effect: those are undone while a Suspense boundary shows its fallback.
  useEffect(() => observer.listen(handlers.get), [observer, handlers]);
  const urgent = useSyncExternalStore(observer.onStatus, observer.getUrgent, observer.getIdle);
  useEffect(() => observer.onFrame(take), [observer, take]);
  // What looked the same may not look the same through another selector.
  useEffect(() => {
    const isAsked = same.current ?? isSame;
    same.current = isSame;
    if (isAsked) take(observer.getSnapshot());
  }, [observer, take, isSame]);
  return newestOf<V>(observer, urgent, first, frame);
}

/** Whether what the observer holds may be shown: not in a first render that may be hydrating unawares. */
function useHydrated(): boolean {
  const [isPresent, setPresent] = useState(false);
  useCommitEffect(() => {
    setPresent(true);
  }, []);
  return isPresent;
}

// React 17 cannot tell a component that it hydrates: its first render has to be the server's.
/** Whether what a hook holds may be shown in this render. */
export const useIsPresent = 'useSyncExternalStore' in React ? () => true : useHydrated;

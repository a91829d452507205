import * as React from 'react';
import { useCallback, useEffect, useState } from 'react';
import { useSyncExternalStore } from 'use-sync-external-store/shim';
import type { StoreInternals } from '../core/connectionStore.ts';
import type { Snapshot, StartOverrides, View, ViewHandlers } from '../core/view.ts';
import { objectOption } from '../core/option.ts';
import { Latest, useCommitEffect } from './latest.ts';

/** What a hook shows a component: which view, made how, and what it tells whom. */
export interface StreamViewInput<V, O> {
  store: StoreInternals;
  /** With another key another view begins. */
  key: string;
  /** What the hook was rendered with. */
  options: O;
  /** Makes the view, given a way to the latest options; called while rendering, so it opens nothing. */
  create: (latest: () => O) => View<V>;
  /** Finds or registers the one view that stands for many hooks; only with a defined stream. */
  shared?: SharedPlace<V> | undefined;
  handlers: ViewHandlers<V>;
  /** Whether a component that shows `before` would look the same with `after`; default never. */
  isSame?: ((before: Snapshot<V>, after: Snapshot<V>) => boolean) | undefined;
}

/** Where the view of a defined stream is kept. */
export interface SharedPlace<V> {
  find: () => View<V> | undefined;
  /** Registers the view, unless there is one already; gives the one that counts. */
  register: (view: View<V>) => View<V>;
}

interface Held<V, O> {
  key: string;
  store: StoreInternals;
  view: View<V>;
  /** What it showed when this component came to it. */
  first: Snapshot<V>;
  live: Latest<O>;
  /** The callbacks for this key: those of the next one never hear of this one's events. */
  handlers: Latest<ViewHandlers<V>>;
  /** The view of the key before, to be left without linger. */
  replaced: View<V> | null;
  /** How often the key has changed, and how often it had when a render was last committed. */
  changes: number;
  committed: Latest<number>;
}

const mostChanges = 10;

/** A key that changes whenever React renders again would never come to rest. */
function checkChanges({
  changes,
  committed,
}: Pick<Held<unknown, unknown>, 'changes' | 'committed'>): void {
  if (changes - committed.get() <= mostChanges) return;
  throw new Error(
    'use-event-stream: the url, or the option `body` or `format`, is another one in every render, so that the stream would never begin; keep a Blob, a FormData or a format in a constant or in useMemo.',
  );
}

/** The functions of one hook; they reach whichever view it shows. */
export class Remote<V> {
  #view: View<V>;

  constructor(view: View<V>) {
    this.#view = view;
  }

  /** Called when a render is committed, never while rendering. */
  aim(view: View<V>): void {
    this.#view = view;
  }

  /** What was published last, for functions that are called between renders. */
  readonly snapshot = (): Snapshot<V> => this.#view.getSnapshot();
  readonly start = (overrides?: StartOverrides): void => {
    objectOption('overrides', overrides);
    // A handler such as onClick={start} would hand over its event.
    this.#view.start(overrides && 'nativeEvent' in overrides ? undefined : overrides);
  };
  readonly close = (): void => {
    this.#view.close();
  };
  readonly reconnect = (): void => {
    this.#view.reconnect();
  };
  readonly reset = (): void => {
    this.#view.reset();
  };
  readonly clear = (): void => {
    this.#view.clear();
  };
  readonly pause = (): void => {
    this.#view.pause();
  };
  readonly resume = (): void => {
    this.#view.resume();
  };
}

function hold<V, O>(input: StreamViewInput<V, O>, before: Held<V, O> | null): Held<V, O> {
  const { key, store, shared, create, options } = input;
  const live = new Latest(options);
  const view = shared?.find() ?? create(live.get);
  return {
    ...{ key, store, live, view, first: view.getSnapshot() },
    handlers: new Latest(input.handlers),
    replaced: before?.view ?? null,
    changes: before ? before.changes + 1 : 0,
    committed: before?.committed ?? new Latest(0),
  };
}

function useHeld<V, O>(input: StreamViewInput<V, O>): Held<V, O> {
  const [held, setHeld] = useState(() => hold(input, null));
  let current = held;
  if (held.key !== input.key || held.store !== input.store) {
    current = hold(input, held);
    checkChanges(current);
    setHeld(current);
  }
  const { view, live, handlers, changes, committed } = current;
  useCommitEffect(() => {
    live.set(input.options);
    handlers.set(input.handlers);
    committed.set(changes);
  });
  useCommitEffect(() => {
    const counts = input.shared?.register(view) ?? view;
    view.supersede(counts !== view);
    if (counts === view) return;
    setHeld((before) =>
      before.view === view ? { ...before, view: counts, first: counts.getSnapshot() } : before,
    );
  });
  return current;
}

/** The newest snapshot of a view among its urgent one and others. */
const newestOf = <V>(
  view: View<V>,
  [urgent, ...others]: readonly [Snapshot<V>, ...Snapshot<V>[]],
): Snapshot<V> =>
  others.reduce(
    (newest, next) => (next.view === view && next.version > newest.version ? next : newest),
    urgent,
  );

/** The data lane: at most one ordinary update a frame, none where the component would look the same. */
function useFrame<V>(view: View<V>, isSame: StreamViewInput<V, unknown>['isSame']): Snapshot<V> {
  const [last] = useState(() => new Latest(view.getSnapshot()));
  const [frame, setFrame] = useState(last.get);
  // Made anew in every render: subscribing anew each time would cost more than the render.
  const [same] = useState(() => new Latest(isSame));
  useCommitEffect(() => {
    same.set(isSame);
  });
  const take = useCallback(
    (next: Snapshot<V>) => {
      const shown = newestOf(view, [view.getUrgent(), last.get()]);
      if (shown === next || same.get()?.(shown, next)) return;
      last.set(next);
      setFrame(next);
    },
    [view, same, last],
  );
  useEffect(() => view.onFrame(take), [view, take]);
  // What looked the same may not look the same through another selector.
  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- only where the new selector sees another value
    take(view.getSnapshot());
  }, [view, take, isSame]);
  return frame;
}

// React 17 cannot tell a component that it hydrates: its first render has to be the server's.
const knowsHydration = 'useSyncExternalStore' in React;

/** Whether what the view holds may be shown: not in a first render that may be hydrating unawares. */
function useIsPresent(): boolean {
  const [isPresent, setPresent] = useState(knowsHydration);
  useCommitEffect(() => {
    setPresent(true);
  }, []);
  return isPresent;
}

/**
 * Subscribes a component to a view in two lanes: status changes are urgent, data frames are ordinary
 * concurrent updates. Each snapshot carries everything, so the newer of the two is what to show.
 */
export function useStreamView<V, O>(
  input: StreamViewInput<V, O>,
): {
  snapshot: Snapshot<V>;
  remote: Remote<V>;
} {
  const { view, handlers, replaced, first } = useHeld(input);
  const [remote] = useState(() => new Remote(view));
  useCommitEffect(() => {
    remote.aim(view);
  }, [view, remote]);
  // Not a layout effect: those are undone while a Suspense boundary shows its fallback.
  useEffect(() => view.listen(handlers.get), [view, handlers]);
  const urgent = useSyncExternalStore(view.onStatus, view.getUrgent, view.getIdle);
  const frame = useFrame(view, input.isSame);
  useEffect(() => {
    replaced?.abandon();
  }, [replaced]);
  const isPresent = useIsPresent();
  const newest = newestOf(view, [urgent, first, frame]);
  return { snapshot: isPresent ? newest : view.getIdle(), remote };
}

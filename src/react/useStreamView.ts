import * as React from 'react';
import { useCallback, useEffect, useState } from 'react';
import { useSyncExternalStore } from 'use-sync-external-store/shim';
import type { StoreInternals } from '../core/connectionStore.ts';
import { isSafe, type StreamRequest } from '../core/request.ts';
import { describeUrl } from '../core/url.ts';
import type { Snapshot, StartOverrides, View, ViewHandlers } from '../core/view.ts';
import { Latest, useCommitEffect } from './latest.ts';
import { checkHookOptions } from './optionTables.ts';
import type { Start } from './streamOptions.ts';

/** What a hook shows a component: which view, made how, and what it tells whom. */
export interface StreamViewInput<V, O> {
  store: StoreInternals;
  /** What it connects to as it was rendered, or null; with another one another view begins. */
  request: StreamRequest | null;
  manual: boolean | undefined;
  /** What the hook was rendered with. */
  options: O;
  /** Makes the view, given a way to the latest options; called while rendering, so it opens nothing. */
  create: (latest: () => O) => View<V>;
  /** Finds or registers the one view that stands for many hooks; only with a defined stream. */
  shared?: SharedPlace<V> | undefined;
  handlers: ViewHandlers<V>;
  /** Called, in development only, when a render was committed. */
  onCommit?: ((view: View<V>) => void) | undefined;
  /** Whether a component that shows `before` would look the same with `after`; default never. */
  isSame?: ((before: Snapshot<V>, after: Snapshot<V>) => boolean) | undefined;
}

/** Where the view of a defined stream is kept. */
export interface SharedPlace<V> {
  find: () => View<V> | undefined;
  /** Registers the view, unless there is one already; gives the one that counts. */
  register: (view: View<V>) => View<V>;
}

interface Held<V, O> extends Pick<StreamViewInput<V, O>, 'store' | 'manual'> {
  /** Within an object that keeps it to itself: developer tools show React's state, and a request has tokens. */
  asked: Latest<StreamRequest | null>;
  view: View<V>;
  /** What it showed when this component came to it. */
  first: Snapshot<V>;
  live: Latest<O>;
  /** The callbacks for this view: those of the next one never hear of this one's events. */
  handlers: Latest<ViewHandlers<V>>;
  /** The view before, until it is left without linger. */
  replaced: View<V> | null;
  /** A view before this one has sent a request that only `start` may send again. */
  hasAsked: boolean;
  /** How often the key has changed, and how often it had when a render was last committed. */
  changes: number;
  committed: Latest<number>;
  /** It was said that a render has changed what only `start` sends. */
  said: Latest<boolean>;
}

const mostChanges = 10;

/** A request that changes whenever React renders again would never come to rest. */
function checkChanges({
  changes,
  committed,
}: Pick<Held<unknown, unknown>, 'changes' | 'committed'>): void {
  if (changes - committed.get() <= mostChanges) return;
  throw new Error(
    'use-event-stream: the url, or the option `format`, is another one in every render, so that the stream would never begin; keep a format in a constant or in useMemo.',
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
  readonly start: Start = (overrides) => {
    // onClick={start} hands over its event.
    const isEvent = Object(overrides) === overrides && 'target' in (overrides ?? {});
    const given = isEvent ? undefined : (overrides as StartOverrides | undefined);
    if (__DEV__) checkHookOptions('start', given ?? {});
    this.#view.start(given);
  };
  readonly retry = (): void => {
    this.#view.retry();
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
  const { request, manual, store, shared, create, options } = input;
  const live = new Latest(options);
  const hasAsked = before !== null && (before.hasAsked || before.view.hasAsked);
  const found = shared?.find();
  const view = found ?? create(live.get);
  if (!found && hasAsked) view.wait();
  return {
    ...{ manual, store, live, view, hasAsked, first: view.getSnapshot() },
    asked: new Latest(request),
    handlers: new Latest(input.handlers),
    replaced: before?.view ?? null,
    changes: before ? before.changes + 1 : 0,
    committed: before?.committed ?? new Latest(0),
    said: before?.said ?? new Latest(false),
  };
}

/** Whether this render begins another view: not where it changes what only `start` sends. */
function isAnother<V, O>(held: Held<V, O>, next: StreamViewInput<V, O>): boolean {
  const { asked, manual, store, view } = held;
  const request = asked.get();
  if (store !== next.store) return true;
  if (request?.key === next.request?.key && manual === next.manual) return false;
  if (!next.request || isSafe(next.request)) return true;
  const { url, method } = next.request;
  if (url !== request?.url || method !== request.method) return true;
  return manual !== next.manual && !view.hasAsked;
}

/** Says once, in development, that a render has changed what only `start` sends. */
function warnOfUnsent<V, O>(
  held: Held<V, O>,
  { request, manual }: StreamViewInput<V, O>,
  said: Latest<boolean>,
): void {
  const isUnsent = held.hasAsked || (held.view.hasAsked && held.asked.get()?.key !== request?.key);
  if (!isUnsent || manual || !request || isSafe(request) || said.get()) return;
  said.set(true);
  console.warn(
    `use-event-stream: a render has changed the ${request.method} to ${describeUrl(request.url)}, which no render sends again; call \`start()\` to send it as it is now, and set \`manual: true\` if nothing else is to send it.`,
  );
}

function useHeld<V, O>(input: StreamViewInput<V, O>) {
  const [held, setHeld] = useState(() => hold(input, null));
  let current = held;
  if (isAnother(held, input)) {
    current = hold(input, held);
    checkChanges(current);
    setHeld(current);
  }
  const { view, live, handlers, changes, committed } = current;
  useCommitEffect(() => {
    live.set(input.options);
    handlers.set(input.handlers);
    committed.set(changes);
    if (__DEV__) {
      warnOfUnsent(current, input, current.said);
      input.onCommit?.(view);
    }
  });
  useCommitEffect(() => {
    const counts = input.shared?.register(view) ?? view;
    view.supersede(counts !== view);
    if (counts === view) return;
    setHeld((before) =>
      before.view === view ? { ...before, view: counts, first: counts.getSnapshot() } : before,
    );
  });
  const leave = useCallback((replaced: View<V>) => {
    replaced.abandon();
    // One more render: React keeps the state of the one before, and with it all data of the other url.
    setHeld((before) => (before.replaced === replaced ? { ...before, replaced: null } : before));
  }, []);
  return { ...current, leave };
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
  // What the view before has shown would stay in memory until this one has a frame of its own.
  if (frame.view !== view) setFrame(view.getSnapshot());
  // Made again in every render: subscribing again each time would cost more than the render.
  const [same] = useState(() => new Latest(isSame));
  useCommitEffect(() => {
    same.set(isSame);
  });
  const take = useCallback(
    (next: Snapshot<V>) => {
      const shown = newestOf(view, [view.getUrgent(), last.get()]);
      if (shown !== next) {
        if (same.get()?.(shown, next)) return;
        setFrame(next);
      }
      last.set(next);
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
  const { view, handlers, replaced, first, leave } = useHeld(input);
  const [remote] = useState(() => new Remote(view));
  useCommitEffect(() => {
    remote.aim(view);
  }, [view, remote]);
  // Not a layout effect: those are undone while a Suspense boundary shows its fallback.
  useEffect(() => view.listen(handlers.get), [view, handlers]);
  const urgent = useSyncExternalStore(view.onStatus, view.getUrgent, view.getIdle);
  const frame = useFrame(view, input.isSame);
  useEffect(() => {
    if (replaced) leave(replaced);
  }, [replaced, leave]);
  const isPresent = useIsPresent();
  const newest = newestOf(view, [urgent, first, frame]);
  return { snapshot: isPresent ? newest : view.getIdle(), remote };
}

import { useCallback, useEffect, useState } from 'react';
import type { Clock } from '../core/clock.ts';
import type { StoreInternals } from '../core/store/storeInternals.ts';
import type { Emitter, Accumulator } from '../core/observer/accumulator.ts';
import type { Format } from '../core/format/format.ts';
import type { StreamRequest } from '../core/request/request.ts';
import { isSafe, type StreamUrl } from '../core/request/requestOptions.ts';
import type { RequestKey } from '../core/request/requestKey.ts';
import { describeUrl, ownBase } from '../core/request/url.ts';
import { Observer } from '../core/observer/observer.ts';
import type { Snapshot, StartOverrides, ObserverCallbacks } from '../core/observer/snapshot.ts';
import { copied, isAlike } from './alike.ts';
import { Controller } from './controller.ts';
import { Latest, useCommitEffect } from './latestRef.ts';
import { useIsPresent, useLanes, type IsSame } from './useLanes.ts';
import { useStore } from './StreamProvider.tsx';
import type { SourceOptions, StreamOptions } from './streamOptions.ts';

/** The options of a hook, of which more is its own. */
export type AnyOptions = Omit<StreamOptions<never>, 'until' | 'failOn'> &
  SourceOptions & {
    format?: Format | undefined;
    throttle?: 'frame' | number | undefined;
  };

/** What an accumulator is made with. */
export interface AccumulatorParts<O> {
  /** The options of the last render that was committed. */
  options: () => O;
  emitter: Emitter;
  clock: Clock;
  /** The address to name in an error. */
  url: () => string;
}

/** What the hooks differ in: which events they ask for, and what they make of them. */
export interface StreamKind<O extends AnyOptions, V, F extends Accumulator<V>> {
  /** The event names that EventSource has to be told; what is no name is passed over. */
  names(options: O): readonly unknown[];
  /** What of the request is not as the options say. */
  wire?(options: O): Pick<AnyOptions, 'format' | 'share'>;
  accumulator(parts: AccumulatorParts<O>): F;
  /** A run begins or is taken up again; `signal` is aborted when it is over, or nobody watches any more. */
  onWatched?(observer: Observer<V, F>, signal: AbortSignal, options: O): void;
}

/** The observers of a defined stream, of which there is one for all hooks on a connection. */
export interface DefinedObservers<V, F extends Accumulator<V>> {
  find(store: StoreInternals, key: RequestKey): Observer<V, F> | undefined;
  /** Registers the observer, unless there is one already; gives the one that counts. */
  register(store: StoreInternals, key: RequestKey, observer: Observer<V, F>): Observer<V, F>;
  /** The observer stands for nothing any more. */
  remove(store: StoreInternals, key: RequestKey, observer: Observer<V, F>): void;
  /** The callbacks of the definition, which are called once for all hooks. */
  handlers(): ObserverCallbacks<V>;
}

/** What a hook shows a component, and what it tells whom. */
export interface StreamInput<O extends AnyOptions, V, F extends Accumulator<V>> {
  url: StreamUrl;
  options: O;
  kind: StreamKind<O, V, F>;
  handlers: ObserverCallbacks<V>;
  /** Only with a defined stream. */
  defined?: DefinedObservers<V, F> | null;
  isSame?: IsSame<V>;
  /** Called, in development only, when a render was committed. */
  onCommit?: ((observer: Observer<V, F>) => void) | undefined;
}

/** What a hook was rendered with, and what that asks for. */
interface Rendered<O> {
  url: StreamUrl;
  options: O;
  /** What it connects to, or null; with another one another observer begins. */
  request: StreamRequest | null;
  /** All that the request was made of, by value, and for whom. */
  asked: unknown;
  owner: object;
}

interface Context<O> {
  store: StoreInternals;
  /** Who may share the functions among the options: the hook itself, or a defined stream. */
  owner: object;
  /** Those of the last render that was committed, and its url: at the time of each attempt they are asked. */
  options: Latest<O & { url: StreamUrl }>;
}

interface Held<O extends AnyOptions, V, F extends Accumulator<V>> {
  store: StoreInternals;
  manual: boolean | undefined;
  defined: DefinedObservers<V, F> | null | undefined;
  observer: Observer<V, F>;
  /** What it showed when this component came to it. */
  first: Snapshot<V>;
  /** Within an object that keeps it to itself: developer tools show React's state, and a request has tokens. */
  live: Latest<Rendered<O>>;
  /** The callbacks for this observer: those of the next one never hear of this one's events. */
  handlers: Latest<ObserverCallbacks<V>>;
  /** The observer before, until it is left without linger. */
  replaced: Observer<V, F> | null;
  /** An observer before this one has sent a request that only `start` may send again. */
  hasAsked: boolean;
  /** How often the key has changed, and how often it had when a render was last committed; -1 before the first. */
  changes: number;
  committed: Latest<number>;
  /** It was said that a render has changed what only `start` sends. */
  said: Latest<boolean>;
}

const mostChanges = 10;

const given = (overrides: StartOverrides): StartOverrides =>
  Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));

/** What a hook asks for, or null where that is nothing: no url, switched off, or rendered on a server. Throws a TypeError on bad options. */
function resolve<O extends AnyOptions, V, F extends Accumulator<V>>(
  kind: StreamKind<O, V, F>,
  { url, options }: Pick<Rendered<O>, 'url' | 'options'>,
  { store, owner, options: live }: Context<O>,
  overrides: StartOverrides = {},
): StreamRequest | null {
  const changes = given(overrides);
  const target = changes.url ?? url;
  if (!target || options.enabled === false || typeof window === 'undefined') return null;
  const events = kind.names(options).filter((name) => typeof name === 'string');
  return store.resolve(
    {
      url: target,
      options: { ...options, ...kind.wire?.(options), ...changes, events },
      latest: () => ({ ...live.get(), ...changes }),
    },
    owner,
  );
}

/** What this render asks for: what the one before did, unless an option has another value. */
function render<O extends AnyOptions, V, F extends Accumulator<V>>(
  input: StreamInput<O, V, F>,
  context: Context<O>,
  before: Rendered<O> | null,
): Rendered<O> {
  const { url, options } = input;
  // A URL may change in place.
  const asked = [typeof url === 'function' || (url && String(url)), options, ownBase()];
  const { owner } = context;
  const isKnown = before?.owner === owner && isAlike(before.asked, asked);
  if (isKnown) return { ...before, url, options };
  return {
    url,
    options,
    request: resolve(input.kind, input, context),
    asked: copied(asked),
    owner,
  };
}

function hold<O extends AnyOptions, V, F extends Accumulator<V>>(
  input: StreamInput<O, V, F>,
  context: Context<O>,
  rendered: Rendered<O>,
  before: Held<O, V, F> | null,
): Held<O, V, F> {
  const { kind, defined, options } = input;
  const { store } = context;
  const { manual } = options;
  const live = new Latest(rendered);
  const latest = () => live.get().options;
  const key = rendered.request?.key;
  const hasAsked = before !== null && (before.hasAsked || before.observer.hasAsked);
  const make = () => {
    const observer: Observer<V, F> = new Observer<V, F>({
      store,
      request: () => live.get().request,
      resolve: (overrides) => resolve(kind, live.get(), context, overrides),
      manual: manual ?? false,
      throttle: () => latest().throttle ?? 'frame',
      persist: () => latest().persist,
      accumulator: (emitter) =>
        kind.accumulator({
          options: latest,
          emitter,
          clock: store.clock,
          url: () => describeUrl(observer.request?.url ?? ''),
        }),
      onReleased() {
        if (key) defined?.remove(store, key, observer);
      },
      onWatched: (signal) => kind.onWatched?.(observer, signal, latest()),
    });
    if (defined) observer.listen(() => defined.handlers());
    if (hasAsked) observer.wait();
    return observer;
  };
  const observer = (key && defined?.find(store, key)) ?? make();
  return {
    ...{ store, manual, defined, observer, live, hasAsked, first: observer.getSnapshot() },
    handlers: new Latest(input.handlers),
    replaced: before?.observer ?? null,
    changes: before ? before.changes + 1 : 0,
    committed: before?.committed ?? new Latest(-1),
    said: before?.said ?? new Latest(false),
  };
}

/** Whether this render begins another observer. Not if it changes only what `start` sends. */
function isAnother<O extends AnyOptions, V, F extends Accumulator<V>>(
  { live, manual, store, defined, observer }: Held<O, V, F>,
  next: Pick<Held<O, V, F>, 'store' | 'manual' | 'defined'> & Pick<Rendered<O>, 'request'>,
): boolean {
  const { request } = live.get();
  if (store !== next.store || defined !== next.defined) return true;
  if (request?.key === next.request?.key && manual === next.manual) return false;
  if (!next.request || isSafe(next.request)) return true;
  const { url, method } = next.request;
  if (url !== request?.url || method !== request.method) return true;
  return manual !== next.manual && !observer.hasAsked;
}

/** Says once, in development, that a render has changed what only `start` sends. */
function warnOfUnsent<O extends AnyOptions, V, F extends Accumulator<V>>(
  { hasAsked, observer, live, said }: Held<O, V, F>,
  { request, options }: Rendered<O>,
): void {
  const isUnsent = hasAsked || (observer.hasAsked && live.get().request?.key !== request?.key);
  if (!isUnsent || options.manual || !request || isSafe(request) || said.get()) return;
  said.set(true);
  console.warn(
    `use-event-stream: a render has changed the ${request.method} to ${describeUrl(request.url)}, which no render sends again; call \`start()\` to send it as it is now, and set \`manual: true\` if nothing else is to send it.`,
  );
}

function useHeld<O extends AnyOptions, V, F extends Accumulator<V>>(
  input: StreamInput<O, V, F>,
  context: Context<O>,
) {
  const [held, setHeld] = useState(() => hold(input, context, render(input, context, null), null));
  const { defined, options } = input;
  const { store } = context;
  let current = held;
  const before = held.live.get();
  // It was made in this very render.
  const isNew = held.committed.get() < 0 && before.options === options;
  const rendered = isNew ? before : render(input, context, held.store === store ? before : null);
  const { request } = rendered;
  if (isAnother(held, { store, manual: options.manual, defined, request })) {
    current = hold(input, context, rendered, held);
    // A request that changes whenever React renders again would never come to rest.
    if (current.changes - current.committed.get() > mostChanges) {
      throw new Error(
        'use-event-stream: the url, or the option `format`, is another one in every render, so that the stream would never begin; keep a format in a constant or in useMemo.',
      );
    }
    setHeld(current);
  }
  const { observer } = current;
  useCommitEffect(() => {
    if (__DEV__) {
      warnOfUnsent(current, rendered);
      input.onCommit?.(observer);
    }
    context.options.set({ ...options, url: input.url });
    current.live.set(rendered);
    current.handlers.set(input.handlers);
    current.committed.set(current.changes);
    if (!defined || !request) return;
    const counts = defined.register(store, request.key, observer);
    observer.supersede(counts !== observer);
    if (counts === observer) return;
    setHeld((last) =>
      last.observer === observer
        ? { ...last, observer: counts, first: counts.getSnapshot() }
        : last,
    );
  });
  const leave = useCallback((replaced: Observer<V, F>) => {
    replaced.abandon();
    // One more render: React keeps the state of the one before, and with it all data of the other url.
    setHeld((last) => (last.replaced === replaced ? { ...last, replaced: null } : last));
  }, []);
  return { ...current, leave };
}

/** Connects a component to a stream; gives what to show, and what the component can do. */
export function useStream<O extends AnyOptions, V, F extends Accumulator<V>>(
  input: StreamInput<O, V, F>,
): { snapshot: Snapshot<V>; controller: Controller<V>; observer: Observer<V, F> } {
  const store = useStore();
  const [self] = useState(() => ({}));
  // A function among the arguments is the hook's own, whatever is defined.
  const owner = (typeof input.url !== 'function' && input.defined) || self;
  const [options] = useState(() => new Latest({ ...input.options, url: input.url }));
  const held = useHeld(input, { store, owner, options });
  const { observer, replaced, leave } = held;
  const [controller] = useState(() => new Controller<V>(observer));
  useCommitEffect(() => {
    controller.aim(observer);
  }, [observer, controller]);
  const snapshot = useLanes(held, input.isSame);
  const { throttle } = input.options;
  // What was held back by a longer `throttle` is shown as soon as a shorter one allows it.
  useEffect(() => {
    observer.refresh();
  }, [observer, throttle]);
  useEffect(() => {
    if (replaced) leave(replaced);
  }, [replaced, leave]);
  return { snapshot: useIsPresent() ? snapshot : observer.getIdle(), controller, observer };
}

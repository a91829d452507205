import { useEffect, useState } from 'react';
import type { StoreInternals } from '../core/connectionStore.ts';
import { eventNames, type NoEvents, type WriteInstead } from '../core/decode.ts';
import type { RawEvent } from '../core/event.ts';
import { EventFold, maxEventsOf, type EventValue } from '../core/eventFold.ts';
import type { Format } from '../core/format/format.ts';
import { asker, isThenable, type Ask } from '../core/report.ts';
import type { StreamRequest, StreamUrl } from '../core/request.ts';
import type { RequestKey } from '../core/requestKey.ts';
import { View, type Snapshot, type StartOverrides, type ViewHandlers } from '../core/view.ts';
import type { StreamDefinition } from './defineStream.ts';
import type {
  BufferOptions,
  Buffered,
  EventCallbacks,
  EventOf,
  EventsOption,
  Folded,
  HookOptions,
  ReduceOptions,
  SelectOptions,
  Wire,
} from './eventStream.ts';
import { checkHookOptions, checkStream } from './optionTables.ts';
import type { Recipe } from './recipe.ts';
import { resolveStream } from './resolveStream.ts';
import { SharedViews } from './sharedViews.ts';
import { useStore } from './StreamProvider.tsx';
import { useStreamView, type Remote } from './useStreamView.ts';

/** What a hook adds to it. */
type HookPart = EventCallbacks<RawEvent, unknown> & {
  enabled?: boolean | undefined;
  select?: ((value: unknown) => unknown) | undefined;
  isEqual?: ((a: unknown, b: unknown) => boolean) | undefined;
};

const isDefinition = (
  value: object,
): value is StreamDefinition<unknown, unknown, unknown> & { '~stream': { options: Recipe } } =>
  Object(value) === value && '~stream' in value;

const namesOf = (recipe: Recipe): readonly string[] => [
  ...eventNames(recipe),
  ...[recipe.until, recipe.failOn].filter((name) => typeof name === 'string'),
];

/** What a hook was rendered with. */
interface Rendered {
  url: StreamUrl;
  recipe: Recipe;
}

interface Context {
  store: StoreInternals;
  /** Who may share the functions of the recipe. */
  owner: object;
}

const resolve = (
  { url, recipe }: Rendered,
  latest: () => Rendered,
  { store, owner, overrides }: Context & { overrides?: StartOverrides | undefined },
): StreamRequest | null =>
  resolveStream(
    { url, options: recipe, events: namesOf(recipe) },
    { store, owner, latest: () => latest().recipe },
    overrides,
  );

const untyped = (option: Recipe['until']) => (typeof option === 'function' ? undefined : option);

function createView(
  latest: () => Rendered,
  { store, owner }: Context,
  onReleased: () => void,
): View<EventValue> {
  const recipe = () => latest().recipe;
  const { manual = false, reduce } = recipe();
  return new View({
    store,
    resolve: (overrides) => resolve(latest(), latest, { store, owner, overrides }),
    manual,
    needsAll: reduce !== undefined,
    // The fold tests events, for it has typed them.
    until: () => untyped(recipe().until),
    failOn: () => untyped(recipe().failOn),
    throttle: () => recipe().throttle ?? 'frame',
    fold: (emitter) => new EventFold(recipe, emitter, store.clock),
    keeps: () => maxEventsOf(recipe()),
    onReleased,
  });
}

const definedViews = /* @__PURE__ */ new WeakMap<object, SharedViews<EventValue>>();

/** The views of a defined stream. */
function viewsOf(definition: object): SharedViews<EventValue> {
  const views = definedViews.get(definition) ?? new SharedViews<EventValue>();
  definedViews.set(definition, views);
  return views;
}

type Shown = (value: EventValue) => unknown;

/** What `select` is given: the state of a reducer, or the events. */
const selectable =
  (isReduced: boolean): Shown =>
  ({ data, events }) =>
    isReduced ? data : events.toArray();

/** The state of a reducer, or the newest event's data. */
const newest: Shown = ({ data }) => data;

function handlersOf(
  hook: EventCallbacks<RawEvent, unknown>,
  dataOf: Shown,
): ViewHandlers<EventValue> {
  const { onEvent, onEvents, onOpen, onError, onReject, onClose, onComment, onRestart } = hook;
  return {
    onOpen,
    onError,
    onReject,
    onComment,
    onRestart,
    onClose:
      onClose &&
      (({ reason, value }) => {
        onClose({ reason, data: dataOf(value) });
      }),
    onEvent,
    onEvents,
  };
}

/** What a selector gave; a promise counts as undefined. */
const settled = (value: unknown): unknown => (isThenable(value) ? undefined : value);

/** What a selector gave; that it is a promise is told once it is shown. */
function useSettled(selected: unknown): unknown {
  const [ask] = useState(() => asker('select'));
  const promise = isThenable(selected) ? selected : null;
  useEffect(() => {
    ask(() => promise, null);
  }, [ask, promise]);
  return promise ? undefined : selected;
}

/** Whether two snapshots look the same through a selector; `isEqual` that throws or gives a promise says no. */
function sameThrough(select: Shown, isEqual: (a: unknown, b: unknown) => boolean, ask: Ask) {
  return (before: Snapshot<EventValue>, after: Snapshot<EventValue>) => {
    if (before.state !== after.state || before.paused !== after.paused) return false;
    if (before.value.rejected !== after.value.rejected) return false;
    try {
      const values = [settled(select(before.value)), settled(select(after.value))] as const;
      return ask(() => isEqual(...values), false);
    } catch {
      // A selector that throws does so again while rendering, where an error boundary can catch it.
      return false;
    }
  };
}

function result(
  { state, value, paused }: Snapshot<EventValue>,
  remote: Remote<EventValue>,
  shown: { data: unknown } | null,
) {
  const { start, retry, close, reconnect, clear, pause, resume } = remote;
  const { rejected, lastEventId, dropped } = value;
  const controls = { start, retry, close, reconnect, clear, pause, resume, paused };
  if (shown) return { ...state, ...controls, data: shown.data, rejected };
  return {
    ...state,
    ...controls,
    data: value.data,
    rejected,
    lastEventId,
    dropped,
    get events() {
      return value.events.toArray();
    },
  };
}

/** What was held back by a longer `throttle` is shown as soon as a shorter one allows it. */
function useRefresh({ view }: Snapshot<EventValue>, { throttle }: Recipe): void {
  useEffect(() => {
    view.refresh();
  }, [view, throttle]);
}

/** Makes the view, and sees to it that a shared one leaves its place when nobody watches it any more. */
function placeView(
  latest: () => Rendered,
  parts: Context & { key: RequestKey | undefined; definition: object | null },
): View<EventValue> {
  const { store, owner, key, definition } = parts;
  const leave = (): void => {
    if (definition && key) viewsOf(definition).remove(store, key, view);
  };
  const view = createView(latest, { store, owner }, leave);
  // What a definition calls back is called once, however many hooks name it.
  if (definition) view.listen(() => handlersOf(latest().recipe, newest));
  return view;
}

function useEventView(rendered: Rendered, definition: object | null, hook: HookPart) {
  const store = useStore();
  const [self] = useState(() => ({}));
  const [ask] = useState(() => asker('isEqual'));
  const owner = definition ?? self;
  const request = resolve(rendered, () => rendered, { store, owner });
  const key = request?.key;
  const views = definition && key ? viewsOf(definition) : null;
  const { select, isEqual = Object.is } = hook;
  const isReduced = rendered.recipe.reduce !== undefined;
  const whole = selectable(isReduced);
  const selected: Shown | null = select ? (value) => select(whole(value)) : null;
  const { snapshot, remote } = useStreamView({
    store,
    request,
    manual: rendered.recipe.manual,
    options: rendered,
    create: (latest) => placeView(latest, { store, owner, key, definition }),
    shared: key && views?.place(store, key),
    handlers: handlersOf(hook, definition ? whole : newest),
    isSame: selected ? sameThrough(selected, isEqual, ask) : undefined,
  });
  useRefresh(snapshot, rendered.recipe);
  const data = useSettled(selected?.(snapshot.value));
  if (selected) return result(snapshot, remote, { data });
  return result(snapshot, remote, isReduced ? { data: whole(snapshot.value) } : null);
}

/**
 * Shows a stream's events, or what a reducer makes of them, while they come.
 *
 * A falsy `url`, or `enabled: false`, means idle. Options are in {@link BufferOptions} and
 * {@link ReduceOptions}; with a stream made by `defineStream` the third argument may narrow it with
 * `select`. Every event reaches the buffer, the reducer and the callbacks; only rendering is gathered,
 * to at most one commit a frame. Throws a TypeError on bad options.
 */
export function useEventStream<
  M extends EventsOption = NoEvents,
  F extends Format = 'auto',
  T = Wire<F>,
>(url: StreamUrl, options?: BufferOptions<M, F, T>): Buffered<EventOf<M, T>>;
export function useEventStream<
  M extends EventsOption = NoEvents,
  F extends Format = 'auto',
  T = Wire<F>,
  A = never,
>(url: StreamUrl, options: ReduceOptions<M, F, T, A>): Folded<A>;
/**
 * Not a call: what comes is typed by `parse`, `schema` or `events`, not by a type alone.
 *
 * @hidden
 */
export function useEventStream<T>(
  url: WriteInstead<'useEventStream(url, { parse: json<T> })', T>,
  options?: WriteInstead<'{ parse: json<T> }', T>,
): never;
export function useEventStream<E, V, R>(
  url: StreamUrl,
  stream: StreamDefinition<E, V, R>,
  hook?: HookOptions<E, V>,
): R;
export function useEventStream<E, V, S>(
  url: StreamUrl,
  stream: StreamDefinition<E, V, unknown>,
  hook: SelectOptions<E, V, S>,
): Folded<S>;
// The compiler shows what is wrong by the last signature alone: it has the options of both kinds.
export function useEventStream<
  M extends EventsOption = NoEvents,
  F extends Format = 'auto',
  T = Wire<F>,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- where it cannot be inferred, it is not what is wrong
  A = any,
>(
  url: StreamUrl,
  options: BufferOptions<M, F, T> | ReduceOptions<M, F, T, A>,
): Buffered<EventOf<M, T>> | Folded<A>;
export function useEventStream(
  address: StreamUrl | WriteInstead<string>,
  stream: object = {},
  hook?: object,
): unknown {
  const url = address as StreamUrl;
  const definition = isDefinition(stream) ? stream : null;
  const recipe: Recipe = isDefinition(stream) ? stream['~stream'].options : stream;
  const part: HookPart = definition ? { ...hook } : recipe;
  if (__DEV__) {
    if (definition) checkHookOptions('the hook of a defined stream', hook ?? {});
    else checkStream('useEventStream', stream);
  }
  const enabled = part.enabled === undefined ? recipe.enabled : part.enabled;
  return useEventView({ url, recipe: { ...recipe, enabled } }, definition, part);
}

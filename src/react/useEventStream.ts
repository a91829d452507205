import { useEffect, useState } from 'react';
import { eventNames, type NoEvents, type WriteInstead } from '../core/observer/decode.ts';
import type { RawEvent } from '../core/event.ts';
import { EventAccumulator, type EventValue } from '../core/events/eventAccumulator.ts';
import type { Format } from '../core/format/format.ts';
import { asker, isThenable, type Ask } from '../core/report.ts';
import type { StreamUrl } from '../core/request/requestOptions.ts';
import type { Snapshot } from '../core/observer/snapshot.ts';
import type { Controller } from './controller.ts';
import type { StreamDefinition } from './defineStream.ts';
import type {
  BufferOptions,
  Buffered,
  EventCallbacks,
  EventOf,
  EventsOption,
  Folded,
  HookOptions,
  OfItems,
  ReduceOptions,
  SelectOptions,
  Wire,
} from './eventStreamOptions.ts';
import { checkHookOptions, checkStream } from './optionTables.ts';
import { handlersOf, newest, selectable, type Recipe, type Shown } from './recipe.ts';
import { useStream, type DefinedObservers, type StreamKind } from './useStream.ts';

/** What a hook adds to it. */
type HookPart = EventCallbacks<RawEvent, unknown> & {
  enabled?: boolean | undefined;
  select?: ((value: unknown) => unknown) | undefined;
  isEqual?: ((a: unknown, b: unknown) => boolean) | undefined;
};

/** A defined stream as `defineStream` makes it. */
interface Definition {
  readonly '~stream': {
    readonly options: Recipe;
    readonly observers: DefinedObservers<EventValue, EventAccumulator>;
  };
}

const isDefinition = (value: object): value is Definition =>
  Object(value) === value && '~stream' in value;

const events: StreamKind<Recipe, EventValue, EventAccumulator> = {
  names: (recipe) => [...eventNames(recipe), recipe.until, recipe.failOn, recipe.reset],
  accumulator: ({ options, emitter, clock }) => new EventAccumulator(options, emitter, clock),
};

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
    if (before.value.stale !== after.value.stale) return false;
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
  controller: Controller<EventValue>,
  shown: { data: unknown } | null,
) {
  const { start, retry, close, reconnect, clear, pause, resume } = controller;
  const { rejected, stale, lastEventId, dropped } = value;
  const controls = { start, retry, close, reconnect, clear, pause, resume, paused };
  if (shown) return { ...state, ...controls, data: shown.data, rejected, stale };
  return {
    ...state,
    ...controls,
    data: value.data,
    rejected,
    stale,
    lastEventId,
    dropped,
    get events() {
      return value.events.toArray();
    },
  };
}

function useEvents(
  { url, recipe }: { url: StreamUrl; recipe: Recipe },
  definition: Definition | null,
  hook: HookPart,
) {
  const [ask] = useState(() => asker('isEqual'));
  const { select, isEqual = Object.is } = hook;
  const isReduced = recipe.reduce !== undefined;
  const whole = selectable(isReduced);
  const selected: Shown | null = select ? (value) => select(whole(value)) : null;
  const { snapshot, controller } = useStream({
    url,
    options: recipe,
    kind: events,
    handlers: handlersOf(hook, definition ? whole : newest),
    defined: definition?.['~stream'].observers ?? null,
    isSame: selected ? sameThrough(selected, isEqual, ask) : undefined,
  });
  const data = useSettled(selected?.(snapshot.value));
  if (selected) return result(snapshot, controller, { data });
  return result(snapshot, controller, isReduced ? { data: whole(snapshot.value) } : null);
}

/**
 * Shows the newest events of a stream, or what a reducer makes of all of them, while they come.
 *
 * A falsy `url`, or `enabled: false`, means idle. The options are in {@link BufferOptions} and
 * {@link ReduceOptions}. With a stream made by {@link defineStream} the third argument may narrow it with
 * `select`. Every event reaches the buffer, the reducer and the callbacks. What comes is rendered at most once
 * a frame.
 *
 * @example
 * ```tsx
 * import { json, useEventStream } from 'use-event-stream';
 *
 * type Price = { symbol: string; price: number };
 *
 * export function Ticker() {
 *   const { data, status } = useEventStream('/api/prices', { parse: json<Price> });
 *   return <p aria-busy={status !== 'open'}>{data ? `${data.symbol} ${data.price}` : 'none yet'}</p>;
 * }
 * ```
 *
 * @throws A `TypeError`, while rendering, on a url that does not parse or has a password in it, and on headers
 * that HTTP does not allow. In development also on every other bad option; in production what can never be
 * sent has then `failed` (`aborted`).
 */
export function useEventStream<T>(
  url: StreamUrl,
  options: Omit<BufferOptions<NoEvents, 'auto', T>, keyof OfItems<T>> & OfItems<T>,
): Buffered<EventOf<NoEvents, T>>;
export function useEventStream<T, A>(
  url: StreamUrl,
  options: Omit<ReduceOptions<NoEvents, 'auto', T, A>, keyof OfItems<T>> & OfItems<T>,
): Folded<A>;
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
  return useEvents(
    { url, recipe: enabled === recipe.enabled ? recipe : { ...recipe, enabled } },
    definition,
    part,
  );
}

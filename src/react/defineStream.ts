import type { NoEvents, WriteInstead } from '../core/observer/decode.ts';
import type { Format } from '../core/format/format.ts';
import type {
  BufferOptions,
  Buffered,
  EventOf,
  EventsOption,
  Folded,
  ReduceOptions,
  Wire,
} from './eventStreamOptions.ts';
import { checkStream } from './optionTables.ts';
import { SharedObservers } from './sharedObservers.ts';

/** A stream defined once: it is folded once for all hooks that name it on the same connection. */
export interface StreamDefinition<E, V, R> {
  readonly '~stream': {
    /** What the stream was defined with. */
    readonly options: object;
    /** Its events, what `select` sees of it, and what a hook returns; never present at run time. */
    readonly types?: readonly [E, V, R];
  };
}

/**
 * Defines a stream that many components show parts of. Define it outside of components.
 *
 * Hooks that name the same definition on the same connection share one fold. Every event is decoded and folded
 * once, late joiners see the whole, and `select` narrows what each component renders for. The callbacks of the
 * definition are called once for all hooks. `close`, `clear`, `pause` and the other controls of one hook act
 * on the stream that all of them show.
 *
 * @example
 * ```tsx
 * import { defineStream, json, useEventStream } from 'use-event-stream';
 *
 * type Price = { symbol: string; price: number };
 *
 * const prices = defineStream({
 *   parse: json<Price>,
 *   initial: {} as Readonly<Record<string, number>>,
 *   reduce: (book, events) =>
 *     events.reduce((all, { data }) => ({ ...all, [data.symbol]: data.price }), book),
 * });
 *
 * export function Cell({ symbol }: { symbol: string }) {
 *   const { data } = useEventStream('/api/prices', prices, { select: (book) => book[symbol] });
 *   return <td>{data?.toFixed(2)}</td>;
 * }
 * ```
 *
 * @throws A `TypeError`, in development, on a bad option.
 */
export function defineStream<
  M extends EventsOption = NoEvents,
  F extends Format = 'auto',
  T = Wire<F>,
>(
  options: BufferOptions<M, F, T>,
): StreamDefinition<EventOf<M, T>, readonly EventOf<M, T>[], Buffered<EventOf<M, T>>>;
export function defineStream<
  M extends EventsOption = NoEvents,
  F extends Format = 'auto',
  T = Wire<F>,
  A = never,
>(options: ReduceOptions<M, F, T, A>): StreamDefinition<EventOf<M, T>, A, Folded<A>>;
/**
 * Not a call: what comes is typed by `parse`, `schema` or `events`, not by a type alone.
 *
 * @hidden
 */
export function defineStream<T>(
  options: WriteInstead<'defineStream({ parse: json<T> })', T>,
): never;
// The compiler shows what is wrong by the last signature alone: it has the options of both kinds.
export function defineStream<
  M extends EventsOption = NoEvents,
  F extends Format = 'auto',
  T = Wire<F>,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- where it cannot be inferred, it is not what is wrong
  A = any,
>(
  options: BufferOptions<M, F, T> | ReduceOptions<M, F, T, A>,
): StreamDefinition<
  EventOf<M, T>,
  readonly EventOf<M, T>[] | A,
  Buffered<EventOf<M, T>> | Folded<A>
>;
export function defineStream(options: object): StreamDefinition<never, never, never> {
  if (__DEV__) checkStream('defineStream', options);
  const definition = { options, observers: new SharedObservers(options) };
  return { '~stream': definition };
}

import type { NoEvents } from '../core/decode.ts';
import { checkEventOptions } from '../core/eventFold.ts';
import type { Format } from '../core/format/format.ts';
import { checkUntil } from '../core/until.ts';
import type {
  BufferOptions,
  Buffered,
  EventOf,
  EventsOption,
  Folded,
  ReduceOptions,
  Wire,
} from './eventStream.ts';

/** A stream defined once: folded once for all hooks that name it on the same connection. */
export interface StreamDefinition<E, V, R> {
  readonly '~stream': {
    /** What the stream was defined with. */
    readonly options: object;
    /** Its events, what `select` sees of it, and what a hook returns; never present at run time. */
    readonly types?: readonly [E, V, R];
  };
}

/**
 * Defines a stream that many components show parts of. Hooks that name the same definition on the same
 * connection share one fold: every event is decoded and folded once, late joiners see the whole, and
 * `select` narrows what each of them renders for.
 *
 * Define it outside of components. Throws a TypeError on bad options.
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
export function defineStream(options: object): StreamDefinition<never, never, never> {
  checkEventOptions(options);
  checkUntil('until' in options ? options.until : undefined);
  return { '~stream': { options } };
}

import type { NoEvents, Parse, Rejection, WriteInstead } from '../observer/decode.ts';
import type { Format } from '../format/format.ts';
import type { EventOf, EventSchema, EventsOption, Wire } from '../observer/typedEvents.ts';
import type { Until } from '../observer/until.ts';
import type { RequestOptions, StreamSource } from '../request/requestOptions.ts';

/** The options of a loop over the events of a stream: those of the request, and these. */
export interface EventIteratorOptions<
  M extends EventsOption = NoEvents,
  F extends Format = 'auto',
  T = Wire<F>,
> extends RequestOptions {
  /** Ends the loop when it is aborted: it throws the reason of the signal, at once. */
  signal?: AbortSignal | undefined;
  /** Gives the stream of each attempt in the place of a request, as in the hooks; the url only names it. */
  source?: StreamSource | undefined;
  /** How the response is read: `'auto'` goes by its content type. @defaultValue `'auto'` */
  format?: F | undefined;
  /**
   * The event names to listen for, or a map from names to decoders, which types each of them. Events without a
   * name are called `message`. @defaultValue all that come
   */
  events?: M | undefined;
  /**
   * Makes a value of the text of each event, such as `json<Price>`. If it throws, that event is rejected.
   * @defaultValue the text as it came
   */
  parse?: Parse<T> | WriteInstead<'json<Price>'> | undefined;
  /**
   * Parses the JSON of each event, checks it and types it: a schema of zod, valibot, arktype or another library
   * that follows Standard Schema.
   */
  schema?: EventSchema<T> | undefined;
  /**
   * What ends the loop: an event type, a text that is neither delivered nor parsed (`{ data: '[DONE]' }`), or a
   * test of the event. A test that throws, or gives a promise, is reported, and counts as no.
   */
  until?: Until<NoInfer<EventOf<M, T>>> | undefined;
  /**
   * What fails the stream, in the same forms as `until`, and before it. The loop throws a `StreamError` of the
   * kind `job`, whose `event` it is. A test is given an event that cannot be decoded as it came; its data is
   * then a text. @defaultValue none
   */
  failOn?: Until<NoInfer<EventOf<M, T>>> | undefined;
  /**
   * How many events may wait for a loop that is slower than the stream; at least 1. The oldest of more fall
   * out. It is looked at once the loop has had its turn: who is fast enough misses nothing, however much comes
   * at once. @defaultValue 1,000
   */
  maxEvents?: number | undefined;
  /**
   * How many bytes of events may wait. An event counts its data as it came (not what `parse` makes of it), its
   * type and its id in UTF-8, and 64 more. The newest one always stays. @defaultValue 16 MiB (16,777,216)
   */
  maxBytes?: number | undefined;
  /** An event could not be decoded. The loop goes on without it. */
  onReject?: ((error: Rejection) => void) | undefined;
}

/**
 * The events of a stream, one after another. They can be read once: a loop ends them for a later one, by `break`
 * too.
 */
export interface EventIterator<E> extends AsyncIterableIterator<E> {
  /** How many events fell out because the loop was slower than the stream. */
  readonly dropped: number;
  /** How many events could not be decoded. */
  readonly rejected: number;
  /** The next event, once there is one. */
  next(): Promise<IteratorResult<E, undefined>>;
  /** Leaves the connection and ends the loop, also one that waits for the next event. */
  return(): Promise<IteratorResult<E, undefined>>;
  /** What `for await` reads: the same object. */
  [Symbol.asyncIterator](): EventIterator<E>;
}

import type { ConnectionState, CloseReason } from '../core/connection/connectionState.ts';
import type { OpenInfo } from '../core/connection/connectionListener.ts';
import type { NoEvents, Parse, Rejection, WriteInstead } from '../core/observer/decode.ts';
import type { EventOf, EventSchema, EventsOption, Wire } from '../core/observer/typedEvents.ts';
import type { StreamError } from '../core/error.ts';
import type { Format } from '../core/format/format.ts';
import type { SnapshotOption } from '../core/events/snapshots.ts';
import type { StreamSource } from '../core/request/requestOptions.ts';
import type { Controls, SourceOptions, StreamOptions, WireCallbacks } from './streamOptions.ts';

export type { EventOf, EventsOption, Wire };

/** The callbacks of `useEventStream`. The latest is called; none makes the hook reconnect. */
export interface EventCallbacks<E, D> extends WireCallbacks {
  /** Takes each live event, in order. Events of a replay do not come here. */
  onEvent?: ((event: E) => void) | undefined;
  /** Takes live events in order, with one call for every chunk that held any. */
  onEvents?: ((events: readonly E[]) => void) | undefined;
  /**
   * The server has answered. It is told the `attempt` (0 the first time), whether it `resumed` after an event
   * id, and the `response` (null with EventSource).
   */
  onOpen?: ((info: OpenInfo) => void) | undefined;
  /** The connection was lost or has failed. */
  onError?: ((error: StreamError) => void) | undefined;
  /** A live event could not be decoded. The stream goes on. */
  onReject?: ((error: Rejection) => void) | undefined;
  /** The stream is closed for good, after the last event was folded. It is told the `reason` and the `data`. */
  onClose?: ((info: { reason: CloseReason; data: D }) => void) | undefined;
}

interface EventOptions<M extends EventsOption, F extends Format, T, D>
  extends
    StreamOptions<NoInfer<EventOf<M, T>>>,
    SourceOptions,
    EventCallbacks<NoInfer<EventOf<M, T>>, D> {
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
   * The name of the event by which the server says that it cannot go on where the stream broke, or begins from the start. With
   * `snapshot` the state is asked for; without it the data is forgotten. The event itself is not delivered.
   * @defaultValue none
   */
  reset?: string | undefined;
  /**
   * How often data is shown: with every frame, or at most every so many milliseconds. It never holds back a
   * change of the status. @defaultValue `'frame'`
   */
  throttle?: 'frame' | number | undefined;
}

/** The options of a hook that keeps the newest events. */
export interface BufferOptions<
  M extends EventsOption = NoEvents,
  F extends Format = 'auto',
  T = Wire<F>,
> extends EventOptions<M, F, T, EventOf<M, T>['data'] | undefined> {
  /** How many events are kept. 0 keeps none, for callbacks alone. @defaultValue 100; 10,000 with `maxAge` */
  maxEvents?: number | undefined;
  /** How long events are kept, in milliseconds. @defaultValue no limit */
  maxAge?: number | undefined;
  /**
   * How many bytes of events are kept. An event counts its data as it came (not what `parse` makes of it), its
   * type and its id in UTF-8, and 64 more. The newest one always stays. @defaultValue 16 MiB (16,777,216)
   */
  maxBytes?: number | undefined;
  reduce?: undefined;
  initial?: undefined;
  snapshot?: undefined;
}

/** A source whose items are the data as they are. */
export interface OfItems<T> {
  source: StreamSource<T>;
  parse?: undefined;
  schema?: undefined;
}

/** The options of a hook that folds events into a state. */
export interface ReduceOptions<M extends EventsOption, F extends Format, T, A> extends EventOptions<
  M,
  F,
  T,
  NoInfer<A>
> {
  /** The state to begin with; required with `reduce`. It is used once for each url or `start`. */
  initial: A;
  /**
   * Folds the events that came since it was last called, instead of keeping the newest. It must be pure: it may
   * be called again with the same events. What it keeps is yours to bound.
   */
  reduce: (state: A, events: readonly NoInfer<EventOf<M, T>>[]) => A;
  /**
   * Asks the server for the state as it is now, once the stream is open, and again when the server could not go on with
   * the stream: after the event of `reset`, an answer that was not resumed, or repeats that show that it has begun from
   * the start. What comes meanwhile waits (at most 10,000 events and 16 MiB). Then `reduce` folds on the `state` what
   * followed its `lastEventId`. Without that id it folds all that came since the request, some of which may be in the
   * state already. Until then the old state is shown (`stale`). If it rejects, gives no `state`, or takes longer
   * than `openTimeout`, that is reported, and it is asked again after 1 to 30 seconds.
   * @defaultValue the stream tells all
   */
  snapshot?: SnapshotOption<NoInfer<A>> | undefined;
  maxEvents?: undefined;
  maxAge?: undefined;
  maxBytes?: undefined;
}

/** What a hook may add to a defined stream. */
export interface HookOptions<E, V> extends EventCallbacks<E, V> {
  /** `false`: this hook is idle. @defaultValue as the stream was defined */
  enabled?: boolean | undefined;
  select?: undefined;
  isEqual?: undefined;
}

/** The same, for a component that shows a part of the stream. */
export interface SelectOptions<E, V, S> extends EventCallbacks<E, V> {
  /** `false`: this hook is idle. @defaultValue as the stream was defined */
  enabled?: boolean | undefined;
  /**
   * Narrows what this component shows, and so what it renders for. It is given the state of the reducer, or the
   * events.
   */
  select: (view: V) => S;
  /** When two selections count as the same. @defaultValue `Object.is` */
  isEqual?: ((a: S, b: S) => boolean) | undefined;
}

/** What a hook returns that folds events, or selects. */
export type Folded<A> = ConnectionState &
  Controls & {
    /**
     * What `reduce` has made of all events, or what `select` picks. Without them the data of the newest event;
     * undefined before one came.
     */
    data: A;
    /** How many events could not be decoded. */
    rejected: number;
    /** Whether `snapshot` was asked for a newer state, which has not come. False without that option. */
    stale: boolean;
  };

/** What a hook returns that keeps events. */
export type Buffered<E extends { data: unknown }> = Folded<E['data'] | undefined> & {
  /**
   * The newest events (`StreamEvent`), oldest first; not with `reduce` or `select`. The same array until
   * something comes.
   */
  events: readonly E[];
  /** The last event id of the stream; not with `reduce` or `select`. */
  lastEventId: string;
  /** How many events fell out of the buffer; not with `reduce` or `select`. */
  dropped: number;
};

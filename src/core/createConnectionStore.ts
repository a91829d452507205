import type { EventIterator, EventIteratorOptions } from './events/eventIteratorOptions.ts';
import type { Format } from './format/format.ts';
import type { NoEvents } from './observer/decode.ts';
import type { EventOf, EventsOption, Wire } from './observer/typedEvents.ts';
import { checkOptions } from './options.ts';
import { storeOf } from './store/connectionStore.ts';
import { storeTable } from './store/optionTables.ts';
import { StoreInternals } from './store/storeInternals.ts';
import type {
  ConnectionInfo,
  StoreOptions,
  StreamSubscriber,
  SubscribeRequest,
} from './store/storeOptions.ts';
import { subscribeTo } from './store/subscribe.ts';
import { eventsOf } from './events/eventIterator.ts';

/**
 * Owns connections. It opens them, shares them by what they ask for, and closes them after their last
 * subscriber.
 *
 * @example
 * ```ts
 * import { createConnectionStore } from 'use-event-stream/core';
 *
 * const store = createConnectionStore();
 * const leave = store.subscribe(
 *   { url: 'https://example.com/prices' },
 *   {
 *     onEvents: (events) => console.log(events.map(({ data }) => data)),
 *     onState: ({ status }) => console.log(status),
 *   },
 * );
 * setTimeout(leave, 60_000);
 * ```
 */
export interface ConnectionStore {
  /** Ends every connection (`closed`, reason `store`). The store can be used again. */
  close(): void;
  /**
   * Calls `listener` whenever {@link connections} has changed. Returns the function that stops it.
   * @throws A `TypeError`, in development, if `listener` is no function.
   */
  onChange: (listener: () => void) => () => void;
  /**
   * Opens the connection for a request, or joins it. Returns the function with which to leave.
   *
   * @throws A `TypeError` on a url that does not parse or has a password in it, and on headers that HTTP does
   * not allow. In development also on every other bad option; in production what can never be sent has then
   * `failed` (`aborted`).
   */
  subscribe(request: SubscribeRequest, subscriber: StreamSubscriber): () => void;
  /** The connections that somebody is on, also those that have ended. The same array until something changes. */
  connections: () => readonly ConnectionInfo[];
  /**
   * The events of a stream, to read with `for await`. The options are those of a request, and those in
   * {@link EventIteratorOptions}.
   *
   * The connection is opened, or joined, when the reading begins. It is left when the loop ends, however it
   * does: by `break`, an error, `until`, or the `signal`. Reconnects are not seen. The loop ends when the
   * stream is `closed`. When it has `failed`, the loop throws its {@link StreamError}, after all events that
   * came before. An abort throws the reason of the signal at once.
   *
   * The loop does not hold the server back. The newest `maxEvents` wait for it; `dropped` counts the others.
   *
   * @example
   * ```ts
   * import { createConnectionStore, json } from 'use-event-stream/core';
   *
   * interface Price {
   *   symbol: string;
   *   price: number;
   * }
   *
   * const store = createConnectionStore();
   *
   * export async function firstAbove(limit: number, signal: AbortSignal): Promise<string | null> {
   *   const prices = store.events('/api/prices', { parse: json<Price>, signal });
   *   for await (const { data } of prices) {
   *     if (data.price > limit) return data.symbol;
   *   }
   *   return null;
   * }
   * ```
   *
   * @throws What `subscribe` throws, at the call.
   */
  events<M extends EventsOption = NoEvents, F extends Format = 'auto', T = Wire<F>>(
    url: string | URL,
    options?: EventIteratorOptions<M, F, T>,
  ): EventIterator<EventOf<M, T>>;
}

/**
 * Makes a store of connections. Hooks use one of their own unless a `StreamProvider` gives them another.
 *
 * @example
 * ```tsx
 * import type { ReactNode } from 'react';
 * import { createConnectionStore, StreamProvider } from 'use-event-stream';
 *
 * const store = createConnectionStore({ baseUrl: 'https://api.example.com' });
 *
 * export const Streams = ({ children }: { children: ReactNode }) => (
 *   <StreamProvider store={store}>{children}</StreamProvider>
 * );
 * ```
 *
 * @throws A `TypeError`, in development, on a bad option.
 */
export function createConnectionStore(options: StoreOptions = {}): ConnectionStore {
  if (__DEV__) checkOptions('createConnectionStore', [storeTable], options);
  const own = new StoreInternals(options);
  return {
    ...storeOf(own),
    onChange: (listener) => own.onChange(listener),
    connections: () => own.connections(),
    subscribe: (request, subscriber) => subscribeTo(own, request, subscriber),
    events: <M extends EventsOption = NoEvents, F extends Format = 'auto', T = Wire<F>>(
      url: string | URL,
      given: EventIteratorOptions<M, F, T> = {},
    ) => eventsOf(own, url, given),
  };
}

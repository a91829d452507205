import type { Clock } from './clock.ts';
import type { ConnectionState } from './connectionState.ts';
import type { RawEvent } from './event.ts';
import type { Format } from './format/format.ts';
import type { StreamPage } from './page.ts';
import type { RequestOptions } from './requestOptions.ts';

/** Where a store gets its connections, its time and its defaults from. */
export interface StoreOptions {
  /** Request options for every stream that does not set them itself. */
  defaults?: RequestOptions | undefined;
  /** What relative urls are relative to; default the document's base. */
  baseUrl?: string | URL | undefined;
  /** How many recent events a late joiner of a shared connection is given first; default 100. */
  replay?: number | undefined;
  /** Stands in for the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Stands in for the global `EventSource`. */
  EventSource?: typeof EventSource | undefined;
  /** Stands in for time, chance and frames. */
  clock?: Clock | undefined;
  /**
   * Tells whether the app is online and seen; default the browser's page. In React Native give one made of
   * `AppState` and NetInfo. It is read when the store is made.
   */
  page?: StreamPage | undefined;
}

/** One open connection, as {@link ConnectionStore.connections} shows it. */
export interface ConnectionInfo {
  /** Tells connections apart; says nothing about the request. */
  id: string;
  /**
   * The address to show, at most 200 characters: scheme, host, path and the names in the query. Without
   * credentials, values, and parameters of the path (`;token=1`); without names of which it is not sure that
   * they are names.
   */
  url: string;
  transport: 'fetch' | 'eventsource';
  state: ConnectionState;
  subscribers: number;
}

/** A request as {@link ConnectionStore.subscribe} takes it. */
export type SubscribeRequest = RequestOptions & {
  url: string | URL;
  format?: Format | undefined;
  /** Event names beside `message` that EventSource has to be told; with fetch all events come. */
  events?: readonly string[] | undefined;
};

/** Who hears of a connection through {@link ConnectionStore.subscribe}. */
export interface StreamSubscriber {
  /** Takes events in order, one call for every chunk that held any. */
  onEvents(events: readonly RawEvent[]): void;
  /** Takes every state, the present one first. */
  onState?(state: ConnectionState): void;
  /** Takes each comment of a `text/event-stream`, such as a heartbeat; not with EventSource. */
  onComment?(text: string): void;
  /**
   * After a reconnect the server sends a known event id with other content: it has lost its history, as
   * after a restart. Called before those events, which all come; what was missed is unknown.
   */
  onRestart?(): void;
}

/** Owns connections: opens them, shares them by what they ask for, and closes them after their last subscriber. */
export interface ConnectionStore {
  /** Ends every connection (`closed`, reason `store`). The store can be used again. */
  close(): void;
  /** Calls `listener` whenever {@link connections} has changed; returns the way to stop. */
  onChange: (listener: () => void) => () => void;
  /** Opens or joins the connection for a request; returns the way to leave. Throws a TypeError on bad options. */
  subscribe(request: SubscribeRequest, subscriber: StreamSubscriber): () => void;
  /** The connections that somebody is on, those that have ended included; the same array until something changes. */
  connections: () => readonly ConnectionInfo[];
}

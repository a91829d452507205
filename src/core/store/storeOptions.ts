import type { Clock } from '../clock.ts';
import type { ConnectionState } from '../connection/connectionState.ts';
import type { RawEvent } from '../event.ts';
import type { Format } from '../format/format.ts';
import type { StreamPage } from '../page.ts';
import type { RequestOptions, StreamSource, UrlFunction } from '../request/requestOptions.ts';

/** What a store gets from outside: the defaults of its requests, its connections, its time. */
export interface StoreOptions {
  /**
   * Request options for every stream that does not set them itself. Headers are merged; those of the stream
   * win.
   */
  defaults?: RequestOptions | undefined;
  /** What relative urls are relative to. @defaultValue the base url of the document */
  baseUrl?: string | URL | undefined;
  /**
   * How many recent events a late joiner of a shared connection is given first; together at most 1 Mi
   * characters or bytes. @defaultValue 100
   */
  replay?: number | undefined;
  /** Is called in the place of `fetch`. @defaultValue the global one */
  fetch?: typeof fetch | undefined;
  /** Is used in the place of `EventSource`. @defaultValue the global one */
  EventSource?: typeof EventSource | undefined;
  /** Stands in for time, chance and frames, such as in tests. @defaultValue those of the system */
  clock?: Clock | undefined;
  /**
   * Tells whether the app is online and seen. In React Native give one made of `AppState` and NetInfo. It is
   * read when the store is made. @defaultValue the page of the browser
   */
  page?: StreamPage | undefined;
}

/** One open connection, as {@link ConnectionStore.connections} shows it. */
export interface ConnectionInfo {
  /** Tells connections apart. It says nothing about the request. */
  id: string;
  /**
   * The address to show, at most 200 characters: scheme, host, path and the names in the query. It has no
   * credentials, no values and no parameters of the path (`;token=1`). A name is left out if it may be
   * something else.
   */
  url: string;
  /** How it is read. */
  transport: 'fetch' | 'eventsource';
  /** What it is doing. */
  state: ConnectionState;
  /** How many are on it. */
  subscribers: number;
  /**
   * With `use-event-stream/tabs`: whether this tab has the request (`leads`), or is given what another tab reads
   * (`follows`). Null where nothing is shared with other tabs, and before the first answer.
   */
  tab: 'leads' | 'follows' | null;
}

/** A request as {@link ConnectionStore.subscribe} takes it. */
export type SubscribeRequest = RequestOptions & {
  /** What to connect to. */
  url: string | URL | UrlFunction;
  /** How the response is read. @defaultValue `'auto'`, by its content type */
  format?: Format | undefined;
  /** Gives the stream of each attempt in the place of a request, as in the hooks; the url only names it. */
  source?: StreamSource | undefined;
  /** The event names that EventSource has to be told, beside `message`. With fetch all events come. */
  events?: readonly string[] | undefined;
};

/** Who hears of a connection through {@link ConnectionStore.subscribe}. */
export interface StreamSubscriber {
  /** Takes events in order, with one call for every chunk that held any. */
  onEvents(events: readonly RawEvent[]): void;
  /** Takes every state; the present one first. */
  onState?(state: ConnectionState): void;
  /** Takes each comment of a `text/event-stream`, such as a heartbeat. Not with EventSource. */
  onComment?(text: string): void;
  /**
   * After a reconnect the server sends a known event id with other content. So it has lost its history, as
   * after a restart. This is called before those events, which all come. What was missed is unknown.
   */
  onRestart?(): void;
}

/** What a `FetchEventSource` can be told beside what an EventSource can. */
export interface FetchEventSourceInit extends Omit<
  RequestOptions,
  'transport' | 'credentials' | 'share' | 'linger' | 'suspendWhenHidden'
> {
  /** `true`: sends credentials to other origins too. @defaultValue `false` */
  withCredentials?: boolean | undefined;
  /** Is called in the place of `fetch`. @defaultValue the global one */
  fetch?: typeof fetch | undefined;
  /** Stands in for time and chance. @defaultValue those of the system */
  clock?: Clock | undefined;
}

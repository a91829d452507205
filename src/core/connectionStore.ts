import { systemClock, type Clock } from './clock.ts';
import { isTerminal, type ConnectionState } from './connectionState.ts';
import type { RawEvent } from './event.ts';
import type { Format } from './format/format.ts';
import { Frames } from './frame.ts';
import { checkOptions, func } from './options.ts';
import { checkSubscriber, requestTable, storeTable, subscribeTable } from './optionTables.ts';
import { browserPage, pageOf, type Page, type StreamPage } from './page.ts';
import { StartLimit } from './reconnection.ts';
import { guarded } from './report.ts';
import type { RequestKey } from './requestKey.ts';
import {
  resolveRequest,
  type RequestInput,
  type RequestOptions,
  type StreamRequest,
} from './request.ts';
import { describeUrl } from './url.ts';
import {
  SharedStream,
  type Host,
  type Listener,
  type Position,
  type Subscription,
} from './sharedStream.ts';
import type { SourceEnvironment } from './source.ts';

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
}

/** A request as {@link ConnectionStore.subscribe} takes it. */
export type SubscribeRequest = RequestOptions & {
  /** What to connect to. */
  url: string | URL;
  /** How the response is read. @defaultValue `'auto'`, by its content type */
  format?: Format | undefined;
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
}

/** How a subscriber joins. */
export interface JoinOptions {
  /** Its events may not have a gap: it gets a connection of its own where the recent ones do not reach back. */
  needsAll?: boolean;
  /** It asks for a new run: a connection that has come to its end does not do, also where others are on it. */
  fresh?: boolean;
  /** It recognises the end of its stream in the events that led to it, and so may be shown an ended one. */
  knowsEnd?: boolean;
  /** Only a connection that was opened after the one of this id does; 0, the default, means any. */
  after?: number;
  /** Where it stood before, if it was on this store already. */
  from?: Position;
}

/** What the hooks need of a store beyond its public face. */
export class StoreInternals implements Host {
  readonly clock: Clock;
  /** The page that it lives in; a test puts one of its own here before anything is opened. */
  page: Page;
  /** Hears first of every state that a connection comes to, in the stores that inherit from it too. */
  observer: ((shared: SharedStream) => void) | null = null;
  readonly frames: Frames;
  readonly replay: number;
  readonly environment: SourceEnvironment;
  // Private: developer tools show all else of what React's state leads to, and here are tokens.
  #options: StoreOptions;
  readonly #parent: StoreInternals | null;
  /** The providers that own it; without any its maker closes it. */
  readonly owners = new Set<object>();
  readonly #connections = new Map<object, SharedStream>();
  readonly #listeners = new Set<() => void>();
  readonly #limits = new WeakMap<RequestKey, StartLimit>();
  #stopWatching: (() => void) | null = null;
  #infos: readonly ConnectionInfo[] | null = null;
  #count = 0;

  constructor(options: StoreOptions, parent: StoreInternals | null = null) {
    this.#options = options;
    this.#parent = parent;
    const { replay, clock, page, EventSource } = options;
    this.replay = replay ?? parent?.replay ?? 100;
    this.clock = clock ?? parent?.clock ?? systemClock;
    this.page = page ? pageOf(page) : (parent?.page ?? browserPage);
    this.frames = new Frames(this.clock);
    this.environment = {
      getFetch: () => this.givenFetch() ?? globalThis.fetch,
      EventSource:
        EventSource ??
        parent?.environment.EventSource ??
        (globalThis as { EventSource?: typeof globalThis.EventSource }).EventSource,
      clock: this.clock,
    };
  }

  /** The defaults for requests: its own, over those of the store it inherits from. */
  readonly defaults = (): RequestOptions => ({
    ...this.#parent?.defaults(),
    ...given(this.#options.defaults ?? {}),
  });

  /** A provider keeps the options up to date. */
  setOptions(options: StoreOptions): void {
    this.#options = options;
  }

  /** Checks a request against this store's defaults. */
  resolve(input: RequestInput, owner: object): StreamRequest {
    return resolveRequest(input, {
      baseUrl: this.baseUrl(),
      defaults: this.defaults,
      canFetch: this.givenFetch() !== undefined || canStream(this.environment.EventSource),
      owner,
    });
  }

  observe(shared: SharedStream): void {
    this.observer?.(shared);
    this.#parent?.observe(shared);
  }

  limitOf(key: RequestKey): StartLimit {
    const limit = this.#limits.get(key) ?? new StartLimit();
    this.#limits.set(key, limit);
    return limit;
  }

  keeps(shared: SharedStream): boolean {
    return this.#connections.get(shared.key) === shared;
  }

  /**
   * Joins the connection for a request, or a new one, which its `begin` opens. A joiner asks by itself
   * for the state and for what it missed.
   */
  join(request: StreamRequest, listener: Listener, options: JoinOptions = {}): Subscription {
    const shared = this.#find(request, options) ?? this.#open(request, options);
    shared.connection.eventNames.add(request.events);
    return shared.add(listener, request);
  }

  remove(shared: SharedStream): void {
    if (this.keeps(shared)) this.#connections.delete(shared.key);
    shared.connection.close('manual');
    shared.clear();
    if (this.#connections.size === 0) {
      this.#stopWatching?.();
      this.#stopWatching = null;
    }
    this.changed();
  }

  close(): void {
    for (const shared of [...this.#connections.values()]) {
      shared.connection.close('store');
      this.remove(shared);
    }
  }

  connections(): readonly ConnectionInfo[] {
    this.#infos ??= [...this.#connections.values()].map(
      ({ id, request, connection, subscribers }) => ({
        id,
        url: describeUrl(request.url),
        transport: request.transport,
        state: connection.state,
        subscribers,
      }),
    );
    return this.#infos;
  }

  onChange(listener: () => void): () => void {
    if (__DEV__) func(listener, 'listener');
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  changed(): void {
    this.#infos = null;
    for (const listener of [...this.#listeners]) guarded(listener, undefined);
  }

  // Not private: the store above may come from the other copy of this class, whose privates are its own.
  /** The `fetch` that it was given, or the store above. */
  givenFetch(): typeof fetch | undefined {
    return this.#options.fetch ?? this.#parent?.givenFetch();
  }

  /** What relative urls are relative to, where it was given or the store above. */
  baseUrl(): string | URL | undefined {
    return this.#options.baseUrl ?? this.#parent?.baseUrl();
  }

  /** The connection to join, or undefined where there is none that does. */
  #find(request: StreamRequest, options: JoinOptions): SharedStream | undefined {
    const { needsAll, from, after = 0 } = options;
    const joinable = [...this.#connections.values()].filter(
      (shared) =>
        shared.request.key === request.key &&
        Number(shared.id) > after &&
        isJoinable(shared, options),
    );
    if (!needsAll) return joinable[0];
    const position = { ...(from ?? nowhere), lastEventId: startOf(request, from) };
    return joinable.find((shared) => shared.since(position).missing === 0);
  }

  #open(request: StreamRequest, options: JoinOptions): SharedStream {
    const id = String(++this.#count);
    const lastEventId = startOf(request, options.from);
    const before = this.#connections.get(request.key);
    // A subscriber that needs more than the others can give has a connection beside theirs.
    const key = before && isJoinable(before, options) ? {} : request.key;
    const shared = new SharedStream(this, request, { id, key, lastEventId });
    this.#connections.set(key, shared);
    this.#stopWatching ??= this.page.watch((condition, begins) => {
      for (const { connection } of [...this.#connections.values()]) {
        connection.pageChanged(condition, begins);
      }
    });
    return shared;
  }
}

const nowhere: Position = { connection: null, sequence: 0, lastEventId: '', last: null };

/** Where a joiner has to go on. */
const startOf = (request: StreamRequest, from: Position | undefined): string =>
  from?.lastEventId || request.initialLastEventId;

function isJoinable(shared: SharedStream, { fresh, knowsEnd }: JoinOptions): boolean {
  const { connection } = shared;
  // A callback that hears of an end and subscribes again wants another one.
  const wantsLive = fresh === true || connection.isSpeaking;
  if (shared.isOver || (wantsLive && isTerminal(connection.state))) return false;
  return !shared.exhausted || knowsEnd === true;
}

const given = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<T>;

/** Whether fetch can stream a response here. Where there is nothing else, a try tells: Expo's has a response of its own. */
const canStream = (other: unknown) =>
  typeof fetch === 'function' &&
  (!other || (typeof Response === 'function' && 'body' in Response.prototype));

// An app may hold the package twice, imported and required: a store may come from the other copy of this module.
const internals = Symbol.for('use-event-stream.store');

/** What the hooks need of a store; a TypeError where it is not one of ours. */
export function internalsOf(store: ConnectionStore): StoreInternals {
  const { [internals]: found } = store as { [internals]?: StoreInternals };
  if (!found) {
    throw new TypeError(
      'use-event-stream: the store was not made by createConnectionStore; make it with that function.',
    );
  }
  return found;
}

const silent: Listener = { onEvents: () => undefined };

/** Tells a subscriber what it has missed, and what the connection is doing: an end after the events that led to it. */
function catchUp(subscription: Subscription): void {
  const { connection } = subscription.shared;
  const tell = (call: (listener: Listener) => void) => {
    connection.speak(() => {
      guarded(() => {
        // It may have left meanwhile.
        call(subscription.listener);
      }, undefined);
    });
  };
  const tellState = () => {
    tell((listener) => listener.onState?.(connection.state));
  };
  const { events } = subscription.shared.since(nowhere);
  const isOver = isTerminal(connection.state);
  if (!isOver) tellState();
  if (events.length > 0) {
    tell((listener) => {
      listener.onEvents(events);
    });
  }
  if (isOver) tellState();
}

/** Calls a public subscriber: what it missed and the present state, then all that comes. */
function subscribeTo(
  own: StoreInternals,
  { url, ...options }: SubscribeRequest,
  subscriber: StreamSubscriber,
): () => void {
  if (__DEV__) {
    checkSubscriber(subscriber);
    checkOptions('subscribe', [requestTable, subscribeTable], options);
  }
  const request = own.resolve({ url, options }, {});
  const subscription = own.join(request, subscriber);
  const isNew = subscription.state.status === 'idle';
  subscription.begin();
  if (!isNew) catchUp(subscription);
  return () => {
    if (subscription.listener === silent) return;
    subscription.listener = silent;
    subscription.leave(request.linger);
  };
}

/** A public store over its internals. */
export function storeOf(own: StoreInternals): ConnectionStore {
  const store = {
    [internals]: own,
    close() {
      own.close();
    },
    onChange: (listener: () => void) => own.onChange(listener),
    connections: () => own.connections(),
    subscribe: (request: SubscribeRequest, subscriber: StreamSubscriber) =>
      subscribeTo(own, request, subscriber),
  };
  return store;
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
  return storeOf(new StoreInternals(options));
}

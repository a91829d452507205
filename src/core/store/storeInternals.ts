import { systemClock, type Clock } from '../clock.ts';
import type { Attempt, Source } from '../connection/attempt.ts';
import { isTerminal } from '../connection/connectionState.ts';
import { Frames } from './frameScheduler.ts';
import { func } from '../options.ts';
import { browserPage, pageOf, type Page } from '../page.ts';
import { StartLimit } from '../connection/reconnection.ts';
import { callSafely } from '../report.ts';
import { textOf, type RequestKey } from '../request/requestKey.ts';
import { resolveRequest, type RequestInput, type StreamRequest } from '../request/request.ts';
import type { RequestOptions } from '../request/requestOptions.ts';
import {
  nowhere,
  SharedStream,
  type Host,
  type Listener,
  type Position,
  type Subscription,
} from './sharedStream.ts';
import { forRequest, type SourceEnvironment, type TellingFetch } from '../connection/source.ts';
import type { ConnectionInfo, StoreOptions } from './storeOptions.ts';
import { describeUrl } from '../request/url.ts';

/** How a subscriber joins. */
export interface JoinOptions {
  /** Its events may not have a gap: it gets a connection of its own where the recent ones do not reach back. */
  complete?: boolean;
  /** It asks for a new run: a connection that has come to its end does not do, also where others are on it. */
  fresh?: boolean;
  /** It recognises the end of its stream in the events that led to it, and so may be shown an ended one. */
  knowsEnd?: boolean;
  /** Only a connection that was opened after the one of this id does; 0, the default, means any. */
  after?: number;
  /** Where it stood before, if it was on this store already. */
  from?: Position;
}

/** What an inspector hears first of. */
export interface Inspection {
  /** A connection has come to another state. */
  state(shared: SharedStream): void;
  /** An attempt begins; gives what to read it with. */
  source(shared: SharedStream, attempt: Attempt, source: Source): Source;
}

/** What the hooks need of a store beyond its public face. */
export class StoreInternals implements Host {
  readonly clock: Clock;
  /** The page that it lives in; a test puts one of its own here before anything is opened. */
  page: Page;
  /** Hears first of every state that a connection comes to, in the stores that inherit from it too. */
  observer: ((shared: SharedStream) => void) | null = null;
  /** Who looks into its connections, and into those of the stores that inherit from it; mostly nobody. */
  readonly inspections = new Set<Inspection>();
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
      getFetch: (request) => {
        const given: TellingFetch | undefined = this.givenFetch();
        const key = request && given?.[forRequest] && textOf(request.key);
        if (!given || !key) return given ?? globalThis.fetch;
        const { whole = false } = request;
        return given[forRequest]?.({ key, whole, replay: this.replay }) ?? given;
      },
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

  inspected(shared: SharedStream, attempt: Attempt, source: Source): Source {
    let own = source;
    for (const inspection of this.inspections) own = inspection.source(shared, attempt, own);
    return this.#parent?.inspected(shared, attempt, own) ?? own;
  }

  observe(shared: SharedStream): void {
    this.observer?.(shared);
    // Who comes while this is told is told by itself.
    if (this.inspections.size > 0) for (const each of [...this.inspections]) each.state(shared);
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
    for (const shared of this.each()) {
      shared.connection.close('store');
      this.remove(shared);
    }
  }

  /** The connections themselves, for an inspector. */
  each(): SharedStream[] {
    return [...this.#connections.values()];
  }

  connections(): readonly ConnectionInfo[] {
    this.#infos ??= this.each().map(({ id, request, connection, subscribers }) => ({
      id,
      url: describeUrl(request.url),
      transport: request.transport,
      state: connection.state,
      subscribers,
      tab: connection.answer?.response?.tab ?? null,
    }));
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
    for (const listener of [...this.#listeners]) callSafely(listener, undefined);
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
    const { complete, from, after = 0 } = options;
    const joinable = this.each().filter(
      (shared) =>
        shared.request.key === request.key &&
        Number(shared.id) > after &&
        isJoinable(shared, options),
    );
    if (!complete) return joinable[0];
    const position = { ...(from ?? nowhere), lastEventId: startOf(request, from) };
    const isShared = Boolean((this.givenFetch() as TellingFetch | undefined)?.[forRequest]);
    return joinable.find((shared) => {
      // What another tab reads may have been joined in the middle.
      const isWhole = !isShared || shared.request.whole === true || position.lastEventId !== '';
      return isWhole && shared.since(position).missing === 0;
    });
  }

  #open(request: StreamRequest, options: JoinOptions): SharedStream {
    const id = String(++this.#count);
    const lastEventId = startOf(request, options.from);
    const before = this.#connections.get(request.key);
    // A subscriber that needs more than the others can give has a connection beside theirs.
    const isBeside = before !== undefined && isJoinable(before, options);
    const key = isBeside ? {} : request.key;
    // What was begun is not begun once more for it.
    const begun = isBeside && !options.fresh && before.goesOn ? before.run : null;
    const run = options.from?.run ?? begun;
    const asked = options.complete ? { ...request, whole: true } : request;
    const shared = new SharedStream(this, asked, { id, key, lastEventId, run });
    this.#connections.set(key, shared);
    this.#stopWatching ??= this.page.watch((condition, begins) => {
      for (const { connection } of this.each()) {
        connection.pageChanged(condition, begins);
      }
    });
    return shared;
  }
}

/** Where a joiner has to go on. */
const startOf = (request: StreamRequest, from: Position | undefined): string =>
  from?.lastEventId || request.initialLastEventId;

function isJoinable(shared: SharedStream, { fresh, knowsEnd }: JoinOptions): boolean {
  const { connection } = shared;
  // A callback that hears of an end and subscribes again wants another one.
  const wantsLive = fresh === true || connection.isSpeaking;
  if (shared.isOver || (wantsLive && isTerminal(connection.state))) return false;
  return !shared.doneForAll || knowsEnd === true;
}

const given = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<T>;

/** Whether fetch can stream a response here. Where there is nothing else, a try tells: Expo's has a response of its own. */
const canStream = (other: unknown) =>
  typeof fetch === 'function' &&
  (!other || (typeof Response === 'function' && 'body' in Response.prototype));

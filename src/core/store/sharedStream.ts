import type { Clock } from '../clock.ts';
import { Connection } from '../connection/connection.ts';
import type { ConnectionListener, OpenInfo } from '../connection/connectionListener.ts';
import { isTerminal, type ConnectionState } from '../connection/connectionState.ts';
import type { RawEvent } from '../event.ts';
import { fetchSource } from '../connection/fetchSource.ts';
import { givenSource } from '../connection/givenSource.ts';
import { nativeSource } from '../connection/nativeSource.ts';
import type { Page } from '../page.ts';
import { ReplayBuffer } from '../connection/replayBuffer.ts';
import type { StartLimit } from '../connection/reconnection.ts';
import { Resumption, type Beginning, type Run } from '../connection/resumption.ts';
import { placeOfEvent, placeOfId } from '../connection/repeats.ts';
import { callSafely } from '../report.ts';
import type { LiveOptions, StreamRequest } from '../request/request.ts';
import type { RequestKey } from '../request/requestKey.ts';
import type { Attempt, Source } from '../connection/attempt.ts';
import type { SourceEnvironment } from '../connection/source.ts';
import { termsOf, type Terms } from './terms.ts';

/** Who hears of a stream. */
export interface Listener {
  onEvents(events: readonly RawEvent[]): void;
  onState?(state: ConnectionState): void;
  onOpen?(info: OpenInfo): void;
  /** Undefined where it does not listen to comments. */
  readonly onComment?: ((text: string) => void) | undefined;
  /** The server has begun from the start: what it sent before says nothing about what comes. */
  onRestart?(): void;
  /** How many events it keeps: so many are recognised where a server sends them again. */
  readonly keeps?: number;
  /** The linger is over: the subscription is gone. */
  onReleased?(): void;
}

/** How far a subscriber has come, on which connection. */
export interface Position {
  connection: string | null;
  /** 0 where it has had nothing yet. */
  sequence: number;
  lastEventId: string;
  /** What was begun at the server; null where that is not known. */
  run: Run | null;
  /** The last event that it had; null where only the id is known. */
  last: RawEvent | null;
}

/** Where somebody stands who has had nothing yet. */
export const nowhere: Position = {
  connection: null,
  sequence: 0,
  lastEventId: '',
  run: null,
  last: null,
};

/** What a subscriber has missed. */
export interface Missed {
  /** The events after its position that are still there. */
  events: readonly RawEvent[];
  /** How many are gone before those; null where nobody knows. */
  missing: number | null;
}

/** A server that sends more of its newest events again than this, and than a subscriber keeps, sends them twice. */
const leastRecognised = 1_024;

/** What a shared connection needs of the store that keeps it. */
export interface Host {
  readonly clock: Clock;
  readonly page: Page;
  readonly replay: number;
  readonly environment: SourceEnvironment;
  /** What all attempts of a request have in common. */
  limitOf(key: RequestKey): StartLimit;
  /** Whether a joiner would still find it. */
  keeps(shared: SharedStream): boolean;
  remove(shared: SharedStream): void;
  /** What to read an attempt with: the source, or an inspector around it. */
  inspected(shared: SharedStream, attempt: Attempt, source: Source): Source;
  /** A connection has come to another state; nobody else has heard of it yet. */
  observe(shared: SharedStream): void;
  /** Something about a connection has changed. */
  changed(): void;
}

/** One subscriber on one connection. */
export class Subscription {
  /** Who is told; a subscriber that has left hears nothing during the linger. */
  listener: Listener;
  readonly shared: SharedStream;
  readonly request: StreamRequest;
  /** Somebody is there; false while it lingers. */
  watched = true;
  /** It has had what it wanted, and is told nothing more. */
  ended = false;
  #cancelLinger: () => void = () => undefined;

  constructor(shared: SharedStream, listener: Listener, request: StreamRequest) {
    this.shared = shared;
    this.listener = listener;
    this.request = request;
  }

  /** What the connection is doing. */
  get state(): ConnectionState {
    return this.shared.connection.state;
  }

  /** Begins the connection, unless it has begun. This calls users' functions: the subscriber holds its subscription by then. */
  begin(): void {
    const { connection, host } = this.shared;
    if (connection.state.status === 'idle') connection.start();
    host.changed();
  }

  /** Leaves: at once, or after the linger, in which it goes on being told. */
  leave(linger: number): void {
    this.#cancelLinger();
    this.watched = false;
    const gone = () => {
      this.shared.remove(this);
      this.listener.onReleased?.();
    };
    if (linger > 0) this.#cancelLinger = this.shared.host.clock.timeout(gone, linger);
    else gone();
    this.shared.agree();
    this.shared.host.changed();
  }

  /** Comes back within the linger; false if that is over. */
  rejoin(): boolean {
    if (!this.shared.has(this)) return false;
    this.#cancelLinger();
    this.watched = true;
    this.shared.agree();
    this.shared.host.changed();
    return true;
  }

  /** Has had what it wanted; the connection closes when that is so for all. */
  end(): void {
    this.ended = true;
    this.shared.closeIfDone();
    this.shared.agree();
  }

  /** Opens the connection once more, at once; false where this is not the way to a live one. */
  reconnect(): boolean {
    const { shared, ended } = this;
    if (!shared.has(this) || !shared.host.keeps(shared)) return false;
    // The others are still reading: what came meanwhile is to be had from them.
    if (ended && !isTerminal(this.state)) return false;
    this.ended = false;
    shared.agree();
    shared.connection.start();
    return true;
  }
}

/** What a stream is read with. */
function sourceOf({ hasSource, transport }: StreamRequest): Source {
  if (hasSource) return givenSource;
  return transport === 'fetch' ? fetchSource : nativeSource;
}

/** One connection and who is on it. */
export class SharedStream implements ConnectionListener {
  readonly id: string;
  readonly request: StreamRequest;
  readonly host: Host;
  /** Its place in the store. */
  readonly key: object;
  readonly connection: Connection;
  /** The event id that it began after. */
  readonly startId: string;
  /** It was closed because all who were on it had had what they wanted. */
  doneForAll = false;
  readonly #replay: ReplayBuffer;
  readonly #resumption: Resumption;
  readonly #subscriptions = new Set<Subscription>();
  readonly #terms: Terms;
  #isAgreeing = false;

  constructor(
    host: Host,
    request: StreamRequest,
    { id, key, ...beginning }: { id: string; key: object } & Beginning,
  ) {
    this.host = host;
    this.request = request;
    this.id = id;
    this.key = key;
    this.startId = beginning.lastEventId;
    this.#replay = new ReplayBuffer(
      request.recovers ? Math.max(leastRecognised, host.replay) : host.replay,
    );
    // Who came last knows the functions that are current: an older one may be gone.
    const asked = {
      ...request,
      headers: () => this.#newestRequest().headers(),
      live: () => this.#live(),
    };
    this.#terms = asked;
    this.#resumption = new Resumption(asked, this.#replay, beginning);
    this.connection = new Connection({
      request: asked,
      source: (attempt, ...rest) =>
        host.inspected(this, attempt, sourceOf(request))(attempt, ...rest),
      environment: host.environment,
      page: host.page,
      resumption: this.#resumption,
      limit: host.limitOf(request.key),
      listener: this,
    });
  }

  /** Whether it is known how to go on with what was begun. */
  get goesOn(): boolean {
    return this.#resumption.goesOn;
  }

  /** What was begun at the server. */
  get run(): Run | null {
    return this.#resumption.run;
  }

  /** Whether somebody listens to comments. */
  get hearsComments(): boolean {
    return [...this.#subscriptions].some(({ listener }) => listener.onComment !== undefined);
  }

  onComment(text: string): void {
    this.#tell((listener) => listener.onComment?.(text));
  }

  onOpen(info: OpenInfo): void {
    this.#tell((listener) => listener.onOpen?.(info));
  }

  onEvents(events: readonly RawEvent[]): void {
    this.#tell((listener) => {
      listener.onEvents(events);
    });
  }

  onRestart(): void {
    this.#tell((listener) => listener.onRestart?.());
  }

  onState(): void {
    if (!isTerminal(this.connection.state)) this.doneForAll = false;
    this.host.observe(this);
    // A listener before another one may have changed it again.
    this.#tell((listener) => listener.onState?.(this.connection.state));
    this.host.changed();
  }

  /** How many are on it; who lingers does not count. */
  get subscribers(): number {
    return [...this.#subscriptions].filter(({ watched }) => watched).length;
  }

  /** All who are told, for an inspector. */
  get listeners(): Listener[] {
    return [...this.#subscriptions].map(({ listener }) => listener);
  }

  /** Nothing more will come, and nobody is there who has seen it end. */
  get isOver(): boolean {
    return isTerminal(this.connection.state) && this.subscribers === 0;
  }

  /** What a subscriber has missed since it stood at a position, on this connection or another one. */
  since(from: Position): Missed {
    if (from.connection === this.id) return this.#replay.after(from.sequence);
    const { events, isAll } = this.#replay.newest(this.host.replay);
    const isFollowed = isAll && from.lastEventId === this.startId;
    const place = from.last
      ? placeOfEvent(events, from.last)
      : placeOfId(events, from.lastEventId, isFollowed || !isAll);
    if (place !== -1) return { events: events.slice(place + 1), missing: 0 };
    return { events, missing: isFollowed ? 0 : null };
  }

  /** A subscriber has heard of the event with which the server has begun from the start. */
  restarted(sequence: number): void {
    this.#replay.restart(sequence + 1);
  }

  has(subscription: Subscription): boolean {
    return this.#subscriptions.has(subscription);
  }

  add(listener: Listener, request: StreamRequest): Subscription {
    const subscription = new Subscription(this, listener, request);
    this.#subscriptions.add(subscription);
    const { keeps = 0 } = listener;
    if (request.recovers) this.#replay.capacity = Math.max(this.#replay.capacity, keeps);
    this.agree();
    return subscription;
  }

  /** Others are on it than before: what holds for it is what they have in common, once for all who come or go together. */
  agree(): void {
    if (this.#isAgreeing) return;
    this.#isAgreeing = true;
    void Promise.resolve().then(() => {
      this.#isAgreeing = false;
      const present = [...this.#subscriptions].filter(({ watched, ended }) => watched && !ended);
      if (present.length === 0) return;
      Object.assign(this.#terms, termsOf(present.map(({ request }) => request)));
      this.connection.termsChanged();
    });
  }

  remove(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription)) return;
    if (this.#subscriptions.size === 0) this.host.remove(this);
    else this.closeIfDone();
  }

  /** Lets everybody go. */
  clear(): void {
    this.#subscriptions.clear();
  }

  closeIfDone(): void {
    for (const { ended } of this.#subscriptions) if (!ended) return;
    if (isTerminal(this.connection.state)) return;
    this.doneForAll = true;
    this.connection.close('done');
  }

  #newestRequest(): StreamRequest {
    return this.#requests().at(-1) ?? this.request;
  }

  /** Those of all who watch, the newest one last. */
  #requests(): StreamRequest[] {
    return [...this.#subscriptions].flatMap(({ watched, request }) => (watched ? [request] : []));
  }

  /** Of the url the newest; that somebody knows how to go on does for all. */
  #live(): LiveOptions {
    const newest = this.#newestRequest().live();
    if (newest.resume) return newest;
    const lives = this.#requests().map((request) => request.live());
    return { ...newest, resume: lives.findLast(({ resume }) => resume)?.resume };
  }

  #tell(tell: (listener: Listener) => void): void {
    for (const subscription of [...this.#subscriptions]) {
      if (subscription.ended || !this.#subscriptions.has(subscription)) continue;
      callSafely(() => {
        tell(subscription.listener);
      }, undefined);
    }
  }
}

import {
  closed,
  connecting,
  failed,
  idle,
  isTerminal,
  type ConnectionState,
} from '../connection/connectionState.ts';
import type { OpenInfo } from '../connection/connectionListener.ts';
import type { Rejection } from './decode.ts';
import { StreamError } from '../error.ts';
import type { RawEvent } from '../event.ts';
import type { Emitter, Accumulator } from './accumulator.ts';
import { Callbacks } from './callbacks.ts';
import { Persistence } from './persistence.ts';
import { Publisher } from './publisher.ts';
import type { StreamRequest } from '../request/request.ts';
import { isSafe } from '../request/requestOptions.ts';
import type { Listener } from '../store/sharedStream.ts';
import type { Snapshot, StartOverrides, ObserverCallbacks, ObserverParts } from './snapshot.ts';
import { Standing, type JoinHow } from './standing.ts';
import type { StoreInternals } from '../store/storeInternals.ts';
import { jobError } from './until.ts';
import { describeUrl } from '../request/url.ts';

/**
 * Folds the events of a connection into a value and publishes it in two lanes: with every change of
 * status at once, and otherwise with the frames of its store.
 *
 * It connects while somebody watches one of its lanes.
 */
export class Observer<V, F extends Accumulator<V> = Accumulator<V>> implements Listener, Emitter {
  readonly store: StoreInternals;
  readonly accumulator: F;
  readonly #parts: ObserverParts<V, F>;
  readonly #callbacks = new Callbacks<V>();
  readonly #publisher: Publisher<V>;
  #superseded = false;
  #isNew = true;
  #asked = false;
  #current: StreamRequest | null;
  #started: boolean;
  readonly #standing: Standing;
  #run: AbortController | null = null;
  #persistence: Persistence | null = null;
  /** Counts what has been asked of it: what calls users' functions looks afterwards whether something else was asked meanwhile. */
  #turn = 0;
  #state: ConnectionState;
  /** The last error that was told: a run that begins after it may be shown it again. */
  #told: StreamError | null = null;

  constructor(parts: ObserverParts<V, F>) {
    this.#parts = parts;
    this.store = parts.store;
    this.#standing = new Standing(parts.store, this);
    this.#current = parts.request();
    this.#started = !parts.manual;
    this.accumulator = parts.accumulator(this);
    this.#state = this.#current && this.#started ? connecting : idle;
    const { store, throttle } = parts;
    const { accumulator } = this;
    this.#publisher = new Publisher({
      store,
      throttle,
      accumulator,
      observer: this,
      state: () => this.#state,
    });
  }

  /** Watches the status; the listener reads {@link getUrgent}. */
  readonly onStatus = (listener: () => void): (() => void) =>
    this.#watch(this.#publisher.onStatus(listener));

  /** Watches the data frames; the listener is given the latest one at once. */
  readonly onFrame = (listener: (snapshot: Snapshot<V>) => void): (() => void) => {
    const leave = this.#watch(this.#publisher.onFrame(listener));
    listener(this.#publisher.latest);
    return leave;
  };

  /** The snapshot of the last urgent publication. */
  readonly getUrgent = (): Snapshot<V> => this.#publisher.urgent;
  /** The snapshot of the last publication. */
  readonly getSnapshot = (): Snapshot<V> => this.#publisher.latest;
  /** The snapshot of a server, and of a page that hydrates. */
  readonly getIdle = (): Snapshot<V> => this.#publisher.idle;

  /** Adds a hook's callbacks; returns the way to take them away. */
  listen(handlers: () => ObserverCallbacks<V>): () => void {
    return this.#callbacks.add(handlers);
  }

  /** Begins, or starts over with fresh data; `overrides` change the request until the next start. */
  start(overrides?: StartOverrides): void {
    this.#current = this.#parts.resolve(overrides);
    this.#begin();
  }

  /** Begins again with fresh data and the request of the last start, also after a reset; before any it is one. */
  readonly retry = (): void => {
    if (this.#isNew) this.start();
    else this.#begin();
  };

  #begin(): void {
    this.#started = true;
    this.#isNew = false;
    this.#standing.wantsNew = true;
    this.#standing.spendWhileSpeaking();
    // What is shown until the first answer is the beginning, not the end of the run before.
    const turn = this.#startOver(this.#current ? connecting : idle);
    if (this.#isWatched && turn === this.#turn) this.#join();
  }

  /** Leaves its connection and forgets everything; idle until the next start. */
  readonly reset = (): void => {
    this.#started = false;
    this.#startOver(idle);
  };

  /** Ends this observer's stream for good; others on its connection go on. */
  readonly close = (): void => {
    if (this.#state.status !== 'idle' && !isTerminal(this.#state)) this.#end(closed('manual'));
  };

  /** Opens the connection once more, at once, from any state; keeps the data. */
  readonly reconnect = (): void => {
    if (!this.#started) {
      this.start();
      return;
    }
    if (!this.#isWatched || this.#standing.subscription?.reconnect()) return;
    this.#rejoin();
  };

  /** Forgets the data. */
  readonly clear = (): void => {
    this.accumulator.clear();
    this.#publisher.cleared();
  };

  /** Freezes what is shown; the stream goes on being folded. */
  readonly pause = (): void => {
    this.#publisher.pause();
  };

  /** Shows the present again. */
  readonly resume = (): void => {
    this.#publisher.resume();
  };

  get openTimeout(): number {
    return this.#current?.openTimeout ?? 0;
  }

  get canResume(): boolean {
    return this.#current?.transport === 'fetch' && !this.hasEnded;
  }

  /** Takes events that its accumulator has put off. */
  feed(events: readonly RawEvent[]): void {
    this.#receive(events, !this.hasEnded);
    if (!this.hasEnded) this.#keeper()?.changed();
  }

  /** With this event the server has begun from the start. */
  restarted(sequence: number): void {
    this.#standing.subscription?.shared.restarted(sequence);
  }

  /** Goes on behind this event of the stream, on whichever connection has all that followed. */
  resumeFrom(lastEventId: string): void {
    if (isTerminal(this.#state)) return;
    this.#standing.moveTo(lastEventId);
    if (this.#isWatched) this.#rejoin({ resumes: true });
    // Nobody waits for it: who comes back goes on from there.
    else this.#standing.subscription?.leave(0);
  }

  /** What it connects to. */
  get request(): StreamRequest | null {
    return this.#current;
  }

  /** Whether it has sent a request that is not repeated unasked: no render sends another one. */
  get hasAsked(): boolean {
    return this.#asked;
  }

  /** Its hook has sent such a request before: this one waits for `start`. Called before anybody watches. */
  wait(): void {
    if (!this.#current || isSafe(this.#current)) return;
    this.#started = false;
    this.#state = idle;
    this.#publisher.renew();
  }

  /** Whether another observer stands in for this one: then it does not connect. */
  supersede(superseded: boolean): void {
    this.#superseded = superseded;
  }

  /** Nobody will come back: without watchers it leaves its connection at once, without linger. */
  abandon(): void {
    if (this.#isWatched) return;
    this.#keeper()?.leave();
    this.#standing.leave();
    this.#endRun();
    this.accumulator.clear();
    this.#publisher.renew();
    this.#parts.onReleased?.();
  }

  /** Whether its stream has come to an end. */
  get hasEnded(): boolean {
    return isTerminal(this.#state);
  }

  /** It has come to its end, and nobody is there any more who has seen it. */
  get isOver(): boolean {
    return !this.#isWatched && this.hasEnded;
  }

  /** Publishes with the next frame, for an accumulator whose value was changed from outside. */
  readonly refresh = (): void => {
    this.#publisher.requestFrame();
  };

  // What its connection tells.

  /** How many events it shows. */
  get keeps(): number {
    return this.accumulator.keeps ?? 0;
  }

  get onComment(): ((text: string) => void) | undefined {
    if (!this.#callbacks.has(({ onComment }) => onComment)) return undefined;
    return (text) => {
      this.#callbacks.call((handlers) => handlers.onComment?.(text));
    };
  }

  onEvents(events: readonly RawEvent[]): void {
    this.#receive(events, true);
  }

  onState(state: ConnectionState): void {
    // A store that closes while nobody watches (a hidden Activity) is not this observer's end.
    if (!this.#isWatched && state.reason === 'store') this.#released();
    else this.#setState(state);
  }

  onOpen(info: OpenInfo): void {
    this.#tellAnswer();
    this.#keeper()?.changed();
    this.accumulator.opened?.(info);
    this.#callbacks.call((handlers) => handlers.onOpen?.(info));
  }

  onRestart(): void {
    this.accumulator.gap?.(null);
    this.#callbacks.call((handlers) => handlers.onRestart?.());
  }

  onReleased(): void {
    if (this.#standing.subscription?.watched === false) this.#released();
  }

  // What its accumulator tells.

  wantsEach(): boolean {
    return this.#callbacks.has(({ onEvent, onEvents }) => onEvent ?? onEvents);
  }

  event(event: RawEvent): boolean {
    const subscription = this.#standing.subscription;
    this.#callbacks.call((handlers) => handlers.onEvent?.(event));
    return subscription === this.#standing.subscription && !this.hasEnded;
  }

  events(events: readonly RawEvent[]): void {
    this.#callbacks.call((handlers) => handlers.onEvents?.(events));
  }

  reject(error: Rejection): void {
    this.#callbacks.call((handlers) => handlers.onReject?.(error));
  }

  /** What keeps its place over a reload, if that was asked for. */
  #keeper(): Persistence | null {
    const { persist: options } = this.#parts;
    if (!options()) return this.#persistence;
    return (this.#persistence ??= new Persistence({
      options,
      request: () => this.#current,
      standing: this.#standing,
      accumulator: this.accumulator,
      store: this.store,
    }));
  }

  #startOver(state: ConnectionState): number {
    const turn = ++this.#turn;
    this.#publisher.thaw();
    this.#endRun();
    this.#keeper()?.forget();
    this.#standing.clear();
    this.#state = state;
    this.#standing.leave();
    if (turn === this.#turn) this.accumulator.stateChanged?.(state);
    if (turn !== this.#turn) return turn;
    this.accumulator.clear();
    this.accumulator.begin?.();
    this.#publisher.publish(true);
    return turn;
  }

  /** Leaves its connection for another one of the same run. */
  #rejoin(how: JoinHow = {}): void {
    const turn = ++this.#turn;
    this.#standing.leave();
    if (turn === this.#turn) this.#join(how);
  }

  get #isWatched(): boolean {
    return this.#publisher.listeners > 0;
  }

  /** Somebody watches, until the function that is returned is called. */
  #watch(stop: () => void): () => void {
    if (!this.#superseded && this.#publisher.listeners === 1) this.#connect();
    return () => {
      stop();
      if (this.#isWatched) return;
      this.#publisher.stop();
      this.#standing.subscription?.leave(this.#current?.linger ?? 0);
    };
  }

  #connect(): void {
    const rejoined = this.#standing.subscription?.rejoin() ?? false;
    if (this.#publisher.latest.state !== this.#state) this.#publisher.publish(true);
    else this.#publisher.requestFrame();
    if (rejoined || !this.#current || this.hasEnded) return;
    if (this.#isNew && this.#keeper()?.takeUp(this.#current) === true) {
      this.#started = true;
      this.#setState(connecting);
    }
    if (!this.#started) return;
    // A hidden page renders without watching: what is sent is what it has come to.
    if (this.#isNew) this.#current = this.#parts.request();
    this.#isNew = false;
    this.#join();
  }

  #join(how: JoinHow = {}): void {
    const request = this.#current;
    if (!request) {
      this.#setState(idle);
      return;
    }
    const turn = this.#turn;
    this.#beginRun();
    if (turn !== this.#turn) return;
    if (!isSafe(request)) this.#asked = true;
    const standing = this.#standing;
    // This calls users' functions: one of them may have closed the stream, or begun another run.
    const subscription = standing.join(request, this.accumulator.needs, how);
    if (standing.isOn(subscription)) {
      const { events, gap } = standing.missed(subscription);
      if (gap !== 0) this.accumulator.gap?.(gap);
      this.#tellAnswer();
      // What a stream has come to is told after the events that led to it.
      this.#receive(events, false);
    }
    if (!standing.isOn(subscription)) return;
    // The others had what they wanted and the connection was closed; to this observer it is not the end.
    if (subscription.shared.doneForAll) this.#rejoin({ fresh: true });
    else this.#setState(subscription.state);
  }

  #tellAnswer(): void {
    this.#standing.opened();
    const answer = this.#standing.subscription?.shared.connection.answer;
    if (answer) this.accumulator.answered?.(answer);
  }

  /** Somebody watches: the run begins, or goes on where it was left. */
  #beginRun(): void {
    if (this.#run) return;
    this.#run = new AbortController();
    this.accumulator.watched?.(this.#run.signal);
    this.#parts.onWatched?.(this.#run.signal);
  }

  #endRun(): void {
    this.#run?.abort();
    this.#run = null;
  }

  /** The linger is over: the next one begins with a new connection, where the data left off. */
  #released(): void {
    const { connection, goesOn = false } = this.#standing.subscription?.shared ?? {};
    const isLost = connection?.hasSent === true && !goesOn;
    this.#keeper()?.leave();
    this.#standing.subscription = null;
    this.#endRun();
    this.#parts.onReleased?.();
    if (this.hasEnded) return;
    this.#state = this.#stateWhenLeft(isLost);
    this.accumulator.stateChanged?.(this.#state);
    this.#publisher.renew();
  }

  /** What has left is not sent again because somebody watches again: the server may be at work on it. */
  #stateWhenLeft(isLost: boolean): ConnectionState {
    if (!this.#current || isSafe(this.#current) || !isLost) return connecting;
    const { method } = this.#current;
    const url = describeUrl(this.#current.url);
    const message = `The answer to the ${method} to ${url} was left before its end, when nobody watched it any more; \`retry()\` sends it again.`;
    return failed(0, new StreamError('incomplete', message, { url }));
  }

  #receive(events: readonly RawEvent[], live: boolean): void {
    const last = events.at(-1);
    if (!last) return;
    const turn = this.#turn;
    this.#standing.received(last);
    const ended = this.accumulator.push(events, live);
    // A function of the user's may have closed the stream, or begun another run.
    if (turn !== this.#turn || this.hasEnded) return;
    if (ended) this.#finish(ended);
    else {
      this.#keeper()?.changed();
      this.#publisher.requestFrame();
    }
  }

  /** Ends as done, or fails with an event. */
  #finish(outcome: true | RawEvent): void {
    this.#standing.spend();
    const url = describeUrl(this.#current?.url ?? '');
    if (outcome === true) this.#end(closed('done'));
    else this.#end(failed(this.#state.attempt, jobError(outcome, url)));
  }

  #end(state: ConnectionState): void {
    const turn = ++this.#turn;
    this.#standing.subscription?.end();
    if (turn === this.#turn) this.#setState(state);
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return;
    const turn = this.#turn;
    const outcome = this.accumulator.stateChanged?.(state) ?? false;
    if (turn !== this.#turn) return;
    if (outcome && (outcome !== true || !isTerminal(state))) {
      this.#finish(outcome);
      return;
    }
    this.#state = state;
    if (isTerminal(state)) this.#keeper()?.ended(state);
    const { error } = state;
    if (error && error !== this.#told) {
      this.#told = error;
      this.#callbacks.call((handlers) => handlers.onError?.(error));
    }
    this.#publisher.publish(isTerminal(state));
    if (state.status !== 'closed') return;
    const { reason } = state;
    const value = this.accumulator.value();
    this.#callbacks.call((handlers) => handlers.onClose?.({ reason, value }));
  }
}

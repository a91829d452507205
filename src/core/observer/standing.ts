import type { RawEvent } from '../event.ts';
import type { Accumulator } from './accumulator.ts';
import type { Run } from '../connection/resumption.ts';
import type { StreamRequest } from '../request/request.ts';
import type { RequestKey } from '../request/requestKey.ts';
import { nowhere, type Listener, type Subscription } from '../store/sharedStream.ts';
import type { StoreInternals } from '../store/storeInternals.ts';

/** How an observer joins. */
export interface JoinHow {
  /** A connection that has come to its end does not do. */
  fresh?: boolean;
  /** All that followed where it stands has to come. */
  resumes?: boolean;
}

/** On which connection an observer is, and behind which event; and which connection has no more to say to it. */
export class Standing {
  subscription: Subscription | null = null;
  /** A start waits for somebody to watch. */
  wantsNew = false;
  readonly #store: StoreInternals;
  readonly #listener: Listener;
  #position = nowhere;
  /** The last connection on which an event, or an accumulator, has ended a run of the observer. */
  #spent: { key: RequestKey | null; id: string } = { key: null, id: '0' };
  /** What came before can be asked for by an event id. */
  #canResume = false;

  constructor(store: StoreInternals, listener: Listener) {
    this.#store = store;
    this.#listener = listener;
  }

  /** Stands at the beginning. */
  clear(): void {
    this.#position = nowhere;
  }

  /** Stands behind this event of what was begun, by itself or on a page before this one. */
  moveTo(lastEventId: string, run = this.#position.run): void {
    this.#position = { ...nowhere, lastEventId, run };
  }

  /** Behind which event it stands, and of what. */
  get place(): { lastEventId: string; run: Run | null } {
    const { lastEventId, run } = this.#position;
    return { lastEventId, run };
  }

  /** Takes note of what an answer has begun. */
  opened(): void {
    const run = this.subscription?.shared.run ?? null;
    this.#position = { ...this.#position, run };
  }

  /** Takes note of the last event that came. */
  received(last: RawEvent): void {
    const { sequence, lastEventId } = last;
    this.#position = { ...this.#position, sequence, lastEventId, last };
  }

  /** Leaves its connection at once. */
  leave(): void {
    const { subscription } = this;
    this.subscription = null;
    subscription?.leave(0);
  }

  /** What its connection has to say has ended a run. */
  spend(): void {
    const { shared } = this.subscription ?? {};
    if (shared) this.#spent = { key: shared.request.key, id: shared.id };
  }

  /** The same, where the run is started over from a callback of an event: others may go on reading, but what they replay is of the run before. */
  spendWhileSpeaking(): void {
    const { connection } = this.subscription?.shared ?? {};
    if (connection?.isSpeaking && connection.state.status === 'open') this.spend();
  }

  /** Whether the observer is still on this subscription, and told of what comes. */
  isOn(subscription: Subscription): boolean {
    return subscription === this.subscription && !subscription.ended;
  }

  /** Joins the connection for a request, or opens one. This calls users' functions. */
  join(request: StreamRequest, needs: Accumulator<unknown>['needs'], how: JoinHow): Subscription {
    const from = this.#position;
    this.#canResume = request.transport === 'fetch' && from.lastEventId !== '';
    const isMissed = needs === 'rest' && this.#canResume;
    const complete = how.resumes === true || needs === 'all' || isMissed;
    // A connection that has ended a run would end the next one by the same event, unasked.
    const { key, id } = this.#spent;
    const after = key === request.key && id !== from.connection ? Number(id) : 0;
    const fresh = how.fresh === true || this.wantsNew;
    this.wantsNew = false;
    const options = { from, complete, fresh, after, knowsEnd: true };
    const subscription = this.#store.join(request, this.#listener, options);
    // Held before it begins: what is called then may close the stream, or begin another run.
    this.subscription = subscription;
    subscription.begin();
    // Who asks for a new run does not wait for the next try of the others.
    if (fresh && subscription.state.status === 'reconnecting') {
      subscription.shared.connection.start();
    }
    return subscription;
  }

  /**
   * What is new to the observer: StrictMode, linger and Activity bring it to a connection again, or to another one. `gap` is
   * how many events are missing before those; null where nobody knows.
   */
  missed({ shared }: Subscription): { events: readonly RawEvent[]; gap: number | null } {
    const from = this.#position;
    const isSame = from.connection === shared.id;
    const { events, missing } = shared.since(from);
    this.#position = { ...from, connection: shared.id, sequence: isSame ? from.sequence : 0 };
    if (from.sequence === 0) return { events, gap: 0 };
    return { events, gap: isSame || this.#canResume ? missing : null };
  }
}

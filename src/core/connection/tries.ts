import type { Attempt } from './attempt.ts';
import type { StreamError } from '../error.ts';
import { asksForSse } from '../format/format.ts';
import type { Page } from '../page.ts';
import { nextStep, reconnectDelay, type Outcome, type Step } from './reconnection.ts';
import { isRefreshable, type StreamRequest } from '../request/request.ts';
import type { Resumption } from './resumption.ts';
import type { SourceEnvironment } from './source.ts';

const healthyTime = 5_000;
const healthyTimeWithEvent = 1_000;
// EventSource hides why it gave up: a status that will not change looks like one that will.
const nativeAttempts = 5;

/** What tries are counted for. */
interface TriesParts {
  request: StreamRequest;
  environment: SourceEnvironment;
  page: Page;
  resumption: Resumption;
}

/** How often a stream was tried since it was well, what follows a try, and when. */
export class Tries {
  /** Tries since the last healthy period. */
  count = 0;
  /** Fresh headers were asked for since then. */
  refreshed = false;
  /** The reconnection time that the stream's `retry` field set, in milliseconds. */
  serverDelay: number | null = null;
  readonly #parts: TriesParts;

  constructor(parts: TriesParts) {
    this.#parts = parts;
  }

  /** None is counted any more. */
  forget(): void {
    this.count = 0;
    this.refreshed = false;
    this.#parts.resumption.forget();
  }

  /** Goes on where those of another connection are. */
  take({ serverDelay, count }: Tries): void {
    this.serverDelay = serverDelay;
    this.count = count;
  }

  /** After a healthy period the count, and the right to one refresh, begin again. */
  countHealth(openedAt: number | null): void {
    const { resumption, environment } = this.#parts;
    if (openedAt === null) return;
    // Also where the clock was set back meanwhile.
    const passed = Math.abs(environment.clock.now() - openedAt);
    if (passed < (resumption.heard ? healthyTimeWithEvent : healthyTime)) return;
    this.count = 0;
    this.refreshed = false;
  }

  /** What follows an attempt. */
  step(outcome: Exclude<Outcome, { type: 'suspended' }>, attempt: Attempt): Step {
    const { request, resumption } = this.#parts;
    const { policy, transport } = request;
    return nextStep(outcome, {
      policy:
        transport === 'eventsource'
          ? { ...policy, maxAttempts: Math.min(policy.maxAttempts, nativeAttempts) }
          : policy,
      attempts: this.count,
      safe: resumption.isRepeatable,
      sent: attempt.sentAt !== null,
      began: attempt.began,
      resumable: attempt.resumable || resumption.goesOn,
      isLast: attempt.isLast,
      endless: attempt.endless,
      refreshable: !this.refreshed && (isRefreshable(request) || resumption.isMoving),
    });
  }

  /** Counts an attempt after which there will be another, and gives how long that one waits. */
  failed(error: StreamError | null, { awaitsAnswer }: Attempt): number {
    const wait = this.delay(error);
    // A try without a network says nothing about the server.
    if (this.#isOffline) return wait;
    if (!this.#isSilence(error, awaitsAnswer)) this.count += 1;
    if (error?.kind === 'network' && awaitsAnswer) this.#parts.resumption.unanswered();
    return wait;
  }

  /** How long the next try waits, in milliseconds. */
  delay(error: StreamError | null): number {
    const { policy } = this.#parts.request;
    if (this.#isOffline) return policy.maxDelay;
    return reconnectDelay({
      policy,
      attempts: this.count,
      serverDelay: this.serverDelay,
      retryAfter: error?.kind === 'http' ? error.retryAfter : null,
      ended: error === null,
      heard: this.#parts.resumption.heard,
      random: this.#parts.environment.clock.random(),
    });
  }

  /** A browser that believes to be offline may still reach a LAN, a VPN or this very machine: it tries, slowly. */
  get #isOffline(): boolean {
    return this.#parts.resumption.isRepeatable && !this.#parts.page.isOnline();
  }

  /**
   * No byte of Server-Sent Events has come in time. Firefox gives an answer only with its first byte: this is no
   * failure of a server that has nothing to say yet.
   */
  #isSilence(error: StreamError | null, awaitsAnswer: boolean): boolean {
    const { request, resumption } = this.#parts;
    const isAsked =
      request.transport === 'eventsource' || (awaitsAnswer && asksForSse(request.format));
    return (
      isAsked && resumption.isRepeatable && error?.kind === 'timeout' && error.phase === 'open'
    );
  }
}

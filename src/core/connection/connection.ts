import { Attempt, type AttemptListener } from './attempt.ts';
import type { Answer } from './answer.ts';
import { task } from '../clock.ts';
import {
  closed,
  connecting,
  failed,
  idle,
  isTerminal,
  open,
  reconnecting,
  type CloseReason,
  type ConnectionState,
} from './connectionState.ts';
import { StreamError } from '../error.ts';
import { EventNames } from './eventNames.ts';
import type { Page, PageCondition } from '../page.ts';
import type { StartLimit, Step } from './reconnection.ts';
import type { StreamRequest } from '../request/request.ts';
import { Tries } from './tries.ts';
import type { ConnectionListener } from './connectionListener.ts';
import { Rest } from './rest.ts';
import type { Resumption } from './resumption.ts';
import type { SourceEnvironment } from './source.ts';
import type { Source } from './attempt.ts';
import { describeUrl } from '../request/url.ts';

/** What a connection is made of. */
export interface ConnectionParts {
  request: StreamRequest;
  source: Source;
  environment: SourceEnvironment;
  page: Page;
  listener: ConnectionListener;
  /** Where it begins, and what it has delivered. */
  resumption: Resumption;
  /** What it has in common with the connections before it that asked for the same. */
  limit: StartLimit;
}

/** The connections whose listeners, or whose users' functions, are called at this moment. */
const speaking: Connection[] = [];
/** Those of which an attempt has ended in this task: their listeners may still act on it, behind an await. */
const ended = /* @__PURE__ */ new Set<Connection>();
/**
 * One stream, kept up: opens, reads, waits and opens again, until it is done, fails or is closed.
 *
 * Whatever was superseded (an attempt, a wait, a token) is cut by its signal and can never write.
 */
export class Connection {
  /** What the connection is doing. */
  state: ConnectionState = idle;
  /** The newest answer that a stream came with, or null. */
  answer: Answer | null = null;
  /** The event names that EventSource listens for. */
  readonly eventNames = new EventNames();
  readonly #parts: ConnectionParts;
  readonly #rest: Rest;
  #life = new AbortController();
  /** The present attempt, or the one that was cut when this was closed. */
  #attempt: Attempt | null = null;
  readonly #tries: Tries;
  /** When the next try is due, also where it was given up meanwhile; null where none was waited for. */
  #retryAt: number | null = null;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#tries = new Tries(parts);
    this.#rest = new Rest(parts.environment.clock);
    this.eventNames.add(parts.request.events);
  }

  /**
   * Begins, or starts over, from any state: at once, with no tries counted. But one of the stream's own
   * callbacks cannot hurry it: the tries stay counted, and what the server has asked for is waited.
   */
  start(): void {
    const callers = [...ended, ...speaking].filter((each) => each.#isSameAs(this));
    const caller = callers.at(-1);
    if (caller === this && this.state.status === 'reconnecting') return;
    this.#tries.countHealth(this.state.openedAt);
    this.#life.abort();
    const life = new AbortController();
    this.#life = life;
    const { error } = (caller ?? this).state;
    let wait = this.#parts.limit.wait(this.#now());
    if (caller) wait = Math.max(wait, this.#waitAfter(caller));
    else {
      this.#tries.forget();
      this.#retryAt = null;
    }
    if (wait <= 0) this.#setState(connecting);
    // A run that starts over only waits: nothing of it was lost.
    const isNew = caller !== this || !error;
    void this.#keepUp(life.signal, caller || wait > 0 ? error : null, { wait, isNew });
  }

  /** How long a start waits that comes from a callback of this stream, on this connection or the one before. */
  #waitAfter(caller: Connection): number {
    this.#tries.take(caller.#tries);
    const left = (caller.#retryAt ?? 0) - this.#now();
    // Also where the clock was set back meanwhile.
    if (left > 0) return Math.min(left, this.#parts.request.policy.maxDelay);
    const wait = this.#tries.delay(caller.state.error);
    this.#tries.count += 1;
    return wait;
  }

  /** Whether one of its callbacks runs at this moment. */
  get isSpeaking(): boolean {
    return speaking.includes(this);
  }

  /** The request of a try that is under way, or was when this was closed, has left. */
  get hasSent(): boolean {
    return (this.#attempt?.sentAt ?? null) !== null;
  }

  /** The attempt that is under way, for an inspector. */
  get attempt(): Attempt | null {
    return this.#attempt;
  }

  #isSameAs(other: Connection): boolean {
    const { request, environment } = other.#parts;
    return environment === this.#parts.environment && request.key === this.#parts.request.key;
  }

  /** Calls what may call users' functions: what they ask for is known to come from this stream. */
  speak<T>(call: (listener: ConnectionListener) => T): T {
    speaking.push(this);
    try {
      return call(this.#parts.listener);
    } finally {
      speaking.pop();
    }
  }

  /** Ends for good, at once. */
  close(reason: CloseReason): void {
    this.#end(closed(reason));
  }

  /**
   * Tells of the page: a GET stream rests while the page is away or, where asked for, hidden. The end
   * of a condition is the time to try, and to see whether an open stream is still alive.
   */
  pageChanged(condition: PageCondition, begins: boolean): void {
    const { request } = this.#parts;
    if (!this.#parts.resumption.isRepeatable) return;
    const rests =
      begins && (condition === 'away' || (condition === 'hidden' && request.suspendWhenHidden));
    if (rests) this.#attempt?.suspend();
    const mayHaveDied = this.#rest.change(condition, begins, rests);
    if (mayHaveDied) this.#attempt?.suspect();
  }

  /** Its timeouts, or whether it rests while it is hidden, are others now. */
  termsChanged(): void {
    this.#attempt?.restartTimer();
    this.pageChanged('hidden', this.#parts.page.isHidden());
  }

  async #keepUp(
    life: AbortSignal,
    cause: StreamError | null,
    rest: { wait: number; isNew: boolean },
  ): Promise<void> {
    let error = cause;
    const { request, page } = this.#parts;
    if (rest.wait > 0) await this.#waitFor(error, life, rest);
    if (request.suspendWhenHidden && this.#parts.resumption.isRepeatable && page.isHidden()) {
      this.#rest.begin('hidden');
      await this.#waitFor(null, life);
    }
    // A listener that heard of a state may have closed the connection, or started it again.
    while (!life.aborted) error = await this.#tryAndFollow(error, life);
  }

  /** One turn of the loop: opens, reads, and does what follows; gives the error that the next turn is told of. */
  async #tryAndFollow(
    previous: StreamError | null,
    life: AbortSignal,
  ): Promise<StreamError | null> {
    const attempt = this.#begin(life);
    // Not through a function: V8's unread stack of an error would hold it, and with it the error before.
    speaking.push(this);
    const running = attempt.run(this.#parts.source, previous);
    speaking.pop();
    const outcome = await running;
    const isAborted = () => life.aborted;
    if (isAborted()) return null;
    this.#attempt = null;
    this.#tries.countHealth(this.state.openedAt);
    if (outcome.type === 'end') this.#parts.resumption.hasEnded = true;
    if (outcome.type === 'suspended') {
      await this.#waitFor(null, life);
      return null;
    }
    ended.add(this);
    task(() => ended.delete(this));
    const step = this.speak(() => this.#tries.step(outcome, attempt));
    // The policy's own function may have begun another life.
    return isAborted() ? null : this.#follow(step, attempt, life);
  }

  /** Does what follows an attempt; gives the error that the next one is told of. */
  async #follow(step: Step, attempt: Attempt, life: AbortSignal): Promise<StreamError | null> {
    switch (step.type) {
      case 'closed':
        this.close('done');
        return null;
      case 'failed':
        this.#end(failed(this.#tries.count, step.error));
        return null;
      case 'refresh':
        this.#tries.refreshed = true;
        return step.error;
      case 'retry': {
        const { error } = step;
        const wait = this.#tries.failed(error, attempt);
        await this.#waitFor(error, life, { wait });
        return error;
      }
    }
  }

  #begin(life: AbortSignal): Attempt {
    const { request, environment, page, resumption, limit } = this.#parts;
    resumption.ask();
    limit.count(this.#now());
    return (this.#attempt = new Attempt({
      ...{ request, environment, page, resumption, life },
      eventNames: this.eventNames,
      listener: this.#attemptListener,
      number: this.#tries.count,
    }));
  }

  readonly #attemptListener: AttemptListener = {
    onAnswer: (omitsId) => {
      this.#parts.resumption.answered(omitsId);
    },
    onOpen: (response) => {
      this.#opened(response);
    },
    onEvents: (events, size) => {
      this.#parts.resumption.take(events, size, this.#now(), (delivered) => {
        this.speak((listener) => {
          if (delivered) listener.onEvents(delivered);
          else listener.onRestart();
        });
      });
    },
    onRetry: (delay) => {
      this.#tries.serverDelay = delay;
    },
    onComments: (texts) => {
      const life = this.#life.signal;
      this.speak((listener) => {
        for (const text of texts) {
          // Who has heard the one before may have ended the connection, or begun it again.
          if (life.aborted) return;
          listener.onComment(text);
        }
      });
    },
    onLost: () => {
      this.#lostByBrowser();
    },
    wantsComments: () => this.#parts.listener.hearsComments,
  };

  /** EventSource tries again by itself, as often as it likes: our policy is asked all the same. */
  #lostByBrowser(): void {
    this.#tries.countHealth(this.state.openedAt);
    const { request, resumption } = this.#parts;
    if (this.#tries.count >= request.policy.maxAttempts) {
      const url = describeUrl(request.url);
      const message = `The browser's EventSource lost ${url}; \`reconnect\` allows no further try.`;
      this.#attempt?.fail(new StreamError('network', message, { url }));
      return;
    }
    this.#tries.count += 1;
    resumption.sentId = resumption.lastEventId;
    this.#setState(reconnecting(this.#tries.count, null, null));
  }

  #opened(response: Response | null): void {
    const { request, page, resumption, limit } = this.#parts;
    const attempt = resumption.opened() ? Math.max(1, this.#tries.count) : this.#tries.count;
    limit.clear();
    const openedAt = this.#now();
    this.answer = { response, sentAt: this.#attempt?.sentAt ?? 0, openedAt };
    this.#setState(open(openedAt));
    const resumed = resumption.sentId !== '';
    this.speak((listener) => {
      listener.onOpen({ attempt, resumed, response });
    });
    // Only now it is known how to go on, where a GET would have rested before.
    if (request.suspendWhenHidden && page.isHidden()) this.pageChanged('hidden', true);
  }

  /** Waits for the next try: for its time, or, while the page rests, for the page. */
  async #waitFor(
    error: StreamError | null,
    life: AbortSignal,
    { wait = 0, isNew = false } = {},
  ): Promise<void> {
    const time = this.#now() + wait;
    this.#retryAt = time;
    // What the server has asked for holds after a rest, too.
    const notBefore = error?.kind === 'http' && error.retryAfter !== null ? time : 0;
    // A rest is shown as a try, but not counted as one: it was the page that ended the stream.
    const attempt = Math.max(1, this.#tries.count);
    const show = (retryAt: number | null) => {
      this.#setState(isNew ? connecting : reconnecting(attempt, retryAt, error));
    };
    await this.#rest.wait({ time, notBefore, life, show });
    if (life.aborted) return;
    this.#retryAt = null;
    show(null);
  }

  #end(state: ConnectionState): void {
    this.#tries.countHealth(this.state.openedAt);
    this.#life.abort();
    if (!isTerminal(this.state)) this.#setState(state);
  }

  #setState(state: ConnectionState): void {
    const { status, attempt, retryAt, error } = this.state;
    const same = status === state.status && attempt === state.attempt;
    if (same && retryAt === state.retryAt && error === state.error && status !== 'open') return;
    this.state = state;
    this.speak((listener) => {
      listener.onState();
    });
  }

  #now(): number {
    return this.#parts.environment.clock.now();
  }
}

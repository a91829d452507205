import { AttemptRun, type AttemptResult } from './attempt.ts';
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
import { Duplicates } from './duplicates.ts';
import { StreamError } from './error.ts';
import { flat, type RawEvent } from './event.ts';
import type { Page, PageCondition } from './page.ts';
import {
  nextStep,
  reconnectDelay,
  type Outcome,
  type Situation,
  type Step,
} from './reconnection.ts';
import { guarded, report } from './report.ts';
import { describeUrl, isRefreshable, isSafe, isSendableId, type StreamRequest } from './request.ts';
import {
  EventNames,
  type ArrivingEvent,
  type Source,
  type SourceEnvironment,
  type SourceSignal,
} from './source.ts';

/** What a connection tells when the server has answered. */
export interface OpenInfo {
  /** 0 for the first connection of a stream; then the tries since the last healthy period, at least 1. */
  attempt: number;
  /** Whether the server was asked to go on after an event id. */
  resumed: boolean;
  /** The answer, its body in use; null with EventSource. */
  response: Response | null;
}

/** Who hears of a connection. */
export interface ConnectionListener {
  onState(state: ConnectionState): void;
  onOpen(info: OpenInfo): void;
  onEvents(events: readonly RawEvent[]): void;
}

/** What a connection is made of. */
export interface ConnectionParts {
  request: StreamRequest;
  source: Source;
  environment: SourceEnvironment;
  page: Page;
  listener: ConnectionListener;
  /** The id to begin after; empty for the beginning. */
  lastEventId: string;
}

const healthyTime = 5_000;
const healthyTimeWithEvent = 1_000;
// EventSource hides why it gave up: a status that will not change looks like one that will.
const nativeAttempts = 5;

/**
 * One stream, kept up: opens, reads, waits and opens again, until it is done, fails or is closed.
 *
 * Whatever was superseded (an attempt, a wait, a token) is cut by its signal and can never write.
 */
export class Connection {
  /** What the connection is doing. */
  state: ConnectionState = idle;
  /** Where it would be taken up again. */
  lastEventId: string;
  /** The event names that EventSource listens for. */
  readonly eventNames = new EventNames();
  readonly #parts: ConnectionParts;
  readonly #duplicates = new Duplicates();
  readonly #conditions = new Set<PageCondition>();
  #life = new AbortController();
  #run: AttemptRun | null = null;
  #wake: () => void = () => undefined;
  #sequence = 0;
  #attempts = 0;
  #refreshed = false;
  #everOpened = false;
  #sentId = '';
  #reportedId = '';
  #heard = false;
  #serverDelay: number | null = null;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.lastEventId = parts.lastEventId;
    this.eventNames.add(parts.request.events);
  }

  /** Begins, or begins anew: at once, from any state, with no tries counted. */
  start(): void {
    this.#life.abort();
    const life = new AbortController();
    this.#life = life;
    this.#attempts = 0;
    this.#refreshed = false;
    this.#setState(connecting);
    void this.#keepUp(life.signal);
  }

  /** Ends for good, at once. */
  close(reason: CloseReason): void {
    this.#end(closed(reason));
  }

  /** Tells of the page: a GET stream rests while it is offline, away or, where asked for, hidden. */
  pageChanged(condition: PageCondition, begins: boolean): void {
    const { request } = this.#parts;
    if (!isSafe(request)) return;
    const rests = begins && (condition !== 'hidden' || request.suspendWhenHidden);
    if (rests) this.#conditions.add(condition);
    else this.#conditions.delete(condition);
    if (rests) this.#run?.suspend();
    this.#wake();
  }

  /** Its timeouts, or whether it rests while it is hidden, are others now. */
  termsChanged(): void {
    this.#run?.restartTimer();
    this.pageChanged('hidden', this.#parts.page.isHidden());
  }

  async #keepUp(life: AbortSignal): Promise<void> {
    let error: StreamError | null = null;
    const { request, page } = this.#parts;
    if (request.suspendWhenHidden && isSafe(request) && page.isHidden()) {
      this.#conditions.add('hidden');
      await this.#rest(null, life);
    }
    // Whoever heard of a state may have closed the connection, or begun it anew.
    while (!life.aborted) error = await this.#tryAndFollow(error, life);
  }

  async #tryAndFollow(
    previous: StreamError | null,
    life: AbortSignal,
  ): Promise<StreamError | null> {
    const result = await this.#tryOnce(previous, life);
    if (life.aborted) return null;
    this.#countHealth();
    const { outcome } = result;
    if (outcome.type !== 'suspended') return this.#follow(this.#step(outcome, result), life);
    await this.#rest(null, life);
    return null;
  }

  async #tryOnce(error: StreamError | null, life: AbortSignal): Promise<AttemptResult> {
    const { request, source, environment } = this.#parts;
    // A new EventSource cannot be told where to begin.
    this.#sentId = request.transport === 'fetch' ? this.#sendableId() : '';
    const run = new AttemptRun({
      request,
      source,
      environment,
      attempt: this.#attempts,
      lastEventId: this.#sentId,
      eventNames: this.eventNames,
      signal: life,
      onSignal: (signal) => {
        this.#take(signal);
      },
    });
    this.#run = run;
    const result = await run.run(error);
    if (this.#run === run) this.#run = null;
    return result;
  }

  /** Where to go on; empty where no request can say it. */
  #sendableId(): string {
    const id = this.lastEventId;
    if (isSendableId(id)) return id;
    if (id !== this.#reportedId) {
      const url = describeUrl(this.#parts.request.url);
      report(
        new Error(
          `use-event-stream: ${url} sent an event id with control characters or of more than 8,000 bytes, which no request can carry; the stream goes on without resuming.`,
        ),
      );
    }
    this.#reportedId = id;
    return '';
  }

  #take(signal: SourceSignal): void {
    switch (signal.type) {
      case 'open':
        this.#opened(signal.response);
        return;
      case 'batch':
        this.#deliver(signal.events);
        return;
      case 'retry':
        this.#serverDelay = signal.delay;
        return;
      case 'reconnecting':
        this.#lostByBrowser();
        return;
      case 'sent':
      case 'answered':
      case 'noContent':
    }
  }

  /** EventSource tries again by itself, as often as it likes: our policy is asked all the same. */
  #lostByBrowser(): void {
    this.#countHealth();
    const { request } = this.#parts;
    if (this.#attempts >= request.policy.maxAttempts) {
      const url = describeUrl(request.url);
      const message = `The browser's EventSource lost ${url}; \`reconnect\` allows no further try.`;
      this.#run?.fail(new StreamError('network', message, { url }));
      return;
    }
    this.#attempts += 1;
    this.#sentId = this.lastEventId;
    this.#setState(reconnecting(this.#attempts, null, null));
  }

  #opened(response: Response | null): void {
    const attempt = this.#everOpened ? Math.max(1, this.#attempts) : this.#attempts;
    if (this.#everOpened) this.#duplicates.expect();
    this.#everOpened = true;
    this.#heard = false;
    this.#setState(open(this.#now()));
    this.#parts.listener.onOpen({
      attempt,
      resumed: this.#sentId !== '',
      response,
    });
  }

  /** Makes the events whole in place, and leaves out what is not one. */
  #deliver(events: ArrivingEvent[]): void {
    const receivedAt = this.#now();
    const { dropsRepeated } = this.#parts.request;
    let count = 0;
    for (const event of events) {
      const { lastEventId: id, data, type } = event;
      if (id !== undefined) {
        const own = flat(id);
        if (dropsRepeated && data !== undefined && this.#duplicates.isRepeated(own)) continue;
        this.lastEventId = own;
      }
      // "If the data buffer is an empty string ..., return": such a block only sets the id.
      if (data === undefined) continue;
      event.type = type === undefined ? 'message' : flat(type);
      event.lastEventId = this.lastEventId;
      event.sequence = ++this.#sequence;
      event.receivedAt = receivedAt;
      events[count++] = event;
    }
    events.length = count;
    if (events.length === 0) return;
    this.#heard = true;
    this.#parts.listener.onEvents(events as RawEvent[]);
  }

  /** After a healthy period the count of tries, and the right to one refresh, begin anew. */
  #countHealth(): void {
    const { openedAt } = this.state;
    if (openedAt === null) return;
    // Also where the clock was set back meanwhile.
    const passed = Math.abs(this.#now() - openedAt);
    if (passed < (this.#heard ? healthyTimeWithEvent : healthyTime)) return;
    this.#attempts = 0;
    this.#refreshed = false;
  }

  #step(outcome: Exclude<Outcome, { type: 'suspended' }>, result: AttemptResult): Step {
    const { began, resumable, endless } = result;
    const { request } = this.#parts;
    const { policy, transport } = request;
    const situation: Situation = {
      policy:
        transport === 'eventsource'
          ? { ...policy, maxAttempts: Math.min(policy.maxAttempts, nativeAttempts) }
          : policy,
      attempts: this.#attempts,
      safe: isSafe(request),
      began,
      resumable,
      endless,
      refreshable: !this.#refreshed && isRefreshable(request),
    };
    const withoutCallback = { ...situation.policy, shouldReconnect: undefined };
    const otherwise = nextStep(outcome, { ...situation, policy: withoutCallback });
    return guarded(() => nextStep(outcome, situation), otherwise);
  }

  /** Does what follows an attempt; gives the error that the next one is told of. */
  async #follow(step: Step, life: AbortSignal): Promise<StreamError | null> {
    switch (step.type) {
      case 'closed':
        this.close('done');
        return null;
      case 'failed':
        this.#end(failed(this.#attempts, step.error));
        return null;
      case 'refresh':
        this.#refreshed = true;
        return step.error;
      case 'retry': {
        const wait = this.#delay(step.error);
        this.#attempts += 1;
        await this.#rest(step.error, life, wait);
        return step.error;
      }
    }
  }

  /** Waits for the next try: for its time, or, while the page rests, for the page. */
  async #rest(error: StreamError | null, life: AbortSignal, wait = 0): Promise<void> {
    const { request, page } = this.#parts;
    if (isSafe(request) && !page.isOnline()) this.#conditions.add('offline');
    let retryAt: number | null = this.#now() + wait;
    // What the server has asked for holds for whoever comes back from a rest, too.
    const notBefore = error?.kind === 'http' && error.retryAfter !== null ? retryAt : 0;
    // A rest is shown as a try, but not counted as one: it was the page that ended the stream.
    const attempt = Math.max(1, this.#attempts);
    for (;;) {
      const resting = this.#conditions.size > 0;
      // Whoever comes back from a rest is tried at once.
      if (resting) retryAt = null;
      else if (retryAt === null) retryAt = notBefore;
      if (!resting && retryAt !== null && retryAt <= this.#now()) break;
      this.#setState(reconnecting(attempt, retryAt, error));
      const isTime = await this.#sleepUntil(retryAt, life);
      if (life.aborted) return;
      // Also where somebody has set the clock back meanwhile.
      if (isTime) break;
    }
    this.#setState(reconnecting(attempt, null, error));
  }

  #delay(error: StreamError | null): number {
    return reconnectDelay({
      policy: this.#parts.request.policy,
      attempts: this.#attempts,
      serverDelay: this.#serverDelay,
      retryAfter: error?.kind === 'http' ? error.retryAfter : null,
      random: this.#parts.environment.clock.random(),
    });
  }

  /** Sleeps until it is time (true), or until somebody wakes it. */
  #sleepUntil(time: number | null, life: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const { clock } = this.#parts.environment;
      const wakeAs = (isTime: boolean) => () => {
        stopTimer?.();
        life.removeEventListener('abort', wake);
        resolve(isTime);
      };
      const wake = wakeAs(false);
      const stopTimer = time === null ? null : clock.timeout(wakeAs(true), time - clock.now());
      this.#wake = wake;
      life.addEventListener('abort', wake, { once: true });
      // Whoever heard of the state may have ended the connection.
      if (life.aborted) wake();
    });
  }

  #end(state: ConnectionState): void {
    this.#life.abort();
    if (!isTerminal(this.state)) this.#setState(state);
  }

  #setState(state: ConnectionState): void {
    const { status, attempt, retryAt, error } = this.state;
    const same = status === state.status && attempt === state.attempt;
    if (same && retryAt === state.retryAt && error === state.error && status !== 'open') return;
    this.state = state;
    this.#parts.listener.onState(state);
  }

  #now(): number {
    return this.#parts.environment.clock.now();
  }
}

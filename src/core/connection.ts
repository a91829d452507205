import type { Answer } from './answer.ts';
import { AttemptRun, type AttemptResult } from './attempt.ts';
import { task } from './clock.ts';
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
import { StreamError } from './error.ts';
import { foreignOrigin } from './fetchFault.ts';
import { asksForSse } from './format/format.ts';
import { flat, type RawEvent } from './event.ts';
import type { Page, PageCondition } from './page.ts';
import type { ReplayBuffer } from './replayBuffer.ts';
import { Repeats, type Verdict } from './repeats.ts';
import {
  nextStep,
  reconnectDelay,
  type Outcome,
  type Situation,
  type StartLimit,
  type Step,
} from './reconnection.ts';
import { report } from './report.ts';
import { isRefreshable, isSafe, isSendableId, type StreamRequest } from './request.ts';
import { describeUrl } from './url.ts';
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
  /** Undefined where nobody listens to comments. */
  readonly onComment: ((text: string) => void) | undefined;
  onRestart(): void;
}

/** What a connection is made of. */
export interface ConnectionParts {
  request: StreamRequest;
  source: Source;
  environment: SourceEnvironment;
  page: Page;
  listener: ConnectionListener;
  /** Takes what is delivered, and so knows what is sent again. */
  replay: ReplayBuffer;
  /** What it has in common with the connections before it that asked for the same. */
  limit: StartLimit;
  /** The id to begin after; empty for the beginning. */
  lastEventId: string;
}

const healthyTime = 5_000;
const healthyTimeWithEvent = 1_000;
// EventSource hides why it gave up: a status that will not change looks like one that will.
const nativeAttempts = 5;
/** The connections whose listeners, or whose users' functions, are called at this moment. */
const speaking: Connection[] = [];
/** Those of which an attempt has ended in this task: their listeners may still act on it, behind an await. */
const ended = /* @__PURE__ */ new Set<Connection>();
/** After so long a line may have died unnoticed while nobody looked. In milliseconds. */
const longHidden = 60_000;

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
  /** The newest answer that a stream came with, or null. */
  answer: Answer | null = null;
  /** The event names that EventSource listens for. */
  readonly eventNames = new EventNames();
  readonly #parts: ConnectionParts;
  readonly #conditions = new Set<PageCondition>();
  #life = new AbortController();
  #run: AttemptRun | null = null;
  #wake: () => void = () => undefined;
  #sequence = 0;
  #attempts = 0;
  #refreshed = false;
  #everOpened = false;
  #sentId = '';
  /** The request of a try that is under way, or was when this was closed, has left. */
  hasSent = false;
  #sentAt = 0;
  #awaitsAnswer = false;
  #reportedId = '';
  /** How often in a row a request had no answer. */
  #unanswered = 0;
  /** The server answers only where the event id is left out. */
  #refusesIds = false;
  /** A request with an event id was answered, and no answer has begun with what was delivered before. */
  #resumes: boolean | null = null;
  /** The first id of the newest response that has brought one. */
  #beganWith: string | null = null;
  /** The response has brought an id. */
  #hasBegun = false;
  /** The newest event bears an id of its own. */
  #isAtId = false;
  #heard = false;
  #hiddenAt: number | null = null;
  /** The response has brought nothing new yet; `null` in it: nothing with an id either. */
  #leading: { repeats: Repeats | null } | null = null;
  #serverDelay: number | null = null;
  /** When the next try is due, also where it was given up meanwhile; null where none was waited for. */
  #retryAt: number | null = null;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.lastEventId = parts.lastEventId;
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
    this.#countHealth();
    this.#life.abort();
    const life = new AbortController();
    this.#life = life;
    const { error } = (caller ?? this).state;
    let wait = this.#parts.limit.wait(this.#now());
    if (caller) wait = Math.max(wait, this.#waitAfter(caller));
    else {
      this.#attempts = 0;
      this.#refreshed = false;
      this.#retryAt = null;
      this.#unanswered = Math.min(this.#unanswered, 1);
    }
    if (wait <= 0) this.#setState(connecting);
    // A run that starts over only waits: nothing of it was lost.
    const isNew = caller !== this || !error;
    void this.#keepUp(life.signal, caller || wait > 0 ? error : null, { wait, isNew });
  }

  /** How long a start waits that comes from a callback of this stream, on this connection or the one before. */
  #waitAfter(caller: Connection): number {
    this.#serverDelay = caller.#serverDelay;
    this.#attempts = caller.#attempts;
    const left = (caller.#retryAt ?? 0) - this.#now();
    // Also where the clock was set back meanwhile.
    if (left > 0) return Math.min(left, this.#parts.request.policy.maxDelay);
    const wait = this.#delay(caller.state.error);
    this.#attempts += 1;
    return wait;
  }

  /** Whether one of its callbacks runs at this moment. */
  get isSpeaking(): boolean {
    return speaking.includes(this);
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
    if (!isSafe(request)) return;
    const wasLong = this.#wasLong(condition, begins);
    const rests =
      begins && (condition === 'away' || (condition === 'hidden' && request.suspendWhenHidden));
    const changes = rests !== this.#conditions.has(condition);
    if (rests) this.#conditions.add(condition);
    else this.#conditions.delete(condition);
    if (rests) this.#run?.suspend();
    if (changes || (condition === 'offline' && !begins)) this.#wake();
    if (!begins && wasLong) this.#run?.suspect();
  }

  /** Whether a condition that ends has lasted so long that a line may have died in it. */
  #wasLong(condition: PageCondition, begins: boolean): boolean {
    if (condition !== 'hidden') return true;
    const since = this.#hiddenAt;
    this.#hiddenAt = begins ? (since ?? this.#now()) : null;
    return since !== null && Math.abs(this.#now() - since) >= longHidden;
  }

  /** Its timeouts, or whether it rests while it is hidden, are others now. */
  termsChanged(): void {
    this.#run?.restartTimer();
    this.pageChanged('hidden', this.#parts.page.isHidden());
  }

  async #keepUp(
    life: AbortSignal,
    cause: StreamError | null,
    rest: { wait: number; isNew: boolean },
  ): Promise<void> {
    let error = cause;
    const { request, page } = this.#parts;
    if (rest.wait > 0) await this.#rest(error, life, rest);
    if (request.suspendWhenHidden && isSafe(request) && page.isHidden()) {
      this.#conditions.add('hidden');
      await this.#rest(null, life);
    }
    // A listener that heard of a state may have closed the connection, or started it again.
    while (!life.aborted) error = await this.#tryAndFollow(error, life);
  }

  async #tryAndFollow(
    previous: StreamError | null,
    life: AbortSignal,
  ): Promise<StreamError | null> {
    const result = await this.#tryOnce(previous, life);
    if (life.aborted) return null;
    this.hasSent = false;
    this.#countHealth();
    const { outcome } = result;
    if (outcome.type === 'suspended') {
      await this.#rest(null, life);
      return null;
    }
    ended.add(this);
    task(() => ended.delete(this));
    const step = this.speak(() => this.#step(outcome, result));
    return this.#follow(step, life);
  }

  async #tryOnce(error: StreamError | null, life: AbortSignal): Promise<AttemptResult> {
    const { request, source, environment, page, limit } = this.#parts;
    // A new EventSource cannot be told where to begin.
    this.#sentId = request.transport === 'fetch' ? this.#sendableId() : '';
    this.hasSent = false;
    this.#awaitsAnswer = false;
    const run = new AttemptRun({
      request,
      source,
      environment,
      page,
      attempt: this.#attempts,
      lastEventId: this.#sentId,
      mayOmitId: this.#mayOmitId,
      canResume: () => this.#canResume,
      eventNames: this.eventNames,
      wantsComments: () => this.#parts.listener.onComment !== undefined,
      signal: life,
      onSignal: (signal) => {
        this.#take(signal);
      },
    });
    this.#run = run;
    limit.count(this.#now());
    // Not through a function: V8's unread stack of an error would hold it, and with it the error before.
    speaking.push(this);
    const running = run.run(error);
    speaking.pop();
    const result = await running;
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
        this.#deliver(this.#withoutRepeats(signal.events), signal.size);
        return;
      case 'retry':
        this.#serverDelay = signal.delay;
        return;
      case 'comments':
        this.#tellComments(signal.texts);
        return;
      case 'reconnecting':
        this.#lostByBrowser();
        return;
      case 'sent':
        this.hasSent = true;
        this.#awaitsAnswer = true;
        this.#sentAt = this.#now();
        return;
      case 'answered':
        this.#answered(signal.omitsId);
        return;
      case 'noContent':
    }
  }

  #tellComments(texts: readonly string[]): void {
    const life = this.#life.signal;
    this.speak(({ onComment }) => {
      for (const text of texts) {
        // Who has heard the one before may have ended the connection, or begun it again.
        if (life.aborted) return;
        onComment?.(text);
      }
    });
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
    const { recovers } = this.#parts.request;
    // Without any id there is nothing to tell by.
    const mayRepeat = this.#everOpened && recovers && this.lastEventId !== '';
    this.#leading = mayRepeat ? { repeats: null } : null;
    this.#everOpened = true;
    this.#heard = false;
    this.#hasBegun = false;
    this.#tellOmission();
    this.#parts.limit.clear();
    const openedAt = this.#now();
    this.answer = { response, sentAt: this.#sentAt, openedAt };
    this.#setState(open(openedAt));
    const resumed = this.#sentId !== '';
    this.speak((listener) => {
      listener.onOpen({ attempt, resumed, response });
    });
  }

  /** Leaves out what the server sends again after a reconnect; the first event that is new ends that. */
  #withoutRepeats(events: ArrivingEvent[]): ArrivingEvent[] {
    if (!this.#leading) return events;
    const kept: ArrivingEvent[] = [];
    for (const [index, event] of events.entries()) {
      const verdict = this.#judge(event);
      // It begins again where it was asked to go on.
      if (verdict === 'restart' || verdict === 'repeat') this.#resumes = false;
      if (verdict === 'restart') return this.#restarted(kept, events.slice(index));
      if (verdict === 'new') return [...kept, ...events.slice(index)];
      if (verdict === null) kept.push(event);
    }
    return kept;
  }

  /** What an event is beside those that were delivered; null where it has no id to tell by. */
  #judge({ lastEventId: id, type = 'message', data }: ArrivingEvent): Verdict | null {
    const leading = this.#leading;
    if (!leading || !id || data === undefined) return null;
    leading.repeats ??= new Repeats(this.#parts.replay.recognisable);
    const verdict = leading.repeats.judge(id, { type, data });
    if (verdict !== 'repeat') this.#leading = null;
    return verdict;
  }

  /** The server has begun from the start: told before what it sends. */
  #restarted(before: ArrivingEvent[], events: ArrivingEvent[]): ArrivingEvent[] {
    this.#deliver(before, 0);
    this.#parts.replay.restart();
    this.speak((listener) => {
      listener.onRestart();
    });
    return events;
  }

  /** Makes the events whole in place, and leaves out what is not one. */
  #deliver(events: ArrivingEvent[], size: number): void {
    const receivedAt = this.#now();
    let { lastEventId } = this;
    let count = 0;
    let ids = 0;
    let begins = false;
    let isAtId = false;
    for (const event of events) {
      const { lastEventId: id, data } = event;
      if (id !== undefined) lastEventId = id;
      // "If the data buffer is an empty string ..., return": such a block only sets the id.
      if (data === undefined) continue;
      isAtId = Boolean(id);
      if (id) {
        if (!this.#hasBegun) this.#begins(id);
        ids += 1;
        begins ||= count === 0;
      }
      event.type ??= 'message';
      event.lastEventId = lastEventId;
      event.sequence = ++this.#sequence;
      event.receivedAt = receivedAt;
      events[count++] = event;
    }
    events.length = count;
    if (count > 0) this.#isAtId = isAtId;
    // Only the last id of a batch is needed to resume: the others are not copied.
    this.lastEventId = flat(lastEventId);
    if (count === 0) return;
    this.#heard = true;
    this.#parts.replay.push({ events: events as RawEvent[], size, ids, begins });
    this.speak((listener) => {
      listener.onEvents(events as RawEvent[]);
    });
  }

  /** After a healthy period the count of tries, and the right to one refresh, begin again. */
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
    return nextStep(outcome, situation);
  }

  /** Does what follows an attempt; gives the error that the next one is told of. */
  async #follow(step: Step, life: AbortSignal): Promise<StreamError | null> {
    // The policy's own function may have begun another life.
    if (life.aborted) return null;
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
        const { error } = step;
        const wait = this.#delay(error);
        // A try without a network says nothing about the server.
        if (!this.#isOffline && !this.#isSilence(error)) this.#attempts += 1;
        const isUnanswered = error?.kind === 'network' && this.#awaitsAnswer;
        if (isUnanswered && !this.#isOffline) this.#unanswered += 1;
        await this.#rest(error, life, { wait });
        return error;
      }
    }
  }

  /**
   * Whether CORS rules that do not allow the event id's header may be why there was no answer, which no browser
   * tells: at the second failure in a row, and then ever more rarely, for it may be the network.
   */
  get #mayOmitId(): boolean {
    const { request } = this.#parts;
    const failures = this.#unanswered + 1;
    const isDue = failures > 1 && (this.#refusesIds || Number.isInteger(Math.log2(failures)));
    return isDue && this.#sentId !== '' && isSafe(request) && foreignOrigin(request.url) !== null;
  }

  /** Whether the stream can be cut now, and what follows be asked for by the id of the newest event. */
  get #canResume(): boolean {
    const { request } = this.#parts;
    const isTold = this.#isAtId && this.lastEventId !== '' && isSendableId(this.lastEventId);
    const isAllowed = isSafe(request) && request.recovers && request.policy.maxAttempts > 0;
    // Another origin has to show first that it allows the id.
    return isTold && isAllowed && (this.#resumes ?? !foreignOrigin(request.url));
  }

  /** The first id of a response: a server that begins where it began before does not heed what it is asked for. */
  #begins(id: string): void {
    if (this.#sentId !== '' && id === this.#beganWith) this.#resumes = false;
    this.#beganWith = id;
    this.#hasBegun = true;
  }

  /** There is an answer: to the request as it was, or only to one without the event id. */
  #answered(omitsId: boolean): void {
    this.#awaitsAnswer = false;
    // Where the id was refused and the stream is cut again, one failure will tell.
    this.#unanswered = omitsId ? 1 : 0;
    if (omitsId) this.#resumes = false;
    else if (this.#sentId !== '') {
      this.#resumes ??= true;
      this.#refusesIds = false;
    }
    if (omitsId) this.#sentId = '';
  }

  /** Tells once that what another origin has sent meanwhile is missing. */
  #tellOmission(): void {
    const isOmitted = this.#unanswered > 0;
    if (!isOmitted || this.#refusesIds) return;
    this.#refusesIds = true;
    const url = describeUrl(this.#parts.request.url);
    report(
      new Error(
        `use-event-stream: ${url} was reached only without the header Last-Event-ID, so what was sent meanwhile is missing; have its CORS rules allow that header (Access-Control-Allow-Headers).`,
      ),
    );
  }

  /**
   * No byte of Server-Sent Events has come in time. Firefox gives an answer only with its first byte: this is no
   * failure of a server that has nothing to say yet.
   */
  #isSilence(error: StreamError | null): boolean {
    const { request } = this.#parts;
    const { transport, format } = request;
    const isAsked = transport === 'eventsource' || (this.#awaitsAnswer && asksForSse(format));
    return isAsked && isSafe(request) && error?.kind === 'timeout' && error.phase === 'open';
  }

  /** Waits for the next try: for its time, or, while the page rests, for the page. */
  async #rest(
    error: StreamError | null,
    life: AbortSignal,
    { wait = 0, isNew = false } = {},
  ): Promise<void> {
    let time = this.#now() + wait;
    this.#retryAt = time;
    // What the server has asked for holds after a rest, too.
    const notBefore = error?.kind === 'http' && error.retryAfter !== null ? time : 0;
    // A rest is shown as a try, but not counted as one: it was the page that ended the stream.
    const attempt = Math.max(1, this.#attempts);
    const show = (retryAt: number | null) => {
      this.#setState(isNew ? connecting : reconnecting(attempt, retryAt, error));
    };
    // A listener that hears of a state may end the connection, or start it again.
    while (!life.aborted) {
      const retryAt = this.#conditions.size > 0 ? null : time;
      if (retryAt !== null && retryAt <= this.#now()) break;
      show(retryAt);
      const isTime = await this.#sleepUntil(retryAt, life);
      // Also where somebody has set the clock back meanwhile.
      if (isTime) break;
      // The page is back, or has a network again: it is tried at once.
      time = notBefore;
    }
    if (life.aborted) return;
    this.#retryAt = null;
    show(null);
  }

  /** A browser that believes to be offline may still reach a LAN, a VPN or this very machine: it tries, slowly. */
  get #isOffline(): boolean {
    return isSafe(this.#parts.request) && !this.#parts.page.isOnline();
  }

  #delay(error: StreamError | null): number {
    const { policy } = this.#parts.request;
    if (this.#isOffline) return policy.maxDelay;
    return reconnectDelay({
      policy,
      attempts: this.#attempts,
      serverDelay: this.#serverDelay,
      retryAfter: error?.kind === 'http' ? error.retryAfter : null,
      ended: error === null,
      heard: this.#heard,
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
      // A listener that heard of the state may have ended the connection.
      if (life.aborted) wake();
    });
  }

  #end(state: ConnectionState): void {
    this.#countHealth();
    this.#life.abort();
    if (!isTerminal(this.state)) this.#setState(state);
  }

  #setState(state: ConnectionState): void {
    const { status, attempt, retryAt, error } = this.state;
    const same = status === state.status && attempt === state.attempt;
    if (same && retryAt === state.retryAt && error === state.error && status !== 'open') return;
    this.state = state;
    this.speak((listener) => {
      listener.onState(state);
    });
  }

  #now(): number {
    return this.#parts.environment.clock.now();
  }
}

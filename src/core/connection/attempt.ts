import { StreamError } from '../error.ts';
import { thrown } from '../excerpt.ts';
import type { EventNames } from './eventNames.ts';
import type { Bytes } from '../format/streamFormat.ts';
import type { Page } from '../page.ts';
import type { Outcome } from './reconnection.ts';
import type { StreamRequest } from '../request/request.ts';
import type { Resumption } from './resumption.ts';
import type { ArrivingEvent, SourceEnvironment } from './source.ts';
import { describeUrl } from '../request/url.ts';

/**
 * Opens a stream and tells the attempt what comes, in order. It resolves when the stream ends, to false where the
 * server has said that there is nothing to come (204), and rejects with a StreamError where it fails. When the
 * attempt's signal is aborted it stops. `error` is why the attempt before failed.
 */
export type Source = (
  attempt: Attempt,
  error: StreamError | null,
  environment: SourceEnvironment,
) => Promise<boolean>;

/** Who looks on while an attempt is read, and changes nothing. */
export interface Tap {
  /** A chunk of its body, before it is decoded. */
  chunk(bytes: Bytes): void;
  /** What was found in it, with the ids that the blocks themselves had. */
  events(events: readonly ArrivingEvent[]): void;
}

/** Who hears of an attempt, as long as it is the current one. */
export interface AttemptListener {
  onAnswer(omitsId: boolean): void;
  onOpen(response: Response | null): void;
  onEvents(events: ArrivingEvent[], size: number): void;
  onRetry(delay: number): void;
  onComments(texts: readonly string[]): void;
  /** The browser has lost the stream and is trying again by itself. */
  onLost(): void;
  /** Whether somebody listens to comments; where nobody does they are not held. */
  wantsComments(): boolean;
}

/** What an attempt is made of. */
export interface AttemptParts {
  request: StreamRequest;
  environment: SourceEnvironment;
  page: Page;
  resumption: Resumption;
  eventNames: EventNames;
  listener: AttemptListener;
  /** 0 for the first try. */
  number: number;
  /** Aborting it ends the attempt. */
  life: AbortSignal;
}

const suspension = /* @__PURE__ */ new Error('The stream rests.');

// All in milliseconds. A check that comes later than this was held up, as by a machine that slept:
const lateAfter = 250;
// what came meanwhile lies in the socket, and is read in this time.
const graceTime = 1_000;
// In a page that is always late, such as a hidden one, a check comes all the same.
const mostGraces = 3;
// A tick that comes so much too late tells that the machine has slept, and its lines with it.
const tick = 10_000;
const sleptAfter = 15_000;
/** How long a suspect has to give a sign of life. */
const suspectTime = 5_000;

const nothing = () => undefined;

/** One opening of a stream: runs the source under its two timeouts, takes what it tells, and says how it ended. */
export class Attempt {
  readonly parts: AttemptParts;
  /** What it asks for; where a function says that, its source sets it. */
  request: StreamRequest;
  /** Aborted when the attempt is over. */
  readonly signal: AbortSignal;
  /** Who looks on; mostly nobody. */
  tap: Tap | null = null;
  /** When the request left: from then on the server may have acted on it. Null where it has not. */
  sentAt: number | null = null;
  /** The request has left, and there is no answer yet. */
  awaitsAnswer = false;
  /** The server had begun to answer with a stream. */
  began = false;
  /** The stream can be taken up again where it broke: its events have ids. */
  resumable = false;
  /** A clean end is not the end of the stream. */
  endless = false;
  /** No other one follows. */
  isLast = false;
  readonly #control = new AbortController();
  /** Why it was cut: not every engine's signal has a reason. */
  #reason: unknown = null;
  #stopTimer: () => void = nothing;
  #stopTicking: () => void = nothing;
  #stopSuspecting: () => void = nothing;
  #signs = 0;
  #phase: 'open' | 'idle' | null = null;
  /** When the phase began, or the last sign of life came in it. */
  #since = 0;

  constructor(parts: AttemptParts) {
    this.parts = parts;
    this.request = parts.request;
    this.signal = this.#control.signal;
  }

  /**
   * Runs to the end; never rejects. `previous` is why the attempt before failed, and is not kept: V8's
   * unread stack of an error holds on to the run that made it, and so run upon run would stay alive.
   */
  async run(source: Source, previous: StreamError | null): Promise<Outcome> {
    const { life, environment } = this.parts;
    const { signal } = this;
    const leave = () => {
      this.#cut(life.reason);
    };
    life.addEventListener('abort', leave, { once: true });
    if (life.aborted) leave();
    this.#enter('open');
    try {
      const hasContent = await source(this, previous, environment);
      return signal.aborted
        ? this.#cutBy(this.#reason)
        : { type: hasContent ? 'end' : 'noContent' };
    } catch (cause) {
      return this.#cutBy(signal.aborted ? this.#reason : cause);
    } finally {
      this.#enter(null);
      this.#stopTicking();
      this.#stopSuspecting();
      life.removeEventListener('abort', leave);
      // Firefox keeps the connection of a body that was cancelled before its end; the signal closes it.
      this.#control.abort();
    }
  }

  /** Nothing is asked for any more: it ends as it would have without another try. */
  giveUp(error: StreamError | null): boolean {
    this.isLast = true;
    if (!error && this.parts.resumption.hasEnded) return false;
    const url = describeUrl(this.request.url);
    const message = `The stream of ${url} was left before its end, and \`resume\` says not to go on with it.`;
    throw error ?? new StreamError('incomplete', message, { url });
  }

  /** The request is about to leave. */
  sent(): void {
    this.sentAt = this.parts.environment.clock.now();
    this.awaitsAnswer = true;
  }

  /** Status and headers have come; whether they are right is still to be seen. `omitsId`: to a request without the event id. */
  answered(omitsId: boolean): void {
    if (this.signal.aborted) return;
    this.#enter(null);
    this.awaitsAnswer = false;
    this.parts.listener.onAnswer(omitsId);
  }

  /** Status and content type have passed; `endless` where a clean end is not the end of the stream. */
  opened(response: Response | null, endless: boolean): void {
    if (this.signal.aborted) return;
    this.began = true;
    this.resumable = this.endless = endless;
    this.#enter('idle');
    const { request, listener, resumption } = this.parts;
    resumption.begun(response);
    if (resumption.isRepeatable && request.recovers) this.#tick();
    listener.onOpen(response);
  }

  /** The stream's `retry` field, in milliseconds; of one chunk the last. */
  retry(delay: number): void {
    if (!this.signal.aborted) this.parts.listener.onRetry(delay);
  }

  /** The comments of one chunk, as servers send them to keep a connection alive. */
  comments(texts: readonly string[]): void {
    if (!this.signal.aborted) this.parts.listener.onComments(texts);
  }

  /**
   * All events of one chunk; none where it held comments or part of an event: also that is a sign of life. `size` is
   * how many bytes came since the last call with an event. Their taker owns them.
   */
  events(events: ArrivingEvent[], size: number): void {
    if (this.signal.aborted) return;
    this.#signs += 1;
    this.#since = this.parts.environment.clock.now();
    this.tap?.events(events);
    this.resumable ||= events.some(({ lastEventId }) => lastEventId !== undefined);
    this.parts.listener.onEvents(events, size);
  }

  /** The browser has lost the stream and is trying again by itself. */
  lost(): void {
    if (this.signal.aborted) return;
    this.#enter(null);
    this.parts.listener.onLost();
  }

  /** Cuts the attempt; it ends as `suspended`, to be taken up by another. */
  suspend(): void {
    this.#cut(suspension);
  }

  /** Cuts the attempt; it ends with this error. */
  fail(error: StreamError): void {
    this.#cut(error);
  }

  #cut(reason: unknown): void {
    if (!this.signal.aborted) this.#reason = reason;
    this.#control.abort(reason);
  }

  /**
   * The line may have died unnoticed: where it brings no byte in a few seconds, the attempt ends as
   * `suspended`. Only a stream that can be taken up where it broke is asked for again.
   */
  suspect(): void {
    // What cannot be taken up where it broke would come twice, or be given up.
    if (this.signal.aborted || !this.began || !this.request.recovers || !this.resumable) return;
    const signs = this.#signs;
    this.#stopSuspecting();
    this.#stopSuspecting = this.#inTime(suspectTime, () => {
      if (this.#signs === signs) this.suspend();
    });
  }

  #enter(phase: 'open' | 'idle' | null): void {
    this.#signs += 1;
    this.#phase = phase;
    this.#since = this.parts.environment.clock.now();
    this.restartTimer();
  }

  /** Waits for as long as the request says now, counted from the last sign. */
  readonly restartTimer = (): void => {
    this.#stopTimer();
    const phase = this.#phase;
    if (!phase) return;
    const limit = this.request[`${phase}Timeout`];
    if (limit === 0 || limit === Infinity) return;
    const { clock } = this.parts.environment;
    // A sign from the future: the clock was set back meanwhile.
    this.#since = Math.min(this.#since, clock.now());
    const left = this.#since + limit - clock.now();
    if (left > 0) this.#stopTimer = this.#inTime(left, this.restartTimer);
    else this.#cut(this.#timedOut(phase, limit));
  };

  /** Runs a check after so long; where it comes late, after what has waited to be read meanwhile. */
  #inTime(ms: number, check: () => void, graces = mostGraces): () => void {
    const { clock } = this.parts.environment;
    const due = clock.now() + ms;
    let stop = clock.timeout(() => {
      if (graces === 0 || clock.now() - due <= lateAfter) check();
      else stop = this.#inTime(graceTime, check, graces - 1);
    }, ms);
    return () => {
      stop();
    };
  }

  /** Notices by a tick that comes much too late that the machine has slept. */
  #tick(): void {
    const { page, environment } = this.parts;
    const { clock } = environment;
    const due = clock.now() + tick;
    this.#stopTicking = clock.timeout(() => {
      // The timers of a hidden page are late by themselves.
      if (clock.now() - due >= sleptAfter && !page.isHidden()) this.suspect();
      this.#tick();
    }, tick);
  }

  #timedOut(phase: 'open' | 'idle', limit: number): StreamError {
    const url = describeUrl(this.request.url);
    const message =
      phase === 'open'
        ? `${url} did not answer within ${String(limit)} ms; have the server send a comment at once, for some browsers give an answer only with its first byte, or raise \`openTimeout\`.`
        : `${url} sent nothing for ${String(limit)} ms; have the server send a comment more often, or raise \`idleTimeout\`.`;
    return new StreamError('timeout', message, { phase, url });
  }

  #cutBy(reason: unknown): Outcome {
    if (reason === suspension) return { type: 'suspended' };
    if (reason instanceof StreamError) return { type: 'error', error: reason };
    const url = describeUrl(this.request.url);
    const message = `Reading ${url} failed: ${thrown(reason)}`;
    return { type: 'error', error: new StreamError('aborted', message, { url, cause: reason }) };
  }
}

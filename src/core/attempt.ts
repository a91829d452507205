import { StreamError } from './error.ts';
import { thrown } from './excerpt.ts';
import type { Outcome } from './reconnection.ts';
import { isSafe } from './request.ts';
import { describeUrl } from './url.ts';
import type { Source, SourceAttempt, SourceEnvironment, SourceSignal } from './source.ts';

/** How one attempt went. */
export interface AttemptResult {
  outcome: Outcome;
  /** The server had begun to answer with a stream. */
  began: boolean;
  /** The stream can be taken up again where it broke: its events have ids. */
  resumable: boolean;
  /** A clean end is not the end of the stream. */
  endless: boolean;
}

/** One attempt as its connection asks for it. */
export interface AttemptInput extends Omit<SourceAttempt, 'error' | 'cut'> {
  source: Source;
  environment: SourceEnvironment;
  /** Takes each signal, in order, as long as the attempt is the current one. */
  onSignal(signal: SourceSignal): void;
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

/** One opening of a stream: runs the source under its two timeouts and says how it ended. */
export class AttemptRun {
  readonly #input: AttemptInput;
  readonly #control = new AbortController();
  /** Why it was cut: not every engine's signal has a reason. */
  #reason: unknown = null;
  #stopTimer: () => void = () => undefined;
  #stopTicking: () => void = () => undefined;
  #stopSuspecting: () => void = () => undefined;
  #sent = false;
  #began = false;
  #resumable = false;
  #endless = false;
  #signs = 0;
  #phase: 'open' | 'idle' | null = null;
  /** When the phase began, or the last sign of life came in it. */
  #since = 0;

  constructor(input: AttemptInput) {
    this.#input = input;
  }

  /** Cuts the attempt; it ends as `suspended`. */
  suspend(): void {
    this.#cut(suspension);
  }

  /** Cuts the attempt; it ends with this error. */
  fail(error: StreamError): void {
    this.#cut(error);
  }

  #cut(reason: unknown): void {
    if (!this.#control.signal.aborted) this.#reason = reason;
    this.#control.abort(reason);
  }

  /**
   * The line may have died unnoticed: where it brings no byte in a few seconds, the attempt ends as
   * `suspended`. Only a stream that can be taken up where it broke is asked for again.
   */
  suspect(): void {
    // What cannot be taken up where it broke would come twice, or be given up.
    if (!this.#began || !this.#input.request.recovers || !this.#resumable) return;
    const signs = this.#signs;
    this.#stopSuspecting();
    this.#stopSuspecting = this.#inTime(suspectTime, () => {
      if (this.#signs === signs) this.suspend();
    });
  }

  /**
   * Runs to the end; never rejects. `previous` is why the attempt before failed, and is not kept: V8's
   * unread stack of an error holds on to the run that made it, and so run upon run would stay alive.
   */
  async run(previous: StreamError | null): Promise<AttemptResult> {
    const { signal } = this.#input;
    const cut = () => {
      this.#cut(signal.reason);
    };
    signal.addEventListener('abort', cut, { once: true });
    if (signal.aborted) cut();
    this.#enter('open');
    try {
      const outcome = await this.#read(previous);
      const result = { began: this.#began, resumable: this.#resumable, endless: this.#endless };
      return { outcome, ...result };
    } finally {
      this.#enter(null);
      this.#stopTicking();
      this.#stopSuspecting();
      signal.removeEventListener('abort', cut);
      // Firefox keeps the connection of a body that was cancelled before its end; the signal closes it.
      this.#control.abort();
    }
  }

  async #read(error: StreamError | null): Promise<Outcome> {
    const { source, environment } = this.#input;
    const { signal } = this.#control;
    const cut = () => {
      this.suspend();
    };
    try {
      for await (const received of source({ ...this.#input, error, signal, cut }, environment)) {
        if (signal.aborted) break;
        this.#take(received);
        if (received.type === 'noContent') return { type: 'noContent' };
      }
      return signal.aborted ? this.#cutBy(this.#reason) : { type: 'end' };
    } catch (cause) {
      return this.#cutBy(signal.aborted ? this.#reason : cause);
    }
  }

  #take(received: SourceSignal): void {
    this.#signs += 1;
    if (this.#phase === 'idle') this.#since = this.#input.environment.clock.now();
    if (received.type === 'sent') this.#sent = true;
    if (received.type === 'answered' || received.type === 'reconnecting') this.#enter(null);
    if (received.type === 'batch' && !this.#resumable) {
      this.#resumable = received.events.some(({ lastEventId }) => lastEventId !== undefined);
    }
    if (received.type === 'open') {
      this.#began = true;
      this.#resumable = this.#endless = received.endless;
      this.#enter('idle');
      if (isSafe(this.#input.request) && this.#input.request.recovers) this.#tick();
    }
    this.#input.onSignal(received);
  }

  #enter(phase: 'open' | 'idle' | null): void {
    this.#phase = phase;
    this.#since = this.#input.environment.clock.now();
    this.restartTimer();
  }

  /** Waits for as long as the request says now, counted from the last sign. */
  readonly restartTimer = (): void => {
    this.#stopTimer();
    const phase = this.#phase;
    if (!phase) return;
    const limit = this.#input.request[`${phase}Timeout`];
    if (limit === 0 || limit === Infinity) return;
    const { clock } = this.#input.environment;
    // A sign from the future: the clock was set back meanwhile.
    this.#since = Math.min(this.#since, clock.now());
    const left = this.#since + limit - clock.now();
    if (left > 0) this.#stopTimer = this.#inTime(left, this.restartTimer);
    else this.#cut(this.#timedOut(phase, limit));
  };

  /** Runs a check after so long; where it comes late, after what has waited to be read meanwhile. */
  #inTime(ms: number, check: () => void, graces = mostGraces): () => void {
    const { clock } = this.#input.environment;
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
    const { page, environment } = this.#input;
    const { clock } = environment;
    const due = clock.now() + tick;
    this.#stopTicking = clock.timeout(() => {
      // The timers of a hidden page are late by themselves.
      if (clock.now() - due >= sleptAfter && !page.isHidden()) this.suspect();
      this.#tick();
    }, tick);
  }

  #timedOut(phase: 'open' | 'idle', limit: number): StreamError {
    const url = describeUrl(this.#input.request.url);
    const message =
      phase === 'open'
        ? `${url} did not answer within ${String(limit)} ms; have the server send a comment at once, for some browsers give an answer only with its first byte, or raise \`openTimeout\`.`
        : `${url} sent nothing for ${String(limit)} ms; have the server send a comment more often, or raise \`idleTimeout\`.`;
    return new StreamError('timeout', message, { phase, url });
  }

  #cutBy(reason: unknown): Outcome {
    if (reason === suspension) return { type: 'suspended' };
    const url = describeUrl(this.#input.request.url);
    const error =
      reason instanceof StreamError
        ? reason
        : new StreamError('aborted', `Reading ${url} failed: ${thrown(reason)}`, {
            url,
            cause: reason,
          });
    return { type: 'error', error, sent: this.#sent };
  }
}

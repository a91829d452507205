import { StreamError } from '../error.ts';
import { callSafely } from '../report.ts';
import type { ResolvedPolicy } from '../request/reconnectPolicy.ts';

/** How one attempt ended. */
export type Outcome =
  | { type: 'end' }
  | { type: 'noContent' }
  | { type: 'suspended' }
  | { type: 'error'; error: StreamError };

/** What the decision about the next attempt rests on. */
export interface Situation {
  policy: ResolvedPolicy;
  /** Tries since the last healthy period. */
  attempts: number;
  /** To ask again only reads: GET or HEAD, or `resume` says how to go on. */
  safe: boolean;
  /** The request has left: the server may have acted on it. */
  sent: boolean;
  /** The server had begun to answer. */
  began: boolean;
  /** A cut stream can be taken up again where it broke. */
  resumable: boolean;
  /** A clean end is not the end of the stream. */
  endless: boolean;
  /** Fresh headers can be asked for, and have not been since the last healthy period. */
  refreshable: boolean;
  /** It is not to be asked for again. */
  isLast: boolean;
}

/** What follows an attempt. */
export type Step =
  | { type: 'retry'; error: StreamError | null }
  | { type: 'refresh'; error: StreamError }
  | { type: 'closed' }
  | { type: 'failed'; error: StreamError };

// What a server or a proxy says of an outage (RFC 9110; 509 and 520 to 530 are of proxies in front).
const retriedWhenSafe = [500, 502, 504, 507, 509, 520, 521, 522, 523, 524, 525, 526, 527, 530];
// What says that the request was not taken: too early, too many, overloaded.
const retriedAlways = [408, 425, 429, 503, 529, 598, 599];

function isTemporary(error: StreamError, situation: Situation): boolean {
  const { safe, sent, began, resumable, policy } = situation;
  switch (error.kind) {
    case 'http':
      return (
        retriedAlways.includes(error.status) || (safe && retriedWhenSafe.includes(error.status))
      );
    case 'network':
    case 'timeout':
    case 'incomplete':
      if (policy.repeat || !sent) return true;
      return safe && (resumable || !began);
    default:
      return false;
  }
}

const isRefresh = (error: StreamError, { refreshable, policy }: Situation): boolean =>
  error.kind === 'http' && error.status === 401 && refreshable && policy.maxAttempts > 0;

/** What follows an error: the table's answer, unless `shouldReconnect` has another. */
function afterError(error: StreamError, situation: Situation): Step {
  const { attempts, policy } = situation;
  if (situation.isLast) return { type: 'failed', error };
  const refreshes = isRefresh(error, situation);
  if (!refreshes && attempts >= policy.maxAttempts) return { type: 'failed', error };
  const wouldRetry = refreshes || isTemporary(error, situation);
  const decide = () => policy.shouldReconnect?.(error, attempts + 1, wouldRetry);
  if (!(callSafely(decide, undefined) ?? wouldRetry)) return { type: 'failed', error };
  return { type: refreshes ? 'refresh' : 'retry', error };
}

function exhausted(attempts: number): StreamError {
  return new StreamError(
    'incomplete',
    `The server ended the stream ${String(attempts + 1)} times in a row; \`reconnect.maxAttempts\` allows no further try.`,
    {},
  );
}

/** What follows an attempt that has ended, as one pure function. */
export function nextStep(
  outcome: Exclude<Outcome, { type: 'suspended' }>,
  situation: Situation,
): Step {
  const { attempts, policy } = situation;
  switch (outcome.type) {
    case 'noContent':
      return { type: 'closed' };
    case 'end':
      if (!situation.endless || policy.maxAttempts === 0) return { type: 'closed' };
      if (!situation.safe && !policy.repeat) return { type: 'closed' };
      if (attempts >= policy.maxAttempts) return { type: 'failed', error: exhausted(attempts) };
      return { type: 'retry', error: null };
    case 'error':
      return afterError(outcome.error, situation);
  }
}

const shortestDelay = 100;
// After a clean end; web-platform-tests allow a quarter.
const endSpread = 0.2;

/** What the wait before a try depends on. Times are in milliseconds. */
export interface DelayInput {
  policy: Pick<ResolvedPolicy, 'delay' | 'maxDelay' | 'reconnectionTime'>;
  /** Tries since the last healthy period, this one not counted. */
  attempts: number;
  /** The reconnection time that the stream's `retry` field set, or null. */
  serverDelay: number | null;
  /** What `Retry-After` asked for, or null. */
  retryAfter: number | null;
  /** The server ended the stream cleanly. */
  ended: boolean;
  /** Events had come since it was opened. */
  heard: boolean;
  /** A random number from 0 to 1. */
  random: number;
}

/**
 * The wait before the next try, in milliseconds: full jitter over `min(maxDelay, delay * 2^attempts)`.
 *
 * What the server asked for is a minimum. The first try adds at most a fifth of it after a clean end,
 * and at most as much again after a loss, when all clients come back at once. Further tries without
 * success add what grows. Everything lies between 100 and `maxDelay`.
 */
export function reconnectDelay(input: DelayInput): number {
  const { policy, attempts, retryAfter, ended, heard, random } = input;
  const { delay, maxDelay } = policy;
  const serverDelay = input.serverDelay ?? policy.reconnectionTime;
  const within = (wait: number) => Math.min(Math.max(wait, shortestDelay), maxDelay);
  const word = Math.max(serverDelay ?? 0, retryAfter ?? 0);
  // A server that asks for no wait at all must not have everybody back at once after a loss.
  const isAsked = ended ? serverDelay !== null : word > 0;
  const asked = isAsked ? within(word) : 0;
  // Said of this very try, or by a server that sends a little at a time.
  const isFresh = retryAfter === null ? ended && heard && word >= shortestDelay : asked >= delay;
  const grows = !isAsked || (attempts > 0 && !isFresh);
  // Past 2^64 nothing grows that matters, and 0 * Infinity would be no number at all.
  const grown = Math.max(asked, delay) * 2 ** Math.min(attempts, 64);
  const added = grows ? grown : asked * (ended ? endSpread : 1);
  return within(asked + random * Math.min(added, maxDelay - asked));
}

const burst = 5;
const burstTime = 1_000;

/**
 * Holds back a page that begins the same request over and over again, such as in an effect: after five
 * attempts within a second that opened no stream, a start waits until 100 ms have passed since the last one.
 */
export class StartLimit {
  #attempts: readonly number[] = [];

  /** An attempt begins. Times are in milliseconds. */
  count(now: number): void {
    this.#attempts = [...this.#attempts, now].slice(-burst);
  }

  /** An attempt has opened a stream. */
  clear(): void {
    this.#attempts = [];
  }

  /** How long a start has to wait. */
  wait(now: number): number {
    const [first = 0] = this.#attempts;
    if (this.#attempts.length < burst || Math.abs(now - first) >= burstTime) return 0;
    const passed = Math.abs(now - (this.#attempts.at(-1) ?? 0));
    return Math.max(0, shortestDelay - passed);
  }
}

/** An HTTP date (RFC 9110, section 5.6.7) in milliseconds since the epoch; NaN if it is none. */
function parseHttpDate(value: string | null): number {
  const text = value?.trim() ?? '';
  // Date.parse alone would take "-5" or "1.5" for a year.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return NaN;
  // The obsolete format of asctime names no zone: "all such dates are in UTC".
  return Date.parse(/ \d{4}$/.test(text) ? `${text} GMT` : text);
}

/**
 * `Retry-After` (RFC 9110, section 10.2.3: seconds or an HTTP date) as milliseconds from now, or null.
 *
 * A date is of the server's clock, and so it is compared with the answer's `Date`; with `now` only where
 * there is none to be read.
 */
export function parseRetryAfter(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  // The RFC knows whole seconds only; servers send parts of them.
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  const date = parseHttpDate(value);
  const sentAt = parseHttpDate(headers.get('date'));
  return Number.isNaN(date) ? null : Math.max(0, date - (Number.isNaN(sentAt) ? now : sentAt));
}

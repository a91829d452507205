import { longestTimeout } from './clock.ts';
import { StreamError } from './error.ts';
import { booleanOption, functionOption, numberOption, refuse } from './option.ts';

/** When and how often a lost stream is tried again. Times are in milliseconds. */
export interface ReconnectPolicy {
  /** The upper bound of the first wait, doubled for every further try; default 1,000. */
  delay: number;
  /** No wait is longer, whatever the server says; default 30,000, at most 2^31 - 1 (24.8 days). */
  maxDelay: number;
  /** Tries in a row without a healthy period before the stream fails; default Infinity. */
  maxAttempts: number;
  /** Also repeats what may not be repeated unasked: a POST, or a cut stream without event ids; default false. */
  repeat: boolean;
  /** Has the last word on an error: true tries again, false fails. Default: the table in the README. */
  shouldReconnect: (error: StreamError, attempt: number) => boolean;
}

/** A policy with its defaults filled in. */
export type ResolvedPolicy = Omit<ReconnectPolicy, 'shouldReconnect'> & {
  /** Where it gives undefined the table of the README holds. */
  shouldReconnect:
    ((...args: Parameters<ReconnectPolicy['shouldReconnect']>) => boolean | undefined) | undefined;
  /** No wait is shorter, until the server asks for another; 0 but where the standard's waits are kept. */
  reconnectionTime: number;
};

/** The option `reconnect` with its defaults; `false` means no try at all. */
export function resolvePolicy(
  option: boolean | { [K in keyof ReconnectPolicy]?: ReconnectPolicy[K] | undefined } | undefined,
): ResolvedPolicy {
  const given = typeof option === 'object' ? option : {};
  if (Object(given) !== given || !['boolean', 'object', 'undefined'].includes(typeof option)) {
    refuse('reconnect', option, 'true, false or an object');
  }
  booleanOption('reconnect.repeat', given.repeat);
  functionOption('reconnect.shouldReconnect', given.shouldReconnect);
  return {
    delay: numberOption('reconnect.delay', given.delay, { otherwise: 1_000 }),
    maxDelay: Math.min(
      numberOption('reconnect.maxDelay', given.maxDelay, { otherwise: 30_000, min: 100 }),
      longestTimeout,
    ),
    maxAttempts: numberOption('reconnect.maxAttempts', given.maxAttempts, {
      otherwise: option === false ? 0 : Infinity,
      integer: true,
    }),
    repeat: given.repeat ?? false,
    shouldReconnect: given.shouldReconnect,
    reconnectionTime: 0,
  };
}

/** How one attempt ended. */
export type Outcome =
  | { type: 'end' }
  | { type: 'noContent' }
  | { type: 'suspended' }
  | { type: 'error'; error: StreamError; sent: boolean };

/** What the decision about the next attempt rests on. */
export interface Situation {
  policy: ResolvedPolicy;
  /** Tries since the last healthy period. */
  attempts: number;
  /** GET or HEAD. */
  safe: boolean;
  /** The server had begun to answer. */
  began: boolean;
  /** A cut stream can be taken up again where it broke. */
  resumable: boolean;
  /** A clean end is not the end of the stream. */
  endless: boolean;
  /** Fresh headers can be asked for, and have not been since the last healthy period. */
  refreshable: boolean;
}

/** What follows an attempt. */
export type Step =
  | { type: 'retry'; error: StreamError | null }
  | { type: 'refresh'; error: StreamError }
  | { type: 'closed' }
  | { type: 'failed'; error: StreamError };

const retriedWhenSafe = new Set([408, 425, 429, 500, 502, 503, 504]);
const retriedAlways = new Set([408, 425, 429, 503]);

function isTemporary(error: StreamError, sent: boolean, situation: Situation): boolean {
  const { safe, began, resumable, policy } = situation;
  switch (error.kind) {
    case 'http':
      return (safe ? retriedWhenSafe : retriedAlways).has(error.status);
    case 'network':
    case 'timeout':
      if (policy.repeat || !sent) return true;
      return safe && (resumable || !began);
    default:
      return false;
  }
}

function mayRetry(error: StreamError, sent: boolean, situation: Situation): boolean {
  const temporary = isTemporary(error, sent, situation);
  const { shouldReconnect } = situation.policy;
  return shouldReconnect?.(error, situation.attempts + 1) ?? temporary;
}

function mayRefresh(error: StreamError, { refreshable, attempts, policy }: Situation): boolean {
  if (error.kind !== 'http' || error.status !== 401) return false;
  if (!refreshable || policy.maxAttempts === 0) return false;
  return policy.shouldReconnect?.(error, attempts + 1) ?? true;
}

function exhausted(attempts: number): StreamError {
  return new StreamError(
    'incomplete',
    `The server ended the stream ${String(attempts + 1)} times in a row; \`reconnect.maxAttempts\` allows no further try.`,
    {},
  );
}

/** What follows an attempt that has ended: the table of the README, as one pure function. */
export function nextStep(
  outcome: Exclude<Outcome, { type: 'suspended' }>,
  situation: Situation,
): Step {
  const { attempts, policy } = situation;
  switch (outcome.type) {
    case 'noContent':
      return { type: 'closed' };
    case 'end':
      if (!situation.safe || !situation.endless || policy.maxAttempts === 0) {
        return { type: 'closed' };
      }
      if (attempts >= policy.maxAttempts) return { type: 'failed', error: exhausted(attempts) };
      return { type: 'retry', error: null };
    case 'error': {
      const { error, sent } = outcome;
      if (mayRefresh(error, situation)) return { type: 'refresh', error };
      const retry = attempts < policy.maxAttempts && mayRetry(error, sent, situation);
      return { type: retry ? 'retry' : 'failed', error };
    }
  }
}

const shortestDelay = 100;

/** What the wait before a try depends on. Times are in milliseconds. */
export interface DelayInput {
  policy: Pick<ResolvedPolicy, 'delay' | 'maxDelay' | 'reconnectionTime'>;
  /** Tries since the last healthy period, this one not counted. */
  attempts: number;
  /** The reconnection time that the stream's `retry` field set, or null. */
  serverDelay: number | null;
  /** What `Retry-After` asked for, or null. */
  retryAfter: number | null;
  /** A random number from 0 to 1. */
  random: number;
}

/**
 * The wait before the next try, in milliseconds: full jitter over `min(maxDelay, delay * 2^attempts)`.
 *
 * What the server asked for is a minimum, with jitter up to as much again. A server may slow us down
 * as it likes; where it asks for less than `delay` the tries still grow apart, so that one that flaps
 * is not hammered. Everything lies between 100 and `maxDelay`.
 */
export function reconnectDelay(input: DelayInput): number {
  const { policy, attempts, serverDelay, retryAfter, random } = input;
  const { delay, maxDelay } = policy;
  // Past 2^64 nothing grows that matters, and 0 * Infinity would be no number at all.
  const grown = random * Math.min(maxDelay, delay * 2 ** Math.min(attempts, 64));
  const own = serverDelay === null ? policy.reconnectionTime + grown : grown;
  const asked = Math.min(Math.max(serverDelay ?? 0, retryAfter ?? 0), maxDelay);
  const wait = asked * (1 + random);
  const chosen = asked >= delay && asked > 0 ? wait : Math.max(wait, own);
  return Math.min(Math.max(chosen, shortestDelay), maxDelay);
}

/** `Retry-After` (RFC 9110, section 10.2.3: seconds or an HTTP date) as milliseconds from now, or null. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  // Date.parse alone would take "-5" or "1.5" for a year.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

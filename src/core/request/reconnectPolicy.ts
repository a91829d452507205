import { longestTimeout } from '../clock.ts';
import type { StreamError } from '../error.ts';

/** When and how often a lost stream is tried again. Times are in milliseconds. */
export interface ReconnectPolicy {
  /** The longest first wait, in milliseconds. It is doubled for each further try. @defaultValue 1,000 */
  delay: number;
  /**
   * The longest wait, in milliseconds, whatever the server asks for. At least 100, at most 2^31 - 1 (24.8
   * days). @defaultValue 30,000
   */
  maxDelay: number;
  /**
   * How many tries in a row may fail before the stream fails. A healthy connection begins the count again.
   * With EventSource it is never more than 5. @defaultValue `Infinity`
   */
  maxAttempts: number;
  /**
   * `true`: also repeats what is else not repeated after a network error, a timeout or the end of an event
   * stream. That is a POST, or a cut stream without event ids. @defaultValue `false`
   */
  repeat: boolean;
  /**
   * Has the last word on an error, and is asked once for each. `true` tries again, `false` fails. `undefined`
   * does what the guide "Reconnection and resume" says, which is `wouldRetry`. `attempt` counts from 1. An error that it
   * throws is reported and counts as `undefined`; a promise is reported and counts as `false`.
   * @defaultValue `wouldRetry`
   */
  shouldReconnect: (
    error: StreamError,
    attempt: number,
    wouldRetry: boolean,
  ) => boolean | undefined;
}

/** A policy with its defaults filled in. */
export type ResolvedPolicy = Omit<ReconnectPolicy, 'shouldReconnect'> & {
  shouldReconnect: ReconnectPolicy['shouldReconnect'] | undefined;
  /** What counts as asked for until the stream's `retry` field says another; null but for the standard's EventSource. */
  reconnectionTime: number | null;
};

/** The option `reconnect` with its defaults; `false` means no try at all. */
export function resolvePolicy(
  option: boolean | { [K in keyof ReconnectPolicy]?: ReconnectPolicy[K] | undefined } | undefined,
): ResolvedPolicy {
  const given = option === true || !option ? {} : option;
  return {
    delay: numberOr(given.delay, 1_000),
    maxDelay: Math.min(Math.max(numberOr(given.maxDelay, 30_000), 100), longestTimeout),
    maxAttempts: numberOr(given.maxAttempts, option === false ? 0 : Infinity),
    repeat: given.repeat ?? false,
    shouldReconnect: given.shouldReconnect,
    reconnectionTime: null,
  };
}

/** A number as it was given, or the default if it is no such number: a production build has not checked it. */
export const numberOr = (value: number | undefined, otherwise: number): number =>
  typeof value === 'number' && value >= 0 ? value : otherwise;

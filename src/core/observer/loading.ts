import type { Clock } from '../clock.ts';
import { StreamError } from '../error.ts';
import { abortable } from '../connection/source.ts';

/** How long something may take, and what ends it sooner. */
interface Limits {
  clock: Clock;
  /** In milliseconds; 0 is no limit. */
  timeout: number;
  signal: AbortSignal;
}

/** Calls `begin` with a signal that is aborted with the given one, or after the timeout; rejects with its reason. */
export async function within<T>(
  name: string,
  begin: (signal: AbortSignal) => PromiseLike<T> | T,
  { clock, timeout, signal }: Limits,
): Promise<T> {
  const control = new AbortController();
  // Not every engine's signal has a reason.
  let late = null as StreamError | null;
  const abort = () => {
    control.abort(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  const stop =
    timeout > 0 &&
    clock.timeout(() => {
      const message = `The \`${name}\` did not come within ${String(timeout)} ms; raise \`openTimeout\`, or reject sooner.`;
      late = new StreamError('timeout', message, { phase: 'open' });
      control.abort(late);
    }, timeout);
  try {
    return await abortable(Promise.resolve(begin(control.signal)), control.signal);
  } catch (error) {
    throw late ?? error;
  } finally {
    if (stop) stop();
    signal.removeEventListener('abort', abort);
  }
}

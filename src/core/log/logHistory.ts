import { StreamError } from '../error.ts';
import type { LogAccumulator, LogValue } from './logAccumulator.ts';
import { historyOf, type GivenHistory } from './logInputs.ts';
import type { LogHistory } from './logOptions.ts';
import { asker, report } from '../report.ts';
import { abortable } from '../connection/source.ts';
import type { Observer } from '../observer/observer.ts';

/** What a log had before the stream, or the type of the event that the stream begins with and that holds it. */
export type HistoryOption = string | ((signal: AbortSignal) => Promise<LogHistory>);

/** Which log asks for its history, and how. */
export interface HistoryRequest {
  history: HistoryOption | undefined;
  observer: Observer<LogValue, LogAccumulator>;
  /** Whether the stream can be asked to go on behind an event. */
  canResume: boolean;
  signal: AbortSignal;
}

/** Calls `begin` with a signal that is aborted with the given one, or after the timeout; rejects with its reason. */
async function within<T>(
  begin: (signal: AbortSignal) => Promise<T>,
  { observer, signal }: HistoryRequest,
): Promise<T> {
  const { clock } = observer.store;
  const timeout = observer.request?.openTimeout ?? 0;
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
      const message = `The \`history\` of a log did not come within ${String(timeout)} ms, so a gap stands for it; raise \`openTimeout\`, or reject sooner.`;
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

async function load(request: HistoryRequest): Promise<GivenHistory | null> {
  const { history, signal } = request;
  if (typeof history !== 'function') return null;
  try {
    return historyOf(await within(history, request), asker('history'));
  } catch (error) {
    if (!signal.aborted) report(error);
    return null;
  }
}

/**
 * Puts what a log had before the stream in front of what comes on it, without a gap or a double: what
 * comes meanwhile waits, and where it does not begin in time the stream is asked for the rest.
 */
export async function loadHistory(request: HistoryRequest): Promise<void> {
  const { history, observer, canResume, signal } = request;
  const { accumulator } = observer;
  if (typeof history !== 'function' || !accumulator.wantsHistory()) return;
  accumulator.awaitHistory();
  const loaded = await load(request);
  if (signal.aborted || !accumulator.wantsHistory()) return;
  // A stream that has ended cannot be asked any more: what waited is all that there is.
  const isWhole = accumulator.putHistory(loaded, canResume && !observer.hasEnded);
  observer.refresh();
  if (!isWhole) observer.resumeFrom(loaded?.lastEventId ?? '');
}

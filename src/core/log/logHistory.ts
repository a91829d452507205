import type { LogAccumulator, LogValue } from './logAccumulator.ts';
import { historyOf, type GivenHistory } from './logInputs.ts';
import type { LogHistory } from './logOptions.ts';
import { asker, report } from '../report.ts';
import { within } from '../observer/loading.ts';
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

const limitsOf = ({ observer, signal }: HistoryRequest) => ({
  clock: observer.store.clock,
  timeout: observer.request?.openTimeout ?? 0,
  signal,
});

async function load(request: HistoryRequest): Promise<GivenHistory | null> {
  const { history, signal } = request;
  if (typeof history !== 'function') return null;
  try {
    return historyOf(await within('history', history, limitsOf(request)), asker('history'));
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

import { historyOf } from './logInputs.ts';
import type { LogFold, LogValue } from './logFold.ts';
import type { LogHistory } from './logOptions.ts';
import { asker, report } from './report.ts';
import type { View } from './view.ts';

/** What a log had before the stream, or the type of the event that the stream begins with and that holds it. */
export type HistoryOption = string | ((signal: AbortSignal) => Promise<LogHistory>);

/** Which log asks for its history, and how. */
export interface HistoryRequest {
  history: HistoryOption | undefined;
  fold: LogFold;
  view: View<LogValue>;
  /** Whether the stream can be asked to go on behind an event. */
  canResume: boolean;
  signal: AbortSignal;
}

async function load(request: HistoryRequest): Promise<LogHistory | null> {
  const { history, signal } = request;
  if (typeof history !== 'function') return null;
  try {
    return historyOf(await history(signal), asker('history'));
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
  const { history, fold, view, canResume, signal } = request;
  if (typeof history !== 'function' || !fold.wantsHistory()) return;
  fold.awaitHistory();
  const loaded = await load(request);
  if (signal.aborted || !fold.wantsHistory()) return;
  // A stream that has ended cannot be asked any more: what waited is all that there is.
  const isWhole = fold.putHistory(loaded, canResume && !view.hasEnded);
  view.refresh();
  if (!isWhole) view.resumeFrom(loaded?.lastEventId ?? '');
}

import type { LogTail } from 'use-event-stream';
import { countOf } from './count.ts';

interface LogEmptyProps {
  log: LogTail;
  /** Whether a filter may hide lines. */
  isNarrowed: boolean;
  onShowAll: () => void;
}

/** Says why there are no lines. */
export function LogEmpty({ log, isNarrowed, onShowAll }: LogEmptyProps) {
  if (log.lines.length > 0) return null;
  const kept = log.total - log.dropped.lines;
  return (
    <div className="log-empty">
      {isNarrowed && kept > 0 ? (
        <>
          <p>None of {countOf(kept, 'line')} match.</p>
          <button type="button" onClick={onShowAll}>
            Show all lines
          </button>
        </>
      ) : (
        <p>{reasonFor(log)}</p>
      )}
    </div>
  );
}

function reasonFor({ status, firstId, paused }: LogTail): string {
  if (paused) return 'Paused before a line had come.';
  switch (status) {
    case 'idle':
      return 'No log is open.';
    case 'connecting':
    case 'reconnecting':
      return 'Connecting to the log…';
    case 'open':
      return firstId > 0 ? 'Cleared. New lines will stand here.' : 'Waiting for the first line…';
    case 'closed':
    case 'failed':
      return 'No line has come.';
  }
}

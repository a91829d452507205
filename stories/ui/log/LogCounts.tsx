import type { LogTail } from 'use-event-stream';
import { count, countOf } from './count.ts';
import { useThrottled } from './useThrottled.ts';

/** How often the state of the log is read out, in milliseconds: lines come faster than anybody could hear. */
const SUMMARY_PACE = 10_000;

interface LogCountsProps {
  log: LogTail;
  /** How many lines come in a second. */
  rate: number;
  /** Whether a filter may hide lines. */
  isNarrowed: boolean;
}

/** How many lines there are, wait and are gone. */
export function LogCounts({ log, rate, isNarrowed }: LogCountsProps) {
  const { lines, total, paused, pending, missed, dropped, follow } = log;
  const doing = paused ? 'paused' : follow ? 'following' : 'not following';
  const summary = useThrottled(`${countOf(total, 'line')}, ${doing}`, SUMMARY_PACE);
  const kept = total - dropped.lines;
  const shown = Math.min(lines.length, kept);
  return (
    <p className="footnote log-counts">
      <span data-testid="shown">
        {isNarrowed ? `${count(shown)} of ${countOf(kept, 'line')}` : countOf(kept, 'line')}
      </span>
      {paused ? (
        <span data-testid="pending">
          {count(pending)} waiting{missed > 0 && `, ${count(missed)} lost`}
        </span>
      ) : (
        <span>{count(rate)} a second</span>
      )}
      {dropped.lines > 0 && <span data-testid="dropped">{count(dropped.lines)} older dropped</span>}
      <span className="visually-hidden" aria-live="polite">
        {summary}
      </span>
    </p>
  );
}

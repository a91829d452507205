import type { LogTail } from 'use-event-stream';
import { count, countOf } from './count.ts';
import { useThrottled } from './useThrottled.ts';

/** How often the state of the log is read out, in milliseconds: lines come faster than anybody could hear. */
const SUMMARY_PACE = 10_000;

interface LogCountsProps {
  log: LogTail;
  /** How many lines come in a second. */
  rate: number;
}

/** How many lines there are, wait and are gone. */
export function LogCounts({ log, rate }: LogCountsProps) {
  const { lines, total, paused, pending, dropped, follow } = log;
  const doing = paused ? 'paused' : follow ? 'following' : 'not following';
  const summary = useThrottled(`${countOf(total, 'line')}, ${doing}`, SUMMARY_PACE);
  return (
    <p className="footnote log-counts">
      <span data-testid="shown">
        {count(Math.min(lines.length, total))} of {countOf(total, 'line')}
      </span>
      <span>{count(rate)} a second</span>
      <span data-testid="pending">{count(pending)} waiting</span>
      <span>{count(dropped.lines)} dropped</span>
      <span className="visually-hidden" aria-live="polite">
        {summary}
      </span>
    </p>
  );
}

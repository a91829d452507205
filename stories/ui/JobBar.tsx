import type { StreamProgress } from 'use-event-stream';
import { Freshness } from './Freshness.tsx';

/** The bar of a job: as long as it is far, or moving where nobody knows how far that is. */
export function JobBar({ job, label }: { job: StreamProgress; label: string }) {
  const { percent, progressProps, status } = job;
  const isUnknown = percent === null && status === 'running';
  return (
    <div
      {...progressProps}
      aria-label={label}
      className="progress"
      data-status={status}
      data-unknown={isUnknown || undefined}
      data-stale={status === 'reconnecting' || undefined}
    >
      <div style={isUnknown ? undefined : { width: `${percent ?? 0}%` }} />
    </div>
  );
}

/** What stands above the bar: percent, and two lines that are there before they have something to say. */
export function JobNumbers(props: { job: StreamProgress; first: string; second: string }) {
  const { percent, status } = props.job;
  const isStale = status === 'reconnecting';
  return (
    <div className="job-numbers" data-stale={isStale || undefined}>
      <strong>{percent === null ? '–' : `${Math.floor(percent)}%`}</strong>
      <span>{props.first}</span>
      <span>{isStale ? <Freshness state={props.job} /> : props.second}</span>
    </div>
  );
}

import type { StreamProgress } from 'use-event-stream';

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
    >
      <div style={isUnknown ? undefined : { width: `${percent ?? 0}%` }} />
    </div>
  );
}

/** What stands above the bar: percent, and two lines that are there before they have something to say. */
export function JobNumbers(props: { job: StreamProgress; first: string; second: string }) {
  const { percent } = props.job;
  return (
    <div className="job-numbers">
      <strong>{percent === null ? '–' : `${Math.floor(percent)}%`}</strong>
      <span>{props.first}</span>
      <span>{props.second}</span>
    </div>
  );
}

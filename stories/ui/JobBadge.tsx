import type { StreamProgress } from 'use-event-stream';

type Status = StreamProgress['status'] | 'stalled';

const LABELS: Record<Status, { label: string; tone: 'quiet' | 'busy' | 'good' | 'bad' }> = {
  idle: { label: 'Not started', tone: 'quiet' },
  connecting: { label: 'Connecting', tone: 'busy' },
  running: { label: 'Running', tone: 'good' },
  stalled: { label: 'Stalled', tone: 'busy' },
  reconnecting: { label: 'Reconnecting', tone: 'busy' },
  done: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'quiet' },
};

/** A job's status in a word. It is no live region: `statusText` says the same, and more, to a screen reader. */
export function JobBadge({ job }: { job: StreamProgress }) {
  const { label, tone } = LABELS[job.stalled ? 'stalled' : job.status];
  return (
    <span className="badge job-badge" data-tone={tone}>
      {label}
    </span>
  );
}

/** What a screen reader is told of a job while it runs, and no more often than it can say it. */
export function JobAnnouncer({ job }: { job: StreamProgress }) {
  return (
    <p role="status" className="visually-hidden">
      {job.statusText}
    </p>
  );
}

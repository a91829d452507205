import type { ConnectionState } from 'use-event-stream';

type Status = ConnectionState['status'] | 'paused' | 'running' | 'done' | 'cancelled';

const LABELS: Record<Status, { label: string; tone: 'quiet' | 'busy' | 'good' | 'bad' }> = {
  idle: { label: 'Idle', tone: 'quiet' },
  connecting: { label: 'Connecting', tone: 'busy' },
  open: { label: 'Live', tone: 'good' },
  paused: { label: 'Paused', tone: 'quiet' },
  running: { label: 'Running', tone: 'good' },
  reconnecting: { label: 'Reconnecting', tone: 'busy' },
  closed: { label: 'Closed', tone: 'quiet' },
  done: { label: 'Done', tone: 'good' },
  cancelled: { label: 'Cancelled', tone: 'quiet' },
  failed: { label: 'Failed', tone: 'bad' },
};

/** A stream's status in a word, announced when it changes. */
export function StatusBadge({ status }: { status: Status }) {
  const { label, tone } = LABELS[status];
  return (
    <span role="status" className="badge" data-tone={tone}>
      {label}
    </span>
  );
}

import type { LogTail } from 'use-event-stream';
import { StatusBadge } from '../StatusBadge.tsx';
import { useNow } from '../useNow.ts';

/** What the connection of a log is doing, and when a lost one is tried again. What is paused is not live. */
export function LogBadge({ log }: { log: LogTail }) {
  return (
    <span className="log-badge">
      {log.status === 'reconnecting' && <NextTry attempt={log.attempt} retryAt={log.retryAt} />}
      <StatusBadge status={log.paused && log.status === 'open' ? 'paused' : log.status} />
    </span>
  );
}

function NextTry({ attempt, retryAt }: { attempt: number; retryAt: number | null }) {
  const now = useNow(retryAt !== null);
  const seconds = retryAt === null ? 0 : Math.max(0, retryAt - now) / 1_000;
  return (
    <span className="log-next-try" data-testid="next-try">
      try {attempt} {retryAt === null ? 'now' : `in ${seconds.toFixed(1)} s`}
    </span>
  );
}

import type { ConnectionState } from 'use-event-stream';
import { StatusBadge } from '../StatusBadge.tsx';
import { useNow } from '../useNow.ts';

/** What the connection of a log is doing, and when a lost one is tried again. */
export function LogBadge({ state }: { state: ConnectionState }) {
  return (
    <span className="log-badge">
      {state.status === 'reconnecting' && (
        <NextTry attempt={state.attempt} retryAt={state.retryAt} />
      )}
      <StatusBadge status={state.status} />
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

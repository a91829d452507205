import { useState, useSyncExternalStore } from 'react';
import { useEventStream, type ConnectionState, type StreamError } from 'use-event-stream';
import type { Demo } from '../demo.tsx';
import { Card } from './Card.tsx';
import { ConnectionList } from './ConnectionList.tsx';
import { Figure, ReceivedNumbers } from './ReceivedNumbers.tsx';
import { numbered } from './sequence.ts';
import { StatusBadge } from './StatusBadge.tsx';
import { TokenSource } from './tokenSource.ts';
import { useNow } from './useNow.ts';

/** Everything a connection says about itself, and what makes it say something else. */
export function ConnectionPanel({ demo }: { demo: Demo }) {
  const [tokens] = useState(() => new TokenSource(demo.url('/api/token')));
  const { fetched } = useSyncExternalStore(tokens.subscribe, tokens.getState);
  const [lastError, setLastError] = useState<StreamError | null>(null);
  const stream = useEventStream(demo.url('/api/ticks?interval=250'), {
    ...numbered,
    headers: tokens.headers,
    onError: setLastError,
  });
  return (
    <Card title="Connection" aside={<StatusBadge status={stream.status} />}>
      <StateFigures state={stream} fetched={fetched} lastError={lastError} />
      <ReceivedNumbers received={stream.data} />
      <Faults demo={demo} />
      <div className="toolbar" role="group" aria-label="Controls">
        <button type="button" onClick={stream.reconnect}>
          Reconnect
        </button>
        <button type="button" onClick={stream.close}>
          Close
        </button>
      </div>
      <ConnectionList store={demo.store} />
    </Card>
  );
}

interface StateFiguresProps {
  state: ConnectionState;
  /** How often a token was fetched. */
  fetched: number;
  lastError: StreamError | null;
}

function StateFigures({ state, fetched, lastError }: StateFiguresProps) {
  const { status, attempt, retryAt } = state;
  return (
    <dl className="figures" aria-label="State">
      <Figure label="Status" value={status} />
      <Figure label="Attempt" value={attempt} />
      <div>
        <dt>Next try</dt>
        <dd>
          {status === 'reconnecting' ? <Countdown retryAt={retryAt} /> : <span aria-hidden>–</span>}
        </dd>
      </div>
      <Figure label="Tokens fetched" value={fetched} />
      <div className="figure-text">
        <dt>Last error</dt>
        <dd aria-live="polite">{lastError ? `${lastError.kind}: ${lastError.message}` : 'none'}</dd>
      </div>
    </dl>
  );
}

function Countdown({ retryAt }: { retryAt: number | null }) {
  const now = useNow(retryAt !== null);
  if (retryAt === null) return 'now';
  const seconds = Math.max(0, retryAt - now) / 1_000;
  return `in ${seconds.toFixed(1)} s`;
}

function Faults({ demo }: { demo: Demo }) {
  const refuse = async () => {
    await demo.control({ action: 'unavailable', retryAfter: 3 });
    await demo.control({ action: 'cut' });
  };
  return (
    <div className="toolbar" role="group" aria-label="Faults">
      <button type="button" onClick={() => void demo.control({ action: 'cut' })}>
        Cut the line
      </button>
      <button type="button" onClick={() => void refuse()}>
        Answer 503, retry after 3 s
      </button>
      <button type="button" onClick={() => void demo.control({ action: 'expire' })}>
        Expire the token
      </button>
    </div>
  );
}

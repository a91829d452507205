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
  const [offline, setOffline] = useState(false);
  const stream = useEventStream(demo.url('/api/ticks?interval=250'), {
    ...numbered,
    headers: tokens.headers,
    onError: setLastError,
  });
  return (
    <Card title="Connection" aside={<StatusBadge status={stream.status} />}>
      <StateFigures state={stream} offline={offline} fetched={fetched} lastError={lastError} />
      <ReceivedNumbers received={stream.data} />
      <Faults demo={demo} offline={offline} onNetwork={setOffline} />
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
  offline: boolean;
  /** How often a token was fetched. */
  fetched: number;
  lastError: StreamError | null;
}

function StateFigures({ state, offline, fetched, lastError }: StateFiguresProps) {
  const { status, attempt, retryAt } = state;
  return (
    <dl className="figures" aria-label="State">
      <Figure label="Status" value={status} />
      <Figure label="Attempt" value={attempt} />
      <div>
        <dt>Next try</dt>
        <dd>
          {status === 'reconnecting' ? (
            <Countdown retryAt={retryAt} offline={offline} />
          ) : (
            <span aria-hidden>–</span>
          )}
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

function Countdown({ retryAt, offline }: { retryAt: number | null; offline: boolean }) {
  const now = useNow(retryAt !== null);
  if (retryAt === null) return offline ? 'once online' : 'now';
  const seconds = Math.max(0, retryAt - now) / 1_000;
  return `in ${seconds.toFixed(1)} s`;
}

interface FaultsProps {
  demo: Demo;
  offline: boolean;
  onNetwork: (offline: boolean) => void;
}

function Faults({ demo, offline, onNetwork }: FaultsProps) {
  const refuse = async () => {
    await demo.control({ action: 'unavailable', retryAfter: 3 });
    await demo.control({ action: 'cut' });
  };
  const toggleNetwork = () => {
    window.dispatchEvent(new Event(offline ? 'online' : 'offline'));
    onNetwork(!offline);
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
      <button type="button" aria-pressed={offline} onClick={toggleNetwork}>
        Go offline
      </button>
    </div>
  );
}

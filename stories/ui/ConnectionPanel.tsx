import { useEffect, useState, useSyncExternalStore } from 'react';
import { useEventStream, type ConnectionState } from 'use-event-stream';
import type { Demo } from '../demo.tsx';
import { Card } from './Card.tsx';
import { ConnectionList } from './ConnectionList.tsx';
import { FaultButton } from './FaultButton.tsx';
import { setOffline } from './offline.ts';
import { Figure, ReceivedNumbers } from './ReceivedNumbers.tsx';
import { numbered } from './sequence.ts';
import { StatusBadge } from './StatusBadge.tsx';
import { Timeline, useTimeline } from './Timeline.tsx';
import { TokenSource } from './tokenSource.ts';
import { useNow } from './useNow.ts';

/** Everything a connection says about itself, and what makes it say something else. */
export function ConnectionPanel({ demo }: { demo: Demo }) {
  const [tokens] = useState(() => new TokenSource(demo.url('/api/token')));
  const { fetched } = useSyncExternalStore(tokens.subscribe, tokens.getState);
  const { moments, add, addError } = useTimeline();
  // The server asks for a wait that is long enough to be seen.
  const stream = useEventStream(demo.url('/api/ticks?interval=250&retry=1500'), {
    ...numbered,
    headers: tokens.headers,
    onError: addError,
    onOpen({ attempt, resumed }) {
      const after = attempt === 0 ? '' : ` at try ${attempt}`;
      add('good', `open${after}${resumed ? ', resumed behind the last event' : ''}`);
    },
    onClose({ reason }) {
      add('quiet', `closed: ${reason}`);
    },
  });
  const { status, attempt, retryAt } = stream;
  useEffect(() => {
    if (retryAt === null) return;
    add('busy', `try ${attempt} in ${((retryAt - Date.now()) / 1_000).toFixed(1)} s`);
  }, [add, attempt, retryAt]);
  const isOver = status === 'closed' || status === 'failed';
  return (
    <Card title="Connection" aside={<StatusBadge status={status} />}>
      <StateFigures state={stream} fetched={fetched} />
      <ReceivedNumbers received={stream.data} />
      <Faults demo={demo} isOpen={status === 'open'} />
      <div className="toolbar" role="group" aria-label="Controls">
        <FaultButton isOff={status === 'connecting'} onClick={stream.reconnect}>
          Reconnect
        </FaultButton>
        <FaultButton isOff={isOver} onClick={stream.close}>
          Close
        </FaultButton>
      </div>
      <Timeline moments={moments} />
      <ConnectionList store={demo.store} />
    </Card>
  );
}

interface StateFiguresProps {
  state: ConnectionState;
  /** How often a token was fetched. */
  fetched: number;
}

function StateFigures({ state, fetched }: StateFiguresProps) {
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
    </dl>
  );
}

function Countdown({ retryAt }: { retryAt: number | null }) {
  const now = useNow(retryAt !== null);
  if (retryAt === null) return 'now';
  const seconds = Math.max(0, retryAt - now) / 1_000;
  return `in ${seconds.toFixed(1)} s`;
}

function Faults({ demo, isOpen }: { demo: Demo; isOpen: boolean }) {
  const refuse = async () => {
    await demo.control({ action: 'unavailable', retryAfter: 3 });
    await demo.control({ action: 'cut' });
  };
  return (
    <div className="toolbar" role="group" aria-label="Faults">
      <FaultButton isOff={!isOpen} onClick={() => demo.control({ action: 'cut' })}>
        Cut the line
      </FaultButton>
      <FaultButton isOff={!isOpen} onClick={refuse}>
        Answer 503, retry after 3 s
      </FaultButton>
      <FaultButton isOff={!isOpen} onClick={() => demo.control({ action: 'expire' })}>
        Expire the token
      </FaultButton>
      <OfflineButton demo={demo} isOpen={isOpen} />
    </div>
  );
}

/** The line is cut, and the page believes to have no network until it is told otherwise. */
function OfflineButton({ demo, isOpen }: { demo: Demo; isOpen: boolean }) {
  const [isOffline, setIsOffline] = useState(false);
  useEffect(() => {
    if (!isOffline) return;
    setOffline(true);
    void demo.control({ action: 'cut' });
    return () => {
      setOffline(false);
    };
  }, [demo, isOffline]);
  return (
    <FaultButton
      isOff={!isOffline && !isOpen}
      onClick={() => {
        setIsOffline(!isOffline);
      }}
    >
      {isOffline ? 'Go online' : 'Go offline'}
    </FaultButton>
  );
}

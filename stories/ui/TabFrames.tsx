import { useState, useSyncExternalStore } from 'react';
import { createConnectionStore, StreamProvider, useEventStream } from 'use-event-stream';
import { tabs } from 'use-event-stream/tabs';
import type { Demo } from '../demo.tsx';
import { Card } from './Card.tsx';
import { ServerCount } from './SharedConnection.tsx';
import { StatusBadge } from './StatusBadge.tsx';

/** Where a frame shows a tab of this session, in the same theme. */
function addressOf(session: string): string {
  const query = new URLSearchParams({ id: 'tabs--one-tab-alone', viewMode: 'story', session });
  const globals = new URLSearchParams(location.search).get('globals');
  if (globals) query.set('globals', globals);
  return `iframe.html?${query.toString()}`;
}

/** Two pages of one origin, each in a frame, and what the server has open for both. */
export function TabFrames({ demo }: { demo: Demo }) {
  const [shown, setShown] = useState([true, true]);
  return (
    <Card title="Two tabs, one connection">
      <div className="toolbar">
        {shown.map((isShown, index) => (
          <button
            key={index}
            type="button"
            onClick={() => {
              setShown((before) => before.map((each, at) => (at === index ? !each : each)));
            }}
          >
            {isShown ? 'Close' : 'Open'} tab {index + 1}
          </button>
        ))}
      </div>
      <div className="pair">
        {shown.map((isShown, index) =>
          isShown ? (
            <iframe
              key={index}
              title={`Tab ${String(index + 1)}`}
              src={addressOf(demo.session)}
              style={{ border: 0, width: '100%', height: '13rem' }}
            />
          ) : (
            <div key={index} className="tile tile-empty">
              Closed
            </div>
          ),
        )}
      </div>
      <ServerCount demo={demo} />
    </Card>
  );
}

const roles = { leads: 'reads for all', follows: 'is given what another tab reads' };

/** One tab: the newest numbers of the stream, and whether this tab has the connection. */
export function OneTab({ session }: { session: string }) {
  const [store] = useState(() => createConnectionStore(tabs({ name: session })));
  const [first] = useSyncExternalStore(store.onChange, store.connections, store.connections);
  return (
    <StreamProvider store={store}>
      <Numbers session={session} role={first?.tab ? roles[first.tab] : 'asks the others'} />
    </StreamProvider>
  );
}

function Numbers({ session, role }: { session: string; role: string }) {
  const url = `/api/ticks?interval=500&session=${session}`;
  const { events, status } = useEventStream(url, { parse: Number, maxEvents: 4 });
  return (
    <Card title="A tab" aside={<StatusBadge status={status} />}>
      <p>
        This tab <strong data-testid="role">{role}</strong>.
      </p>
      <ol className="recent" data-testid="recent">
        {events.map(({ data }) => (
          <li key={data}>{data}</li>
        ))}
      </ol>
    </Card>
  );
}

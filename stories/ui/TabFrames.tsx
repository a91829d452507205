import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
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

const shown = 'tab is shown';

/** A page in a frame, which is seen as soon as it shows something. */
function Frame({ title, src }: { title: string; src: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent) => {
      if (source === frame.current?.contentWindow && data === shown) setShown(true);
    };
    addEventListener('message', hear);
    return () => {
      removeEventListener('message', hear);
    };
  }, []);
  return (
    <div style={{ position: 'relative', height: '13rem' }}>
      {isShown ? null : (
        <div className="tile tile-empty" style={{ position: 'absolute', inset: 0 }}>
          Opening…
        </div>
      )}
      <iframe
        ref={frame}
        title={title}
        src={src}
        style={{
          border: 0,
          borderRadius: '0.75rem',
          width: '100%',
          height: '100%',
          opacity: isShown ? 1 : 0,
        }}
      />
    </div>
  );
}

/** Two pages of one origin, each in a frame, and what the server has open for both. */
export function TabFrames({ demo }: { demo: Demo }) {
  const [open, setOpen] = useState([true, true]);
  return (
    <Card title="Two tabs, one connection">
      <div className="toolbar">
        {open.map((isOpen, index) => (
          <button
            key={index}
            type="button"
            onClick={() => {
              setOpen((before) => before.map((each, at) => (at === index ? !each : each)));
            }}
          >
            {isOpen ? 'Close' : 'Open'} tab {index + 1}
          </button>
        ))}
      </div>
      <div className="pair">
        {open.map((isOpen, index) =>
          isOpen ? (
            <Frame key={index} title={`Tab ${String(index + 1)}`} src={addressOf(demo.session)} />
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
  useEffect(() => {
    parent.postMessage(shown, location.origin);
  }, []);
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

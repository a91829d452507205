import { useEffect, useState } from 'react';
import { useEventStream } from 'use-event-stream';
import type { Demo } from '../demo.tsx';
import type { SessionReport } from '../server/session.ts';
import { Card } from './Card.tsx';
import { ConnectionList } from './ConnectionList.tsx';
import { Figure } from './ReceivedNumbers.tsx';
import { StatusBadge } from './StatusBadge.tsx';

/** Two components that know nothing of each other show the same stream; the server counts one connection. */
export function SharedConnection({ demo }: { demo: Demo }) {
  const [shown, setShown] = useState({ latest: true, recent: true });
  const url = demo.url('/api/ticks?interval=500');
  return (
    <Card title="Two components, one connection">
      <div className="toolbar">
        <Toggle
          label="Latest number"
          checked={shown.latest}
          onChange={(latest) => {
            setShown((before) => ({ ...before, latest }));
          }}
        />
        <Toggle
          label="Recent numbers"
          checked={shown.recent}
          onChange={(recent) => {
            setShown((before) => ({ ...before, recent }));
          }}
        />
      </div>
      <div className="pair">
        {shown.latest ? (
          <LatestNumber url={url} />
        ) : (
          <div className="tile tile-empty">Unmounted</div>
        )}
        {shown.recent ? (
          <RecentNumbers url={url} />
        ) : (
          <div className="tile tile-empty">Unmounted</div>
        )}
      </div>
      <ServerCount demo={demo} />
      <ConnectionList store={demo.store} />
    </Card>
  );
}

function LatestNumber({ url }: { url: string }) {
  const { data, status } = useEventStream(url, { parse: Number });
  return (
    <div className="tile">
      <h3>Latest number</h3>
      <StatusBadge status={status} />
      <p className="tile-value" data-testid="latest">
        {data ?? '–'}
      </p>
    </div>
  );
}

function RecentNumbers({ url }: { url: string }) {
  const { events, status } = useEventStream(url, { parse: Number, maxEvents: 5 });
  return (
    <div className="tile">
      <h3>Recent numbers</h3>
      <StatusBadge status={status} />
      <ol className="recent" data-testid="recent">
        {events.map(({ data }) => (
          <li key={data}>{data}</li>
        ))}
      </ol>
    </div>
  );
}

interface ToggleProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Toggle({ label, checked, onChange }: ToggleProps) {
  return (
    <label className="toggle">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ target }) => {
          onChange(target.checked);
        }}
      />
      {label}
    </label>
  );
}

/** What the server says is open, asked once a second. */
export function ServerCount({ demo }: { demo: Demo }) {
  const [report, setReport] = useState<SessionReport | null>(null);
  useEffect(() => {
    const ask = () => {
      demo.report().then(setReport, () => {
        setReport(null);
      });
    };
    ask();
    const timer = setInterval(ask, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, [demo]);
  return (
    <div>
      <h3 className="group-title">Seen by the server</h3>
      <dl className="figures" aria-label="Seen by the server">
        <Figure label="Open now" value={report?.open ?? '–'} />
        <Figure label="Opened in all" value={report?.total ?? '–'} />
      </dl>
    </div>
  );
}

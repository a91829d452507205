import { useState } from 'react';
import { useEventStream, type StreamEvent } from 'use-event-stream';
import { z } from 'zod';
import { Card } from './Card.tsx';
import { StatusBadge } from './StatusBadge.tsx';

const Notification = z.object({
  id: z.string(),
  title: z.string(),
  body: z.string(),
  level: z.enum(['info', 'success', 'warning', 'error']),
});

const LEVELS = { info: 'Info', success: 'Success', warning: 'Warning', error: 'Error' } as const;
const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });

/** The newest notifications first; a new one is announced by its title. */
export function Notifications({ url }: { url: string }) {
  const [held, setHeld] = useState(0);
  const { events, data, status, clear, pause, resume, paused } = useEventStream(url, {
    schema: Notification,
    maxEvents: 20,
    onEvent() {
      if (paused) setHeld((count) => count + 1);
    },
  });
  const disturb = () => {
    setHeld(0);
    if (paused) resume();
    else pause();
  };
  return (
    <Card title="Notifications" aside={<StatusBadge status={status} />}>
      <div className="toolbar">
        <button type="button" onClick={clear} disabled={events.length === 0}>
          Mark all as read
        </button>
        <button type="button" aria-pressed={paused} onClick={disturb}>
          Do not disturb
        </button>
        <span className="toolbar-note" data-testid="unread">
          {events.length} unread{paused && `, ${held} held back`}
        </span>
      </div>
      <p className="visually-hidden" aria-live="polite">
        {data?.title}
      </p>
      <div className="scroller notifications" tabIndex={0} role="region" aria-label="Unread">
        {events.length === 0 && <p className="placeholder">Nothing new. You are all caught up.</p>}
        <ul>
          {events.toReversed().map((event) => (
            <Item key={event.data.id} event={event} />
          ))}
        </ul>
      </div>
    </Card>
  );
}

function Item({ event }: { event: StreamEvent<z.infer<typeof Notification>> }) {
  const { title, body, level } = event.data;
  return (
    <li data-level={level}>
      <p className="notification-meta">
        <span className="notification-level">{LEVELS[level]}</span>
        <time dateTime={new Date(event.receivedAt).toISOString()}>
          {time.format(event.receivedAt)}
        </time>
      </p>
      <p>
        <strong>{title}</strong>
      </p>
      <p>{body}</p>
    </li>
  );
}

'use client';

import { useEventStream } from 'use-event-stream';

/** Counts 60 events a second, on every page. */
export function Ticker() {
  const { data, status } = useEventStream('/api/events?rate=60', {
    initial: 0,
    reduce: (count, events) => count + events.length,
  });
  return (
    <p>
      Ticker: <span data-testid="ticker-status">{status}</span>,{' '}
      <span data-testid="ticker">{data}</span>
    </p>
  );
}

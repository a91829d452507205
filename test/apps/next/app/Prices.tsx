'use client';

import { useState } from 'react';
import { json, useEventStream } from 'use-event-stream';
import type { Price } from '../stories/server/prices.ts';

type Book = Readonly<Record<string, number>>;

/** A book of prices that begins with what the server knew. */
export function Prices({ known, lastEventId }: { known: Book; lastEventId: string }) {
  const [firstId, setFirstId] = useState('none');
  const { data, status } = useEventStream('/api/events', {
    events: { price: json<Price> },
    initial: known,
    initialLastEventId: lastEventId,
    reduce: (book, events) =>
      events.reduce((all, { data: { symbol, price } }) => ({ ...all, [symbol]: price }), book),
    onEvent: (event) => setFirstId((id) => (id === 'none' ? event.lastEventId : id)),
  });
  return (
    <>
      <p data-testid="status">{status}</p>
      <p data-testid="first-id">{firstId}</p>
      <ul>
        {Object.entries(data).map(([symbol, price]) => (
          <li key={symbol}>{`${symbol} ${price.toFixed(2)}`}</li>
        ))}
      </ul>
    </>
  );
}

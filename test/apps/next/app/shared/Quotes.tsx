'use client';

import { defineStream, json, useEventStream } from 'use-event-stream';
import type { Price } from '../../stories/server/prices.ts';

const quotes = defineStream({
  events: { price: json<Price> },
  initial: 0,
  reduce: (count, events) => count + events.length,
});

/** How many quotes have come on the one stream that all of these show. */
export function Quotes({ name }: { name: string }) {
  const { data } = useEventStream('/api/events?rate=30', quotes);
  return <p data-testid={name}>{data}</p>;
}

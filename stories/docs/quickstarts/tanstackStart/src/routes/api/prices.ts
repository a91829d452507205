import { createFileRoute } from '@tanstack/react-router';
import { eventStream } from 'use-event-stream/server';
import { prices } from '../../prices';

export const Route = createFileRoute('/api/prices')({
  server: {
    handlers: {
      GET: ({ request }) => eventStream(request, prices, { replay: 1 }),
      POST: () => {
        prices.publish({ symbol: 'ACME', price: Math.round(1_000 * Math.random()) / 10 });
        return new Response(null, { status: 204 });
      },
    },
  },
});

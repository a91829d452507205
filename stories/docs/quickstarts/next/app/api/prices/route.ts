import { eventStream } from 'use-event-stream/server';
import { prices } from '../../../lib/prices';

export const dynamic = 'force-dynamic';

export const GET = (request: Request) => eventStream(request, prices, { replay: 1 });

export function POST() {
  prices.publish({ symbol: 'ACME', price: Math.round(1_000 * Math.random()) / 10 });
  return new Response(null, { status: 204 });
}

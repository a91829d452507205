import type { ActionFunctionArgs, LoaderFunctionArgs } from 'react-router';
import { eventStream } from 'use-event-stream/server';
import { prices } from '../prices.server';

export const loader = ({ request }: LoaderFunctionArgs) =>
  eventStream(request, prices, { replay: 1 });

export function action({ request }: ActionFunctionArgs) {
  if (request.method !== 'POST') return new Response(null, { status: 405 });
  prices.publish({ symbol: 'ACME', price: Math.round(1_000 * Math.random()) / 10 });
  return new Response(null, { status: 204 });
}

import { prices } from '../../../lib/prices';

export async function POST(request: Request) {
  const { symbol, price } = (await request.json()) as { symbol: string; price: number };
  prices.publish({ symbol, price });
  return new Response(null, { status: 204 });
}

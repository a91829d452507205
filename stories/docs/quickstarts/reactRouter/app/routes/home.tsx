import { json, useEventStream } from 'use-event-stream';
import type { Price } from '../prices.server';

export default function Home() {
  const { data, status, error } = useEventStream('/api/prices', { parse: json<Price> });
  if (status === 'failed') return <p role="alert">{error.reason ?? error.message}</p>;
  return (
    <main>
      <h1>Prices</h1>
      <p aria-busy={status !== 'open'}>{data ? `${data.symbol} ${data.price}` : 'none yet'}</p>
      <button onClick={() => void fetch('/api/prices', { method: 'POST' })}>New price</button>
    </main>
  );
}

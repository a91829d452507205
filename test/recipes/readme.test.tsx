import { json, useEventStream } from 'use-event-stream';
import { expect, test } from 'vitest';

// What follows stands in the README, behind its imports.
type Price = { symbol: string; price: number };
export function Ticker() {
  const { data, status } = useEventStream('http://localhost:3000', { parse: json<Price> });
  return <p aria-busy={status !== 'open'}>{data ? `${data.symbol} ${data.price}` : 'none yet'}</p>;
}

// What follows stands in the README as it is.
import { render, screen } from '@testing-library/react';
import { mockStream } from 'use-event-stream/testing';

test('shows the newest price, and goes on after a cut', async () => {
  const stream = mockStream('http://localhost:3000', { autoOpen: true });
  render(<Ticker />, { wrapper: stream.wrapper });
  await stream.send({ id: '7', data: { symbol: 'A', price: 2 } });
  screen.getByText('A 2');
  await stream.drop();
  await stream.advance(1_000);
  expect((await stream.connected(2)).headers.get('last-event-id')).toBe('7');
});

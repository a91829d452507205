import { json, useEventStream, type HeadersOption } from 'use-event-stream';
import { expect, test } from 'vitest';

interface Price {
  symbol: string;
  price: number;
}

/** The README's first example. */
function Ticker() {
  const { data, status } = useEventStream('/api/prices', { parse: json<Price> });
  return <p aria-busy={status !== 'open'}>{data ? `${data.symbol} ${data.price}` : 'none yet'}</p>;
}

// What follows stands in the README as it is.
import { render, screen } from '@testing-library/react';
import { mockStream, type MockStreamOptions } from 'use-event-stream/testing';
const setUp = (options?: MockStreamOptions) => {
  const stream = mockStream('/api/prices', options);
  return { stream, ...render(<Ticker />, { wrapper: stream.wrapper }) };
};
test('first render', async () => {
  const { stream } = setUp();
  screen.getByText('none yet');
  await stream.open();
  await stream.send({ data: { symbol: 'A', price: 2 } });
  screen.getByText('A 2');
});
test('burst', async () => {
  const { stream } = setUp({ autoOpen: true });
  const prices = Array.from({ length: 5_000 }, (_, price) => ({ data: { symbol: 'A', price } }));
  await stream.send(prices);
  screen.getByText('A 4999');
});
test('reconnect', async () => {
  const { stream } = setUp({ autoOpen: true });
  await stream.send({ id: '7', data: { symbol: 'A', price: 2 } });
  await stream.drop();
  await stream.advance(1_000);
  expect((await stream.connected(2)).headers.get('last-event-id')).toBe('7');
});
test('401 and refresh', async () => {
  const headers: HeadersOption = ({ error }) => ({ 'x-token': error ? 'fresh' : 'stale' });
  const { stream } = setUp({ defaults: { headers } });
  await stream.reject(401);
  await stream.open();
  expect(stream.requests[1]?.headers.get('x-token')).toBe('fresh');
});
test('unmount', async () => {
  const { stream, unmount } = setUp({ autoOpen: true });
  await stream.connected();
  unmount();
  await stream.expectNoOpenConnections();
});

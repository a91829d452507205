import { render, screen } from '@testing-library/react';
import { json, useEventStream, type HeadersOption } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';

function Prices({ headers }: { headers?: HeadersOption }) {
  const { events, dropped, status } = useEventStream('/api/prices', {
    parse: json<{ symbol: string; price: number }>,
    headers,
  });
  const items = events.map(({ data, sequence }) => (
    <li key={sequence}>{`${data.symbol} ${data.price}`}</li>
  ));
  return <ul aria-label={`${status}, ${dropped} dropped`}>{items}</ul>;
}

const shown = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent);

test('first render: connecting, then the first event', async () => {
  const stream = mockStream('/api/prices');
  render(<Prices />, { wrapper: stream.wrapper });
  screen.getByLabelText('connecting, 0 dropped');
  await stream.open();
  await stream.send({ data: { symbol: 'A', price: 2 } });
  expect(shown()).toEqual(['A 2']);
});

test('burst: the newest hundred of a thousand, the rest counted', async () => {
  const stream = mockStream('/api/prices', { autoOpen: true });
  render(<Prices />, { wrapper: stream.wrapper });
  await stream.send(
    Array.from({ length: 1_000 }, (_, price) => ({ data: { symbol: 'A', price } })),
  );
  screen.getByLabelText('open, 900 dropped');
  expect(shown()).toHaveLength(100);
});

test('reconnect: goes on after the last event, and shows nothing twice', async () => {
  const stream = mockStream('/api/prices', { autoOpen: true });
  render(<Prices />, { wrapper: stream.wrapper });
  await stream.send({ id: '7', data: { symbol: 'A', price: 2 } });
  await stream.drop();
  screen.getByLabelText('reconnecting, 0 dropped');
  await stream.advance(1_000);
  const request = await stream.connected(2);
  expect(request.headers.get('last-event-id')).toBe('7');
  await stream.send([
    { id: '7', data: { symbol: 'A', price: 2 } },
    { id: '8', data: { symbol: 'B', price: 3 } },
  ]);
  expect(shown()).toEqual(['A 2', 'B 3']);
});

test('401: asks once more, with a fresh token', async () => {
  const stream = mockStream('/api/prices');
  const headers: HeadersOption = ({ error }) => ({ authorization: error ? 'fresh' : 'stale' });
  render(<Prices headers={headers} />, { wrapper: stream.wrapper });
  await stream.reject(401);
  await stream.open();
  expect(stream.requests.map((each) => each.headers.get('authorization'))).toEqual([
    'stale',
    'fresh',
  ]);
});

test('unmount: nothing stays open', async () => {
  const stream = mockStream('/api/prices', { autoOpen: true });
  const { unmount } = render(<Prices />, { wrapper: stream.wrapper });
  await stream.connected();
  unmount();
  await stream.expectNoOpenConnections();
});

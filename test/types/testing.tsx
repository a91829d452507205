/** What users write with `use-event-stream/testing`. */
import type { ReactElement } from 'react';
import { createConnectionStore } from 'use-event-stream';
import {
  expectNoOpenConnections,
  mockStream,
  type MockEvent,
  type MockRequest,
  type MockStream,
} from 'use-event-stream/testing';
import { typeOf } from './equal.ts';

declare function render(ui: ReactElement, options: { wrapper: MockStream['wrapper'] }): void;

export async function useScript(ui: ReactElement) {
  await using stream = mockStream('/api/prices', { autoOpen: true, random: () => 0 });
  render(ui, { wrapper: stream.wrapper });
  const request = await stream.connected(2);
  typeOf(request).is<MockRequest>();
  typeOf(request.headers.get('last-event-id')).is<string | null>();
  await stream.send('text');
  await stream.send({ data: { price: 1 }, type: 'price', id: '7', retry: 1_000 });
  await stream.send(['a', { data: 1 }]);
  await stream.reject(503, { headers: { 'retry-after': '2' }, body: 'busy' });
  await stream.sendProgress({ progress: 25, step: 'build' }, { type: 'progress' });
  await stream.sendLines(['a', { text: 'b', level: 'warn' }]);
  stream.splitBytes(1);
  await stream.advance(1_000);
  await expectNoOpenConnections();
}

export function useMatchers() {
  mockStream(new URL('https://example.com/'));
  mockStream(/prices/);
  const first = mockStream(({ method, url, headers }) => method === 'POST' && headers.has(url));
  return mockStream('/b', { store: first.store, defaults: { headers: { 'x-token': 't' } } });
}

export function useFetchOfScript(events: readonly MockEvent[]) {
  const stream = mockStream('/x');
  void stream.send(events);
  return createConnectionStore({ fetch: stream.fetch });
}

export function useMistakes() {
  const stream = mockStream('/x');
  // @ts-expect-error an event is text or an object
  void stream.send(5);
  // @ts-expect-error no such level
  void stream.sendLines([{ text: 'a', level: 'loud' }]);
  // @ts-expect-error time is the test's own, not the user's
  mockStream('/x', { clock: {} });
}

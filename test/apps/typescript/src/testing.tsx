import type { ReactElement } from 'react';
import { expectNoOpenConnections, mockStream, type MockStream } from 'use-event-stream/testing';
import { store } from './core.js';

export async function script(stream: MockStream = mockStream(/prices/, { store })) {
  await stream.open({ headers: { 'x-served-by': 'test' } });
  await stream.send({ id: '1', data: { symbol: 'A', price: 2 } });
  // @ts-expect-error an id is text
  await stream.send({ id: 1 });
  const { headers } = await stream.connected(2);
  await expectNoOpenConnections();
  return headers.get('last-event-id');
}

export async function dispose() {
  await using stream = mockStream('/api/prices');
  await stream.drop();
}

export const wrapped = ({ wrapper: Wrapper }: MockStream): ReactElement => <Wrapper>text</Wrapper>;

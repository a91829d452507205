import { jest } from '@jest/globals';
import { render, screen, waitFor } from '@testing-library/react';
import { useEventStream } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { afterEach, expect, test } from 'vitest';

function Status({ transport }: { transport: 'fetch' | 'eventsource' }) {
  const { status, data } = useEventStream('/stream', { transport });
  return <p>{`${status} ${data ?? ''}`}</p>;
}

afterEach(() => {
  jest.useRealTimers();
});

test.each([
  ['modern', 'fetch'],
  ['modern', 'eventsource'],
  ['real', 'fetch'],
  ['real', 'eventsource'],
] as const)('moves only its own time, with %s timers and %s', async (timers, transport) => {
  if (timers === 'modern') jest.useFakeTimers();
  const complaints = jest.spyOn(console, 'error');
  const stream = mockStream('/stream', { autoOpen: true });
  render(<Status transport={transport} />, { wrapper: stream.wrapper });
  await stream.send('a');
  await screen.findByText('open a');
  await stream.drop();
  await stream.advance(3_000);
  await stream.send('b');
  await waitFor(() => screen.getByText('open b'));
  expect(stream.states).toEqual(['idle', 'connecting', 'open', 'reconnecting', 'open']);
  expect(complaints).not.toHaveBeenCalled();
});

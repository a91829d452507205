import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEventStream } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

function Asking() {
  const { status, data, start } = useEventStream('/answer', { manual: true, method: 'POST' });
  return (
    <button
      onClick={() => {
        start({ body: 'question' });
      }}
    >{`${status} ${data ?? ''}`}</button>
  );
}

afterEach(() => {
  vi.useRealTimers();
});

describe.each(['real', 'fake'])('with %s timers', (timers) => {
  beforeEach(() => {
    if (timers === 'fake') vi.useFakeTimers({ shouldAdvanceTime: true });
  });

  test('waitFor, findBy and user-event see what a step has done, and nothing warns', async () => {
    const complaints = vi.spyOn(console, 'error');
    const stream = mockStream('/answer');
    render(<Asking />, { wrapper: stream.wrapper });
    await userEvent.click(screen.getByRole('button'));
    await stream.open();
    await screen.findByText('open');
    await stream.send('42');
    await waitFor(() => screen.getByText('open 42'));
    await stream.end();
    screen.getByText('closed 42');
    expect(complaints).not.toHaveBeenCalled();
    complaints.mockRestore();
  });
});

test('timers that stand still hold up no step, and only `advance` moves the stream', async () => {
  vi.useFakeTimers();
  const stream = mockStream('/answer');
  render(<Asking />, { wrapper: stream.wrapper });
  fireEvent.click(screen.getByRole('button'));
  await stream.connected();
  vi.advanceTimersByTime(60_000);
  await stream.settled();
  screen.getByText('connecting');
  await stream.advance(30_000);
  screen.getByText('failed');
});

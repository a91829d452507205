import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { Cell } from '../types/definedStream.tsx';
import { Bell, Chat } from '../types/recipes.tsx';

test('a list on EventSource shows a burst', async () => {
  await using stream = mockStream('/api/notifications');
  render(<Bell />, { wrapper: stream.wrapper });
  await stream.open();
  await stream.send([{ data: { id: '1', title: 'a' } }, { data: { id: '2', title: 'b' } }]);
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
  expect(stream.requests).toMatchObject([{ transport: 'eventsource', attempt: 0 }]);
});

test('cells of a defined stream share one connection and resume it', async () => {
  await using stream = mockStream('/api/prices', { autoOpen: true });
  const cells = ['A', 'B'].map((symbol) => <Cell key={symbol} symbol={symbol} />);
  render(
    <table>
      <tbody>
        <tr>{cells}</tr>
      </tbody>
    </table>,
    { wrapper: stream.wrapper },
  );
  await stream.send({ type: 'price', data: { symbol: 'A', price: 1 }, id: '7' });
  screen.getByText('1.00');
  await stream.drop();
  await stream.advance(1_000);
  await stream.connected(2);
  expect(stream.requests[1]?.headers.get('last-event-id')).toBe('7');
  expect(stream.openConnections).toBe(1);
});

test('an answer to a POST grows token by token, and stops at a click', async () => {
  await using stream = mockStream(({ method }) => method === 'POST');
  render(<Chat />, { wrapper: stream.wrapper });
  await userEvent.type(screen.getByRole('textbox'), 'hi{Enter}');
  await stream.open();
  await stream.send({ data: { choices: [{ delta: { content: 'hel' } }] } });
  screen.getByText('hel');
  expect(stream.requests[0]?.body).toContain('"content":"hi"');
  await userEvent.click(screen.getByText('Stop'));
  expect(stream.openConnections).toBe(0);
  expect(stream.states).toEqual(['idle', 'connecting', 'open', 'closed']);
});

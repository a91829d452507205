import { Activity, type ReactNode } from 'react';
import { useLogTail, type LogOptions, type LogTail } from 'use-event-stream';
import { mockStream, type MockEvent, type MockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { probe } from '../support/page.tsx';
import { render } from '../support/render.ts';

const url = 'https://example.test/log';

const rowsOf = ({ lines }: LogTail) =>
  lines.map((row) => (row.kind === 'line' ? row.text : `-${row.missing ?? ''}`));

/** A log that is hidden while another one keeps the connection, and what came meanwhile. */
async function hiddenDuring(
  count: number,
  events: (number: number) => MockEvent,
  options: LogOptions = {},
) {
  const stream = mockStream(url, { autoOpen: true });
  const hidden = probe(() => useLogTail(url, { maxLines: 1_500, ...options }));
  const other = probe(() => useLogTail(url, { maxLines: 1_500, ...options }));
  const page = (isShown: boolean) => (
    <stream.wrapper>
      <Activity mode={isShown ? 'visible' : 'hidden'}>
        <hidden.Probe />
      </Activity>
      <other.Probe />
    </stream.wrapper>
  );
  const { rerender } = await render(page(true));
  await stream.send(events(0));
  await rerender(page(false));
  await stream.advance(1_000);
  for (let sent = 0; sent < count; sent += 100) {
    await stream.send(Array.from({ length: 100 }, (_, index) => events(sent + index + 1)));
  }
  await rerender(page(true));
  await stream.settled();
  return { stream, hidden };
}

/** A log that an Activity hides, and another one that comes and goes. */
const pageOf =
  (stream: MockStream, hidden: Shown, other: Shown) => (isShown: boolean, isOther: boolean) => (
    <stream.wrapper>
      <Activity mode={isShown ? 'visible' : 'hidden'}>
        <hidden.Probe />
      </Activity>
      {isOther && <other.Probe />}
    </stream.wrapper>
  );

interface Shown {
  Probe: () => ReactNode;
}

test('misses nothing of what it would keep itself', async () => {
  const { stream, hidden } = await hiddenDuring(1_400, (number) => ({ data: `line ${number}` }));
  expect(rowsOf(hidden.current)).toEqual(
    Array.from({ length: 1_401 }, (_, number) => `line ${number}`),
  );
  expect(stream.requests).toHaveLength(1);
});

test('marks how many lines are missing where the recent ones do not reach back', async () => {
  const { stream, hidden } = await hiddenDuring(
    200,
    (number) => ({ data: `line ${number}` }),
    // What it sends again is the browser's affair: only `replay` events are kept.
    { transport: 'eventsource' },
  );
  const rows = rowsOf(hidden.current);
  expect(rows.slice(0, 3)).toEqual(['line 0', '-100', 'line 101']);
  expect(rows).toHaveLength(102);
  expect(stream.requests).toHaveLength(1);
});

test('asks for what is missing where the lines have ids', async () => {
  const { stream, hidden } = await hiddenDuring(1_800, (number) => ({
    data: `line ${number}`,
    id: String(number),
  }));
  const request = await stream.connected(2);
  expect(request.headers.get('last-event-id')).toBe('0');
  expect(rowsOf(hidden.current)).toEqual(['line 0']);
});

test('loses none of the events that bear the id of the one before them, on the way to another connection', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const hidden = probe(() => useLogTail(url));
  const other = probe(() => useLogTail(url));
  const page = pageOf(stream, hidden, other);
  const { rerender } = await render(page(true, false));
  await stream.send({ id: '1', data: 'a' });
  await rerender(page(false, false));
  // The connection closes; another hook opens one of its own from the beginning.
  await stream.advance(1_000);
  await rerender(page(false, true));
  await stream.send([{ id: '1', data: 'a' }, { data: 'b' }, { data: 'c' }]);
  await rerender(page(true, true));
  await stream.settled();
  expect(rowsOf(hidden.current)).toEqual(['a', 'b', 'c']);
  await stream.send('d');
  expect(rowsOf(hidden.current)).toEqual(['a', 'b', 'c', 'd']);
  expect(stream.openConnections).toBe(1);
});

test('tells a gap where the event of its last id is another one on the other connection', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const feed = probe(() => useLogTail(url, { transport: 'eventsource' }));
  const other = probe(() => useLogTail(url, { transport: 'eventsource' }));
  const page = pageOf(stream, feed, other);
  const { rerender } = await render(page(true, false));
  await stream.send({ id: '1', data: 'a' });
  await rerender(page(false, false));
  await stream.advance(1_000);
  await rerender(page(false, true));
  await stream.send([
    { id: '1', data: 'x' },
    { id: '2', data: 'y' },
  ]);
  await rerender(page(true, true));
  await stream.settled();
  expect(rowsOf(feed.current)).toEqual(['a', '-', 'x', 'y']);
});

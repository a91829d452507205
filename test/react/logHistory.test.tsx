import { StrictMode } from 'react';
import { useLogTail, type LogHistory, type LogOptions, type LogTail } from 'use-event-stream';
import { mockStream, type MockStreamOptions } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { probe } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/log';

/** A history that comes when the test says so. */
function lateHistory() {
  let settle: (history: LogHistory | Promise<LogHistory>) => void = () => undefined;
  const history = vi.fn(
    (signal: AbortSignal) =>
      new Promise<LogHistory>((resolve, reject) => {
        settle = resolve;
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      }),
  );
  return {
    history,
    come: (...answer: Parameters<typeof settle>) =>
      act(() => {
        settle(...answer);
      }),
  };
}

async function show(options: LogOptions, mocking: MockStreamOptions = { autoOpen: true }) {
  const stream = mockStream(url, mocking);
  const log = probe(() => useLogTail(url, options));
  const page = await render(
    <stream.wrapper>
      <log.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  return { stream, log, page };
}

/** The rows in short: a line's text, a gap as `-` and the number that is missing. */
const rowsOf = ({ lines }: LogTail) =>
  lines.map((row) => (row.kind === 'line' ? row.text : `-${row.missing ?? ''}`));

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

const eventsOf = (from: number, to: number) =>
  numbered(from, to).map((data) => ({ id: data, data }));

test('comes first, and what came on the stream meanwhile behind it', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history });
  await stream.send(['c', 'd']);
  expect(log.current.lines.length).toBe(0);
  await come({ lines: ['a', { text: 'b', level: 'warn' }] });
  await stream.send('e');
  expect(rowsOf(log.current)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(log.current.lines.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
  expect(log.current.lines.at(1)).toMatchObject({ level: 'warn' });
  expect(log.current.total).toBe(5);
  expect(history).toHaveBeenCalledTimes(1);
});

test('overlaps with the stream without a double, by the id that it ends with', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history });
  await stream.send(eventsOf(3, 6));
  await come({ lines: numbered(1, 4), lastEventId: '4' });
  await stream.send(eventsOf(7, 7));
  expect(rowsOf(log.current)).toEqual(numbered(1, 7));
  expect(stream.requests).toHaveLength(1);
});

test('keeps all that came before a restart, and its gap, where the id that it ends with came twice', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history });
  await stream.send(eventsOf(1, 3));
  await stream.drop();
  await stream.advance(5_000);
  await stream.send(numbered(1, 3).map((id) => ({ id, data: `new ${id}` })));
  await come({ lines: numbered(1, 2), lastEventId: '2' });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(['1', '2', '3', '-', 'new 1', 'new 2', 'new 3']);
});

test('is as old as its coming, and follows a stream that was asked for what is behind an id', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history, initialLastEventId: '2' });
  await stream.send(eventsOf(3, 4));
  await stream.advance(1_000);
  await come({ lines: numbered(1, 2) });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(numbered(1, 4));
  expect(stream.requests).toHaveLength(1);
  const [first = NaN, , third = NaN] = log.current.lines.map(({ receivedAt }) => receivedAt);
  expect(first - third).toBe(1_000);
});

test.for<[string, LogOptions, { id?: string; data: string }[]]>([
  ['the events that bear its last id', {}, [{ id: '4', data: '4' }, { data: '5' }, { data: '6' }]],
  [
    'a stream that was asked for what follows it',
    { initialLastEventId: '4' },
    [{ data: '5' }, { data: '6' }],
  ],
])('loses none of %s', async ([, options, sent]) => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history, ...options });
  await stream.send(sent);
  await come({ lines: numbered(1, 4), lastEventId: '4' });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(numbered(1, 6));
  expect(stream.requests).toHaveLength(1);
});

test.for([
  ['nothing', []],
  ['only what is later', eventsOf(9, 9)],
] as const)(
  'asks the stream for what followed where %s has come meanwhile',
  async ([, meanwhile]) => {
    const { history, come } = lateHistory();
    const { stream, log } = await show({ history });
    await stream.send(meanwhile);
    await come({ lines: numbered(1, 4), lastEventId: '4' });
    const request = await stream.connected(2);
    expect(request.headers.get('last-event-id')).toBe('4');
    await stream.send(eventsOf(5, 9));
    expect(rowsOf(log.current)).toEqual(numbered(1, 9));
    expect(stream.openConnections).toBe(1);
  },
);

test('is given up after openTimeout, its signal aborted, with a gap in its place', async () => {
  const reported = vi.fn((event: ErrorEvent) => {
    event.preventDefault();
  });
  addEventListener('error', reported);
  onTestFinished(() => {
    removeEventListener('error', reported);
  });
  let aborted: AbortSignal | undefined;
  let come: (history: LogHistory) => void = () => undefined;
  const history = (signal: AbortSignal) => {
    aborted = signal;
    return new Promise<LogHistory>((resolve) => {
      come = resolve;
    });
  };
  const { stream, log } = await show({ history, openTimeout: 5_000 });
  await stream.send('a');
  await stream.advance(4_999);
  expect([rowsOf(log.current), aborted?.aborted]).toEqual([[], false]);
  await stream.advance(1);
  expect([rowsOf(log.current), aborted?.aborted]).toEqual([['-', 'a'], true]);
  expect(reported).toHaveBeenCalledTimes(1);
  expect(reported.mock.lastCall?.[0].error).toMatchObject({ kind: 'timeout', phase: 'open' });
  await act(() => {
    come({ lines: ['late'] });
  });
  await stream.send('b');
  expect(rowsOf(log.current)).toEqual(['-', 'a', 'b']);
});

test('has all the time there is without openTimeout', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history, openTimeout: 0 });
  await stream.advance(1e7);
  await come({ lines: ['a'] });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(['a']);
});

test('is followed by a gap with EventSource where nobody can ask for the rest', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history, transport: 'eventsource' });
  await stream.send(eventsOf(9, 9));
  await come({ lines: ['4'], lastEventId: '4' });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(['4', '-', '9']);
  expect(stream.requests).toHaveLength(1);
});

test('is discarded by a `clear()` meanwhile', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history });
  await stream.send('old');
  await act(() => {
    log.current.clear();
  });
  await stream.send('new');
  await come({ lines: ['older'] });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(['new']);
});

test('shows a gap where it cannot be had, and the stream goes on', async () => {
  const reported = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
  onTestFinished(() => {
    reported.mockRestore();
  });
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history });
  await stream.send('a');
  const failure = new Error('no history');
  await come(Promise.reject(failure));
  await stream.send('b');
  expect(rowsOf(log.current)).toEqual(['-', 'a', 'b']);
  expect(reported.mock.calls).toEqual([[failure]]);
});

test('is aborted with its component, and asked for once in StrictMode', async () => {
  const { history } = lateHistory();
  const stream = mockStream(url, { autoOpen: true });
  const log = probe(() => useLogTail(url, { history }));
  const { unmount } = await render(
    <StrictMode>
      <stream.wrapper>
        <log.Probe />
      </stream.wrapper>
    </StrictMode>,
  );
  await stream.settled();
  expect(history).toHaveBeenCalledTimes(1);
  const [[signal] = []] = history.mock.calls;
  await unmount();
  await stream.expectNoOpenConnections();
  expect(signal?.aborted).toBe(true);
});

test('is asked for anew by a new start', async () => {
  const history = vi.fn(() => Promise.resolve({ lines: ['h'] }));
  const { stream, log } = await show({ history });
  await stream.send('a');
  await act(() => {
    log.current.start();
  });
  await stream.send('b');
  expect(rowsOf(log.current)).toEqual(['h', 'b']);
  expect(history).toHaveBeenCalledTimes(2);
});

test('comes as the first batch of a type, once, whatever `events` says', async () => {
  const { stream, log } = await show({ history: 'backlog', events: ['log'] });
  const backlog = { type: 'backlog', data: ['a', { text: 'b', level: 'error' }] };
  await stream.send([backlog, { type: 'log', data: 'c', id: '7' }]);
  await stream.drop();
  await stream.advance(1_000);
  await stream.send([backlog, { type: 'log', data: 'd', id: '8' }]);
  expect(rowsOf(log.current)).toEqual(['a', 'b', 'c', 'd']);
  expect(log.current.lines.at(1)).toMatchObject({ level: 'error' });
});

test('comes as text of several lines, and not after a `clear()`', async () => {
  const { stream, log } = await show({ history: 'backlog' });
  await stream.send({ type: 'backlog', data: 'a\nb' });
  expect(rowsOf(log.current)).toEqual(['a', 'b']);
  const { stream: other, log: cleared } = await show({ history: 'backlog' });
  await act(() => {
    cleared.current.clear();
  });
  await other.send([{ type: 'backlog', data: 'a\nb' }, 'c']);
  expect(rowsOf(cleared.current)).toEqual(['c']);
});

test('a parser may make several lines of one event', async () => {
  const parse = (data: string) => data.split(',').map((text) => ({ text, level: 'info' as const }));
  const { stream, log } = await show({ parse });
  await stream.send('a,b');
  expect(log.current.lines.map((row) => row.kind === 'line' && [row.text, row.level])).toEqual([
    ['a', 'info'],
    ['b', 'info'],
  ]);
});

test('a gap is shown where a stream without ids comes back, and passes every filter', async () => {
  const { stream, log } = await show({ filter: { text: 'x' } });
  await stream.send(['x1', 'y1']);
  await stream.drop();
  await stream.advance(1_000);
  await stream.send(['x2']);
  expect(rowsOf(log.current)).toEqual(['x1', '-', 'x2']);
  expect(log.current).toMatchObject({ total: 3, dropped: { lines: 0 } });
  expect(log.current.lines.at(1)).toMatchObject({ kind: 'gap', id: 2, missing: null });
  expect(log.current.toText()).toBe('x1\ny1\nx2');
});

test('no gap is shown where the stream was resumed, nor before the first line', async () => {
  const { stream, log } = await show({});
  await stream.drop();
  await stream.advance(1_000);
  await stream.send({ data: 'a', id: '1' });
  await stream.drop();
  await stream.advance(2_000);
  await stream.send({ data: 'b', id: '2' });
  expect(rowsOf(log.current)).toEqual(['a', 'b']);
});

test('gaps count neither as lines nor as dropped lines', async () => {
  const { stream, log } = await show({ maxLines: 2 });
  await stream.send('a');
  await stream.drop();
  await stream.advance(1_000);
  await stream.send(['b', 'c']);
  expect(rowsOf(log.current)).toEqual(['b', 'c']);
  expect(log.current).toMatchObject({ total: 3, firstId: 2, dropped: { lines: 1, bytes: 1 } });
});

test('is bounded with the lines behind it, in the filtered list too', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history, maxLines: 2, filter: { text: 'x' } });
  await stream.send('x4');
  await come({ lines: ['x1', 'x2', 'x3'] });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(['x3', 'x4']);
  expect(log.current).toMatchObject({ total: 4, firstId: 2, dropped: { lines: 2, bytes: 4 } });
});

test('comes as the first batch again in a new run', async () => {
  const { stream, log } = await show({ history: 'backlog' });
  const backlog = { type: 'backlog', data: ['a'] };
  await stream.send([backlog, 'b']);
  await act(() => {
    log.current.start();
  });
  await stream.send([backlog, 'c']);
  expect(rowsOf(log.current)).toEqual(['a', 'c']);
});

test('that was cleared, or has come, is wanted again in a new run', async () => {
  const history = vi.fn(() => Promise.resolve({ lines: ['a'] }));
  const { log } = await show({ history });
  await act(() => {
    log.current.clear();
  });
  await act(() => {
    log.current.start();
  });
  await expect.poll(() => rowsOf(log.current)).toEqual(['a']);
  expect(history).toHaveBeenCalledTimes(2);
});

test('says where lines are missing among those that waited for it', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history });
  await stream.send('a');
  await stream.drop();
  await stream.advance(1_000);
  await stream.send('b');
  await come({ lines: ['h'] });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(['h', 'a', '-', 'b']);
});

test('ends a stream that has ended meanwhile: what came of it is all that there is', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history });
  await stream.send(eventsOf(9, 9));
  await act(() => {
    log.current.close();
  });
  await come({ lines: ['4'], lastEventId: '4' });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(['4', '-', '9']);
  expect(stream.requests).toHaveLength(1);
});

test('makes lines of a parser of the first batch', async () => {
  const parse = (data: string) => data.toUpperCase().split(',');
  const { stream, log } = await show({ history: 'backlog', parse });
  await stream.send({ type: 'backlog', data: 'a,b' });
  expect(rowsOf(log.current)).toEqual(['A', 'B']);
});

test('is followed by a gap with plain text, which cannot be asked for the rest', async () => {
  const { history, come } = lateHistory();
  const { stream, log } = await show({ history, format: 'lines' });
  await stream.chunk('b\n');
  await come({ lines: ['a'], lastEventId: '1' });
  await stream.settled();
  expect(rowsOf(log.current)).toEqual(['a', '-', 'b']);
  expect(stream.requests).toHaveLength(1);
});

test('a `clear()` forgets gaps with the lines, shown or dropped', async () => {
  const { stream, log } = await show({ maxLines: 2, filter: { text: 'x' } });
  const clear = async () => {
    await act(() => {
      log.current.clear();
    });
    expect(log.current).toMatchObject({ total: 0, dropped: { lines: 0, bytes: 0 } });
    expect(rowsOf(log.current)).toEqual([]);
  };
  await stream.send('x1');
  await stream.drop();
  await stream.advance(1_000);
  await stream.send('x2');
  await clear();
  await stream.send('x3');
  await stream.drop();
  await stream.advance(2_000);
  await stream.send(['x4', 'x5']);
  expect(log.current).toMatchObject({ total: 3, dropped: { lines: 1 } });
  await clear();
  await stream.send('x6');
  expect(rowsOf(log.current)).toEqual(['x6']);
  expect(log.current.total).toBe(1);
});

import { defineStream, useEventStream, type StreamOptions } from 'use-event-stream';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import { listenForReports } from '../support/reports.ts';
import { probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';
import {
  append,
  setUpSnapshots as setUp,
  textOf as text,
  type State,
} from '../support/snapshots.ts';

async function show(more: StreamOptions & { reset?: string; throttle?: number } = {}) {
  const page = setUp();
  const hook = probe(() => useEventStream('/orders', { ...page.options, ...more }));
  const rendered = await render(page.below(<hook.Probe />));
  await page.settle();
  const shown = () => ({ data: hook.current.data, stale: hook.current.stale });
  const say = (...ids: number[]) => page.send(text(ids));
  return { ...page, hook, shown, say, ...rendered };
}

test('what was put off when the server began from the start is not folded on the new state', async () => {
  const { asked, open, say, send, drop, advance, shown } = await show({ throttle: 60_000 });
  await open();
  await asked[0]?.give({ state: ['a'] });
  await say(1);
  await drop();
  await advance(100_000);
  await open();
  // The event without an id comes before what tells that the server has begun from the start.
  await send('data: old\n\nid: 1\ndata: new\n\n');
  await asked[1]?.give({ state: ['b'], lastEventId: '1' });
  await advance(100_000);
  expect(shown()).toEqual({ data: ['b'], stale: false });
});

test('`clear()` meanwhile forgets the old state, and the new one is still waited for', async () => {
  const { asked, open, say, send, hook, shown } = await show({ reset: 'reset' });
  await open();
  await asked[0]?.give({ state: ['a'] });
  await send('event: reset\ndata: x\n\n');
  await say(1);
  await act(() => {
    hook.current.clear();
  });
  expect(shown()).toEqual({ data: [], stale: true });
  await asked[1]?.give({ state: ['b'] });
  expect(shown()).toEqual({ data: ['b', '1'], stale: false });
});

test('with EventSource a snapshot that is newer than what has come is asked for once more', async () => {
  const { asked, open, say, advance, shown, stream } = await show({ transport: 'eventsource' });
  await open();
  await say(6, 7);
  await asked[0]?.give({ state: ['to 9'], lastEventId: '9' });
  expect(shown()).toEqual({ data: [], stale: true });
  await say(8, 9, 10);
  await advance(1_000);
  await asked[1]?.give({ state: ['to 9'], lastEventId: '9' });
  expect(shown()).toEqual({ data: ['to 9', '10'], stale: false });
  expect(stream.requests).toHaveLength(1);
});

test('with EventSource a snapshot that is older than all that came is taken when it comes twice', async () => {
  const { asked, open, say, advance, shown } = await show({ transport: 'eventsource' });
  await open();
  await say(6, 7);
  await asked[0]?.give({ state: ['to 5'], lastEventId: '5' });
  await advance(1_000);
  await asked[1]?.give({ state: ['to 5'], lastEventId: '5' });
  expect(shown()).toEqual({ data: ['to 5', '6', '7'], stale: false });
});

test('a second hook folds nothing that was replayed to it twice', async () => {
  const { open, below, settle, send, asked, options, stream } = setUp();
  const hooks = [0, 1].map(() => probe(() => useEventStream('/orders', options)));
  const [First = () => null, Second = () => null] = hooks.map(({ Probe }) => Probe);
  const { rerender } = await render(below(<First />));
  await open();
  await asked[0]?.give({ state: ['to 1'], lastEventId: '1' });
  await open();
  await send(text([2, 3]));
  await rerender(
    below(
      <>
        <First />
        <Second />
      </>,
    ),
  );
  await settle();
  const { length } = asked;
  await send(text([4]));
  await asked[length - 1]?.give({ state: ['to 3'], lastEventId: '3' });
  expect(hooks.map(({ current }) => current.data)).toEqual([
    ['to 1', '2', '3', '4'],
    ['to 3', '4'],
  ]);
  expect(stream.openConnections).toBe(1);
});

test.for([
  ['10', ['to 10', ...Array.from({ length: 9_990 }, (_, index) => String(index + 11))], 1],
  ['10000', ['to 10000'], 1],
] as const)('10,000 events wait for a snapshot at %s', async ([id, data, requests]) => {
  const { asked, open, say, shown, stream } = await show();
  await open();
  await say(...Array.from({ length: 10_000 }, (_, index) => index + 1));
  await asked[0]?.give({ state: [`to ${id}`], lastEventId: id });
  expect(shown()).toEqual({ data, stale: false });
  expect(stream.requests).toHaveLength(requests);
});

test('of more than can wait the stream is asked for once more, behind the snapshot', async () => {
  const { asked, open, say, shown, stream } = await show();
  await open();
  await say(...Array.from({ length: 10_100 }, (_, index) => index + 1));
  await asked[0]?.give({ state: ['to 10'], lastEventId: '10' });
  expect(stream.requests.at(-1)?.headers.get('last-event-id')).toBe('10');
  await open();
  await say(11, 12);
  expect(shown()).toEqual({ data: ['to 10', '11', '12'], stale: false });
});

test('without an id a snapshot that more came after than can wait is asked for once more', async () => {
  const { asked, open, send, advance, shown } = await show();
  await open();
  await send('data: x\n\n'.repeat(10_100));
  await asked[0]?.give({ state: ['lost'] });
  expect(shown()).toEqual({ data: [], stale: true });
  await advance(1_000);
  await send('data: y\n\n');
  await asked[1]?.give({ state: ['a'] });
  expect(shown()).toEqual({ data: ['a', 'y'], stale: false });
});

test.for([null, 5, 'text', {}, { state: 1, lastEventId: 7 }])(
  'a snapshot of %j is reported, and asked for once more',
  async (rubbish) => {
    const reported = listenForReports();
    const { asked, open, advance, shown } = await show();
    await open();
    await asked[0]?.give(rubbish as never);
    expect(reported()).toEqual([expect.stringContaining('`snapshot` gave')]);
    await advance(1_000);
    await asked[1]?.give({ state: ['a'] });
    expect(shown()).toEqual({ data: ['a'], stale: false });
  },
);

test('a snapshot that throws at once, or closes the stream, hangs nothing', async () => {
  const reported = listenForReports();
  const page = setUpPage();
  let calls = 0;
  const hook = probe(() => {
    const result = useEventStream('/orders', {
      initial: [] as State,
      reduce: append,
      snapshot: () => {
        calls += 1;
        if (calls === 1) throw new Error('No.');
        result.close();
        return { state: ['late'] };
      },
    });
    return result;
  });
  await render(page.below(<hook.Probe />));
  await page.open();
  expect(reported()).toEqual(['Error: No.']);
  await page.advance(1_000);
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'manual' });
  await page.advance(60_000);
  expect(calls).toBe(2);
});

test('a test among `until` and `failOn` is asked of what waited, once there is a state', async () => {
  const until = ({ data }: { data: string }) => data === 'last';
  const { asked, open, send, hook, shown } = await show({ until });
  await open();
  await send('id: 1\ndata: 1\n\nid: 2\ndata: last\n\nid: 3\ndata: 3\n\n');
  expect(hook.current.status).toBe('open');
  await asked[0]?.give({ state: ['a'] });
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'done' });
  expect(shown()).toEqual({ data: ['a', '1', 'last'], stale: false });
});

test('an event that fails the stream fails it also while it waits', async () => {
  const { asked, open, send, hook, shown } = await show({ failOn: 'broken' });
  await open();
  await send('id: 1\ndata: 1\n\nevent: broken\ndata: No.\n\n');
  expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'job', reason: 'No.' } });
  await asked[0]?.give({ state: ['a'] });
  expect(shown()).toEqual({ data: ['a', '1'], stale: false });
});

test('what cannot be decoded of what waited is counted once', async () => {
  const { below, open, settle, send, asked, options } = setUp();
  const heard: string[] = [];
  const parse = (data: string) => {
    if (data === 'bad') throw new Error('Bad.');
    return data;
  };
  const hook = probe(() =>
    useEventStream('/orders', {
      ...options,
      parse,
      onEvent: ({ data }) => heard.push(data),
      onReject: () => heard.push('rejected'),
    }),
  );
  await render(below(<hook.Probe />));
  await open();
  await send('id: 1\ndata: 1\n\nid: 2\ndata: bad\n\nid: 3\ndata: 3\n\n');
  expect(heard).toEqual([]);
  await asked[0]?.give({ state: ['a'] });
  await settle();
  expect(hook.current).toMatchObject({ data: ['a', '1', '3'], rejected: 1, stale: false });
  expect(heard).toEqual(['1', 'rejected', '3']);
});

test('`pause()` shows the old state until `resume()`, though the new one has come', async () => {
  const { asked, open, say, hook, shown, settle } = await show();
  await open();
  await act(() => {
    hook.current.pause();
  });
  await asked[0]?.give({ state: ['a'] });
  await say(1);
  expect(shown()).toEqual({ data: [], stale: true });
  await act(() => {
    hook.current.resume();
  });
  await settle();
  expect(shown()).toEqual({ data: ['a', '1'], stale: false });
});

test('`retry()` after a failure asks for another snapshot', async () => {
  const { asked, open, reject, hook, shown, settle } = await show();
  await reject(403);
  expect(hook.current).toMatchObject({ status: 'failed', stale: true });
  expect(asked).toEqual([]);
  await act(() => {
    hook.current.retry();
  });
  await settle();
  await open();
  await asked[0]?.give({ state: ['a'] });
  expect(shown()).toEqual({ data: ['a'], stale: false });
});

test('the hooks of a defined stream have one snapshot, also in StrictMode', async () => {
  const { open, below, settle, send, asked, options } = setUp();
  const orders = defineStream(options);
  const all = probe(() => useEventStream('/orders', orders));
  const last = probe(() => {
    const { status, data } = useEventStream('/orders', orders, {
      select: (state: State) => state.at(-1),
    });
    return { status, data };
  });
  await render(
    <StrictMode>
      {below(
        <>
          <all.Probe />
          <last.Probe />
        </>,
      )}
    </StrictMode>,
  );
  await settle();
  await open();
  await send(text([1, 2]));
  expect(asked).toHaveLength(1);
  await asked[0]?.give({ state: ['to 1'], lastEventId: '1' });
  expect([all.current.data, last.current.data]).toEqual([['to 1', '2'], '2']);
});

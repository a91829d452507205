import { useEventStream, type StreamOptions } from 'use-event-stream';
import { expect, test } from 'vitest';
import { listenForReports } from '../support/reports.ts';
import { probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

interface Given {
  state: readonly string[];
  lastEventId?: string;
}

interface Asked {
  reason: string;
  signal: AbortSignal;
  answer: (given: Given) => Promise<void>;
  fail: (error: Error) => Promise<void>;
}

/** A page that joins snapshots to a stream; each that is asked for is answered by the test. */
async function show(options: StreamOptions & { reset?: string } = {}) {
  const page = setUpPage();
  const asked: Asked[] = [];
  const seen: { data: readonly string[]; stale: boolean }[] = [];
  const hook = probe(() => {
    const result = useEventStream('/orders', {
      initial: [] as readonly string[],
      reduce: (all, events) => [...all, ...events.map(({ data }) => data)],
      snapshot: ({ reason, signal }) =>
        new Promise<Given>((resolve, reject) => {
          asked.push({
            reason,
            signal,
            answer: async (given) => {
              await act(() => {
                resolve(given);
              });
              await page.settle();
            },
            fail: async (error) => {
              await act(() => {
                reject(error);
              });
              await page.settle();
            },
          });
        }),
      ...options,
    });
    seen.push({ data: result.data, stale: result.stale });
    return result;
  });
  const { unmount } = await render(page.below(<hook.Probe />));
  await page.settle();
  const shown = () => ({ data: hook.current.data, stale: hook.current.stale });
  const say = (id: string, data = id) => page.send(`id: ${id}\ndata: ${data}\n\n`);
  return { ...page, hook, asked, seen, shown, say, unmount };
}

test('the snapshot is asked for once the stream is open, and what follows its id is folded on it', async () => {
  const { asked, open, say, shown } = await show();
  expect(asked).toEqual([]);
  await open();
  expect(asked.map(({ reason }) => reason)).toEqual(['start']);
  await say('1');
  await say('2');
  await say('3');
  expect(shown()).toEqual({ data: [], stale: true });
  await asked[0]?.answer({ state: ['one', 'two'], lastEventId: '2' });
  expect(shown()).toEqual({ data: ['one', 'two', '3'], stale: false });
  await say('4');
  expect(shown()).toEqual({ data: ['one', 'two', '3', '4'], stale: false });
});

test('without an id all that came since the request is folded', async () => {
  const { asked, open, say, shown } = await show();
  await open();
  await say('1');
  await asked[0]?.answer({ state: ['zero'] });
  expect(shown()).toEqual({ data: ['zero', '1'], stale: false });
});

test('where the id is not among what came, the stream is asked for what follows it', async () => {
  const { asked, open, say, shown, stream, settle } = await show();
  await open();
  await say('7');
  await asked[0]?.answer({ state: ['to five'], lastEventId: '5' });
  await settle();
  expect(stream.requests.at(-1)?.headers.get('last-event-id')).toBe('5');
  await open();
  await say('6');
  await say('7');
  expect(shown()).toEqual({ data: ['to five', '6', '7'], stale: false });
  expect(asked.length).toBe(1);
});

test('the event of `reset` asks for the state; the old one is shown until it is there', async () => {
  const { asked, open, say, send, shown } = await show({ reset: 'reset' });
  await open();
  await asked[0]?.answer({ state: ['a'] });
  await say('1');
  await send('event: reset\ndata: x\n\nid: 2\ndata: 2\n\n');
  expect(asked.map(({ reason }) => reason)).toEqual(['start', 'reset']);
  expect(shown()).toEqual({ data: ['a', '1'], stale: true });
  await asked[1]?.answer({ state: ['b'] });
  expect(shown()).toEqual({ data: ['b', '2'], stale: false });
});

test('without `snapshot` the event of `reset` forgets the data', async () => {
  const { open, say, send, shown } = await show({ reset: 'reset', snapshot: undefined } as object);
  await open();
  await say('1');
  await send('event: reset\ndata: x\n\nid: 1\ndata: once more\n\n');
  expect(shown()).toEqual({ data: ['once more'], stale: false });
});

test('a response that was not resumed asks for the state, one that was resumed does not', async () => {
  const { asked, open, say, send, drop, advance, shown } = await show();
  await open();
  await asked[0]?.answer({ state: ['a'] });
  await say('1');
  await drop();
  await advance(10_000);
  await open();
  await say('2');
  expect(asked.length).toBe(1);
  expect(shown()).toEqual({ data: ['a', '1', '2'], stale: false });
  await send('id\ndata: without\n\n');
  await drop();
  await advance(10_000);
  await open();
  expect(asked.map(({ reason }) => reason)).toEqual(['start', 'gap']);
  expect(shown().stale).toBe(true);
  await asked[1]?.answer({ state: ['b'] });
  expect(shown()).toEqual({ data: ['b'], stale: false });
});

test('a server that has begun from the start is asked for the state', async () => {
  const { asked, open, say, drop, advance, shown } = await show();
  await open();
  await asked[0]?.answer({ state: ['a'] });
  await say('1', 'old');
  await drop();
  await advance(10_000);
  await open();
  await say('1', 'new');
  expect(asked.map(({ reason }) => reason)).toEqual(['start', 'gap']);
  await asked[1]?.answer({ state: ['b'], lastEventId: '1' });
  expect(shown()).toEqual({ data: ['b'], stale: false });
});

test('a snapshot that fails is reported and asked for once more', async () => {
  const reported = listenForReports();
  const { asked, open, say, advance, shown } = await show();
  await open();
  await say('1');
  await asked[0]?.fail(new Error('Down.'));
  expect(reported().map(String)).toEqual(['Error: Down.']);
  expect(shown()).toEqual({ data: [], stale: true });
  await advance(999);
  expect(asked.length).toBe(1);
  await advance(1);
  await say('2');
  await asked[1]?.answer({ state: ['a', '1'] });
  expect(shown()).toEqual({ data: ['a', '1', '2'], stale: false });
});

test('the signal is aborted when nobody watches any more, and when it takes too long', async () => {
  const { asked, open, advance, unmount } = await show({ openTimeout: 5_000 });
  const reported = listenForReports();
  await open();
  await advance(5_000);
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(reported().map(String)).toEqual([expect.stringContaining('did not come within 5000 ms')]);
  await advance(1_000);
  expect(asked.length).toBe(2);
  await unmount();
  await advance(1_000);
  expect(asked[1]?.signal.aborted).toBe(true);
  await advance(60_000);
  expect(asked.length).toBe(2);
});

test('`start` asks for another snapshot, and one that comes too late changes nothing', async () => {
  const { asked, open, hook, shown, settle } = await show();
  await open();
  await act(() => {
    hook.current.start();
  });
  await settle();
  await asked[0]?.answer({ state: ['late'] });
  expect(shown()).toEqual({ data: [], stale: true });
  await open();
  await asked[1]?.answer({ state: ['a'] });
  expect(shown()).toEqual({ data: ['a'], stale: false });
});

test('a stream that ends while it waits is folded on the snapshot', async () => {
  const { asked, open, send, shown, hook } = await show({ until: { data: 'end' } });
  await open();
  await send('id: 1\ndata: 1\n\ndata: end\n\n');
  expect(hook.current.status).toBe('closed');
  await asked[0]?.answer({ state: ['a'] });
  expect(shown()).toEqual({ data: ['a', '1'], stale: false });
});

test('more than 10,000 events do not wait: what is lost with the rest is asked for once more', async () => {
  const { asked, open, send, advance, shown } = await show();
  await open();
  await send('data: a\n\n'.repeat(10_001));
  await asked[0]?.answer({ state: ['too old'] });
  expect(shown()).toEqual({ data: [], stale: true });
  await advance(1_000);
  await send('data: b\n\n');
  await asked[1]?.answer({ state: ['new'] });
  expect(shown()).toEqual({ data: ['new', 'b'], stale: false });
});

test('many events of `reset` in one chunk ask once, and lose nothing of what follows', async () => {
  const { asked, open, send, shown } = await show({ reset: 'reset' });
  await open();
  await asked[0]?.answer({ state: ['a'] });
  await send(`${'event: reset\ndata: x\n\n'.repeat(20_000)}id: 9\ndata: 9\n\n`);
  expect(asked.map(({ reason }) => reason)).toEqual(['start', 'reset']);
  await asked[1]?.answer({ state: ['b'] });
  expect(shown()).toEqual({ data: ['b', '9'], stale: false });
});

test('where the stream broke off meanwhile, it is asked for what follows the snapshot', async () => {
  const { asked, open, say, drop, advance, settle, shown, stream } = await show();
  await open();
  await say('1');
  await say('2');
  await drop();
  await advance(10_000);
  await open();
  await say('3');
  await asked[0]?.answer({ state: ['to two'], lastEventId: '2' });
  await settle();
  // What waits may be of a server that has begun to count from the start since.
  expect(stream.requests.at(-1)?.headers.get('last-event-id')).toBe('2');
  await open();
  await say('3');
  expect(shown()).toEqual({ data: ['to two', '3'], stale: false });
});

test('an id of before the event of `reset` says nothing of what comes after it', async () => {
  const { asked, open, say, send, shown } = await show({ reset: 'reset' });
  await open();
  await say('2');
  await asked[0]?.answer({ state: ['a'], lastEventId: '2' });
  await send('event: reset\ndata: x\n\n');
  await say('1', 'one');
  await say('2', 'two');
  await say('3', 'three');
  await asked[1]?.answer({ state: ['to two'], lastEventId: '2' });
  expect(shown()).toEqual({ data: ['to two', 'three'], stale: false });
});

test('a `snapshot` that comes with a later render is asked when the server begins from the start', async () => {
  const page = setUpPage();
  const given: { snapshot?: () => Given } = {};
  const hook = probe(() =>
    useEventStream('/orders', {
      initial: [] as readonly string[],
      reduce: (all, events) => [...all, ...events.map(({ data }) => data)],
      reset: 'reset',
      snapshot: given.snapshot,
    }),
  );
  const { rerender } = await render(page.below(<hook.Probe />));
  await page.settle();
  await page.open();
  await page.send('id: 1\ndata: 1\n\n');
  given.snapshot = () => ({ state: ['new'] });
  await rerender(page.below(<hook.Probe />));
  await page.send('event: reset\ndata: x\n\n');
  await page.settle();
  expect(hook.current).toMatchObject({ data: ['new'], stale: false });
});

import { useEventStream, useLogTail, type StreamSource } from 'use-event-stream';
import { expect, test } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { render } from '../support/render.ts';

async function show<R extends { status: string }>(use: () => R) {
  const page = setUpPage();
  const hook = probe(use);
  await render(page.below(<hook.Probe />));
  await page.settle();
  return { ...page, hook };
}

const streamOf = <T,>(items: readonly T[]) =>
  new ReadableStream<T>({
    start(controller) {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  });

async function* ticks(most: number, first = 1) {
  for (let count = first; count <= most; count++) {
    yield await Promise.resolve({ id: String(count), data: { count } });
  }
}

test('an async iterable is a stream of its items, and its end is the end', async () => {
  const { hook, stream } = await show(() => useEventStream('/ticks', { source: () => ticks(3) }));
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'done', lastEventId: '3' });
  expect(dataOf(hook.current)).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
  expect(stream.requests).toEqual([]);
});

test('items that are no events are data', async () => {
  const source = () => streamOf(['a', 1, { data: 1, more: 2 }, null]);
  const { hook } = await show(() => useEventStream('/items', { source }));
  expect(dataOf(hook.current)).toEqual(['a', 1, { data: 1, more: 2 }, null]);
});

test('a source that breaks off is asked again, with the id that it has come to', async () => {
  const asked: string[] = [];
  const source: StreamSource<{ count: number }> = async function* ({ lastEventId }) {
    asked.push(lastEventId);
    const first = Number(lastEventId) + 1;
    yield* ticks(first, first);
    if (first < 3) throw new Error('Cut.');
  };
  const { hook, advance } = await show(() => useEventStream('/ticks', { source }));
  expect(hook.current).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
  await advance(10_000);
  await advance(10_000);
  expect(hook.current.status).toBe('closed');
  expect(dataOf(hook.current).map(({ count }) => count)).toEqual([1, 2, 3]);
  expect(asked).toEqual(['', '1', '2']);
});

test('what was read once is not read again: the stream has failed with what it failed with', async () => {
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue('a');
    },
    pull(controller) {
      controller.error(new Error('Cut.'));
    },
  });
  const { hook, advance } = await show(() => useEventStream('/once', { source: () => broken }));
  await advance(10_000);
  expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'network' } });
});

test('a Response is read as an answer of a server', async () => {
  const headers = { 'content-type': 'text/event-stream' };
  const source = () => Promise.resolve(new Response('id: 7\ndata: a\n\n', { headers }));
  const { hook } = await show(() => useEventStream('/server-function', { source }));
  expect(hook.current).toMatchObject({ status: 'reconnecting', lastEventId: '7' });
  expect(dataOf(hook.current)).toEqual(['a']);
});

test('a Response of a status that refuses is an error of HTTP', async () => {
  const source = () => new Response('{"message":"No."}', { status: 403 });
  const { hook } = await show(() => useEventStream('/server-function', { source }));
  expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'http', reason: 'No.' } });
});

test('bytes are read as the format says', async () => {
  const bytes = new TextEncoder().encode('one\ntwo\n');
  const source = () => streamOf([bytes.slice(0, 5), bytes.slice(5)]);
  const { hook } = await show(() => useLogTail('/log', { source, format: 'lines' }));
  expect(hook.current.lines.map(({ text }) => text)).toEqual(['one', 'two']);
});

test('a source is stopped when nobody watches any more', async () => {
  let isStopped = false;
  const source: StreamSource = async function* ({ signal }) {
    try {
      yield 'a';
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    } finally {
      isStopped = true;
    }
  };
  const page = setUpPage();
  const hook = probe(() => useEventStream('/items', { source }));
  const { unmount } = await render(page.below(<hook.Probe />));
  await page.settle();
  expect(hook.current.status).toBe('open');
  await unmount();
  await page.advance(1_000);
  expect(isStopped).toBe(true);
});

test.for([null, undefined, 'text', 5, {}, []])(
  'a source that gives %s has failed for good, and says what it may give',
  async (given) => {
    const source: unknown = () => given;
    const { hook } = await show(() => useEventStream('/items', { source: source as StreamSource }));
    expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
    expect(hook.current.error?.message).toContain('`source` gave');
  },
);

test('an item that is longer than `maxEventSize` fails the stream', async () => {
  const source = () => streamOf(['short', 'x'.repeat(200)]);
  const { hook } = await show(() => useEventStream('/items', { source, maxEventSize: 100 }));
  expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'size', limit: 100 } });
  expect(dataOf(hook.current)).toEqual(['short']);
});

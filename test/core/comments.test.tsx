import { defineStream, useEventStream, useLogTail, useStreamProgress } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, test, vi } from 'vitest';
import { probe } from '../support/page.tsx';
import { render } from '../support/render.ts';
import { showHook } from '../support/show.tsx';
import { listenForReports } from '../support/reports.ts';

const url = 'https://example.test/stream';

type Options = { onComment: () => void; onRestart: () => void };

test.for<[string, (options: Options) => { status: string }]>([
  ['useEventStream', (options) => useEventStream(url, options)],
  ['useLogTail', (options) => useLogTail(url, options)],
  ['useStreamProgress', (options) => useStreamProgress(url, options)],
])('%s tells of comments and of a server that begins from the start', async ([, use]) => {
  const stream = mockStream(url, { autoOpen: true });
  const onComment = vi.fn();
  const onRestart = vi.fn();
  const feed = probe(() => use({ onComment, onRestart }));
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  await stream.comment('keep-alive');
  await stream.chunk(':\n: two\n\nid: 1\ndata: 5\n\n');
  expect(onComment.mock.calls).toEqual([['keep-alive'], [''], ['two']]);
  await stream.drop();
  await stream.advance(5_000);
  expect(onRestart).not.toHaveBeenCalled();
  await stream.send({ id: '1', data: '6' });
  expect(onRestart).toHaveBeenCalledOnce();
});

test('a comment is heard by those on a shared connection who listen, and hurts nobody where that throws', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const reportError = vi.fn();
  vi.stubGlobal('reportError', reportError);
  const heard: string[] = [];
  const data: unknown[] = [];
  const onEvents = (events: readonly { data: unknown }[]) =>
    data.push(...events.map((event) => event.data));
  stream.store.subscribe(
    { url },
    {
      onEvents,
      onComment() {
        throw new Error('own fault');
      },
    },
  );
  const leave = stream.store.subscribe(
    { url },
    { onEvents, onComment: (text) => heard.push(text) },
  );
  stream.store.subscribe({ url }, { onEvents: () => undefined });
  await stream.comment('one');
  leave();
  await stream.chunk(': two\n\ndata: a\n\n');
  vi.unstubAllGlobals();
  expect(heard).toEqual(['one']);
  expect(reportError).toHaveBeenCalledTimes(2);
  expect(data).toEqual(['a']);
});

test.for([
  ['comments', ':\n'.repeat(20_000)],
  ['`retry` lines', 'retry: 1\n'.repeat(5_000)],
])('%s that come together cost no turn of the microtask queue each', async ([, lines]) => {
  const stream = mockStream(url, { autoOpen: true });
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) void Promise.resolve().then(count);
  };
  stream.store.subscribe(
    { url },
    {
      onEvents: () => (isOver = true),
      onComment() {
        if (turns === 0) count();
      },
    },
  );
  await stream.chunk(`:\n${lines}data: a\n\n`);
  expect(turns).toBeGreaterThan(0);
  expect(turns).toBeLessThan(200);
});

test('of several `retry` lines that come together the last one counts', async () => {
  const stream = mockStream(url, { autoOpen: true, random: () => 0 });
  stream.store.subscribe({ url }, { onEvents() {} });
  await stream.chunk('retry: 90000\nretry: 4000\n\n');
  await stream.drop();
  await stream.advance(3_900);
  expect(stream.requests).toHaveLength(1);
  await stream.advance(4_100);
  expect(stream.requests).toHaveLength(2);
});

test('a comment that comes with one on which the stream is opened again is not heard', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const heard: string[] = [];
  const feed = probe(() =>
    useEventStream(url, {
      onComment(text) {
        heard.push(text);
        feed.current.reconnect();
      },
    }),
  );
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  await stream.chunk(': one\n: two\n');
  expect(heard).toEqual(['one']);
});

test('a restart stands in a log as a gap before the lines that come after it', async () => {
  const { stream, hook: log } = await showHook(url, () => useLogTail(url));
  await stream.send([
    { id: '1', data: 'old 1' },
    { id: '2', data: 'old 2' },
  ]);
  await stream.drop();
  await stream.advance(5_000);
  await stream.send([
    { id: '1', data: 'new 1' },
    { id: '2', data: 'new 2' },
  ]);
  expect(log.current.lines.map(({ kind, text }) => text || kind)).toEqual([
    'old 1',
    'old 2',
    'gap',
    'new 1',
    'new 2',
  ]);
});

test('a log whose server sends its last 1,500 lines on every connection shows each once', async () => {
  const { stream, hook: log } = await showHook(url, () => useLogTail(url));
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({
      id: `log-${from + index}`,
      data: `line ${from + index}`,
    }));
  await stream.send(lines(0, 1_500));
  await stream.drop();
  await stream.advance(5_000);
  await stream.send([...lines(0, 1_500), ...lines(1_500, 1_501)]);
  expect(log.current.total).toBe(1_501);
});

test('a job goes on where its server was started again', async () => {
  const { stream, hook: job } = await showHook(url, () =>
    useStreamProgress(url, { until: 'done' }),
  );
  await stream.send([
    { id: '1', data: '30' },
    { id: '2', data: '55' },
  ]);
  await stream.drop();
  await stream.advance(5_000);
  await stream.send([
    { id: '1', data: '100' },
    { id: '2', type: 'done', data: '' },
  ]);
  expect(job.current.status).toBe('done');
});

const plain = defineStream({});

test('a comment is heard by that hook of a defined stream that listens, and hurts no other', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const reports = listenForReports();
  const onComment = vi.fn();
  const listens = probe(() => useEventStream(url, plain, { onComment }));
  const other = probe(() => useEventStream(url, plain));
  await render(
    <stream.wrapper>
      <listens.Probe />
      <other.Probe />
    </stream.wrapper>,
  );
  await stream.comment('keep-alive');
  expect(onComment).toHaveBeenCalledExactlyOnceWith('keep-alive');
  expect(reports()).toEqual([]);
});

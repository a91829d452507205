import { useEventStream, useLogTail, useStreamProgress, type StreamUrl } from 'use-event-stream';
import { expect, test } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';
const next = `${url}/next`;

/** A page with one hook that has gone on to another url, both streams answered. */
async function setUp<R extends { status: string }>(use: (target: StreamUrl) => R) {
  const page = setUpPage({ autoOpen: true });
  let target = url;
  const hook = probe(() => use(target));
  const { rerender } = await render(page.below(<hook.Probe />));
  await page.send('id: 1\ndata: 1\n\n');
  target = next;
  await rerender(page.below(<hook.Probe />));
  await page.stream.connected(2);
  await page.send('id: 2\ndata: 2\n\n');
  return { ...page, hook };
}

test('every function of `useEventStream` acts on the url that is shown', async () => {
  const { hook, stream, send } = await setUp((target) => useEventStream(target));
  const { clear, pause, resume, close, reconnect, start, retry } = hook.current;
  expect(dataOf(hook.current)).toEqual(['2']);
  await act(clear);
  expect(dataOf(hook.current)).toEqual([]);
  await act(pause);
  await send('id: 3\ndata: 3\n\n');
  expect(hook.current).toMatchObject({ paused: true, data: undefined });
  await act(resume);
  expect(hook.current).toMatchObject({ paused: false, data: '3' });
  await act(close);
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'manual', data: '3' });
  expect(stream.openConnections).toBe(0);
  await act(reconnect);
  await stream.connected(3);
  expect(hook.current).toMatchObject({ status: 'open', data: '3' });
  await act(start);
  await stream.connected(4);
  expect(hook.current).toMatchObject({ status: 'open', events: [] });
  await act(retry);
  await stream.connected(5);
  expect(stream.requests.map((request) => request.url)).toEqual([url, next, next, next, next]);
  expect(stream.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual([
    ...[null, null, '3', null, null],
  ]);
  expect(stream.openConnections).toBe(1);
});

test('every function of `useLogTail` acts on the url that is shown', async () => {
  const { hook, stream, send } = await setUp((target) => useLogTail(target));
  const { clear, pause, resume, close, start, toText } = hook.current;
  expect(toText()).toBe('2');
  await act(clear);
  expect(hook.current.lines.length).toBe(0);
  await act(pause);
  await send('data: 3\n\n');
  expect(hook.current).toMatchObject({ pending: 1, paused: true });
  await act(resume);
  expect(toText()).toBe('3');
  await act(close);
  expect(hook.current.status).toBe('closed');
  await act(start);
  await stream.connected(3);
  expect(hook.current).toMatchObject({ status: 'open', total: 0 });
  expect(stream.openConnections).toBe(1);
});

test('every function of `useStreamProgress` acts on the url that is shown', async () => {
  const { hook, stream } = await setUp((target) => useStreamProgress(target));
  const { cancel, reset, start } = hook.current;
  expect(hook.current).toMatchObject({ status: 'running', percent: 2 });
  await act(cancel);
  expect(hook.current.status).toBe('cancelled');
  expect(stream.openConnections).toBe(0);
  await act(reset);
  expect(hook.current).toMatchObject({ status: 'idle', value: null });
  await act(start);
  await stream.connected(3);
  expect(hook.current).toMatchObject({ status: 'running', value: null });
  expect(stream.openConnections).toBe(1);
});

test.for<[string, (start: () => void) => void]>([
  ['nothing', () => undefined],
  [
    'a start',
    (start) => {
      start();
    },
  ],
])('a second url is left like the first, after %s', async ([, then]) => {
  const page = setUpPage({ autoOpen: true });
  let target = url;
  const hook = probe(() => useEventStream(target));
  const { rerender } = await render(page.below(<hook.Probe />));
  for (const path of ['/2', '/3', '/4']) {
    target = url + path;
    await rerender(page.below(<hook.Probe />));
    await page.settle();
    expect(page.stream.openConnections).toBe(1);
    await act(() => {
      then(hook.current.start);
    });
    await page.settle();
    expect(page.stream.openConnections).toBe(1);
    expect(page.stream.requests.at(-1)?.url).toBe(target);
  }
});

test('aborts a history that is still loaded for the url before', async () => {
  const { below, settle } = setUpPage();
  const signals: AbortSignal[] = [];
  const history = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<never>(() => undefined);
  };
  let target = url;
  const hook = probe(() => useLogTail(target, { history }));
  const { rerender } = await render(below(<hook.Probe />));
  await settle();
  target = next;
  await rerender(below(<hook.Probe />));
  await settle();
  expect(signals.length).toBeGreaterThan(1);
  expect(signals.filter(({ aborted }) => !aborted)).toEqual([signals.at(-1)]);
});

test('goes on where the url is another one many times', async () => {
  const { below, stream, settle } = setUpPage();
  let target = url;
  const hook = probe(() => useEventStream(target));
  const { rerender } = await render(below(<hook.Probe />));
  for (let time = 1; time <= 30; time++) {
    target = `${url}/${String(time)}`;
    await rerender(below(<hook.Probe />));
  }
  await settle();
  expect(stream.requests.at(-1)?.url).toBe(target);
  expect(stream.openConnections).toBe(1);
});

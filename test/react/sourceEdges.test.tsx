import { useEventStream, useLogTail, useStreamProgress, type StreamSource } from 'use-event-stream';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

async function show<R extends { status: string }>(use: () => R) {
  const page = setUpPage();
  const hook = probe(use);
  const rendered = await render(<StrictMode>{page.below(<hook.Probe />)}</StrictMode>);
  await page.settle();
  return { ...page, ...rendered, hook };
}

const never = () => new Promise<never>(() => undefined);

test('a generator that never yields is left at once, and hangs nothing', async () => {
  let calls = 0;
  const source: StreamSource = async function* () {
    calls += 1;
    yield await never();
  };
  const { hook } = await show(() => useEventStream('/items', { source }));
  expect(hook.current.status).toBe('open');
  await act(() => {
    hook.current.close();
  });
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'manual' });
  expect(calls).toBe(1);
});

test('an iterator is asked to return when its stream is left, also while it waits', async () => {
  let returned = 0;
  const items: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: never,
      return: () => {
        returned += 1;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const { unmount, advance } = await show(() => useEventStream('/items', { source: () => items }));
  await unmount();
  await advance(1_000);
  expect(returned).toBe(1);
});

test('a source that throws at once is a loss, and is asked again', async () => {
  let calls = 0;
  const source: StreamSource<string> = () => {
    calls += 1;
    if (calls === 1) throw new Error('No.');
    return new ReadableStream<string>({
      start(controller) {
        controller.enqueue('a');
        controller.close();
      },
    });
  };
  const { hook, advance } = await show(() => useEventStream('/items', { source }));
  expect(hook.current).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
  expect(hook.current.error?.message).toContain('`source`');
  await advance(10_000);
  expect(hook.current.status).toBe('closed');
  expect(dataOf(hook.current)).toEqual(['a']);
});

const locked = () => {
  const stream = new ReadableStream<string>();
  stream.getReader();
  return stream;
};

const used = async () => {
  const response = new Response('data: a\n\n', {
    headers: { 'content-type': 'text/event-stream' },
  });
  await response.text();
  return response;
};

test.for([
  ['a stream that is locked', locked],
  ['a Response whose body was used', used],
] as const)('%s has failed for good', async ([, source]) => {
  const { hook, advance } = await show(() => useEventStream('/items', { source }));
  await advance(10_000);
  expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
});

test('a Response that is given once more is not read once more: the stream is at its end', async () => {
  const headers = { 'content-type': 'text/event-stream' };
  const response = new Response('id: 7\ndata: a\n\n', { headers });
  const { hook, advance } = await show(() => useEventStream('/items', { source: () => response }));
  await advance(10_000);
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'done' });
  expect(dataOf(hook.current)).toEqual(['a']);
});

test('a source that comes when nobody wants it any more is ended', async () => {
  let cancelled = false;
  let give: (stream: ReadableStream<string>) => void = () => undefined;
  const source = () => new Promise<ReadableStream<string>>((resolve) => (give = resolve));
  const { hook, settle } = await show(() => useEventStream('/items', { source }));
  await act(() => {
    hook.current.close();
  });
  await act(() => {
    give(
      new ReadableStream({
        cancel() {
          cancelled = true;
        },
      }),
    );
  });
  await settle();
  expect(cancelled).toBe(true);
});

test('a POST with a source that breaks off is not asked again', async () => {
  let calls = 0;
  const source: StreamSource<string> = async function* () {
    calls += 1;
    yield await Promise.resolve('a');
    throw new Error('Cut.');
  };
  const { hook, advance } = await show(() =>
    useEventStream('/chat', { method: 'POST', body: 'x', source }),
  );
  await advance(60_000);
  expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'network' } });
  expect([calls, ...dataOf(hook.current)]).toEqual([1, 'a']);
});

test.for([
  ['items', 1],
  [true, 2],
  [false, 2],
] as const)('two hooks with `share: %s` ask their sources %i times', async ([share, count]) => {
  let calls = 0;
  const source: StreamSource<string> = async function* () {
    calls += 1;
    yield 'a';
    await never();
  };
  const page = setUpPage();
  const hooks = [0, 1].map(() => probe(() => useEventStream('/items', { source, share })));
  await render(page.below(hooks.map(({ Probe }, index) => <Probe key={index} />)));
  await page.settle();
  expect(hooks.map(({ current }) => dataOf(current))).toEqual([['a'], ['a']]);
  expect(calls).toBe(count);
});

test('the items of a source may be the updates of a progress', async () => {
  const source: StreamSource = async function* () {
    yield await Promise.resolve({ progress: 40 });
    await never();
  };
  const { hook } = await show(() => useStreamProgress('/job', { source }));
  expect(hook.current).toMatchObject({ status: 'running', percent: 40 });
});

test('the items of a source may be the lines of a log', async () => {
  const source: StreamSource = async function* () {
    yield await Promise.resolve('one');
    yield { text: 'two' };
    await never();
  };
  const { hook } = await show(() => useLogTail('/log', { source }));
  expect(hook.current.lines.map(({ text }) => text)).toEqual(['one', '{"text":"two"}']);
});

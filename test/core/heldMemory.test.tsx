// @vitest-environment jsdom
import '../support/cleanup.ts';
import {
  useEventStream,
  useLogTail,
  type BufferOptions,
  type LogHistory,
  type LogOptions,
} from 'use-event-stream';
import { expect, test } from 'vitest';
import { heldMemory } from '../support/heap.ts';
import { showHook } from '../support/show.tsx';
import { act } from '../support/render.ts';

const url = 'https://example.test/stream';
const mib = 2 ** 20;

const showLog = (options: LogOptions) => showHook(url, () => useLogTail(url, options));

test.for<[string, BufferOptions]>([
  ['nothing wants each', {}],
  ['a callback wants each', { onEvent() {} }],
  ['an age bounds them', { maxAge: 1e9 }],
])('a paused stream holds no more than maxBytes, where %s', async ([, options]) => {
  const { stream, hook } = await showHook(url, () => useEventStream(url, options));
  await act(() => {
    hook.current.pause();
  });
  const before = heldMemory();
  for (let number = 1; number <= 90; number++) {
    await stream.send(`${String(number)} ${'x'.repeat(mib)}`);
  }
  // The bound of 16 MiB, and on the way some of it twice; all would be 90 MiB.
  await expect.poll(() => heldMemory() - before).toBeLessThan(45 * mib);
  await act(() => {
    hook.current.resume();
  });
  await stream.settled();
  const { events, dropped } = hook.current;
  expect(parseInt(events.at(-1)?.data ?? '')).toBe(90);
  expect(events.length + dropped).toBe(90);
});

test.for<[string, object]>([
  ['nothing wants each', {}],
  ['a callback wants each', { onEvent() {} }],
  ['a test ends it', { until: () => false }],
])('a paused reducer holds none of the values that it was given, where %s', async ([, options]) => {
  const parse = (data: string) => Array.from({ length: 25_000 }, () => Number(data) + 0.5);
  const reduce = (count: number, events: readonly object[]) => count + events.length;
  const { stream, hook } = await showHook(url, () =>
    useEventStream(url, { parse, initial: 0, reduce, ...options }),
  );
  await act(() => {
    hook.current.pause();
  });
  const before = heldMemory();
  for (let batch = 1; batch <= 9; batch++) {
    await stream.send(Array.from({ length: 100 }, () => ({ data: String(batch) })));
  }
  // All values would be 172 MiB.
  await expect.poll(() => heldMemory() - before).toBeLessThan(20 * mib);
  await act(() => {
    hook.current.resume();
  });
  expect(hook.current.data).toBe(900);
});

test('no more waits for a history than maxBytes, and a gap stands for the rest', async () => {
  let come: (history: LogHistory) => void = () => undefined;
  const history = () => new Promise<LogHistory>((resolve) => (come = resolve));
  const { stream, hook } = await showLog({ history, maxBytes: 4 * mib, maxLineLength: Infinity });
  const before = heldMemory();
  for (let number = 1; number <= 60; number++) {
    await stream.send(`${String(number)} ${'x'.repeat(mib)}`);
  }
  // All would be 60 MiB, and the connection keeps 8 MiB to recognise what is sent again.
  await expect.poll(() => heldMemory() - before).toBeLessThan(24 * mib);
  await act(() => {
    come({ lines: ['old'] });
  });
  await stream.settled();
  const shown = hook.current.lines.map((row) => (row.kind === 'gap' ? '-' : row.text.slice(0, 3)));
  expect(shown).toEqual(['old', '-', '58 ', '59 ', '60 ']);
});

test.for([
  ['lines', '\n', 2 ** 18],
  ['sse', 'data\n\n', 2 ** 17],
] as const)(
  'a log holds no more empty lines of the format %s than maxBytes',
  async ([format, line, count]) => {
    const { stream, hook } = await showLog({ format, maxLines: Infinity, maxBytes: mib });
    const before = heldMemory();
    for (let piece = 0; piece < 4; piece++) await stream.chunk(line.repeat(count));
    // At 64 bytes each; in memory some more.
    expect(hook.current.lines.length).toBe(2 ** 14);
    expect(hook.current).toMatchObject({ total: 4 * count, dropped: { bytes: 0 } });
    await expect.poll(() => heldMemory() - before).toBeLessThan(24 * mib);
  },
);

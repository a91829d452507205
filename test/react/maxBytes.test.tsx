import {
  defineStream,
  useEventStream,
  type Buffered,
  type StreamEvent,
  type StreamUrl,
} from 'use-event-stream';
import { expect, test, vi } from 'vitest';
import { probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';
const mib = 2 ** 20;

const defined = defineStream({ maxBytes: 4 * mib, maxEvents: Infinity });

/** An event of 1 MiB, or of so many, that begins with its number. */
const large = (number: number, size = mib) => `data: ${number} ${'x'.repeat(size)}\n\n`;

const numbersOf = ({ events }: { events: readonly { data: string }[] }) =>
  events.map(({ data }) => parseInt(data));

async function show(use: () => Buffered<StreamEvent>) {
  const page = setUpPage();
  const hook = probe(use);
  await render(page.below(<hook.Probe />));
  await page.open();
  return { ...page, hook };
}

test.for<[string, (to: StreamUrl) => Buffered<StreamEvent>]>([
  ['a number of events', (to) => useEventStream(to, { maxBytes: 4 * mib, maxEvents: 100 })],
  ['any number of events', (to) => useEventStream(to, { maxBytes: 4 * mib, maxEvents: Infinity })],
  ['an age', (to) => useEventStream(to, { maxBytes: 4 * mib, maxAge: 1e9 })],
  ['a callback', (to) => useEventStream(to, { maxBytes: 4 * mib, onEvent() {} })],
  [
    'a parser whose values are small',
    (to) => useEventStream(to, { maxBytes: 4 * mib, parse: (data) => data.slice(0, 9) }),
  ],
  ['a definition', (to) => useEventStream(to, defined)],
])('keeps the newest events that fit, and counts the others, with %s', async ([, use]) => {
  const { hook, send } = await show(() => use(url));
  for (let number = 1; number <= 10; number++) await send(large(number));
  // Each counts its type, its number and what an event costs, too.
  expect(numbersOf(hook.current)).toEqual([8, 9, 10]);
  expect(hook.current).toMatchObject({ dropped: 7 });
  await send(large(11, 9 * mib));
  expect(numbersOf(hook.current)).toEqual([11]);
  await send(large(12));
  expect(numbersOf(hook.current)).toEqual([12]);
  expect(hook.current).toMatchObject({ dropped: 11 });
});

test.for<[string, string, number]>([
  ['data', `data: ${'x'.repeat(829)}\n\n`, 829],
  ['data that is no ASCII', `data: ${'ü€😀'.repeat(92)}\n\n`, 828],
  ['an id', `id: ${'x'.repeat(829)}\ndata\n\n`, 829],
  ['a type', `event: ${'x'.repeat(836)}\ndata\n\n`, 829],
])('counts %s in bytes of UTF-8, and 64 more for each event', async ([, text, size]) => {
  // Seven are those of the type `message`.
  const maxBytes = 10 * (size + 7 + 64);
  const { hook, send } = await show(() => useEventStream(url, { maxBytes }));
  for (let number = 0; number < 30; number++) await send(text);
  expect(hook.current.events).toHaveLength(10);
  expect(hook.current).toMatchObject({ dropped: 20 });
});

test('gives a reducer what waits as soon as that is a megabyte, also in a pause', async () => {
  const reduce = vi.fn((sum: number, events: readonly { data: string }[]) => sum + events.length);
  const hook = probe(() => useEventStream(url, { initial: 0, reduce }));
  const { below, open, send, settle } = setUpPage();
  await render(below(<hook.Probe />));
  await open();
  await act(() => {
    hook.current.pause();
  });
  const sizes = (from: number) => reduce.mock.calls.slice(from).map(([, events]) => events.length);
  for (let number = 1; number <= 8; number++) await send(large(number, mib / 4));
  expect(sizes(0)).toEqual([4, 4]);
  for (let number = 1; number <= 3; number++) await send(large(number, mib));
  expect(sizes(2)).toEqual([1, 1, 1]);
  expect(hook.current.data).toBe(0);
  await act(() => {
    hook.current.resume();
  });
  await settle();
  expect(hook.current.data).toBe(11);
});

if (__DEV__)
  test('refuses a bound that is no number', () => {
    expect(() => defineStream({ maxBytes: -1 })).toThrow(/`maxBytes` is -1/);
  });

import {
  defineStream,
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type StreamOptions,
  type StreamUrl,
} from 'use-event-stream';
import { expect, test } from 'vitest';
import { probe, setUpPage } from '../support/page.tsx';
import { render } from '../support/render.ts';

const secret = 'S3CRET';
const url = 'https://example.test/stream';

interface Fiber {
  readonly return: Fiber | null;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly memoizedState: unknown;
}

const isFiber = (value: object): value is Fiber => 'memoizedState' in value && 'return' in value;

/** React's own node for an element of the page. */
function fiberOf(element: Element): Fiber {
  const name = Object.keys(element).find((each) => each.startsWith('__reactFiber$')) ?? '';
  return Reflect.get(element, name) as Fiber;
}

/** The states of all components of a page, as developer tools find them. */
function statesOf(element: Element): unknown[] {
  let root = fiberOf(element);
  while (root.return) root = root.return;
  const states: unknown[] = [];
  const waiting: Fiber[] = [root];
  for (let fiber = waiting.pop(); fiber; fiber = waiting.pop()) {
    // The root's own holds what was rendered, with all props.
    if (fiber !== root) states.push(fiber.memoizedState);
    for (const next of [fiber.child, fiber.sibling]) if (next) waiting.push(next);
  }
  return states;
}

/** All texts that these values lead to, keys included. */
function textsIn(values: readonly unknown[]): string[] {
  const waiting = [...values];
  const seen = new Set<unknown>();
  const texts: string[] = [];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Node || isFiber(value) || value === globalThis) continue;
    if (value instanceof Map || value instanceof Set) waiting.push(...value);
    for (const [key, { value: held }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      waiting.push(key, held);
    }
    for (const key of Object.getOwnPropertySymbols(value)) waiting.push(Reflect.get(value, key));
  }
  return texts;
}

const hidden: [string, StreamUrl, StreamOptions][] = [
  ['a header', url, { headers: { authorization: secret } }],
  ['the body', url, { method: 'POST', body: secret }],
  ['the query', `${url}?token=${secret}`, {}],
  ['a url that is a function', () => `${url}?token=${secret}`, {}],
];

const defined = defineStream({ headers: { authorization: secret } });

const hooks: [string, string, () => { status: string }][] = [
  ...hidden.flatMap(([where, address, options]): [string, string, () => { status: string }][] => [
    [where, 'useEventStream', () => useEventStream(address, options)],
    [where, 'useStreamProgress', () => useStreamProgress(address, options)],
    [where, 'useLogTail', () => useLogTail(address, options)],
  ]),
  ['a header', 'a defined stream', () => useEventStream(url, defined)],
  ['a default header', 'a provider', () => useEventStream(url)],
];

test.for(hooks)('a token in %s is not in the state of %s', async ([, , use]) => {
  const { stream, below, open, send } = setUpPage();
  const hook = probe(use);
  const { container } = await render(
    below(
      <StreamProvider defaults={{ headers: { 'x-api-key': secret } }}>
        <hook.Probe />
      </StreamProvider>,
    ),
  );
  await open();
  await send('data: a\n\n');
  expect(
    JSON.stringify([stream.requests[0]?.url, ...(stream.requests[0]?.headers ?? [])]),
  ).toContain(secret);
  const element = container.querySelector('p');
  if (!element) throw new Error('Nothing was rendered.');
  const texts = textsIn(statesOf(element));
  // What the walk is to find, it finds.
  expect(texts).toContain('open');
  expect(texts.filter((text) => text.includes(secret))).toEqual([]);
});

test('a token in the url of a run, or in the headers that go there, is not in the state of a hook', async () => {
  const { stream, below, open, send, drop, advance } = setUpPage();
  const hook = probe(() =>
    useEventStream(url, {
      method: 'POST',
      resume: () => ({ url: `/runs/1?token=${secret}`, headers: { 'x-api-key': secret } }),
    }),
  );
  const { container } = await render(below(<hook.Probe />));
  await open();
  await send('id: 1\ndata: a\n\n');
  await drop();
  await advance(1_000);
  await open();
  await send('id: 2\ndata: b\n\n');
  expect(stream.requests[1]?.url).toContain(secret);
  const element = container.querySelector('p');
  if (!element) throw new Error('Nothing was rendered.');
  const texts = textsIn(statesOf(element));
  expect(texts).toContain('open');
  expect(texts.filter((text) => text.includes(secret))).toEqual([]);
});

import { StrictMode, type ReactNode } from 'react';
import {
  defineStream,
  json,
  StreamProvider,
  useEventStream,
  type StreamError,
  type StreamEvent,
  type StreamUrl,
} from 'use-event-stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { setUpPage } from '../support/page.tsx';
import { act, firstStatuses, render, rendersPerCommit } from '../support/render.ts';

const url = 'https://example.test/stream';

interface Price {
  symbol: string;
  price: number;
}

/** Renders a hook and keeps what it returned last, and every status it went through. */
async function renderHook<R extends { status: string }, P>(
  use: (props: P) => R,
  props: NoInfer<P>,
  below: (children: ReactNode) => ReactNode,
) {
  const seen: R[] = [];
  function Probe({ given }: { given: P }) {
    const result = use(given);
    seen.push(result);
    return <p>{result.status}</p>;
  }
  const root = await render(below(<Probe given={props} />));
  return {
    seen,
    get current() {
      const last = seen.at(-1);
      if (!last) throw new Error('Nothing was rendered.');
      return last;
    },
    get statuses() {
      return seen.map(({ status }) => status).filter((each, i, all) => each !== all[i - 1]);
    },
    rerender: (next: P) => root.rerender(below(<Probe given={next} />)),
    unmount: root.unmount,
  };
}

test('shows the newest events, their count bounded, and says what it dropped', async () => {
  const { below, open, send } = setUpPage();
  const hook = await renderHook(() => useEventStream(url, { maxEvents: 2 }), null, below);
  expect(hook.current).toMatchObject({ status: 'connecting', events: [], data: undefined });
  await open();
  await send('id: 9\ndata: a\n\ndata: b\n\ndata: c\n\n');
  expect(hook.current.events.map(({ data }) => data)).toEqual(['b', 'c']);
  expect(hook.current).toMatchObject({ status: 'open', data: 'c', dropped: 1, lastEventId: '9' });
  expect(hook.statuses).toEqual([...firstStatuses, 'connecting', 'open']);
});

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `data: ${String(from + index)}\n\n`).join('');

test.for([
  ['', undefined],
  [', with a callback for each', () => undefined],
] as const)('has no gap where more are to be kept after a burst%s', async ([, onEvent]) => {
  const { below, open, send, settle } = setUpPage();
  const hook = await renderHook(
    (maxEvents: number) => useEventStream(url, { maxEvents, onEvent }),
    2,
    below,
  );
  await open();
  await send(lines(1, 2));
  await act(() => {
    hook.current.pause();
  });
  await send(lines(3, 12));
  await hook.rerender(10);
  await send(lines(13, 13));
  await act(() => {
    hook.current.resume();
  });
  await settle();
  expect(hook.current.events.map(({ data }) => data)).toEqual(['11', '12', '13']);
  expect(hook.current.dropped).toBe(10);
});

test('counts what cannot be read after a callback that has looked', async () => {
  const { below, open, send } = setUpPage();
  const hook = await renderHook(
    () =>
      useEventStream(url, {
        parse: json<number>,
        onEvent() {
          hook.current.pause();
          hook.current.resume();
        },
      }),
    null,
    below,
  );
  await open();
  await send('data: 1\n\ndata: no JSON\n\n');
  expect(hook.current).toMatchObject({ data: 1, rejected: 1 });
});

test('drops events by age, also while nothing comes', async () => {
  const { below, open, send, advance } = setUpPage();
  const hook = await renderHook(() => useEventStream(url, { maxAge: 5_000 }), null, below);
  await open();
  await send('data: a\n\n');
  expect(hook.current.events).toHaveLength(1);
  await advance(6_000);
  expect(hook.current.events).toHaveLength(0);
});

test('keeps nothing with `maxEvents: 0`, and still calls back with everything', async () => {
  const { below, open, send } = setUpPage();
  const heard: string[] = [];
  const hook = await renderHook(
    () => useEventStream(url, { maxEvents: 0, onEvent: ({ data }) => heard.push(data) }),
    null,
    below,
  );
  await open();
  await send('data: a\n\ndata: b\n\n');
  expect(heard).toEqual(['a', 'b']);
  expect(hook.current.events).toEqual([]);
});

test('folds a burst into one commit, and hands every event to the reducer and the callbacks', async () => {
  const { below, open, send } = setUpPage();
  const heard: string[] = [];
  let batches = 0;
  const hook = await renderHook(
    () =>
      useEventStream(url, {
        initial: 0,
        reduce: (sum, events) => sum + events.length,
        onEvent: ({ data }) => heard.push(data),
        onEvents: () => (batches += 1),
      }),
    null,
    below,
  );
  await open();
  const renders = hook.seen.length;
  await send(Array.from({ length: 5_000 }, (_, i) => `data: ${i}\n\n`).join(''));
  expect(hook.current.data).toBe(5_000);
  expect(heard).toHaveLength(5_000);
  expect(batches).toBeLessThan(5);
  expect(hook.seen.length - renders).toBeLessThanOrEqual(2);
});

test('parses, counts what it cannot parse, and goes on', async () => {
  const { below, open, send } = setUpPage();
  const rejected: string[] = [];
  const hook = await renderHook(
    () =>
      useEventStream(url, {
        parse: json<Price>,
        onReject: (error) => rejected.push(`${error.kind} ${error.event.data}`),
      }),
    null,
    below,
  );
  await open();
  await send(
    'data: {"symbol":"A","price":1}\n\ndata: nonsense\n\ndata: {"symbol":"B","price":2}\n\n',
  );
  expect(hook.current.events.map(({ data }) => data.symbol)).toEqual(['A', 'B']);
  expect(hook.current).toMatchObject({ rejected: 1, status: 'open', error: null });
  expect(rejected).toEqual(['parse nonsense']);
});

test('a batch survives a parser that throws an error without a text', async () => {
  const { below, open, send } = setUpPage();
  const told: string[] = [];
  const parse = (data: string) => {
    if (data === 'bad') throw Object.assign(new Error(), { message: undefined });
    return data;
  };
  const onReject = ({ message }: StreamError) => told.push(message);
  const hook = await renderHook(() => useEventStream(url, { parse, onReject }), null, below);
  await open();
  await send('data: a\n\ndata: bad\n\ndata: b\n\n');
  expect(hook.current.events.map(({ data }) => data)).toEqual(['a', 'b']);
  expect(told).toEqual(['An event of the type "message" could not be parsed.']);
});

test.for([
  ['nobody needs each value', {}],
  ['the types of events alone end it', { until: 'end', failOn: 'error' }],
])('parses only what can still be shown where %s', async ([, options]) => {
  const { below, open, send } = setUpPage();
  const parse = vi.fn((data: string) => Number(data));
  const hook = await renderHook(
    () => useEventStream(url, { parse, maxEvents: 10, ...(options as { until?: string }) }),
    null,
    below,
  );
  await open();
  await send(Array.from({ length: 1_000 }, (_, i) => `data: ${i}\n\n`).join(''));
  expect(hook.current.data).toBe(999);
  expect(hook.current.dropped).toBe(990);
  expect(parse.mock.calls.length).toBeLessThanOrEqual(20);
});

test('types events by name and filters alike', async () => {
  const { below, open, send } = setUpPage();
  const hook = await renderHook(
    () => useEventStream(url, { events: { price: json<Price>, note: 'text' } }),
    null,
    below,
  );
  await open();
  await send(
    'event: price\ndata: {"symbol":"A","price":1}\n\nevent: other\ndata: x\n\nevent: note\ndata: hi\n\nevent: constructor\ndata: y\n\ndata: z\n\n',
  );
  expect(hook.current.events.map(({ type, data }) => [type, data])).toEqual([
    ['price', { symbol: 'A', price: 1 }],
    ['note', 'hi'],
  ]);
});

test('keeps the last state when the reducer throws, and leaves out only the culprit', async () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const { below, open, send } = setUpPage();
  const reduce = (text: string, events: readonly StreamEvent[]) =>
    events.reduce((sum, { data }) => {
      if (data === 'bad') throw new Error('mine');
      return sum + data;
    }, text);
  const hook = await renderHook(() => useEventStream(url, { initial: '', reduce }), null, below);
  await open();
  await send('data: a\n\ndata: bad\n\ndata: b\n\n');
  expect(hook.current.data).toBe('ab');
  expect(reported).toHaveBeenCalledTimes(1);
});

test.for([
  ['an event type', 'end', 'event: end\ndata: e\n\n', ['a', 'e']],
  ['a text', { data: '[DONE]' }, 'data: [DONE]\n\n', ['a']],
  ['a test', (event: StreamEvent) => event.data === 'last', 'data: last\n\n', ['a', 'last']],
] as const)('ends for good at %s', async ([, until, last, shown]) => {
  const { below, open, send, stream, advance } = setUpPage();
  const closed: unknown[] = [];
  const hook = await renderHook(
    () => useEventStream(url, { until, onClose: (info) => closed.push(info) }),
    null,
    below,
  );
  await open();
  await send(`data: a\n\n${last}data: late\n\n`);
  await advance(60_000);
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'done' });
  expect(hook.current.events.map(({ data }) => data)).toEqual(shown);
  expect(closed).toEqual([{ reason: 'done', data: shown.at(-1) }]);
  expect([stream.requests.length, stream.openConnections]).toEqual([1, 0]);
});

test('waits for start with `manual`, and begins anew with fresh data at a second start', async () => {
  const { below, open, send, stream, settle } = setUpPage();
  const hook = await renderHook(
    () =>
      useEventStream(url, {
        manual: true,
        method: 'POST',
        initial: '',
        reduce: (text, events) => text + events.map(({ data }) => data).join(''),
      }),
    null,
    below,
  );
  expect(hook.current.status).toBe('idle');
  await settle();
  expect(stream.requests).toHaveLength(0);
  await act(() => {
    hook.current.start({ body: 'one' });
  });
  await open();
  await send('data: hello\n\n');
  expect(hook.current).toMatchObject({ status: 'open', data: 'hello' });
  await act(() => {
    hook.current.start({ body: 'two' });
  });
  expect(hook.current).toMatchObject({ status: 'connecting', data: '' });
  await settle();
  expect(stream.requests.map(({ method, body }) => [method, body])).toEqual([
    ['POST', 'one'],
    ['POST', 'two'],
  ]);
  expect(stream.openConnections).toBe(1);
});

test('starts a new run though a neighbour still shows the end of the last one', async () => {
  const { below, open, send, stream, settle } = setUpPage();
  const use = () => useEventStream(url, { until: 'end' });
  const one = await renderHook(use, null, below);
  const other = await renderHook(use, null, below);
  await open();
  await send('event: end\ndata: 1\n\n');
  await act(() => {
    one.current.start();
  });
  await settle();
  expect(stream.requests).toHaveLength(2);
  expect(one.current).toMatchObject({ status: 'connecting', events: [] });
  expect(other.current).toMatchObject({ status: 'closed', data: '1' });
});

test('closes and reconnects at once, and keeps its functions the same', async () => {
  const { below, open, send, stream, settle } = setUpPage();
  const hook = await renderHook((target: StreamUrl) => useEventStream(target), url, below);
  const { close, reconnect, clear, start, pause, resume } = hook.current;
  await open();
  await send('id: 5\ndata: a\n\n');
  await act(close);
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'manual' });
  expect(stream.openConnections).toBe(0);
  await act(reconnect);
  await settle();
  expect(stream.requests.at(-1)?.headers.get('last-event-id')).toBe('5');
  await open();
  expect(hook.current).toMatchObject({ status: 'open', data: 'a' });
  await act(clear);
  expect(hook.current.events).toEqual([]);
  await hook.rerender(`${url}/other`);
  expect(hook.current).toMatchObject({ close, reconnect, clear, start, pause, resume });
});

test('freezes what is shown and goes on folding', async () => {
  const { below, open, send } = setUpPage();
  const hook = await renderHook(() => useEventStream(url), null, below);
  await open();
  await send('data: a\n\n');
  await act(hook.current.pause);
  await send('data: b\n\n');
  expect(hook.current).toMatchObject({ data: 'a', paused: true, status: 'open' });
  await act(hook.current.resume);
  expect(hook.current).toMatchObject({ data: 'b', paused: false });
});

test('shows no event of an old url under a new one, and leaves the old one at once', async () => {
  const { below, open, send, stream, settle } = setUpPage();
  const hook = await renderHook((target: StreamUrl) => useEventStream(target), url, below);
  await open();
  await send('data: old\n\n');
  await hook.rerender(`${url}/new`);
  expect(hook.current).toMatchObject({ status: 'connecting', events: [] });
  await settle();
  expect(stream.requests.at(-1)?.url).toBe(`${url}/new`);
  expect(stream.openConnections).toBe(1);
  await hook.rerender(null);
  expect(hook.current).toMatchObject({ status: 'idle', events: [] });
  expect(stream.openConnections).toBe(0);
});

test('never reconnects for a function, and always calls the latest one', async () => {
  const { below, open, send, stream, drop, advance } = setUpPage();
  const heard: string[] = [];
  const use = (name: string) =>
    useEventStream(url, {
      headers: () => ({ 'x-name': name }),
      parse: (data) => `${name} ${data}`,
      onEvent: ({ data }) => heard.push(`${name}: ${data}`),
    });
  const hook = await renderHook(use, 'one', below);
  await open();
  await hook.rerender('two');
  await send('data: a\n\n');
  expect(heard).toEqual(['two: two a']);
  expect(stream.requests).toHaveLength(1);
  await drop();
  await advance(1_000);
  expect(stream.requests.at(-1)?.headers.get('x-name')).toBe('two');
});

test('opens one connection in StrictMode, and leaves nothing behind', async () => {
  const { below, open, send, stream, advance, store } = setUpPage();
  const strict = (children: ReactNode) => <StrictMode>{below(children)}</StrictMode>;
  const hook = await renderHook(() => useEventStream(url), null, strict);
  await open();
  await send('data: a\n\ndata: b\n\n');
  expect(hook.current.events).toHaveLength(2);
  expect(stream.requests).toHaveLength(1);
  const errors = vi.spyOn(console, 'error');
  await hook.unmount();
  const renders = hook.seen.length;
  await send('data: c\n\n');
  await advance(250);
  expect(stream.openConnections).toBe(0);
  expect(store.connections()).toEqual([]);
  await advance(3_000);
  expect(hook.seen).toHaveLength(renders);
  expect(errors).not.toHaveBeenCalled();
  errors.mockRestore();
});

test('never asks with a token that comes after unmount', async () => {
  const { below, stream, advance, settle } = setUpPage();
  let give: (headers: HeadersInit) => void = () => undefined;
  const hook = await renderHook(
    () =>
      useEventStream(url, {
        headers: () =>
          new Promise<HeadersInit>((resolve) => {
            give = resolve;
          }),
      }),
    null,
    below,
  );
  await settle();
  await hook.unmount();
  await advance(250);
  give({ authorization: 'late' });
  await settle();
  expect(stream.requests).toHaveLength(0);
});

test('survives ten mounts and unmounts in one go with one connection', async () => {
  const { below, stream, advance, settle } = setUpPage();
  const Probe = () => <p>{useEventStream(url).status}</p>;
  for (let round = 0; round < 10; round++) {
    const { unmount } = await render(below(<Probe />));
    await unmount();
  }
  await render(below(<Probe />));
  await settle();
  await advance(10_000);
  expect(stream.requests).toHaveLength(1);
});

test('tells of opening, losing and failing', async () => {
  const { below, open, send, drop, reject, advance } = setUpPage();
  const log: unknown[] = [];
  const hook = await renderHook(
    () =>
      useEventStream(url, {
        onOpen: ({ attempt, resumed }) => log.push(['open', attempt, resumed]),
        onError: ({ kind }) => log.push(['error', kind]),
      }),
    null,
    below,
  );
  await open();
  await send('id: 1\ndata: a\n\n');
  await drop();
  expect(hook.current).toMatchObject({
    status: 'reconnecting',
    attempt: 1,
    error: { kind: 'network' },
  });
  await advance(1_000);
  await open();
  await drop();
  await advance(2_000);
  await reject(404);
  expect(hook.current.status).toBe('failed');
  expect(log).toEqual([
    ['open', 0, false],
    ['error', 'network'],
    ['open', 1, true],
    ['error', 'network'],
    ['error', 'http'],
  ]);
});

test('delays data but never a status with `throttle`', async () => {
  const { below, open, send, drop, advance } = setUpPage();
  const hook = await renderHook(() => useEventStream(url, { throttle: 1_000 }), null, below);
  await open();
  await send('data: a\n\n');
  expect(hook.current.data).toBe('a');
  await send('data: b\n\n');
  await advance(500);
  expect(hook.current.data).toBe('a');
  await drop();
  expect(hook.current).toMatchObject({ status: 'reconnecting', data: 'b' });
});

const nothing: Readonly<Record<string, number>> = {};
let parses = 0;
const prices = defineStream({
  parse: (data) => {
    parses += 1;
    return json<Price>(data);
  },
  initial: nothing,
  reduce: (book, events) => ({
    ...book,
    ...Object.fromEntries(events.map(({ data }) => [data.symbol, data.price])),
  }),
});

const price = (symbol: string, value: number) =>
  `data: ${JSON.stringify({ symbol, price: value })}\n\n`;

test('folds a defined stream once for all, renders only what changed, and shows late joiners the whole', async () => {
  const { below, open, send, stream } = setUpPage();
  const renders: Record<string, number> = {};
  function Cell({ symbol }: { symbol: string }) {
    const { data } = useEventStream(url, prices, { select: (book) => book[symbol] });
    renders[symbol] = (renders[symbol] ?? 0) + 1;
    return <li>{`${symbol}=${String(data)}`}</li>;
  }
  const symbols = (list: readonly string[]) =>
    below(
      <ul>
        {list.map((symbol) => (
          <Cell key={symbol} symbol={symbol} />
        ))}
      </ul>,
    );
  const { container, rerender } = await render(symbols(['A', 'B', 'C']));
  await open();
  expect(stream.requests).toHaveLength(1);
  parses = 0;
  await send(price('A', 1) + price('B', 2));
  expect(parses).toBe(2);
  expect(container.textContent).toBe('A=1B=2C=undefined');
  const before = { ...renders };
  await send(price('A', 3));
  expect(container.textContent).toBe('A=3B=2C=undefined');
  expect(renders).toEqual({ ...before, A: (before['A'] ?? 0) + rendersPerCommit });
  // More than any replay holds: a late joiner that folded for itself could not know B.
  await send(Array.from({ length: 500 }, (_, i) => price('A', i)).join(''));
  await rerender(symbols(['A', 'B', 'C', 'D', 'B2']));
  expect(container.textContent).toBe('A=499B=2C=undefinedD=undefinedB2=undefined');
  expect(stream.requests).toHaveLength(1);
});

test('shows what a changed selector selects, though nothing new comes', async () => {
  const { below, open, send } = setUpPage();
  const hook = await renderHook(
    (symbol: string) => useEventStream(url, prices, { select: (book) => book[symbol] }),
    'A',
    below,
  );
  await open();
  await send(price('A', 1));
  await send(price('B', 2));
  await hook.rerender('B');
  expect(hook.current.data).toBe(2);
});

test('gives a reducing hook that joins late a connection of its own instead of a wrong sum', async () => {
  const { below, open, send, stream } = setUpPage();
  const count = (sum: number, events: readonly unknown[]) => sum + events.length;
  function Count() {
    return <b>{useEventStream(url, { initial: 0, reduce: count }).data}</b>;
  }
  const { container, rerender } = await render(below(<Count key="1" />));
  await open();
  await send('data: x\n\n'.repeat(50));
  const both = below([<Count key="1" />, <Count key="2" />]);
  await rerender(both);
  expect(stream.requests).toHaveLength(1);
  expect(container.textContent).toBe('5050');
  await send('data: x\n\n'.repeat(100));
  await rerender(below([<Count key="1" />, <Count key="2" />, <Count key="3" />]));
  expect(stream.requests).toHaveLength(2);
  expect(container.textContent).toBe('1501500');
});

test('ends one hook at its own `until` and leaves its neighbour on the connection', async () => {
  const { below, open, send, stream } = setUpPage();
  function Line({ until }: { until?: string }) {
    const { status, data } = useEventStream(url, { until });
    return <p>{`${status} ${String(data)};`}</p>;
  }
  const { container } = await render(below([<Line key="1" until="end" />, <Line key="2" />]));
  await open();
  await send('event: end\ndata: 1\n\ndata: 2\n\n');
  expect(container.textContent).toBe('closed 1;open 2;');
  expect(stream.openConnections).toBe(1);
});

test('closes the store of a provider with options when it goes, not in StrictMode', async () => {
  const { stream, below, open, settle } = setUpPage();
  const Probe = () => <p>{useEventStream('stream').status}</p>;
  const page = (key: string) => (
    <StrictMode>
      {below(
        <StreamProvider key={key} baseUrl="https://example.test/">
          <StreamProvider defaults={{ headers: () => ({ 'x-user': key }) }}>
            <Probe />
          </StreamProvider>
        </StreamProvider>,
      )}
    </StrictMode>
  );
  const { container, rerender } = await render(page('ann'));
  await settle();
  expect(stream.requests.map(({ url: asked }) => asked)).toEqual([url]);
  await open();
  expect(container.textContent).toBe('open');
  await rerender(page('bob'));
  await settle();
  expect(stream.requests.map(({ headers }) => headers.get('x-user'))).toEqual(['ann', 'bob']);
  expect(stream.openConnections).toBe(1);
});

if (__DEV__)
  test.for<[string, object, RegExp]>([
    ['a negative bound', { maxEvents: -1 }, /`maxEvents` is -1/],
    ['half a bound', { maxEvents: 1.5 }, /`maxEvents` is 1.5/],
    ['a reducer without initial', { reduce: () => 0 }, /`reduce` needs `initial`/],
    ['an unknown format', { format: 'xml' }, /`format` is "xml"/],
    ['a throttle in words', { throttle: 'slow' }, /`throttle` is "slow"/],
    ['a parser that is none', { parse: 'json' }, /`parse` is "json"/],
    ['an until that is none', { until: 7 }, /`until` is 7.*an event type/],
  ])('refuses %s', async ([, options, message]) => {
    const { below } = setUpPage();
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => {
      errors.mockRestore();
    });
    const Probe = () => <p>{useEventStream(url, options).status}</p>;
    await expect(render(below(<Probe />))).rejects.toThrow(message);
  });

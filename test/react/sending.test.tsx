import * as React from 'react';
import type { ComponentType, ReactNode } from 'react';
import {
  defineStream,
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type RequestOptions,
  type StreamUrl,
} from 'use-event-stream';
import type { MockStream } from 'use-event-stream/testing';
import { beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/answer';

let warnings: MockInstance<typeof console.warn>;

beforeEach(() => {
  warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  return () => {
    warnings.mockRestore();
  };
});

const sentBy = ({ requests }: MockStream) => requests.map(({ body }) => body);

interface Asked extends RequestOptions {
  url?: StreamUrl;
  enabled?: boolean;
  manual?: boolean;
}

interface Asking {
  status: string;
  start: () => void;
  retry: () => void;
}

type Use = (asked: Asked) => Asking;

const useEvents: Use = ({ url: to = url, ...rest }) =>
  useEventStream(to, { method: 'POST', ...rest });

const hooks: readonly (readonly [string, Use])[] = [
  ['useEventStream', useEvents],
  ['useLogTail', ({ url: to = url, ...rest }) => useLogTail(to, { method: 'POST', ...rest })],
  [
    'useStreamProgress',
    ({ url: to = url, ...rest }) => useStreamProgress(to, { method: 'POST', ...rest }),
  ],
];

/** A page with one hook, and the way to render it with other options. */
async function setUp(use: Use, first: Asked) {
  const page = setUpPage();
  let asked = first;
  const hook = probe(() => use(asked));
  const { rerender } = await render(page.below(<hook.Probe />));
  return {
    ...page,
    hook,
    rerender: async (next: Asked) => {
      asked = next;
      await rerender(page.below(<hook.Probe />));
      await page.settle();
    },
  };
}

test.for(hooks)(
  '%s sends a POST once, whatever later renders change of it, and only `start` sends the rest',
  async ([, use]) => {
    const { hook, rerender, stream, settle, open } = await setUp(use, { body: '1' });
    await settle();
    expect(sentBy(stream)).toEqual(['1']);
    expect(warnings).not.toHaveBeenCalled();
    await rerender({ body: '2' });
    await open();
    await rerender({ body: '3', headers: { 'x-token': 'new' } });
    await rerender({ body: new Blob(['4']), credentials: 'include' });
    await rerender({ body: '5', manual: true });
    await rerender({ body: '5' });
    expect(sentBy(stream)).toEqual(['1']);
    expect(stream.openConnections).toBe(1);
    expect(warnings).toHaveBeenCalledTimes(__DEV__ ? 1 : 0);
    if (__DEV__)
      expect(warnings.mock.lastCall?.[0]).toMatch(/changed the POST to .*answer.*`start\(\)`/);
    await act(hook.current.start);
    await settle();
    expect(sentBy(stream)).toEqual(['1', '5']);
    expect(stream.openConnections).toBe(1);
  },
);

test('three answers whose question changes while one of them is asked for again make four requests', async () => {
  const { below, stream, settle, open } = setUpPage();
  let messages = 1;
  const answers = [0, 1, 2].map((index) =>
    probe(() => useEventStream(url, { method: 'POST', body: JSON.stringify({ index, messages }) })),
  );
  const page = () => below(answers.map(({ Probe }, index) => <Probe key={index} />));
  const { rerender } = await render(page());
  await open();
  messages = 2;
  await rerender(page());
  await act(answers[1]?.current.start ?? (() => undefined));
  await settle();
  expect(sentBy(stream)).toEqual([
    '{"index":0,"messages":1}',
    '{"index":1,"messages":1}',
    '{"index":2,"messages":1}',
    '{"index":1,"messages":2}',
  ]);
});

test.for<[string, Asked, Asked]>([
  ['its url changes', {}, { url: `${url}/2` }],
  ['its url comes back', { url: `${url}/2` }, {}],
  ['it is switched off and on', { enabled: false }, {}],
  ['its method changes', { method: 'PUT' }, {}],
])('a POST that was sent waits for `start` where %s', async ([, first, then]) => {
  const { hook, rerender, stream, send, open } = await setUp(useEvents, {
    body: 'a',
  });
  await open();
  await send('data: old\n\n');
  await rerender({ body: 'a', ...first });
  await rerender({ body: 'b', ...then });
  expect(hook.current).toMatchObject({ status: 'idle', events: [] });
  expect(sentBy(stream)).toEqual(['a']);
  expect(stream.openConnections).toBe(0);
  expect(warnings).toHaveBeenCalledTimes(__DEV__ ? 1 : 0);
  await act(hook.current.start);
  await open();
  expect(hook.current.status).toBe('open');
  expect(sentBy(stream)).toEqual(['a', 'b']);
});

test.for<[string, Asked]>([
  ['has a url', { url: null }],
  ['is switched on', { enabled: false }],
  ['is not manual any more', { manual: true }],
  ['is not a GET any more', { method: 'GET', body: undefined }],
])('sends its first POST as soon as it %s', async ([, before]) => {
  const { rerender, stream } = await setUp(useEvents, { body: 'a', ...before });
  await rerender({ body: 'b', ...before, ...('method' in before && { body: undefined }) });
  await rerender({ body: 'c' });
  expect(stream.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(sentBy(stream).at(-1)).toBe('c');
  expect(warnings).not.toHaveBeenCalled();
});

test('a POST is sent again by another mount', async () => {
  const { below, stream, settle } = setUpPage();
  const hook = probe(() => useEventStream(url, { method: 'POST', body: 'a' }));
  const { rerender } = await render(below(<hook.Probe key="1" />));
  await settle();
  await rerender(below(<hook.Probe key="2" />));
  await settle();
  expect(sentBy(stream)).toEqual(['a', 'a']);
  expect(warnings).not.toHaveBeenCalled();
});

test('a provider whose defaults change ends a POST below it, and does not send it again', async () => {
  const { below, stream, settle, open } = setUpPage();
  const hook = probe(() => useEventStream(url, { method: 'POST', body: 'a' }));
  const page = (user: string) =>
    below(
      <StreamProvider defaults={{ headers: { 'x-user': user } }}>
        <hook.Probe />
      </StreamProvider>,
    );
  const { rerender } = await render(page('ann'));
  await open();
  await rerender(page('bob'));
  await settle();
  expect(hook.current.status).toBe('idle');
  expect(stream.openConnections).toBe(0);
  await act(hook.current.start);
  await settle();
  expect(stream.requests.map(({ headers }) => headers.get('x-user'))).toEqual(['ann', 'bob']);
});

test('a retry of its own sends the body of the start, though a render has changed it meanwhile', async () => {
  const text = (body: string) => () => body;
  for (const [before, after] of [
    ['a', 'b'],
    [text('a'), text('b')],
  ] as const) {
    const { rerender, stream, reject, advance } = await setUp(useEvents, {
      body: before,
    });
    await reject(503);
    await rerender({ body: after });
    await advance(1_000);
    expect(sentBy(stream)).toEqual(['a', 'a']);
  }
});

test('a manual POST whose body is another one in every render keeps its answer, and warns of nothing', async () => {
  const { below, stream, open, send, settle } = setUpPage();
  const hook = probe(() =>
    useEventStream(url, { method: 'POST', manual: true, body: new Blob(['x']) }),
  );
  const { rerender } = await render(below(<hook.Probe />));
  await rerender(below(<hook.Probe />));
  await act(() => {
    hook.current.start();
  });
  await open();
  await send('data: a\n\n');
  await rerender(below(<hook.Probe />));
  await settle();
  expect(hook.current).toMatchObject({ status: 'open', data: 'a' });
  expect(stream.requests).toHaveLength(1);
  expect(warnings).not.toHaveBeenCalled();
});

test('a definition sends its POST once for all hooks that name it', async () => {
  const { below, stream, settle } = setUpPage();
  const answer = defineStream({ method: 'POST', body: 'a' });
  const hook = probe(() => useEventStream(url, answer));
  const { rerender } = await render(below([<hook.Probe key="1" />, <hook.Probe key="2" />]));
  await settle();
  await rerender(below([<hook.Probe key="1" />, <hook.Probe key="3" />]));
  await settle();
  expect(sentBy(stream)).toEqual(['a']);
});

const { Activity } = React as {
  Activity?: ComponentType<{ mode: 'visible' | 'hidden'; children: ReactNode }>;
};

/** The page with a hook, and an Activity around it. */
async function setUpActivity(use: () => Asking) {
  const page = setUpPage();
  const hook = probe(use);
  const { rerender } = await render(page.below(null));
  return {
    ...page,
    hook,
    show: async (mode: 'visible' | 'hidden') => {
      if (!Activity) return;
      await rerender(
        page.below(
          <Activity mode={mode}>
            <hook.Probe />
          </Activity>,
        ),
      );
      await page.settle();
    },
  };
}

test.runIf(Activity)(
  'what is rendered out of sight is sent as it is when it is shown',
  async () => {
    let body = 'a';
    const { stream, show } = await setUpActivity(() =>
      useEventStream(url, { method: 'POST', body }),
    );
    await show('hidden');
    body = 'b';
    await show('hidden');
    expect(stream.requests).toHaveLength(0);
    body = 'c';
    await show('visible');
    expect(sentBy(stream)).toEqual(['c']);
  },
);

test.runIf(Activity)('a start out of sight is sent as it was when it is shown', async () => {
  let body = 'a';
  const { hook, stream, show } = await setUpActivity(() =>
    useEventStream(url, { method: 'POST', body }),
  );
  await show('hidden');
  await act(() => {
    (hook.current.start as (overrides: object) => void)({ body: 'given' });
  });
  body = 'b';
  await show('hidden');
  expect(stream.requests).toHaveLength(0);
  await show('visible');
  expect(sentBy(stream)).toEqual(['given']);
});

test.runIf(Activity)(
  'an answer that was hidden for too long has failed, and is not asked for again',
  async () => {
    const { hook, stream, show, open, send, advance } = await setUpActivity(() =>
      useEventStream(url, { method: 'POST', body: 'a' }),
    );
    await show('visible');
    await open();
    await send('data: half\n\n');
    await show('hidden');
    await advance(200);
    await show('visible');
    expect(hook.current).toMatchObject({ status: 'open', data: 'half' });
    await show('hidden');
    await advance(10_000);
    await show('visible');
    expect(hook.current).toMatchObject({
      ...{ status: 'failed', data: 'half' },
      error: {
        kind: 'incomplete',
        message: expect.stringMatching(/left before its end.*`retry\(\)`/) as string,
      },
    });
    expect(stream.openConnections).toBe(0);
    await act(hook.current.retry);
    await open();
    expect(hook.current).toMatchObject({ status: 'open', data: undefined });
    expect(sentBy(stream)).toEqual(['a', 'a']);
  },
);

test.runIf(Activity)(
  'a POST that was hidden for too long before its answer has failed, and is not sent again',
  async () => {
    const { hook, stream, show, advance, settle } = await setUpActivity(() =>
      useEventStream(url, { method: 'POST', body: 'a' }),
    );
    await show('visible');
    expect(hook.current.status).toBe('connecting');
    await show('hidden');
    await advance(1_000);
    await show('visible');
    expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'incomplete' } });
    expect(sentBy(stream)).toEqual(['a']);
    await act(hook.current.retry);
    await settle();
    expect(sentBy(stream)).toEqual(['a', 'a']);
  },
);

test.runIf(Activity)(
  'a POST that was tried again when it was hidden has failed, and one that waited for that goes on',
  async () => {
    for (const [isUnderWay, expected, times] of [
      [true, 'failed', 2],
      [false, 'connecting', 2],
    ] as const) {
      const { hook, stream, show, advance, reject } = await setUpActivity(() =>
        useEventStream(url, { method: 'POST', body: 'a' }),
      );
      await show('visible');
      await reject(503, { headers: { 'retry-after': isUnderWay ? '1' : '60' } });
      if (isUnderWay) await advance(1_000);
      expect(hook.current.status).toBe('reconnecting');
      await show('hidden');
      await advance(1_000);
      await show('visible');
      expect(hook.current.status).toBe(expected);
      expect(stream.requests).toHaveLength(times);
    }
  },
);

test.runIf(Activity)('a POST that was hidden before it left is sent when it is shown', async () => {
  let give: (headers: HeadersInit) => void = () => undefined;
  const { hook, stream, show, advance, settle } = await setUpActivity(() =>
    useEventStream(url, {
      method: 'POST',
      headers: () => new Promise<HeadersInit>((resolve) => (give = resolve)),
    }),
  );
  await show('visible');
  await show('hidden');
  await advance(1_000);
  await show('visible');
  expect(hook.current.status).toBe('connecting');
  give({ 'x-token': 'a' });
  await settle();
  expect(stream.requests).toHaveLength(1);
});

test.for([0, undefined])('a POST with a linger of %s is sent once by a mount', async (linger) => {
  const { hook, stream, settle, open } = await setUp(useEvents, { body: 'a', linger });
  await settle();
  await open();
  expect(hook.current.status).toBe('open');
  expect(sentBy(stream)).toEqual(['a']);
});

test('a hook that sent its POST joins the one of another hook by the same definition', async () => {
  const { below, stream, open, send, settle } = setUpPage();
  const answer = defineStream({ method: 'POST', body: 'a' });
  let target = url;
  const moving = probe(() => useEventStream(target, answer));
  const other = probe(() => useEventStream(`${url}/2`, answer));
  const page = () => below([<moving.Probe key="1" />, <other.Probe key="2" />]);
  const { rerender } = await render(page());
  await open();
  await send('data: 1\n\n');
  target = `${url}/2`;
  await rerender(page());
  await settle();
  expect(moving.current).toMatchObject({ status: 'open', data: '1' });
  expect(other.current).toMatchObject({ status: 'open', data: '1' });
  expect(stream.requests).toHaveLength(2);
  expect(stream.openConnections).toBe(1);
});

test.for(hooks)('%s asks again for the same with `retry`, with fresh data', async ([name, use]) => {
  const { hook, stream, open, send, settle, reject, rerender } = await setUp(use, {
    manual: true,
    body: 'option',
  });
  const { start, retry } = hook.current;
  await act(() => {
    (start as (overrides: object) => void)({
      body: new Blob(['file']),
      method: 'PUT',
      url: `${url}/2`,
    });
  });
  await reject(500);
  expect(hook.current.status).toBe('failed');
  await rerender({ manual: true, body: 'another' });
  await act(hook.current.retry);
  await open();
  await send('data: 50\n\n');
  expect(hook.current.status).toBe(name === 'useStreamProgress' ? 'running' : 'open');
  await act(hook.current.retry);
  await settle();
  expect(
    await Promise.all(
      stream.requests.map(async ({ method, url: to, body }) => [
        `${method} ${to}`,
        body instanceof Blob ? await body.text() : body,
      ]),
    ),
  ).toEqual(Array.from({ length: 3 }, () => [`PUT ${url}/2`, 'file']));
  expect(stream.openConnections).toBe(1);
  expect(hook.current).not.toMatchObject({ data: '50' });
  expect(hook.current).toMatchObject({ start, retry });
  await act(hook.current.start);
  await settle();
  expect(stream.requests.at(-1)).toMatchObject({ method: 'POST', url, body: 'another' });
});

test.for(hooks)('%s does what `start` does with a `retry` before any start', async ([, use]) => {
  const { hook, stream, settle, rerender } = await setUp(use, { manual: true, body: 'a' });
  await rerender({ manual: true, body: 'b' });
  await act(hook.current.retry);
  await settle();
  expect(sentBy(stream)).toEqual(['b']);
});

test('asks for the new url with a `retry` after it has changed', async () => {
  const { hook, stream, settle, rerender, open } = await setUp(useEvents, {
    body: 'a',
  });
  await open();
  await rerender({ url: `${url}/2`, body: 'b' });
  await act(hook.current.retry);
  await settle();
  expect(stream.requests.map(({ url: to, body }) => [to, body])).toEqual([
    [url, 'a'],
    [`${url}/2`, 'b'],
  ]);
});

test('sends with a `retry` after a `reset` what was sent last, and with `start` the options', async () => {
  const { below, stream, settle, reject } = setUpPage();
  const hook = probe(() => useStreamProgress(url, { manual: true, method: 'POST', body: 'a' }));
  await render(below(<hook.Probe />));
  await act(() => {
    hook.current.start({ body: 'file' });
  });
  await reject(500);
  await act(hook.current.reset);
  await act(hook.current.retry);
  await settle();
  expect(sentBy(stream)).toEqual(['file', 'file']);
  await act(hook.current.reset);
  await act(hook.current.start);
  await settle();
  expect(sentBy(stream)).toEqual(['file', 'file', 'a']);
});

test('sends with a `retry` after a `reset` before any start the options as they are now', async () => {
  let body = 'a';
  const { below, stream, settle } = setUpPage();
  const hook = probe(() => useStreamProgress(url, { manual: true, method: 'POST', body }));
  const { rerender } = await render(below(<hook.Probe />));
  await act(hook.current.reset);
  body = 'b';
  await rerender(below(<hook.Probe />));
  await act(hook.current.retry);
  await settle();
  expect(sentBy(stream)).toEqual(['b']);
});

const token = (value: string) => ({ 'x-token': value });

test.for<[string, RequestOptions['headers'], RequestOptions['headers'], string | null]>([
  ['literal headers of the last start', token('a'), token('b'), 'a'],
  ['literal headers, also where a function has come', token('a'), () => token('b'), 'a'],
  ['no headers where there were none', undefined, token('b'), null],
  ['headers of the latest function', () => token('a'), () => token('b'), 'b'],
])('%s are sent with a `retry`, and with one unasked', async ([, before, after, sent]) => {
  const { hook, rerender, stream, reject, settle, advance } = await setUp(useEvents, {
    ...{ body: 'a', headers: before },
  });
  await settle();
  await rerender({ body: 'b', headers: after });
  await reject(503);
  await advance(2_000);
  await reject(500);
  await act(hook.current.retry);
  await settle();
  await act(hook.current.start);
  await settle();
  const tokens = stream.requests.map(({ headers }) => headers.get('x-token'));
  expect(tokens.slice(1)).toEqual([sent, sent, 'b']);
  expect(sentBy(stream)).toEqual(['a', 'a', 'a', 'b']);
});

test('fails a `retry` of a streamed body, and says what to do', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.close();
    },
  });
  const { hook, settle, reject } = await setUp(useEvents, { manual: true, body });
  await act(hook.current.start);
  await reject(500);
  await act(hook.current.retry);
  await settle();
  expect(hook.current).toMatchObject({ status: 'failed' });
  expect(hook.current).toHaveProperty(
    'error.message',
    expect.stringMatching(/is a stream that was sent once already; give a function/),
  );
});

test('takes the event of a handler for no overrides', async () => {
  const { below, stream, settle } = setUpPage();
  const hook = probe(() => useEventStream(url, { manual: true, method: 'POST', body: 'a' }));
  function Buttons() {
    return (
      <>
        <button onClick={hook.current.start} />
        <button onClick={hook.current.retry} />
      </>
    );
  }
  const { container } = await render(below([<hook.Probe key="1" />, <Buttons key="2" />]));
  for (const button of container.querySelectorAll('button')) {
    await act(() => {
      button.click();
    });
    await settle();
  }
  document.body.addEventListener('click', hook.current.start, { once: true });
  await act(() => {
    document.body.click();
  });
  await settle();
  expect(sentBy(stream)).toEqual(['a', 'a', 'a']);
  expect(dataOf(hook.current)).toEqual([]);
});

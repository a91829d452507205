import { createConnectionStore } from 'use-event-stream/core';
import { StrictMode } from 'react';
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
import { expect, onTestFinished, test, vi } from 'vitest';
import { HttpServer, serve } from '../support/httpServer.ts';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';
import { runServer } from '../support/runServer.ts';

const words = ['An', ' answer', ', ', 'streamed', '.'];
const whole = words.join('');

const resume = (({ response }) => ({
  url: `/runs/${String(response?.headers.get('x-run'))}`,
  method: 'GET',
})) satisfies RequestOptions['resume'];

const quick = { delay: 0, maxDelay: 100 };

/** A page that shows one answer of a server, as a text. */
async function ask(server: HttpServer, options: RequestOptions) {
  const store = createConnectionStore({ baseUrl: server.url });
  onTestFinished(() => {
    store.close();
  });
  const hook = probe(() =>
    useEventStream('/chat', {
      method: 'POST',
      body: 'Hello?',
      until: { data: '[DONE]' },
      parse: (data) => JSON.parse(data) as string,
      initial: '',
      reduce: (text: string, events) => text + events.map(({ data }) => data).join(''),
      reconnect: quick,
      ...options,
    }),
  );
  await render(
    <StreamProvider store={store}>
      <hook.Probe />
    </StreamProvider>,
  );
  // A real server answers when it likes.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  onTestFinished(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  });
  return hook;
}

/** The stream has come to its end. */
const ended = (hook: { current: { status: string } }) =>
  vi.waitFor(
    () => {
      expect(['closed', 'failed']).toContain(hook.current.status);
    },
    { timeout: 10_000, interval: 5 },
  );

test('a GET goes on where the stream of a POST was cut', async () => {
  const { server, log } = await runServer(words, { cut: (n) => (n === 0 ? 30 : null) });
  const hook = await ask(server, { resume });
  await ended(hook);
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'done', data: whole });
  expect(log).toEqual([
    { method: 'POST', url: '/chat', id: null, body: 'Hello?' },
    { method: 'GET', url: '/runs/1', id: '1', body: '' },
  ]);
});

test('an answer that is cut again and again is whole, and was asked for once', async () => {
  const { server, log } = await runServer(words, {
    cut: (n, rest) => (n < 4 ? rest.indexOf('\n\n') + 5 : null),
  });
  const hook = await ask(server, { resume });
  await ended(hook);
  expect(hook.current).toMatchObject({ status: 'closed', data: whole });
  expect(log.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET', 'GET']);
});

test('without `resume` a POST that was cut has failed', async () => {
  const { server, log } = await runServer(words, { cut: (n) => (n === 0 ? 30 : null) });
  const hook = await ask(server, {});
  await ended(hook);
  expect(hook.current.status).toBe('failed');
  expect(log.length).toBe(1);
});

test('`null` is not asked for: the stream has failed with the error that it had', async () => {
  const { server, log } = await runServer(words, { cut: (n) => (n === 0 ? 30 : null) });
  const hook = await ask(server, { resume: () => null });
  await ended(hook);
  expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'network' } });
  expect(log.length).toBe(1);
});

test('a `resume` that throws is an attempt that failed, and is asked again', async () => {
  const { server, log } = await runServer(words, { cut: (n) => (n === 0 ? 30 : null) });
  let calls = 0;
  const hook = await ask(server, {
    resume(attempt) {
      calls += 1;
      if (calls < 3) throw new Error('Not yet.');
      return resume(attempt);
    },
  });
  await ended(hook);
  expect(hook.current).toMatchObject({ status: 'closed', data: whole });
  expect(log.length).toBe(2);
  expect(calls).toBe(3);
});

test.for([404, 410])('the answer %i says that the run is gone', async (status) => {
  const server = await serve((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(status).end('Gone.');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-run': '1' });
    response.write('id: 1\ndata: "An"\n\n', () => response.destroy());
  });
  const hook = await ask(server, { resume });
  await ended(hook);
  expect(hook.current).toMatchObject({
    status: 'failed',
    data: 'An',
    error: { kind: 'http', status },
  });
  expect(server.requests.length).toBe(2);
});

test('the answer 204 says that the run has ended', async () => {
  const server = await serve((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-run': '1' });
    response.end('id: 1\ndata: "An"\n\n');
  });
  const hook = await ask(server, { resume });
  await ended(hook);
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'done', data: 'An' });
});

const answer = { headers: { 'content-type': 'text/event-stream', 'x-run': '7' } };

const asked = ({ requests }: MockStream) =>
  requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);

const run = {
  method: 'POST',
  body: 'Hello?',
  until: { data: 'done' },
  resume,
} satisfies RequestOptions & { until: object };

const use = () => useEventStream('/chat', run);

/** A page with one run, which has brought one event. */
async function begun() {
  const page = setUpPage();
  const hook = probe(use);
  await render(page.below(<hook.Probe />));
  await page.open(answer);
  await page.send('id: 1\ndata: a\n\n');
  return { ...page, hook };
}

test('useLogTail goes on with what it has begun', async () => {
  const { stream, below, open, send, drop, advance } = setUpPage();
  const hook = probe(() => useLogTail('/chat', { method: 'POST', resume }));
  await render(below(<hook.Probe />));
  await open(answer);
  await send('id: 1\ndata: one\n\nid: 2\ndata: two\n\n');
  await drop();
  await advance(1_000);
  await open();
  await send('id: 2\ndata: two\n\nid: 3\ndata: three\n\n');
  expect(hook.current.lines.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
});

test('useLogTail goes on with what it has begun where its history reaches further back', async () => {
  const { stream, below, open, send, settle } = setUpPage();
  let give: (history: { lines: string[]; lastEventId: string }) => void = () => undefined;
  const hook = probe(() =>
    useLogTail('/chat', {
      method: 'POST',
      resume,
      history: () => new Promise((resolve) => (give = resolve)),
    }),
  );
  await render(below(<hook.Probe />));
  await open(answer);
  await send('id: 5\ndata: five\n\n');
  await act(() => {
    give({ lines: ['one', 'two', 'three'], lastEventId: '3' });
  });
  await settle();
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
  expect(stream.requests[1]?.headers.get('last-event-id')).toBe('3');
  await open();
  await send('id: 4\ndata: four\n\nid: 5\ndata: five\n\n');
  expect(hook.current.lines.map(({ text }) => text)).toEqual([
    'one',
    'two',
    'three',
    'four',
    'five',
  ]);
});

test('useStreamProgress goes on with what it has begun', async () => {
  const { stream, below, open, drop, advance } = setUpPage();
  const hook = probe(() => useStreamProgress('/chat', { method: 'POST', resume }));
  await render(below(<hook.Probe />));
  await open(answer);
  await stream.sendProgress(40, { id: '1' });
  await drop();
  await advance(1_000);
  await open();
  await stream.sendProgress({ progress: 100, done: true }, { id: '2' });
  expect(hook.current).toMatchObject({ percent: 100, status: 'done' });
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
});

test('posts once in StrictMode, and goes on with it', async () => {
  const { stream, below, open, send, drop, advance } = setUpPage();
  const hook = probe(use);
  await render(<StrictMode>{below(<hook.Probe />)}</StrictMode>);
  await open(answer);
  await send('id: 1\ndata: a\n\n');
  await drop();
  await advance(1_000);
  await open();
  await send('id: 2\ndata: b\n\ndata: done\n\n');
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
  expect(dataOf(hook.current)).toEqual(['a', 'b']);
});

test('`reconnect()` goes on with the run, also from its end', async () => {
  const { stream, hook, open, send, reject, settle } = await begun();
  await act(() => {
    hook.current.reconnect();
  });
  await open();
  await send('id: 2\ndata: b\n\nid: 3\ndata: done\n\n');
  expect(hook.current.status).toBe('closed');
  await act(() => {
    hook.current.reconnect();
  });
  await reject(204);
  await settle();
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7', 'GET /runs/7']);
  expect(stream.requests[2]?.headers.get('last-event-id')).toBe('3');
  expect(dataOf(hook.current)).toEqual(['a', 'b']);
  expect(hook.current.status).toBe('closed');
});

test.for(['start', 'retry'] as const)('`%s()` begins another run', async (name) => {
  const { stream, hook, open, send, drop, advance } = await begun();
  await act(() => {
    hook.current[name]();
  });
  await open({ headers: { ...answer.headers, 'x-run': '8' } });
  await send('id: 1\ndata: A\n\n');
  await drop();
  await advance(1_000);
  await open();
  await send('id: 2\ndata: B\n\nid: 3\ndata: done\n\n');
  await act(() => {
    hook.current[name]();
  });
  expect(asked(stream)).toEqual(['POST /chat', 'POST /chat', 'GET /runs/8', 'POST /chat']);
  const ids = stream.requests.map(({ headers }) => headers.get('last-event-id'));
  expect(ids).toEqual([null, null, '1', null]);
});

test.for(['start', 'retry', 'close'] as const)(
  '`%s()` while `resume` is pending asks for nothing of the run',
  async (name) => {
    const { stream, below, open, send, drop, advance, settle } = setUpPage();
    const gives: ((next: { url: string }) => void)[] = [];
    const hook = probe(() =>
      useEventStream('/chat', {
        ...run,
        resume: () => new Promise<{ url: string }>((resolve) => gives.push(resolve)),
      }),
    );
    await render(below(<hook.Probe />));
    await open(answer);
    await send('id: 1\ndata: a\n\n');
    await drop();
    await advance(1_000);
    expect(gives).toHaveLength(1);
    await act(() => {
      hook.current[name]();
    });
    gives[0]?.({ url: '/runs/7' });
    await settle();
    await advance(60_000);
    const begins = name === 'start' || name === 'retry';
    expect(asked(stream)).toEqual(begins ? ['POST /chat', 'POST /chat'] : ['POST /chat']);
  },
);

test('`close()` and unmounting send nothing, and leave the run', async () => {
  const { stream, hook, advance } = await begun();
  await act(() => {
    hook.current.close();
  });
  await advance(60_000);
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'manual' });
  const other = setUpPage();
  const { unmount } = await render(other.below(<hook.Probe />));
  await other.open(answer);
  await unmount();
  await other.advance(60_000);
  for (const each of [stream, other.stream]) {
    expect(asked(each)).toEqual(['POST /chat']);
    expect(each.openConnections).toBe(0);
  }
});

test.for([
  ['within its linger', 100, ['POST /chat']],
  // Nobody is left who knows of it.
  ['after its linger', 1_000, ['POST /chat', 'POST /chat']],
] as const)(
  'who mounts %s knows of a shared run that is still read, and posts where none is',
  async ([, time, requests]) => {
    const { stream, below, open, send, advance } = setUpPage();
    const hook = probe(() => useEventStream('/chat', { ...run, share: 'x' }));
    const { rerender } = await render(below(<hook.Probe />));
    await open(answer);
    await send('id: 1\ndata: a\n\n');
    await rerender(below(null));
    await advance(time);
    await rerender(below(<hook.Probe />));
    await advance(10);
    expect(asked(stream)).toEqual(requests);
  },
);

test.for([100, 1])(
  'who joins a shared run late has all of it, and posts nothing (the last %i events are kept)',
  async (replay) => {
    const { stream, below, open, send, settle } = setUpPage({ replay });
    const useText = () =>
      useEventStream('/chat', {
        ...run,
        share: 'x',
        initial: '',
        reduce: (before: string, events) => before + events.map(({ data }) => data).join(''),
      });
    const one = probe(useText);
    const two = probe(useText);
    const page = (hasTwo: boolean) =>
      below(
        <>
          <one.Probe />
          {hasTwo && <two.Probe />}
        </>,
      );
    const { rerender } = await render(page(false));
    await open(answer);
    await send('id: 1\ndata: a\n\nid: 2\ndata: b\n\n');
    await rerender(page(true));
    await settle();
    if (replay === 1) {
      expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
      expect(stream.requests[1]?.headers.has('last-event-id')).toBe(false);
      return;
    }
    expect(asked(stream)).toEqual(['POST /chat']);
    expect([one.current.data, two.current.data]).toEqual(['ab', 'ab']);
  },
);

/** A page with a hook whose url is another function in every render. */
async function signed(options: RequestOptions, count = 1) {
  const page = setUpPage();
  let sign: number | null = 0;
  const use = () => {
    const now = sign;
    const url: StreamUrl = now === null ? null : () => `/feed?sign=${now}`;
    return useEventStream(url, options);
  };
  const hooks = Array.from({ length: count }, () => probe(use));
  const below = () => page.below(hooks.map(({ Probe }, index) => <Probe key={index} />));
  const { rerender } = await render(below());
  return {
    ...page,
    hooks,
    sign: async (next: number | null) => {
      sign = next;
      await rerender(below());
      await page.settle();
    },
    signs: () => page.stream.requests.map(({ url }) => new URL(url).search),
  };
}

test('a url that is another function in every render opens one connection, and the latest is asked', async () => {
  const { sign, signs, open, send, drop, advance, hooks } = await signed({});
  await open();
  await send('id: 1\ndata: a\n\n');
  await sign(1);
  await sign(2);
  expect(signs()).toEqual(['?sign=0']);
  await drop();
  await advance(1_000);
  await open();
  await send('id: 2\ndata: b\n\n');
  expect(signs()).toEqual(['?sign=0', '?sign=2']);
  expect(hooks.map(({ current }) => dataOf(current))).toEqual([['a', 'b']]);
});

test('a url that is a function can come late, and go', async () => {
  const { sign, signs, open, hooks, advance, stream } = await signed({});
  await sign(null);
  expect(hooks[0]?.current.status).toBe('idle');
  await sign(1);
  await open();
  expect(signs().at(-1)).toBe('?sign=1');
  expect(hooks[0]?.current.status).toBe('open');
  await sign(null);
  await advance(1_000);
  expect(hooks[0]?.current.status).toBe('idle');
  expect(stream.openConnections).toBe(0);
});

test.for([
  ['is shared by the name that `share` gives', { share: 'feed' }, 1],
  ['is shared with nobody without a name', {}, 2],
  ['is shared with nobody without a name, whatever else', { share: true }, 2],
] as const)('a url that is a function %s', async ([, options, count]) => {
  const { signs, open, send, hooks } = await signed(options, 2);
  await open();
  await send('id: 1\ndata: a\n\n');
  expect(signs()).toHaveLength(count);
  for (const { current } of hooks) expect(dataOf(current)).toEqual(['a']);
});

test('a defined stream is shared by url, and not by one that is a function', async () => {
  const { stream, below, open, send } = setUpPage();
  const defined = defineStream({ headers: () => ({ authorization: 'Bearer 1' }) });
  const one = probe(() => useEventStream(() => '/one', defined));
  const two = probe(() => useEventStream(() => '/two', defined));
  const page = () =>
    below(
      <>
        <one.Probe />
        <two.Probe />
      </>,
    );
  const { rerender } = await render(page());
  await open();
  await send('id: 1\ndata: a\n\n');
  await rerender(page());
  await stream.advance(1_000);
  expect(asked(stream)).toEqual(['GET /one', 'GET /two']);
});

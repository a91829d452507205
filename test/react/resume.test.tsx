import { createConnectionStore } from 'use-event-stream/core';
import { StreamProvider, useEventStream, type RequestOptions } from 'use-event-stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HttpServer, serve } from '../support/httpServer.ts';
import { probe } from '../support/page.tsx';
import { render } from '../support/render.ts';
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

import {
  createConnectionStore,
  StreamError,
  type RequestOptions,
  type SubscribeRequest,
} from 'use-event-stream/core';
import { mockStream, type MockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { listenForReports } from '../support/reports.ts';
import { runServer } from '../support/runServer.ts';

const url = 'https://example.test/chat';
const answer = { headers: { 'content-type': 'text/event-stream', 'x-run': '7' } };

const resume = (({ response }) => ({
  url: `/runs/${String(response?.headers.get('x-run'))}`,
})) satisfies RequestOptions['resume'];

/** A POST that can be gone on with, and what came of it. */
function post(options: Partial<SubscribeRequest> = {}) {
  const stream = mockStream(/./, { random: () => 0, baseUrl: url });
  onTestFinished(() => {
    stream.store.close();
  });
  const seen = collect(stream.store, {
    url: '/chat',
    method: 'POST',
    body: 'Hello?',
    resume,
    ...options,
  });
  return { stream, seen };
}

/** Its answer has begun, with one event, and was cut. */
async function cut(options: Partial<SubscribeRequest> = {}) {
  const all = post(options);
  await all.stream.open(answer);
  await all.stream.send({ id: '1', data: 'a' });
  await all.stream.drop();
  return all;
}

const asked = ({ requests }: MockStream) =>
  requests.map(({ method, url: to }) => `${method} ${new URL(to).pathname}`);

const last = ({ requests }: MockStream) => {
  const request = requests.at(-1);
  if (!request) throw new Error('Nothing was asked for.');
  return request;
};

test('is told what has become of the run, and waits for a promise', async () => {
  const told: unknown[] = [];
  const { stream, seen } = await cut({
    async resume({ response, attempt, lastEventId, error, refused, signal }) {
      told.push([response?.status, attempt, lastEventId, error?.kind, refused, signal.aborted]);
      await Promise.resolve();
      return { url: new URL('https://example.test/runs/7?x=1') };
    },
  });
  await stream.advance(1_000);
  expect(told).toEqual([[200, 1, '1', 'network', null, false]]);
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
  expect(last(stream).body).toBeNull();
  expect(last(stream).headers.get('last-event-id')).toBe('1');
  await stream.open();
  await stream.send({ id: '2', data: 'b' });
  expect(seen.data).toEqual(['a', 'b']);
});

test('is the first answer of the run, not that of a GET', async () => {
  const { stream } = await cut();
  await stream.advance(1_000);
  await stream.open({ headers: { 'content-type': 'text/event-stream', 'x-run': '8' } });
  await stream.drop();
  await stream.advance(5_000);
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7', 'GET /runs/7']);
});

test('has its part of `openTimeout`, and is aborted and asked again after it', async () => {
  const signals: AbortSignal[] = [];
  const { stream, seen } = await cut({
    openTimeout: 2_000,
    resume({ signal }) {
      signals.push(signal);
      return new Promise(() => undefined);
    },
  });
  await stream.advance(100);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  await stream.advance(2_000);
  expect(signals[0]?.aborted).toBe(true);
  expect(seen.state?.error).toMatchObject({ kind: 'timeout', phase: 'open' });
  await stream.advance(1_000);
  expect(signals).toHaveLength(2);
  expect(asked(stream)).toEqual(['POST /chat']);
});

test('adds its headers to those of the request, of which the latest hold', async () => {
  let token = 0;
  const { stream } = await cut({
    headers: () => ({ authorization: `Bearer ${++token}`, 'x-a': 'mine' }),
    resume: () => ({ url: '/runs/7', headers: { 'x-a': 'of the run', 'x-b': 'b' } }),
  });
  await stream.advance(1_000);
  const { headers } = last(stream);
  expect(headers.get('authorization')).toBe('Bearer 2');
  expect(headers.get('x-a')).toBe('of the run');
  expect(headers.get('x-b')).toBe('b');
  expect(headers.get('last-event-id')).toBe('1');
});

test.for<[string, ReturnType<NonNullable<RequestOptions['resume']>>, string, string | null]>([
  ['a method of its own, and the body of the request', { method: 'put' }, 'PUT', 'Hello?'],
  ['a body of its own', { method: 'POST', body: 'Go on.' }, 'POST', 'Go on.'],
  ['a body that is a function', { method: 'POST', body: () => 'Go on.' }, 'POST', 'Go on.'],
  ['no body, where it says so', { method: 'POST', body: null }, 'POST', null],
  ['no body with HEAD', { method: 'HEAD' }, 'HEAD', null],
  ['the url of the request', {}, 'GET', null],
])('can ask with %s', async ([, given, method, body]) => {
  const { stream } = await cut({ resume: () => given });
  await stream.advance(1_000);
  expect(last(stream)).toMatchObject({ method, body });
  expect(asked(stream).at(-1)).toBe(`${method} /chat`);
});

test.for<[string, RequestOptions['resume'], RegExp]>([
  ['a url that does not parse', () => ({ url: 'http://' }), /cannot be parsed/],
  ['a password in the url', () => ({ url: 'https://a:S3CRET@b.test/' }), /password/],
  ['a scheme of no stream', () => ({ url: 'ftp://b.test/S3CRET' }), /scheme/],
  ['a header that cannot be', () => ({ headers: { 'a b': 'S3CRET' } }), /not sent/],
  // @ts-expect-error -- as JavaScript may give it
  ['an address in place of an object', () => '/runs/7', /`resume` gave/],
])('%s can never be sent: it is not tried again', async ([, bad, message], { skip }) => {
  skip(!__DEV__ && message.source.includes('gave'), 'checked in development only');
  const { stream, seen } = await cut({ resume: bad });
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
  expect(seen.state?.error?.message).toMatch(message);
  expect(JSON.stringify([seen.state?.error?.message, seen.state?.error])).not.toContain('S3CRET');
  expect(asked(stream)).toEqual(['POST /chat']);
});

test('a body for a GET can never be sent either', async () => {
  const run = await runServer(['a', 'b'], { cut: () => 20 });
  const store = createConnectionStore({ baseUrl: run.server.url });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, {
    url: '/chat',
    method: 'POST',
    reconnect: { delay: 0, maxDelay: 100 },
    resume: () => ({ url: '/runs/1', body: 'Go on.' }),
  });
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(seen.state?.error).toMatchObject({ kind: 'aborted' });
  expect(run.log.length).toBe(1);
});

test('a StreamError of the kind `aborted` ends it', async () => {
  const { stream, seen } = await cut({
    resume() {
      throw new StreamError('aborted', 'Signed out.');
    },
  });
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { message: 'Signed out.' } });
  expect(asked(stream)).toEqual(['POST /chat']);
});

test('one that throws uses up the tries', async () => {
  const { stream, seen } = await cut({
    reconnect: { maxAttempts: 2 },
    resume: () => Promise.reject(new Error('Down.')),
  });
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'network' } });
  expect(seen.state?.error?.cause).toMatchObject({ message: 'Down.' });
  expect(asked(stream)).toEqual(['POST /chat']);
});

test.for<[string, RequestOptions['reconnect']]>([
  ['`reconnect: false`', false],
  ['`shouldReconnect` that says no', { shouldReconnect: () => false }],
])('is not asked with %s', async ([, reconnect]) => {
  let calls = 0;
  const { stream, seen } = await cut({
    reconnect,
    resume(attempt) {
      calls += 1;
      return resume(attempt);
    },
  });
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'network' } });
  expect(calls).toBe(0);
});

test('is not asked before there was an answer: what failed until then is not repeated', async () => {
  const { stream, seen } = post();
  await stream.connected();
  await stream.drop();
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'network' } });
  expect(asked(stream)).toEqual(['POST /chat']);
});

test('a POST that was not taken is posted again', async () => {
  const { stream, seen } = post();
  await stream.reject(503);
  await stream.advance(1_000);
  await stream.open(answer);
  expect(asked(stream)).toEqual(['POST /chat', 'POST /chat']);
  expect(seen.state?.status).toBe('open');
});

test('`null` after a clean end is the end', async () => {
  const { stream, seen } = post({ resume: () => null });
  await stream.open(answer);
  await stream.send({ id: '1', data: 'a' });
  await stream.end();
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(asked(stream)).toEqual(['POST /chat']);
});

test('`null` for a stream that was left in its middle is not the end of it', async () => {
  const { stream, seen } = post({ resume: () => null, suspendWhenHidden: true });
  await stream.open(answer);
  await stream.send({ id: '1', data: 'a' });
  await stream.hide();
  await stream.show();
  await stream.advance(1_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'incomplete' } });
  expect(seen.state?.error?.message).toContain('`resume`');
  expect(asked(stream)).toEqual(['POST /chat']);
});

test('a server that has nothing more and does not say so is asked ever more rarely', async () => {
  const { stream, seen } = post({ reconnect: { delay: 1_000, maxDelay: 30_000 } });
  await stream.open(answer);
  await stream.send({ id: '1', data: 'a' });
  await stream.end();
  const stop = stream.store.onChange(() => {
    if (seen.state?.status === 'connecting') throw new Error('It begins from the start.');
  });
  onTestFinished(stop);
  for (let n = 2; n < 12; n++) {
    await stream.advance(30_000);
    expect(stream.requests).toHaveLength(n);
    await stream.open();
    await stream.end();
  }
  const waits = seen.states.flatMap(({ retryAt }) => retryAt ?? []);
  expect(waits).toHaveLength(11);
  expect(seen.state).toMatchObject({ status: 'reconnecting', attempt: 11 });
});

test('goes on with what answers of other formats have begun, where they were cut', async () => {
  const { stream, seen } = post({ format: 'ndjson' });
  await stream.open({ headers: { 'content-type': 'application/x-ndjson', 'x-run': '7' } });
  await stream.chunk('{"a":1}\n');
  await stream.drop();
  await stream.advance(1_000);
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
  await stream.open({ headers: { 'content-type': 'application/x-ndjson' } });
  await stream.chunk('{"b":2}\n');
  await stream.end();
  expect(seen.data).toEqual(['{"a":1}', '{"b":2}']);
  // As ever, the clean end of such an answer is its end.
  expect(seen.state).toMatchObject({ status: 'closed', reason: 'done' });
});

test('asks with the id of a format of your own', async () => {
  const { stream, seen } = post({
    format: {
      contentType: 'text/x-pairs',
      decode: (push) => ({
        chunk(bytes) {
          const [id = '', data = ''] = new TextDecoder().decode(bytes).split('=');
          push({ id, data });
        },
        end: () => undefined,
      }),
    },
  });
  await stream.open({ headers: { 'content-type': 'text/x-pairs', 'x-run': '7' } });
  await stream.chunk('5=five');
  await stream.drop();
  await stream.advance(1_000);
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
  expect(last(stream).headers.get('last-event-id')).toBe('5');
  await stream.open({ headers: { 'content-type': 'text/x-pairs' } });
  await stream.chunk('6=six');
  expect(seen.data).toEqual(['five', 'six']);
});

test('with EventSource the id travels in the query', async () => {
  const run = await runServer(['a', 'b', 'c'], { cut: (n) => (n < 2 ? 20 : null) });
  run.runs.set('1', { blocks: run.blocks, made: run.blocks.length });
  const store = createConnectionStore({ baseUrl: run.server.url });
  onTestFinished(() => {
    store.close();
  });
  const told: unknown[] = [];
  const seen = collect(store, {
    url: '/runs/1',
    transport: 'eventsource',
    reconnect: { delay: 0, maxDelay: 100 },
    resume({ response, lastEventId }) {
      told.push(response);
      return { url: `/runs/1?after=${lastEventId}` };
    },
  });
  await expect.poll(() => seen.data).toEqual(['"a"', '"b"', '"c"', '[DONE]']);
  expect(run.log.slice(0, 3).map(({ url: to }) => to)).toEqual([
    '/runs/1',
    '/runs/1?after=1',
    '/runs/1?after=2',
  ]);
  expect(told.slice(0, 2)).toEqual([null, null]);
});

test.runIf(__DEV__).for<[string, object]>([
  ['headers', { headers: { authorization: 'S3CRET' } }],
  ['a method', { method: 'POST' }],
  ['a body', { body: 'S3CRET' }],
])('with EventSource %s cannot be given', async ([, given]) => {
  const stream = mockStream(/./, { random: () => 0, baseUrl: url });
  onTestFinished(() => {
    stream.store.close();
  });
  const seen = collect(stream.store, {
    url: '/feed',
    transport: 'eventsource',
    resume: () => given,
  });
  await stream.open();
  await stream.drop();
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
  expect(seen.state?.error?.message).toContain("'eventsource' cannot carry");
  expect(stream.requests).toHaveLength(1);
});

test('another origin that does not allow the id is asked without it', async () => {
  const reports = listenForReports();
  const ids: (string | null)[] = [];
  const store = createConnectionStore({
    baseUrl: url,
    fetch: (_, init) => {
      const { method } = init ?? {};
      const id = new Headers(init?.headers).get('last-event-id');
      if (method === 'GET') ids.push(id);
      if (id !== null) return Promise.reject(new TypeError('Failed to fetch'));
      const body =
        method === 'POST' ? 'id: 1\ndata: a\n\n' : 'id: 1\ndata: a\n\nid: 2\ndata: b\n\n';
      return Promise.resolve(new Response(body, answer));
    },
  });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, {
    url: new URL('/chat', window.location.href),
    method: 'POST',
    reconnect: { delay: 0, maxDelay: 100 },
    resume: () => ({ url: 'https://other.test/runs/7' }),
  });
  await expect.poll(() => seen.data).toEqual(['a', 'b']);
  expect(ids.slice(0, 4)).toEqual(['1', '1', null, '1']);
  expect(reports()).toEqual([expect.stringContaining('https://other.test/runs/7')]);
});

test('the newest of those who share it and know how to go on says so', async () => {
  const { stream, seen } = post({ share: 'x', resume: () => ({ url: '/runs/old' }) });
  const two = collect(stream.store, {
    url: '/chat',
    method: 'POST',
    body: 'Hello?',
    share: 'x',
    resume: () => ({ url: '/runs/new' }),
  });
  const three = collect(stream.store, { url: '/chat', method: 'POST', body: 'Hello?', share: 'x' });
  await stream.open(answer);
  await stream.send({ id: '1', data: 'a' });
  await stream.drop();
  await stream.advance(1_000);
  await stream.open();
  await stream.send({ id: '2', data: 'b' });
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/new']);
  for (const { data } of [seen, two, three]) expect(data).toEqual(['a', 'b']);
});

test.for([
  ['hidden', 'before its answer'],
  ['hidden', 'in its middle'],
] as const)('a page that is %s %s rests, as with a GET', async ([, when]) => {
  const { stream, seen } = post({ suspendWhenHidden: true });
  await stream.connected();
  if (when === 'before its answer') await stream.hide();
  await stream.open(answer);
  if (when === 'in its middle') await stream.hide();
  expect(seen.state).toMatchObject({ status: 'reconnecting', retryAt: null, error: null });
  expect(stream.openConnections).toBe(0);
  await stream.advance(60_000);
  expect(stream.requests).toHaveLength(1);
  await stream.show();
  await stream.open();
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
});

test('a machine that has slept does not trust the line of a POST either', async () => {
  const { stream, seen } = post();
  await stream.open(answer);
  await stream.send({ id: '1', data: 'a' });
  await stream.stall();
  await stream.sleep(60_000);
  await stream.advance(20_000);
  expect(asked(stream)).toEqual(['POST /chat', 'GET /runs/7']);
  expect(seen.data).toEqual(['a']);
});

test.for([
  ['leaving', 'while `resume` is pending'],
  ['closing the store', 'while `resume` is pending'],
  ['leaving', 'in its middle'],
  ['closing the store', 'in its middle'],
] as const)('%s %s sends nothing', async ([what, when]) => {
  let give: (value: { url: string }) => void = () => undefined;
  const asks: string[] = [];
  const { stream, seen } = post({
    linger: 0,
    headers() {
      asks.push('headers');
      return {};
    },
    resume: () => new Promise((resolve) => (give = resolve)),
  });
  await stream.open(answer);
  await stream.send({ id: '1', data: 'a' });
  if (when !== 'in its middle') {
    await stream.drop();
    await stream.advance(1_000);
  }
  if (what === 'leaving') seen.leave();
  else stream.store.close();
  give({ url: '/runs/7' });
  await stream.advance(60_000);
  expect(asked(stream)).toEqual(['POST /chat']);
  expect(stream.openConnections).toBe(0);
  expect(asks).toEqual(['headers']);
});

test('no message shows what the address of a run has in its query', async () => {
  const { stream, seen } = await cut({
    resume: () => ({ url: 'https://other.test/runs/7;t=S3CRET?token=S3CRET' }),
    reconnect: { maxAttempts: 4 },
    openTimeout: 1_000,
  });
  await stream.advance(1_000);
  expect(last(stream).url).toContain('S3CRET');
  await stream.drop();
  await stream.advance(10_000);
  await stream.reject(503, { body: 'no' });
  await stream.advance(20_000);
  await stream.open();
  await stream.drop();
  await stream.advance(60_000);
  const errors = seen.states.flatMap(({ error }) => (error ? [error] : []));
  expect(new Set(errors.map(({ kind }) => kind))).toEqual(new Set(['network', 'http', 'timeout']));
  expect(errors.some(({ message }) => message.includes('other.test/runs/7'))).toBe(true);
  const texts = errors.map((error) => JSON.stringify([error.message, error]));
  expect(texts.filter((text) => text.includes('S3CRET'))).toEqual([]);
  expect(JSON.stringify(stream.store.connections())).not.toContain('S3CRET');
});

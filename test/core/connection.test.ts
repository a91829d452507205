import {
  createConnectionStore,
  type RequestOptions,
  type StreamFormat,
} from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';

const url = 'https://example.test/stream';

function connect(options: RequestOptions & { format?: 'lines' } = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch });
  const seen = collect(store, { url, ...options });
  onTestFinished(() => {
    store.close();
  });
  return { clock, server, store, seen };
}

test('opens once status and content type have passed, and delivers events in order', async () => {
  const { server, seen, clock } = connect();
  await turns();
  expect(seen.statuses).toEqual(['connecting']);
  server.last.open();
  await turns();
  expect(seen.statuses).toEqual(['connecting', 'open']);
  server.last.send('id: 1\ndata: a\n\nevent: note\ndata: b\n\n');
  await turns();
  expect(seen.events).toEqual([
    { type: 'message', data: 'a', lastEventId: '1', sequence: 1, receivedAt: clock.now() },
    { type: 'note', data: 'b', lastEventId: '1', sequence: 2, receivedAt: clock.now() },
  ]);
});

test('asks for an event stream that no cache may keep', async () => {
  const { server } = connect();
  await turns();
  expect(server.last.headers.get('accept')).toBe('text/event-stream');
  expect(server.last.headers.has('last-event-id')).toBe(false);
  expect(server.last.init.cache).toBe('no-store');
});

test('resumes from the last event id, as UTF-8 bytes', async () => {
  const { server, clock } = connect({ reconnect: { delay: 1_000 } });
  await turns();
  server.last.open();
  await turns();
  server.last.send('id: ß€\ndata: a\n\n');
  await turns();
  server.last.drop();
  await clock.advance(1_000);
  const sent = server.last.headers.get('last-event-id') ?? '';
  const bytes = Uint8Array.from(sent, (byte) => byte.charCodeAt(0));
  expect(new TextDecoder().decode(bytes)).toBe('ß€');
});

test('takes the id of a block without data', async () => {
  const { server, clock, seen } = connect();
  await turns();
  server.last.open();
  await turns();
  server.last.send('data: a\n\nid: 7\n\ndata: b\n\n');
  await turns();
  expect(seen.events.map(({ lastEventId }) => lastEventId)).toEqual(['', '7']);
  server.last.drop();
  await clock.advance(1_000);
  expect(server.last.headers.get('last-event-id')).toBe('7');
});

test('closes for good on 204', async () => {
  const { server, seen, clock } = connect();
  await turns();
  server.last.refuse(204);
  await clock.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(server.requests).toHaveLength(1);
});

test.for([408, 425, 429, 500, 502, 503, 504])('retries a GET after status %i', async (status) => {
  const { server, seen, clock } = connect();
  await turns();
  server.last.refuse(status);
  await turns();
  expect(seen.state).toMatchObject({ status: 'reconnecting', attempt: 1 });
  await clock.advance(1_000);
  expect(server.requests).toHaveLength(2);
});

test.for([201, 206, 400, 401, 403, 404, 410, 501])(
  'fails for good after status %i',
  async (status) => {
    const { server, seen, clock } = connect();
    await turns();
    server.last.refuse(status, {}, 'why');
    await clock.advance(60_000);
    expect(seen.state).toMatchObject({
      status: 'failed',
      error: { kind: 'http', status, body: 'why', url },
    });
    expect(server.requests).toHaveLength(1);
  },
);

test('fails on another content type, and shows how the answer begins', async () => {
  const { server, seen } = connect();
  await turns();
  server.last.open({ 'content-type': 'text/html' });
  server.last.send('<!doctype html>'.padEnd(20_000, '.'));
  server.last.end();
  await turns();
  await expect.poll(() => seen.state?.status).toBe('failed');
  const error = seen.state?.error;
  if (error?.kind !== 'contentType') throw new Error('another kind');
  expect(error.contentType).toBe('text/html');
  expect(error.body).toHaveLength(16_384);
  expect(error.body).toMatch(/^<!doctype html>/);
});

test('takes an event stream whose type has parameters and capitals', async () => {
  const { server, seen } = connect();
  await turns();
  server.last.open({ 'content-type': 'Text/Event-Stream; charset=utf-8' });
  await turns();
  expect(seen.statuses).toEqual(['connecting', 'open']);
});

test('waits no less than Retry-After, in seconds or as a date', async () => {
  const { server, clock } = connect();
  await turns();
  server.last.refuse(503, { 'retry-after': '2' });
  await clock.advance(1_999);
  expect(server.requests).toHaveLength(1);
  await clock.advance(1);
  expect(server.requests).toHaveLength(2);
  const date = new Date(Math.ceil(clock.now() / 1_000) * 1_000 + 7_000);
  server.last.refuse(503, { 'retry-after': date.toUTCString() });
  await clock.advance(date.getTime() - clock.now() - 1);
  expect(server.requests).toHaveLength(2);
  await clock.advance(1);
  expect(server.requests).toHaveLength(3);
});

test('keeps to Retry-After where the page goes offline and comes back meanwhile', async () => {
  const stream = mockStream(url, { random: () => 0 });
  const seen = collect(stream.store, { url });
  await stream.reject(503, { headers: { 'retry-after': '20' } });
  await stream.offline();
  expect(seen.state).toMatchObject({ status: 'reconnecting', retryAt: null });
  await stream.online();
  await stream.advance(19_900);
  expect(stream.requests).toHaveLength(1);
  await stream.advance(200);
  expect(stream.requests).toHaveLength(2);
});

test('waits no longer than it said where the clock is set back', async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  let shift = 0;
  const store = createConnectionStore({
    clock: Object.assign(Object.create(clock) as FakeClock, { now: () => clock.now() - shift }),
    fetch: server.fetch,
  });
  const seen = collect(store, { url, idleTimeout: 10_000 });
  onTestFinished(() => {
    store.close();
  });
  await turns();
  server.last.drop();
  await turns();
  shift = 3_600_000;
  await clock.advance(1_000);
  expect(server.requests).toHaveLength(2);
  server.last.open();
  await turns();
  shift = 7_200_000;
  await clock.advance(21_000);
  expect(seen.state).toMatchObject({ error: { kind: 'timeout' } });
});

test('tells of a status whose body does not come to an end within `openTimeout`', async () => {
  const body = new ReadableStream<Uint8Array>();
  const clock = new FakeClock();
  const fetch = vi.fn(() => Promise.resolve(new Response(body, { status: 404 })));
  const store = createConnectionStore({ clock, fetch });
  const seen = collect(store, { url, openTimeout: 500 });
  await clock.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'http', status: 404 } });
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('lets go of an answer that is closed as soon as it opens, also where fetch heeds no signal', async () => {
  const cancel = vi.fn();
  const body = new ReadableStream<Uint8Array>({ cancel });
  const headers = { 'content-type': 'text/event-stream' };
  const store = createConnectionStore({
    clock: new FakeClock(),
    fetch: () => Promise.resolve(new Response(body, { headers })),
  });
  store.subscribe(
    { url },
    {
      onEvents: () => undefined,
      onState({ status }) {
        if (status === 'open') store.close();
      },
    },
  );
  await expect.poll(() => cancel.mock.calls.length).toBe(1);
});

test.for([300, 304])('does not take status %i for a redirect', async (status) => {
  const stream = mockStream(url);
  const seen = collect(stream.store, { url });
  await stream.reject(status);
  expect(seen.state?.error?.message).toBe(`${url} answered with status ${status}.`);
});

test('sends headers that come from an iterator', async () => {
  const stream = mockStream(url);
  const headers = () => new Map([['x-token', 't']]).entries();
  collect(stream.store, { url, headers: headers as never });
  const request = await stream.connected();
  expect(request.headers.get('x-token')).toBe('t');
});

test('asks for no fresh headers where nothing is to be tried again', async () => {
  for (const reconnect of [false, { shouldReconnect: () => false }]) {
    const stream = mockStream(url);
    const seen = collect(stream.store, { url, reconnect, headers: () => ({}) });
    await stream.reject(401);
    expect([seen.state?.status, stream.requests.length]).toEqual(['failed', 1]);
  }
});

test('resumes a format of its own once it has given an id', async () => {
  const format: StreamFormat = {
    contentType: 'text/x-records',
    decode: (push) => ({
      chunk(bytes) {
        const [id = '', data = ''] = new TextDecoder().decode(bytes).split(' ');
        push({ id, data });
      },
      end: () => undefined,
    }),
  };
  const stream = mockStream(url);
  const seen = collect(stream.store, { url, format });
  await stream.open();
  await stream.chunk('7 a');
  await stream.drop();
  await stream.advance(1_000);
  const request = await stream.connected(2);
  expect(request.headers.get('last-event-id')).toBe('7');
  await stream.open();
  await stream.end();
  expect(seen.statuses.at(-1)).toBe('closed');
});

test('clamps what a server asks for at both ends', async () => {
  const { server, clock } = connect();
  await turns();
  server.last.open();
  await turns();
  server.last.send('retry: 99999999999\n\n');
  await turns();
  server.last.drop();
  await clock.advance(29_999);
  expect(server.requests).toHaveLength(1);
  await clock.advance(1);
  expect(server.requests).toHaveLength(2);
  server.last.open();
  await turns();
  server.last.send('retry: 0\ndata: x\n\n');
  await clock.advance(6_000);
  server.last.drop();
  await clock.advance(99);
  expect(server.requests).toHaveLength(2);
  await clock.advance(1);
  expect(server.requests).toHaveLength(3);
});

test('asks for fresh headers once after a 401, at once, and fails after another', async () => {
  const calls: unknown[] = [];
  const { server, seen } = connect({
    headers: ({ attempt, error }) => {
      calls.push([attempt, error?.kind]);
      return Promise.resolve({ authorization: `Bearer ${calls.length}` });
    },
  });
  await turns();
  server.last.refuse(401);
  await expect.poll(() => server.requests.length).toBe(2);
  expect(server.last.headers.get('authorization')).toBe('Bearer 2');
  expect(seen.statuses).toEqual(['connecting']);
  server.last.refuse(401);
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(calls).toEqual([
    [0, undefined],
    [0, 'http'],
  ]);
});

test('may refresh again after a healthy period', async () => {
  const { server, clock } = connect({ headers: () => ({ authorization: 'x' }) });
  await turns();
  server.last.refuse(401);
  await clock.advance(0);
  await expect.poll(() => server.requests.length).toBe(2);
  server.last.open();
  await clock.advance(5_000);
  server.last.drop();
  await clock.advance(1_000);
  expect(server.requests).toHaveLength(3);
  server.last.refuse(401);
  await expect.poll(() => server.requests.length).toBe(4);
});

test('counts headers that throw as a failed attempt, and a token that never comes as a timeout', async () => {
  let calls = 0;
  const { server, clock, seen } = connect({
    openTimeout: 5_000,
    headers: () => {
      calls += 1;
      if (calls === 1) throw new Error('no session');
      return new Promise<HeadersInit>(() => undefined);
    },
  });
  await turns();
  expect(seen.state).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
  await clock.advance(1_000);
  expect(calls).toBe(2);
  await clock.advance(5_000);
  expect(seen.state).toMatchObject({ error: { kind: 'timeout', phase: 'open' } });
  expect(server.requests).toHaveLength(0);
});

test('gives up on an answer that does not come, and tries again', async () => {
  const { server, clock, seen } = connect({ openTimeout: 2_000 });
  await clock.advance(2_000);
  expect(server.last.cancelled).toBe(true);
  expect(seen.state).toMatchObject({ status: 'reconnecting', error: { kind: 'timeout' } });
});

test('takes any byte as a sign of life, comments included', async () => {
  const { server, clock, seen } = connect({ idleTimeout: 1_000 });
  await turns();
  server.last.open();
  await turns();
  for (let beat = 0; beat < 3; beat++) {
    await clock.advance(900);
    server.last.send(':\n');
    await turns();
  }
  expect(seen.state?.status).toBe('open');
  await clock.advance(1_000);
  expect(seen.state).toMatchObject({
    status: 'reconnecting',
    error: { kind: 'timeout', phase: 'idle' },
  });
});

test('tries again after a clean end of an event stream, and is done after one of another format', async () => {
  const events = connect();
  await turns();
  events.server.last.open();
  events.server.last.end();
  await turns();
  await expect.poll(() => events.seen.state).toMatchObject({ status: 'reconnecting', error: null });
  const lines = connect({ format: 'lines' });
  await turns();
  lines.server.last.open({ 'content-type': 'text/plain' });
  lines.server.last.send('a\nb');
  lines.server.last.end();
  await expect.poll(() => lines.seen.state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(lines.seen.data).toEqual(['a', 'b']);
});

test('does not repeat a begun answer without ids unless asked', async () => {
  for (const repeat of [false, true]) {
    const { server, seen } = connect({ format: 'lines', reconnect: { repeat } });
    await turns();
    server.last.open({ 'content-type': 'text/plain' });
    await turns();
    server.last.drop();
    await turns();
    expect(seen.state?.status).toBe(repeat ? 'reconnecting' : 'failed');
  }
});

test.for([
  [
    'a broken connection',
    'failed',
    (server: FakeServer) => {
      server.last.drop();
    },
  ],
  [
    'status 500',
    'failed',
    (server: FakeServer) => {
      server.last.refuse(500);
    },
  ],
  [
    'status 503',
    'reconnecting',
    (server: FakeServer) => {
      server.last.refuse(503);
    },
  ],
  [
    'a clean end',
    'closed',
    (server: FakeServer) => {
      server.last.open();
      server.last.end();
    },
  ],
] as const)('leaves a POST %s as %s', async ([, status, happen]) => {
  const { server, seen } = connect({ method: 'POST', body: 'x' });
  await turns();
  happen(server);
  await expect.poll(() => seen.state?.status).toBe(status);
});

test('waits longer from try to try, at most maxDelay, and begins anew after a healthy period', async () => {
  const { server, clock, seen } = connect({ reconnect: { delay: 1_000, maxDelay: 5_000 } });
  clock.chance = 1;
  const waits: number[] = [];
  await turns();
  for (let attempt = 0; attempt < 5; attempt++) {
    server.last.drop();
    await turns();
    const retryAt = seen.state?.retryAt ?? NaN;
    waits.push(retryAt - clock.now());
    await clock.advance(retryAt - clock.now());
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  server.last.open();
  await clock.advance(5_000);
  server.last.drop();
  await turns();
  expect(seen.state).toMatchObject({ attempt: 1, retryAt: clock.now() + 1_000 });
});

test('fails when the tries are used up, and never tries with `reconnect: false`', async () => {
  const limited = connect({ reconnect: { maxAttempts: 1 } });
  await turns();
  limited.server.last.drop();
  await limited.clock.advance(1_000);
  limited.server.last.drop();
  await turns();
  expect(limited.seen.state?.status).toBe('failed');
  const never = connect({ reconnect: false });
  await turns();
  never.server.last.drop();
  await turns();
  expect(never.seen.state?.status).toBe('failed');
});

test('lets shouldReconnect have the last word', async () => {
  const { server, seen } = connect({ reconnect: { shouldReconnect: () => true } });
  await turns();
  server.last.refuse(404);
  await turns();
  expect(seen.state?.status).toBe('reconnecting');
});

test('refuses a redirect of a request with custom headers, and says how to allow it', async () => {
  const { server, seen } = connect({ headers: { 'x-api-key': 'secret' } });
  await turns();
  expect(server.last.init.redirect).toBe('manual');
  server.last.refuse(302, { location: 'https://elsewhere.test' });
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(seen.state?.error?.message).toContain("redirect: 'follow'");
});

test('drops what a server sends again after a reconnect, by id and only in the leading run', async () => {
  const { server, seen, clock } = connect();
  await turns();
  server.last.open();
  await turns();
  server.last.send('id: 1\ndata: a\n\nid: 2\ndata: b\n\n');
  await turns();
  server.last.drop();
  await clock.advance(1_000);
  server.last.open();
  await turns();
  server.last.send(
    'data: hello\n\nid: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\nid: 2\ndata: d\n\n',
  );
  await turns();
  expect(seen.data).toEqual(['a', 'b', 'hello', 'c', 'd']);
});

test('takes no id for a sign of repetition where a server gives every event the same one', async () => {
  const { server, seen, clock } = connect();
  await turns();
  for (const word of ['a', 'b']) {
    server.last.open();
    await turns();
    server.last.send(`id: x\ndata: ${word}1\n\nid: x\ndata: ${word}2\n\n`);
    await turns();
    server.last.drop();
    await clock.advance(1_000);
  }
  expect(seen.data).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test('fails on a line longer than maxEventSize, with what came before delivered', async () => {
  const { server, seen } = connect({ maxEventSize: 100 });
  await turns();
  server.last.open();
  await turns();
  server.last.send(`data: a\n\ndata: ${'x'.repeat(200)}`);
  await turns();
  expect(seen.data).toEqual(['a']);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'size', limit: 100 } });
});

test('names the last state only once while nothing changes, and carries every key', async () => {
  const { seen } = connect();
  await turns();
  expect(seen.states).toEqual([
    { status: 'connecting', openedAt: null, retryAt: null, attempt: 0, error: null, reason: null },
  ]);
});

test('keeps tokens out of errors', async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch });
  const seen = collect(store, {
    url: 'https://example.test/s?token=secret#secret',
    headers: { a: 'secret' },
  });
  await turns();
  expect(JSON.stringify(store.connections())).not.toContain('secret');
  server.last.refuse(403);
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(`${seen.state?.error?.message ?? ''}${JSON.stringify(seen.state)}`).not.toContain(
    'secret',
  );
  expect(seen.state?.error?.url).toBe('https://example.test/s?token');
});

import {
  createConnectionStore,
  type RequestOptions,
  type StreamFormat,
} from 'use-event-stream/core';
import { mockStream, type MockStream } from 'use-event-stream/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';

const url = 'https://example.test/stream';
const start = 1_000_000;
// The time of a mock begins at the page's. Given back, for the files that follow have the same page.
vi.setSystemTime(start);
afterAll(() => {
  vi.useRealTimers();
});

function connect(options: RequestOptions & { format?: 'lines' } = {}, random = () => 0) {
  const stream = mockStream(url, { random });
  return { stream, seen: collect(stream.store, { url, ...options }) };
}

test('opens once status and content type have passed, and delivers events in order', async () => {
  const { stream, seen } = connect();
  await stream.connected();
  expect(seen.statuses).toEqual(['connecting']);
  await stream.open();
  expect(seen.statuses).toEqual(['connecting', 'open']);
  await stream.chunk('id: 1\ndata: a\n\nevent: note\ndata: b\n\n');
  expect(seen.events).toEqual([
    { type: 'message', data: 'a', lastEventId: '1', sequence: 1, receivedAt: start },
    { type: 'note', data: 'b', lastEventId: '1', sequence: 2, receivedAt: start },
  ]);
});

test('asks for an event stream that no cache may keep', async () => {
  const stream = mockStream(url);
  const fetch = vi.fn(stream.fetch);
  collect(createConnectionStore({ clock: new FakeClock(), fetch }), { url });
  const { headers } = await stream.connected();
  expect(headers.get('accept')).toBe('text/event-stream');
  expect(headers.has('last-event-id')).toBe(false);
  expect(fetch.mock.lastCall?.[1]?.cache).toBe('no-store');
});

test('resumes from the last event id, as UTF-8 bytes', async () => {
  const { stream } = connect({ reconnect: { delay: 1_000 } });
  await stream.open();
  await stream.send({ id: 'ß€', data: 'a' });
  await stream.drop();
  await stream.advance(1_000);
  const sent = stream.requests[1]?.headers.get('last-event-id') ?? '';
  const bytes = Uint8Array.from(sent, (byte) => byte.charCodeAt(0));
  expect(new TextDecoder().decode(bytes)).toBe('ß€');
});

test('takes the id of a block without data', async () => {
  const { stream, seen } = connect();
  await stream.open();
  await stream.send(['a', { id: '7' }, 'b']);
  expect(seen.events.map(({ lastEventId }) => lastEventId)).toEqual(['', '7']);
  await stream.drop();
  await stream.advance(1_000);
  expect(stream.requests[1]?.headers.get('last-event-id')).toBe('7');
});

test('closes for good on 204', async () => {
  const { stream, seen } = connect();
  await stream.reject(204);
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(stream.requests).toHaveLength(1);
});

test.for([408, 425, 429, 500, 502, 503, 504])('retries a GET after status %i', async (status) => {
  const { stream, seen } = connect();
  await stream.reject(status);
  expect(seen.state).toMatchObject({ status: 'reconnecting', attempt: 1 });
  await stream.advance(1_000);
  expect(stream.requests).toHaveLength(2);
});

test.for([201, 206, 400, 401, 403, 404, 410, 501])(
  'fails for good after status %i',
  async (status) => {
    const { stream, seen } = connect();
    await stream.reject(status, { body: 'why' });
    await stream.advance(60_000);
    expect(seen.state).toMatchObject({
      status: 'failed',
      error: { kind: 'http', status, body: 'why', url },
    });
    expect(stream.requests).toHaveLength(1);
  },
);

test('fails on another content type, and shows how the answer begins', async () => {
  const { stream, seen } = connect();
  await stream.open({ headers: { 'content-type': 'text/html' } });
  await stream.chunk('<!doctype html>'.padEnd(20_000, '.'));
  expect(seen.state?.status).toBe('failed');
  const error = seen.state?.error;
  if (error?.kind !== 'contentType') throw new Error('another kind');
  expect(error.contentType).toBe('text/html');
  expect(error.body).toHaveLength(16_384);
  expect(error.body).toMatch(/^<!doctype html>/);
});

test('takes an event stream whose type has parameters and capitals', async () => {
  const { stream, seen } = connect();
  await stream.open({ headers: { 'content-type': 'Text/Event-Stream; charset=utf-8' } });
  expect(seen.statuses).toEqual(['connecting', 'open']);
});

test('waits no less than Retry-After, in seconds or as a date', async () => {
  const { stream } = connect();
  await stream.reject(503, { headers: { 'retry-after': '2' } });
  await stream.advance(1_999);
  expect(stream.requests).toHaveLength(1);
  await stream.advance(1);
  expect(stream.requests).toHaveLength(2);
  const date = new Date(start + 9_000).toUTCString();
  await stream.reject(503, { headers: { 'retry-after': date } });
  await stream.advance(6_999);
  expect(stream.requests).toHaveLength(2);
  await stream.advance(1);
  expect(stream.requests).toHaveLength(3);
});

test('keeps to Retry-After where the page goes offline and comes back meanwhile', async () => {
  const { stream, seen } = connect();
  await stream.reject(503, { headers: { 'retry-after': '20' } });
  await stream.offline();
  await stream.online();
  await stream.advance(19_900);
  expect(seen.state).toMatchObject({ status: 'reconnecting', retryAt: start + 20_000 });
  expect(stream.requests).toHaveLength(1);
  await stream.advance(200);
  expect(stream.requests).toHaveLength(2);
});

test('waits no longer than it said where the clock is set back', async () => {
  const clock = new FakeClock();
  const stream = mockStream(url);
  let shift = 0;
  const store = createConnectionStore({
    clock: Object.assign(Object.create(clock) as FakeClock, { now: () => clock.now() - shift }),
    fetch: stream.fetch,
  });
  const seen = collect(store, { url, idleTimeout: 10_000 });
  await stream.drop();
  shift = 3_600_000;
  await clock.advance(1_000);
  expect(stream.requests).toHaveLength(2);
  await stream.open();
  shift = 7_200_000;
  await clock.advance(21_000);
  expect(seen.state).toMatchObject({ error: { kind: 'timeout' } });
});

test('tells of a status whose body does not come to an end within `openTimeout`', async () => {
  const { stream, seen } = connect({ openTimeout: 500 });
  await stream.open({ status: 404 });
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'http', status: 404 } });
  expect(stream.requests).toHaveLength(1);
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
  const { stream, seen } = connect();
  await stream.reject(status);
  expect(seen.state?.error?.message).toBe(`${url} answered with status ${status}.`);
});

test('sends headers that come from an iterator', async () => {
  const headers = () => new Map([['x-token', 't']]).entries();
  const { stream } = connect({ headers: headers as never });
  const request = await stream.connected();
  expect(request.headers.get('x-token')).toBe('t');
});

test('asks for no fresh headers where nothing is to be tried again', async () => {
  for (const reconnect of [false, { shouldReconnect: () => false }]) {
    const { stream, seen } = connect({ reconnect, headers: () => ({}) });
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
  const { stream } = connect();
  await stream.open();
  await stream.retry(99_999_999_999);
  await stream.drop();
  await stream.advance(29_999);
  expect(stream.requests).toHaveLength(1);
  await stream.advance(1);
  expect(stream.requests).toHaveLength(2);
  await stream.open();
  await stream.send({ retry: 0, data: 'x' });
  await stream.advance(6_000);
  await stream.drop();
  await stream.advance(99);
  expect(stream.requests).toHaveLength(2);
  await stream.advance(1);
  expect(stream.requests).toHaveLength(3);
});

test('asks for fresh headers once after a 401, at once, and fails after another', async () => {
  const calls: unknown[] = [];
  const { stream, seen } = connect({
    headers: ({ attempt, error }) => {
      calls.push([attempt, error?.kind]);
      return Promise.resolve({ authorization: `Bearer ${calls.length}` });
    },
  });
  await stream.reject(401);
  expect(stream.requests).toHaveLength(2);
  expect(stream.requests[1]?.headers.get('authorization')).toBe('Bearer 2');
  expect(seen.statuses).toEqual(['connecting']);
  await stream.reject(401);
  expect(seen.state?.status).toBe('failed');
  expect(calls).toEqual([
    [0, undefined],
    [0, 'http'],
  ]);
});

test('tells a `headers` function which headers a 401 has refused, and of nothing else', async () => {
  const seen: (string | null)[] = [];
  const { stream } = connect({
    headers: ({ refused }) => {
      seen.push(refused && refused.get('authorization'));
      return { authorization: `token ${seen.length}` };
    },
  });
  await stream.reject(503);
  await stream.advance(1_000);
  await stream.reject(401);
  await stream.drop();
  await stream.advance(5_000);
  expect(seen).toEqual([null, null, 'token 2', null]);
});

test('may refresh again after a healthy period', async () => {
  const { stream } = connect({ headers: () => ({ authorization: 'x' }) });
  await stream.reject(401);
  expect(stream.requests).toHaveLength(2);
  await stream.open();
  await stream.advance(5_000);
  await stream.drop();
  await stream.advance(1_000);
  expect(stream.requests).toHaveLength(3);
  await stream.reject(401);
  expect(stream.requests).toHaveLength(4);
});

test('counts headers that throw as a failed attempt, and a token that never comes as a timeout', async () => {
  let calls = 0;
  const { stream, seen } = connect({
    openTimeout: 5_000,
    headers: () => {
      calls += 1;
      if (calls === 1) throw new Error('no session');
      return new Promise<HeadersInit>(() => undefined);
    },
  });
  await stream.settled();
  expect(seen.state).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
  await stream.advance(1_000);
  expect(calls).toBe(2);
  await stream.advance(5_000);
  expect(seen.state).toMatchObject({ error: { kind: 'timeout', phase: 'open' } });
  expect(stream.requests).toHaveLength(0);
});

test('gives up on an answer that does not come, and tries again', async () => {
  const { stream, seen } = connect({ openTimeout: 2_000 });
  await stream.advance(2_000);
  expect([stream.requests.length, stream.openConnections]).toEqual([1, 0]);
  expect(seen.state).toMatchObject({
    status: 'reconnecting',
    error: {
      ...{ kind: 'timeout', phase: 'open' },
      message: expect.stringContaining('did not answer within 2000 ms') as string,
    },
  });
});

test.for<[string, RequestOptions & { format?: 'lines' }, readonly number[]]>([
  // Firefox gives an answer only with its first byte, and a server may have nothing to say for long.
  ['Server-Sent Events', {}, [1, 1, 1, 1]],
  ['another format', { format: 'lines' }, [1, 2, 3, 4]],
])('counts a %s silence as it is meant', async ([, options, attempts]) => {
  const { stream, seen } = connect({
    ...options,
    openTimeout: 2_000,
    reconnect: { maxAttempts: 9 },
  });
  for (const attempt of attempts) {
    await stream.advance(2_000);
    expect(seen.state).toMatchObject({ status: 'reconnecting', attempt });
    // Chance gives the shortest wait, whatever the longest one is.
    await stream.advance(100);
  }
  expect(stream.requests).toHaveLength(5);
});

test('does not wait ever longer for a server that says nothing yet', async () => {
  const { stream, seen } = connect({ openTimeout: 2_000 }, () => 0.999);
  for (let silences = 0; silences < 6; silences++) {
    await stream.advance(2_000);
    expect(seen.state?.error?.message).toContain('have the server send a comment at once');
    await stream.advance(1_000);
  }
  expect(stream.requests).toHaveLength(7);
});

test('never tries again after a silence where `reconnect` is false, nor where it was a POST', async () => {
  for (const options of [{ reconnect: false }, { method: 'POST' }]) {
    const { stream, seen } = connect({ openTimeout: 2_000, ...options });
    await stream.advance(2_000);
    expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'timeout' } });
  }
});

test('counts every silence of a POST that may be repeated', async () => {
  const reconnect = { repeat: true, maxAttempts: 2 };
  const { stream, seen } = connect({ openTimeout: 2_000, method: 'POST', reconnect });
  await stream.advance(60_000);
  expect(stream.requests).toHaveLength(3);
  expect(seen.state).toMatchObject({ status: 'failed', attempt: 2, error: { kind: 'timeout' } });
});

test('takes any byte as a sign of life, comments included', async () => {
  const { stream, seen } = connect({ idleTimeout: 1_000 });
  await stream.open();
  for (let beat = 0; beat < 3; beat++) {
    await stream.advance(900);
    await stream.chunk(':\n');
  }
  expect(seen.state?.status).toBe('open');
  await stream.advance(1_000);
  expect(seen.state).toMatchObject({
    status: 'reconnecting',
    error: {
      ...{ kind: 'timeout', phase: 'idle' },
      message: expect.stringContaining('sent nothing for 1000 ms') as string,
    },
  });
});

const plain = { headers: { 'content-type': 'text/plain' } };

test('tries again after a clean end of an event stream, and is done after one of another format', async () => {
  const events = connect();
  await events.stream.open();
  await events.stream.end();
  expect(events.seen.state).toMatchObject({ status: 'reconnecting', error: null });
  const lines = connect({ format: 'lines' });
  await lines.stream.open(plain);
  await lines.stream.chunk('a\nb');
  await lines.stream.end();
  expect(lines.seen.state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(lines.seen.data).toEqual(['a', 'b']);
});

test('does not repeat a begun answer without ids unless asked', async () => {
  for (const repeat of [false, true]) {
    const { stream, seen } = connect({ format: 'lines', reconnect: { repeat } });
    await stream.open(plain);
    await stream.drop();
    expect(seen.state?.status).toBe(repeat ? 'reconnecting' : 'failed');
  }
});

test.for<[string, string, (stream: MockStream) => Promise<void>]>([
  ['a broken connection', 'failed', (stream) => stream.drop()],
  ['status 500', 'failed', (stream) => stream.reject(500)],
  ['status 503', 'reconnecting', (stream) => stream.reject(503)],
  ['a clean end', 'closed', (stream) => stream.open().then(stream.end)],
])('leaves a POST %s as %s', async ([, status, happen]) => {
  const { stream, seen } = connect({ method: 'POST', body: 'x' });
  await happen(stream);
  expect(seen.state?.status).toBe(status);
});

test('waits longer from try to try, at most maxDelay, and begins anew after a healthy period', async () => {
  const { stream, seen } = connect({ reconnect: { delay: 1_000, maxDelay: 5_000 } }, () => 1);
  const waits: number[] = [];
  let now = start;
  for (let attempt = 0; attempt < 5; attempt++) {
    await stream.drop();
    const wait = (seen.state?.retryAt ?? NaN) - now;
    waits.push(wait);
    await stream.advance(wait);
    now += wait;
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  await stream.open();
  await stream.advance(5_000);
  await stream.drop();
  expect(seen.state).toMatchObject({ attempt: 1, retryAt: now + 6_000 });
});

test('fails when the tries are used up, and never tries with `reconnect: false`', async () => {
  const limited = connect({ reconnect: { maxAttempts: 1 } });
  await limited.stream.drop();
  await limited.stream.advance(1_000);
  await limited.stream.drop();
  expect(limited.seen.state?.status).toBe('failed');
  const never = connect({ reconnect: false });
  await never.stream.drop();
  expect(never.seen.state?.status).toBe('failed');
});

test('lets shouldReconnect have the last word', async () => {
  const { stream, seen } = connect({ reconnect: { shouldReconnect: () => true } });
  await stream.reject(404);
  expect(seen.state?.status).toBe('reconnecting');
});

test('refuses a redirect of a request with custom headers, and says how to allow it', async () => {
  const stream = mockStream(url);
  const fetch = vi.fn(stream.fetch);
  const store = createConnectionStore({ clock: new FakeClock(), fetch });
  const seen = collect(store, { url, headers: { 'x-api-key': 'secret' } });
  await stream.reject(302, { headers: { location: 'https://elsewhere.test' } });
  expect(fetch.mock.lastCall?.[1]?.redirect).toBe('manual');
  expect(seen.state?.status).toBe('failed');
  expect(seen.state?.error?.message).toContain("redirect: 'follow'");
});

test('drops what a server sends again after a reconnect, by id and only in the leading run', async () => {
  const { stream, seen } = connect();
  await stream.open();
  const sent = [
    { id: '1', data: 'a' },
    { id: '2', data: 'b' },
  ];
  await stream.send(sent);
  await stream.drop();
  await stream.advance(1_000);
  await stream.open();
  await stream.send(['hello', ...sent, { id: '3', data: 'c' }, { id: '2', data: 'd' }]);
  expect(seen.data).toEqual(['a', 'b', 'hello', 'c', 'd']);
});

test('takes no id for a sign of repetition where a server gives every event the same one', async () => {
  const { stream, seen } = connect();
  for (const word of ['a', 'b']) {
    await stream.open();
    await stream.send([1, 2].map((number) => ({ id: 'x', data: `${word}${number}` })));
    await stream.drop();
    await stream.advance(1_000);
  }
  expect(seen.data).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test('fails on a line longer than maxEventSize, with what came before delivered', async () => {
  const { stream, seen } = connect({ maxEventSize: 100 });
  await stream.open();
  await stream.chunk(`data: a\n\ndata: ${'x'.repeat(200)}`);
  expect(seen.data).toEqual(['a']);
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'size', limit: 100 } });
});

test('names the last state only once while nothing changes, and carries every key', async () => {
  const { stream, seen } = connect();
  await stream.settled();
  expect(seen.states).toEqual([
    { status: 'connecting', openedAt: null, retryAt: null, attempt: 0, error: null, reason: null },
  ]);
});

test('keeps tokens out of errors', async () => {
  const stream = mockStream('https://example.test/s');
  const seen = collect(stream.store, {
    url: 'https://example.test/s?token=secret#secret',
    headers: { a: 'secret' },
  });
  await stream.connected();
  expect(JSON.stringify(stream.store.connections())).not.toContain('secret');
  await stream.reject(403);
  expect(seen.state?.status).toBe('failed');
  expect(`${seen.state?.error?.message ?? ''}${JSON.stringify(seen.state)}`).not.toContain(
    'secret',
  );
  expect(seen.state?.error?.url).toBe('https://example.test/s?token');
});

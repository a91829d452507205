import type { ServerResponse } from 'node:http';
import { createConnectionStore, json, StreamError, type StoreOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventStream } from '../support/eventSource.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { serve } from '../support/httpServer.ts';

const data = (...texts: readonly string[]) => texts.map((text) => `data: ${text}\n\n`).join('');

function setUp(options: StoreOptions = {}) {
  const store = createConnectionStore(options);
  onTestFinished(() => {
    store.close();
  });
  return store;
}

/** A server that answers each request with the next of these, and notes what is left open. */
async function serveEach(...answers: readonly ((response: ServerResponse) => void)[]) {
  const open = new Set<ServerResponse>();
  let count = 0;
  const server = await serve((_, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    response.writeHead(200, eventStream);
    const answer = answers[count++ % answers.length];
    answer?.(response);
  });
  return { url: server.url, requests: server.requests, open };
}

const send = (text: string) => (response: ServerResponse) => {
  response.write(text);
};

const once = { reconnect: false, linger: 0 } as const;

async function all<T>(events: AsyncIterable<{ data: T }>): Promise<T[]> {
  const read: T[] = [];
  for await (const event of events) read.push(event.data);
  return read;
}

/** What a promise rejects with. */
const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

test('opens when the reading begins, gives events in order and leaves with break', async () => {
  const server = await serveEach(send(data('a', 'b', 'c')));
  const store = setUp();
  const events = store.events(server.url, once);
  expect(store.connections()).toEqual([]);
  const read: unknown[] = [];
  for await (const event of events) {
    read.push(event);
    expect(store.connections()).toMatchObject([{ subscribers: 1 }]);
    if (event.data === 'b') break;
  }
  expect(read).toMatchObject([
    { type: 'message', data: 'a', sequence: 1 },
    { type: 'message', data: 'b', sequence: 2 },
  ]);
  expect(store.connections()).toEqual([]);
  await expect.poll(() => server.open.size).toBe(0);
  expect(await events.next()).toEqual({ done: true, value: undefined });
  expect(server.requests).toHaveLength(1);
});

test('an end by `until` leaves at once, also while what came before is still unread', async () => {
  const server = await serveEach(send(data('1', '2', '[DONE]', '3')));
  const store = setUp();
  const events = store.events(server.url, {
    ...once,
    parse: json<number>,
    until: { data: '[DONE]' },
  });
  const first = await events.next();
  await expect.poll(() => store.connections()).toEqual([]);
  expect([first.value?.data, ...(await all(events))]).toEqual([1, 2]);
});

test('a test of `until` is given what was parsed, and its event is the last one', async () => {
  const server = await serveEach(send(data('1', '2', '3')));
  const events = setUp().events(server.url, {
    ...once,
    parse: json<number>,
    until: (event) => event.data === 2,
  });
  expect(await all(events)).toEqual([1, 2]);
});

test('who asks again after an end reads a stream of its own, within the linger too', async () => {
  const server = await serveEach(send(data('a', 'end')), send(data('b', 'end')));
  const store = setUp({ clock: new FakeClock() });
  const options = { until: { data: 'end' } };
  expect(await all(store.events(server.url, options))).toEqual(['a']);
  expect(await all(store.events(server.url, options))).toEqual(['b']);
});

test('`failOn` fails with the kind `job`, after the events before it', async () => {
  const server = await serveEach(send(`${data('a')}event: error\ndata: {"message":"no disk"}\n\n`));
  const events = setUp().events(server.url, { ...once, failOn: 'error' });
  expect((await events.next()).value?.data).toBe('a');
  const error = await rejected(events.next());
  expect(error).toBeInstanceOf(StreamError);
  expect(error).toMatchObject({ kind: 'job', reason: 'no disk', event: { type: 'error' } });
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('a failed stream throws its error once what came before is read', async () => {
  const server = await serveEach((response) => {
    response.write(data('a', 'b'), () => response.destroy());
  });
  const store = setUp();
  const events = store.events(server.url, once);
  const read: string[] = [];
  const loop = async () => {
    for await (const event of events) {
      read.push(event.data);
      // It has failed before the second one is read.
      await vi.waitUntil(() => store.connections().length === 0);
    }
  };
  expect(await rejected(loop())).toMatchObject({ name: 'StreamError', kind: 'network' });
  expect(read).toEqual(['a', 'b']);
});

test('a status that is refused is thrown', async () => {
  const server = await serve((_, response) => {
    response.writeHead(404).end('no such stream');
  });
  const error = await rejected(all(setUp().events(server.url)));
  expect(error).toMatchObject({ kind: 'http', status: 404, reason: 'no such stream' });
});

test('a clean end that is not tried again ends the loop, and so does the end of the store', async () => {
  const server = await serve((request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (request.url === '/short') response.end('1\n2\n');
    else response.write('1\n');
  });
  const store = setUp();
  expect(await all(store.events(`${server.url}/short`, { parse: json<number> }))).toEqual([1, 2]);
  const events = store.events(`${server.url}/long`);
  await events.next();
  const last = events.next();
  store.close();
  expect(await last).toEqual({ done: true, value: undefined });
});

test('a reconnect is not seen', async () => {
  const server = await serveEach(
    (response) => {
      response.write(`id: 1\n${data('a')}`, () => response.destroy());
    },
    send(`id: 2\n${data('b', 'end')}`),
  );
  const events = setUp().events(server.url, {
    reconnect: { delay: 0 },
    until: { data: 'end' },
    linger: 0,
  });
  expect(await all(events)).toEqual(['a', 'b']);
  expect(server.requests[1]?.headers['last-event-id']).toBe('1');
});

test('an abort throws the reason of the signal at once and leaves', async () => {
  const server = await serveEach(send(data('a', 'b')));
  const store = setUp();
  const control = new AbortController();
  const events = store.events(server.url, { ...once, signal: control.signal });
  await events.next();
  const reason = new Error('enough');
  control.abort(reason);
  expect(store.connections()).toEqual([]);
  // What waits is not read any more.
  expect(await rejected(events.next())).toBe(reason);
  expect(await events.next()).toEqual({ done: true, value: undefined });
  await expect.poll(() => server.open.size).toBe(0);
});

test('an abort reaches a loop that waits, and one that has not begun', async () => {
  const server = await serveEach(send(data('a')));
  const store = setUp();
  const control = new AbortController();
  const options = { ...once, signal: control.signal };
  const events = store.events(server.url, options);
  const late = store.events(server.url, options);
  await events.next();
  const waiting = rejected(events.next());
  control.abort();
  expect(await waiting).toMatchObject({ name: 'AbortError' });
  expect(await rejected(late.next())).toMatchObject({ name: 'AbortError' });
  expect(server.requests).toHaveLength(1);
});

test('a signal keeps nothing of a loop that has ended', async () => {
  const server = await serveEach(send(data('a', 'b')));
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  for await (const event of setUp().events(server.url, { ...once, signal })) {
    if (event.data === 'b') break;
  }
  expect(added).toHaveBeenCalledOnce();
  expect(removed).toHaveBeenCalledWith(...(added.mock.calls[0] ?? []));
});

test('`return` ends a loop that waits for the next event', async () => {
  const server = await serveEach(send(data('a')));
  const store = setUp();
  const events = store.events(server.url, once);
  await events.next();
  const waiting = events.next();
  expect(await events.return()).toEqual({ done: true, value: undefined });
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(store.connections()).toEqual([]);
});

test('`return` before the first event opens nothing', async () => {
  const store = setUp();
  const events = store.events('http://127.0.0.1:9/never');
  await events.return();
  expect(await events.next()).toEqual({ done: true, value: undefined });
  expect(store.connections()).toEqual([]);
});

test('several calls of `next` at once are answered in order', async () => {
  const server = await serveEach(send(data('a', 'b', 'c')));
  const events = setUp().events(server.url, once);
  const results = await Promise.all([events.next(), events.next(), events.next()]);
  expect(results.map(({ value }) => value?.data)).toEqual(['a', 'b', 'c']);
  await events.return();
});

const numbers = Array.from({ length: 5_000 }, (_, index) => String(index));

test('a burst falls out for nobody who reads it as it comes', async () => {
  const server = await serveEach(send(data(...numbers, 'end')));
  const events = setUp().events(server.url, { ...once, maxEvents: 1, until: { data: 'end' } });
  expect(await all(events)).toEqual(numbers);
  expect(events.dropped).toBe(0);
});

/** A loop that has read one event, and does not read on before all of the rest has come and had its turn. */
async function slowly(options: { maxEvents?: number; maxBytes?: number }, texts = numbers) {
  const server = await serveEach(send(data('first', ...texts, 'end')));
  const clock = new FakeClock();
  const store = setUp({ clock });
  const events = store.events(server.url, { ...once, ...options, until: { data: 'end' } });
  expect((await events.next()).value?.data).toBe('first');
  await vi.waitUntil(() => store.connections().length === 0);
  await clock.advance(0);
  return { read: await all(events), dropped: events.dropped };
}

test('of what waits for a slow loop the oldest fall out, and are counted', async () => {
  expect(await slowly({ maxEvents: 10 })).toEqual({ read: numbers.slice(-10), dropped: 4_990 });
  expect(await slowly({})).toEqual({ read: numbers.slice(-1_000), dropped: 4_000 });
});

test('what waits is bounded in bytes too; the newest stays', async () => {
  const texts = ['x', 'y', 'z'].map((letter) => letter.repeat(1_000));
  const counted = 64 + 'message'.length + 1_000;
  expect(await slowly({ maxBytes: 2 * counted }, texts)).toEqual({
    read: texts.slice(1),
    dropped: 1,
  });
  expect(await slowly({ maxBytes: 2 * counted - 1 }, texts)).toEqual({
    read: texts.slice(2),
    dropped: 2,
  });
  expect((await slowly({ maxBytes: 0 }, texts)).read).toEqual(texts.slice(2));
});

test('what cannot be decoded is counted and told, and the loop goes on', async () => {
  const server = await serveEach(send(data('1', 'no JSON', '3', 'end')));
  const onReject = vi.fn();
  const events = setUp().events(server.url, {
    ...once,
    parse: json<number>,
    until: { data: 'end' },
    onReject,
  });
  expect(await all(events)).toEqual([1, 3]);
  expect(events.rejected).toBe(1);
  expect(onReject.mock.calls).toMatchObject([[{ kind: 'parse', event: { data: 'no JSON' } }]]);
});

test('a map of events types them and picks those that are named', async () => {
  const server = await serveEach(
    send(`event: price\ndata: 2\n\n${data('other')}event: note\ndata: 3\n\nevent: end\ndata\n\n`),
  );
  const events = setUp().events(server.url, {
    ...once,
    events: { price: json<number>, note: 'text' },
    until: (event) => event.type === 'note',
  });
  const read: [string, number | string][] = [];
  for await (const event of events) {
    if (event.type === 'price') read.push([event.type, event.data + 1]);
    else read.push([event.type, event.data.toUpperCase()]);
  }
  expect(read).toEqual([
    ['price', 3],
    ['note', '3'],
  ]);
});

test('a parser that ends the loop itself ends it there', async () => {
  const server = await serveEach(send(data('1', '2', '3')));
  const control = new AbortController();
  const events = setUp().events(server.url, {
    ...once,
    signal: control.signal,
    parse: (text) => {
      if (text === '2') control.abort(new Error('seen'));
      return text;
    },
  });
  expect(await rejected(all(events))).toEqual(new Error('seen'));
});

test('two loops on one stream share its connection', async () => {
  const server = await serveEach(send(data('a', 'end')));
  const store = setUp();
  const read = () => all(store.events(server.url, { ...once, until: { data: 'end' } }));
  expect(await Promise.all([read(), read()])).toEqual([['a'], ['a']]);
  expect(server.requests).toHaveLength(1);
});

test('a late loop is given the recent events; an end among them is its own alone', async () => {
  const server = await serveEach(send(data('a', 'end', 'b')));
  const store = setUp();
  const events = store.events(server.url, once);
  await events.next();
  expect(await all(store.events(server.url, { ...once, until: { data: 'end' } }))).toEqual(['a']);
  expect(store.connections()).toMatchObject([{ subscribers: 1 }]);
  expect((await events.next()).value?.data).toBe('end');
  expect(server.requests).toHaveLength(1);
});

test('what is wrong with a url is told at the call', () => {
  expect(() => setUp().events('http://')).toThrow(TypeError);
});

test.runIf(__DEV__).for<[string, object]>([
  ['maxEvents', { maxEvents: 0 }],
  ['signal', { signal: {} }],
  ['until', { until: 1 }],
  ['events.price', { events: { price: 1 } }],
])('a wrong %s is named at the call', ([name, options]) => {
  expect(() => setUp().events('http://127.0.0.1:9/never', options)).toThrow(name);
});

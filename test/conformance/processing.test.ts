import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { eventStream, listen, serveStream } from '../support/eventSource.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { serve } from '../support/httpServer.ts';

/** Waits out every time, a second after another, until the condition holds. */
async function passTime(clock: FakeClock, condition: () => boolean): Promise<void> {
  await expect
    .poll(
      async () => {
        await clock.advance(1_000);
        return condition();
      },
      { interval: 1 },
    )
    .toBe(true);
}

/** The header as the UTF-8 that it is, or null where there is none. */
const lastEventIdOf = ({ headers }: IncomingMessage) => {
  const header = headers['last-event-id'];
  return typeof header === 'string' ? Buffer.from(header, 'latin1').toString() : null;
};

/** Answers the first requests with these streams, each ended, and lets the next one wait. */
function serveStreams(...streams: string[]) {
  const left = [...streams];
  return serve((_, response) => {
    const stream = left.shift();
    if (stream === undefined) return;
    response.writeHead(200, eventStream);
    response.end(stream);
  });
}

/** Reads streams one after another; gives the `Last-Event-ID` of every request, the last unanswered. */
async function idsSentFor(...streams: string[]) {
  const server = await serveStreams(...streams);
  const clock = new FakeClock();
  const source = listen(server.url, { clock });
  await passTime(clock, () => server.requests.length > streams.length);
  source.close();
  return server.requests.map(lastEventIdOf);
}

test('asks with GET for an event stream, past every cache', async () => {
  const server = await serveStream('');
  const source = listen(`${server.url}/a?b=c`, { clock: new FakeClock() });
  await source.lost;
  const [request] = server.requests;
  expect([request?.method, request?.url]).toEqual(['GET', '/a?b=c']);
  expect(request?.headers).toMatchObject({
    accept: 'text/event-stream',
    'cache-control': 'no-cache',
    pragma: 'no-cache',
  });
});

test('asks with the cache mode `no-store`, and never for a part', async () => {
  const server = new FakeServer();
  listen('https://example.test/', { fetch: server.fetch });
  await turns();
  expect(server.last.init).toMatchObject({ method: 'GET', cache: 'no-store', redirect: 'follow' });
  expect(server.last.headers.has('range')).toBe(false);
});

test('asks with own headers beside those of the standard', async () => {
  const server = await serveStream('');
  const source = listen(server.url, { clock: new FakeClock(), headers: { authorization: 'x' } });
  await source.lost;
  expect(server.requests[0]?.headers).toMatchObject({
    accept: 'text/event-stream',
    authorization: 'x',
  });
});

test('opens once the headers have come, without waiting for a body', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, eventStream).flushHeaders();
  });
  const source = listen(server.url);
  await expect.poll(() => source.log).toEqual(['open 1']);
});

test.for([201, 202, 203, 204, 205, 206, 300, 304, 400, 401, 403, 404, 410, 429, 500, 501, 503])(
  'closes for good after status %i, with one error event',
  async (status) => {
    const server = await serve((_, response) => {
      response.writeHead(status, eventStream);
      response.end('data: a\n\n');
    });
    const clock = new FakeClock();
    const source = listen(server.url, { clock });
    await source.lost;
    await clock.advance(86_400_000);
    expect([source.readyState, source.log, clock.pending]).toEqual([2, ['error 2'], 0]);
    expect(server.requests).toHaveLength(1);
  },
);

test.for([
  null,
  '',
  'text/plain',
  'text/html',
  'application/json',
  'application/x-ndjson',
  'text/event-streams',
  'text/event-stream-x',
  'text/event stream',
  'text/event-stream bogus',
  'x text/event-stream',
  'event-stream',
  'text/event-stream, text/html',
  'text/event-stream;a="text/html, text/plain", text/plain',
])('closes for good after the content type %j, with one error event', async (contentType) => {
  const headers = contentType === null ? {} : { 'content-type': contentType };
  const server = await serveStream('data: a\n\n', headers);
  const clock = new FakeClock();
  const source = listen(server.url, { clock });
  await source.lost;
  await clock.advance(86_400_000);
  expect([source.readyState, source.log, clock.pending]).toEqual([2, ['error 2'], 0]);
  expect(server.requests).toHaveLength(1);
});

test.for([
  'text/event-stream',
  'TEXT/Event-Stream',
  'text/event-stream;charset=utf-8',
  'text/event-stream ; charset="UTF-8"',
  'text/event-stream;',
  'text/event-stream;bogus',
  'text/event-stream; charset=windows-1252; a=b',
  'text/html, text/event-stream',
  'text/event-stream, text/event-stream',
  'text/event-stream;charset=utf-8,text/event-stream',
  'text/event-stream, bogus',
  'text/event-stream, */*',
  'text/event-stream; a="x, text/html"',
])('takes the content type %j', async (contentType) => {
  const server = await serveStream('data: a\n\n', { 'content-type': contentType });
  const source = listen(server.url, { clock: new FakeClock() });
  await source.lost;
  expect(source.log).toEqual(['open 1', 'message 1', 'error 0']);
});

/** A server that sends every request for `/` with this status to the other server's `/there`. */
function redirecting(status: number, target: string) {
  return serve((_, response) => {
    response.writeHead(status, { location: `${target}/there` });
    response.end();
  });
}

test.for([301, 302, 303, 307, 308])(
  'follows status %i, and gives messages the origin of where it led',
  async (status) => {
    const target = await serveStream('data: a\n\n');
    const server = await redirecting(status, target.url);
    const clock = new FakeClock();
    const source = listen(server.url, { clock });
    const origins: string[] = [];
    source.onmessage = ({ origin }) => origins.push(origin);
    await source.lost;
    expect(origins).toEqual([target.url]);
    expect(source.url).toBe(`${server.url}/`);
    expect(target.requests).toMatchObject([
      { method: 'GET', url: '/there', headers: { accept: 'text/event-stream' } },
    ]);
  },
);

test('asks at its own url again after a redirect', async () => {
  const target = await serveStream('data: a\n\n');
  const server = await redirecting(307, target.url);
  const clock = new FakeClock();
  listen(server.url, { clock });
  await passTime(clock, () => target.requests.length > 1);
  expect(server.requests.length).toBe(target.requests.length);
});

test('closes for good where a redirect leads to an error', async () => {
  const target = await serve((_, response) => {
    response.writeHead(404).end();
  });
  const server = await redirecting(302, target.url);
  const source = listen(server.url, { clock: new FakeClock() });
  await source.lost;
  expect(source.log).toEqual(['error 2']);
});

test('is open when it says so, connecting after a clean end, and opens again', async () => {
  const server = await serveStreams('data: a\n\n', 'data: b\n\n');
  const clock = new FakeClock();
  const source = listen(server.url, { clock });
  await passTime(clock, () => server.requests.length > 2);
  expect(source.log).toEqual(['open 1', 'message 1', 'error 0', 'open 1', 'message 1', 'error 0']);
  expect(source.readyState).toBe(0);
});

test('tries again after a connection that breaks, before the answer and within it', async () => {
  const answers = [
    (response: ServerResponse) => response.destroy(),
    (response: ServerResponse) => {
      response.writeHead(200, eventStream);
      response.write('id: 1\ndata: a\n\ndata: b', () => response.destroy());
    },
    (response: ServerResponse) => {
      response.writeHead(200, eventStream);
      response.write('data: c\n\n');
    },
  ];
  const server = await serve((_, response) => answers.shift()?.(response));
  const clock = new FakeClock();
  const source = listen(server.url, { clock });
  await passTime(clock, () => source.messages.length === 2);
  expect(source.messages.map(({ data }) => data)).toEqual(['a', 'c']);
  expect(source.log).toEqual(['error 0', 'open 1', 'message 1', 'error 0', 'open 1', 'message 1']);
  expect(server.requests.map(lastEventIdOf)).toEqual([null, null, '1']);
});

test('tries again where nobody listens, each time with an error event', async () => {
  const server = await serveStream('data: a\n\n');
  await server.kill();
  const clock = new FakeClock();
  const source = listen(server.url, { clock });
  await passTime(clock, () => source.log.length >= 2);
  expect(source.log.every((event) => event === 'error 0')).toBe(true);
  await server.start();
  await passTime(clock, () => source.messages.length > 0);
  expect(source.log).toContain('open 1');
});

test('waits for the reconnection time, some seconds unless the stream sets one, before it asks again', async () => {
  for (const [stream, time] of [
    ['', 3_000],
    ['retry: 7000\n\n', 7_000],
    ['retry: 500\n\n', 500],
  ] as const) {
    const clock = new FakeClock();
    const server = new FakeServer();
    const source = listen('https://example.test/', { clock, fetch: server.fetch });
    await turns();
    server.last.open();
    server.last.send(stream);
    server.last.end();
    await source.lost;
    await clock.advance(time - 1);
    expect(server.requests).toHaveLength(1);
    expect(source.readyState).toBe(0);
    await clock.advance(1);
    expect(server.requests).toHaveLength(2);
  }
});

test('keeps the reconnection time for the streams that follow', async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  listen('https://example.test/', { clock, fetch: server.fetch });
  await turns();
  server.last.open();
  server.last.send('retry: 7000\n\n');
  server.last.end();
  await clock.advance(7_000);
  server.last.drop();
  await clock.advance(6_999);
  expect(server.requests).toHaveLength(2);
  await clock.advance(1);
  expect(server.requests).toHaveLength(3);
});

test('waits longer while tries fail', async () => {
  const clock = new FakeClock();
  clock.chance = 1;
  const server = new FakeServer();
  listen('https://example.test/', { clock, fetch: server.fetch });
  const waits: number[] = [];
  await turns();
  for (let tries = 1; tries <= 4; tries++) {
    server.last.drop();
    const begin = clock.now();
    while (server.requests.length === tries) await clock.advance(500);
    waits.push(clock.now() - begin);
  }
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits[3]).toBeGreaterThan(2 * (waits[0] ?? Infinity));
});

test('sends no last event id before there was one', async () => {
  expect(await idsSentFor('data: a\n\n')).toEqual([null, null]);
});

test('sends the last event id, in UTF-8, with every further request', async () => {
  expect(await idsSentFor('id: 1\ndata: a\n\n', 'data: b\n\n', 'id: ß€😀\n\n')).toEqual([
    null,
    '1',
    '1',
    'ß€😀',
  ]);
});

test('sends no last event id after an empty one', async () => {
  expect(await idsSentFor('id: 1\ndata: a\n\n', 'id\n\n')).toEqual([null, '1', null]);
});

test('does not take the id of a block that was not ended', async () => {
  expect(await idsSentFor('id: 1\n\nid: 2\ndata: b\n')).toEqual([null, '1']);
});

test('does not take an id with a NULL in it, and sends the one before', async () => {
  expect(await idsSentFor('id: 1\n\nid: 2\u0000\n\n')).toEqual([null, '1']);
});

test('keeps the last event id of messages across a reconnect', async () => {
  const server = await serveStreams('id: 1\ndata: a\n\n', 'data: b\n\n');
  const clock = new FakeClock();
  const source = listen(server.url, { clock });
  await passTime(clock, () => source.messages.length > 1);
  expect(source.messages.map(({ lastEventId }) => lastEventId)).toEqual(['1', '1']);
});

test('delivers what a server sends again', async () => {
  const stream = 'id: 1\ndata: a\n\nid: 2\ndata: b\n\n';
  const server = await serveStreams(stream, stream);
  const clock = new FakeClock();
  const source = listen(server.url, { clock });
  await passTime(clock, () => server.requests.length > 2);
  expect(source.messages.map(({ data }) => data)).toEqual(['a', 'b', 'a', 'b']);
});

test('drops the rest of a stream that broke, and begins the next one anew', async () => {
  const server = await serveStreams('event: x\ndata: a', '\n\ndata: b\n\n', '\uFEFFdata: c\n\n');
  const clock = new FakeClock();
  const source = listen(server.url, { clock });
  await passTime(clock, () => source.messages.length > 1);
  expect(source.messages).toMatchObject([
    { type: 'message', data: 'b' },
    { type: 'message', data: 'c' },
  ]);
});

import type { AddressInfo } from 'node:net';
import {
  createConnectionStore,
  StreamError,
  type Attempt,
  type StreamSource,
} from 'use-event-stream/core';
import {
  webSocket,
  type SocketMessage,
  type SocketUrl,
  type WebSocketOptions,
} from 'use-event-stream/websocket';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket as ServerSocket, WebSocketServer, type ServerOptions } from 'ws';

// The engine's own, which Node has from 22 on.
const { WebSocket: engines = ServerSocket } = globalThis as { WebSocket?: unknown };
beforeEach(() => {
  vi.stubGlobal('WebSocket', engines);
  return () => {
    vi.unstubAllGlobals();
  };
});

/** A real server on loopback that ends with the test. */
async function serve(
  connected: (socket: ServerSocket, url: string) => void,
  options: ServerOptions = {},
) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  const received: string[] = [];
  const codes: number[] = [];
  server.on('connection', (socket, request) => {
    socket.on('message', (data: Buffer) => received.push(data.toString()));
    socket.on('close', (code) => codes.push(code));
    connected(socket, request.url ?? '');
  });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}/prices`, port, received, codes, server };
}

/** The data of what a source gives. */
async function* read(given: ReturnType<StreamSource<SocketMessage>>) {
  const items = await given;
  if (!(Symbol.asyncIterator in items)) throw new Error('It is not iterated.');
  for await (const item of items) {
    yield typeof item === 'object' && 'data' in item ? item.data : item;
  }
}

/** One attempt on a source, which is given up with the test. */
function attempt(url: SocketUrl, options?: WebSocketOptions, given: Partial<Attempt> = {}) {
  const control = new AbortController();
  onTestFinished(() => {
    control.abort();
  });
  const { signal } = control;
  const first = { attempt: 0, lastEventId: '', error: null, refused: null, signal };
  const messages = read(webSocket<SocketMessage>(url, options)({ ...first, ...given }));
  return { control, messages, next: () => messages[Symbol.asyncIterator]().next() };
}

/** All that comes, and what it ends with. */
async function all(messages: AsyncIterable<SocketMessage>) {
  const read: SocketMessage[] = [];
  try {
    for await (const message of messages) read.push(message);
    return { read, error: null };
  } catch (error) {
    if (error instanceof StreamError) return { read, error };
    throw error;
  }
}

test('gives each message, text as text and bytes as bytes, and ends with the code 1000', async () => {
  const { url } = await serve((socket) => {
    socket.send('a');
    socket.send(Buffer.from([1, 2]));
    socket.send('');
    socket.close(1000);
  });
  const { messages } = attempt(url);
  expect(await all(messages)).toEqual({ read: ['a', Uint8Array.of(1, 2), ''], error: null });
});

test.for([1008, 4000, 4999])('the code %i fails for good, with the reason', async (code) => {
  const { url } = await serve((socket) => {
    socket.send('a');
    socket.close(code, 'Your plan has ended.');
  });
  const { read, error } = await all(attempt(`${url}?token=secret`).messages);
  expect(read).toEqual(['a']);
  expect(error).toMatchObject({ kind: 'aborted', reason: 'Your plan has ended.' });
  expect(error?.url).toBe(`${url}?token`);
  expect(error?.message).toContain(`${code}, "Your plan has ended."`);
  expect(error?.message).not.toContain('secret');
});

test.for([1001, 1011, 1012, 3000])('after the code %i it is to be tried again', async (code) => {
  const { url } = await serve((socket) => {
    socket.close(code);
  });
  const { error } = await all(attempt(url).messages);
  expect(error).toMatchObject({ kind: 'network', url, reason: null });
  expect(error?.message).toContain(String(code));
});

test('a close without a code, and a connection that breaks off, are to be tried again', async () => {
  const { url } = await serve((socket, path) => {
    if (path === '/prices') socket.close();
    else socket.terminate();
  });
  expect((await all(attempt(url).messages)).error).toMatchObject({ kind: 'network' });
  expect((await all(attempt(`${url}/cut`).messages)).error).toMatchObject({ kind: 'network' });
});

test('a server that refuses the upgrade is to be tried again', async () => {
  const { url } = await serve(() => undefined, { verifyClient: () => false });
  const { read, error } = await all(attempt(url).messages);
  expect(read).toEqual([]);
  expect(error).toMatchObject({ kind: 'network' });
  expect(error?.message).toContain('1006');
});

test('an abort closes the socket and ends the reading', async () => {
  const { url, codes } = await serve((socket) => {
    socket.send('a');
  });
  const { control, messages } = attempt(url);
  const iterator = messages[Symbol.asyncIterator]();
  expect(await iterator.next()).toEqual({ done: false, value: 'a' });
  const waiting = iterator.next();
  control.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await expect.poll(() => codes).toEqual([1000]);
});

test('a loop that breaks closes the socket', async () => {
  const { url, codes } = await serve((socket) => {
    socket.send('a');
    socket.send('b');
  });
  for await (const message of attempt(url).messages) {
    expect(message).toBe('a');
    break;
  }
  await expect.poll(() => codes).toEqual([1000]);
});

test('an attempt that is given up before it begins opens nothing', async () => {
  const connected = vi.fn();
  const { url } = await serve(connected);
  expect(await all(attempt(url, {}, { signal: AbortSignal.abort() }).messages)).toEqual({
    read: [],
    error: null,
  });
  const { control, next } = attempt(() => new Promise(() => undefined));
  const waiting = next();
  control.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(connected).not.toHaveBeenCalled();
});

test('`onOpen` sends one message, told of the attempt; nothing else is sent', async () => {
  const { url, received } = await serve((socket) => {
    socket.on('message', () => {
      socket.send('subscribed');
      socket.close(1000);
    });
  });
  const { messages } = attempt(
    url,
    {
      onOpen: (send, { lastEventId }) => {
        send(`after ${lastEventId}`);
      },
    },
    { lastEventId: '7' },
  );
  expect(await all(messages)).toEqual({ read: ['subscribed'], error: null });
  expect(received).toEqual(['after 7']);
});

test('a second message is refused, and so fails the attempt', async () => {
  const { url } = await serve(() => undefined);
  const { messages } = attempt(url, {
    onOpen(send) {
      send('one');
      send('two');
    },
  });
  const { error } = await all(messages);
  expect(error).toMatchObject({ kind: 'network', cause: expect.any(TypeError) as TypeError });
});

test('what `onOpen` rejects with ends the attempt: as it is, if it is a StreamError', async () => {
  const { url, codes } = await serve(() => undefined);
  const signedOut = new StreamError('aborted', 'Signed out.');
  const { messages } = attempt(url, { onOpen: () => Promise.reject(signedOut) });
  expect((await all(messages)).error).toBe(signedOut);
  await expect.poll(() => codes).toHaveLength(1);
});

test('protocols are offered, and a function of urls is called for each attempt', async () => {
  const seen: string[] = [];
  const { url } = await serve((socket, path) => {
    seen.push(`${path} ${socket.protocol}`);
    socket.close(1000);
  });
  const ticket = vi.fn(() => Promise.resolve(`${url}?ticket=${ticket.mock.calls.length}`));
  const source = webSocket<SocketMessage>(ticket, { protocols: ['v2', 'v1'] });
  const { signal } = new AbortController();
  for (const number of [0, 1]) {
    const asked = { attempt: number, lastEventId: '', error: null, refused: null, signal };
    await all(read(source(asked)));
  }
  expect(seen).toEqual(['/prices?ticket=1 v2', '/prices?ticket=2 v2']);
});

test('a url of http, and one with a fragment, are made one of a WebSocket', async () => {
  const { port } = await serve((socket, path) => {
    socket.send(path);
    socket.close(1000);
  });
  const url = new URL(`http://127.0.0.1:${port}/a#part`);
  expect(await all(attempt(url).messages)).toEqual({ read: ['/a'], error: null });
});

test('a relative url is one of the page', async () => {
  const opened = vi.fn(function () {
    throw new TypeError('seen');
  });
  vi.stubGlobal('WebSocket', opened);
  vi.stubGlobal('location', new URL('https://shop.test/a/b'));
  const { error } = await all(attempt('../live?room=1').messages);
  expect(opened).toHaveBeenCalledWith('wss://shop.test/live?room=1', []);
  expect(error).toMatchObject({ kind: 'aborted' });
});

test.for<[string, SocketUrl, WebSocketOptions]>([
  ['another scheme', 'mailto:somebody@example.test', {}],
  ['no url', 'ws://', {}],
  ['a name of a protocol that is not allowed', 'ws://127.0.0.1:9/', { protocols: 'a b' }],
])('%s fails for good', async ([, url, options]) => {
  const { error } = await all(attempt(url, options).messages);
  expect(error).toMatchObject({ kind: 'aborted' });
  expect(error?.message).not.toContain('somebody');
});

test('a function of urls that throws fails the attempt', async () => {
  const cause = new Error('no ticket');
  const { error } = await all(attempt(() => Promise.reject(cause)).messages);
  expect(error).toMatchObject({ kind: 'network', cause });
});

test('where there is no WebSocket it says what to do', async () => {
  vi.stubGlobal('WebSocket', undefined);
  const { error } = await all(attempt('ws://127.0.0.1:9/').messages);
  expect(error).toMatchObject({ kind: 'aborted' });
  expect(error?.message).toMatch(/Node 22.*`ws`/);
});

/** A reader that stands still on the first message until the server has sent the rest and was closed. */
async function standStill(texts: readonly string[]) {
  const { url, codes } = await serve((socket) => {
    for (const text of ['first', ...texts]) socket.send(text);
  });
  const read: SocketMessage[] = [];
  try {
    for await (const message of attempt(url).messages) {
      read.push(message);
      if (message === 'first') await vi.waitUntil(() => codes.length > 0, { timeout: 10_000 });
    }
  } catch (error) {
    return { read, error };
  }
  throw new Error('The reading has ended as if all had come.');
}

test.for<[string, number, number]>([
  ['large', 4_194_304, 6],
  ['small', 0, 300_000],
])('a reader that stands still is sent no more %s messages than fit', async ([, length, count]) => {
  const { read, error } = await standStill(Array<string>(count).fill('x'.repeat(length)));
  expect(error).toMatchObject({ kind: 'size', limit: 16_777_216 });
  // The first one was read, and the last one is the one that was too much.
  expect(read).toHaveLength(Math.floor(16_777_216 / (length + 64)) + 2);
});

test('a reader that keeps up may be sent as much as there is', async () => {
  const count = 25_000;
  const { url } = await serve((socket) => {
    for (let index = 0; index < count; index++) socket.send(String(index));
    socket.close(1000);
  });
  const { read, error } = await all(attempt(url).messages);
  expect(error).toBe(null);
  expect(read).toHaveLength(count);
  expect(read.at(-1)).toBe(String(count - 1));
});

test('a store reads it as a stream: open with the socket, done with the code 1000', async () => {
  const { url } = await serve((socket) => {
    socket.send('a');
    socket.send('b');
    socket.close(1000);
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  const seen: unknown[] = [];
  for await (const { data } of store.events('/prices', { source: webSocket(url) })) seen.push(data);
  expect(seen).toEqual(['a', 'b']);
});

test('a socket that breaks off is opened again, one that is refused has failed', async () => {
  let count = 0;
  const { url } = await serve((socket) => {
    count += 1;
    socket.send(String(count));
    if (count === 1) socket.close(1012);
    else socket.close(4001, 'Signed out.');
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  const seen: unknown[] = [];
  const reconnect = { delay: 0, maxDelay: 100 };
  const reading = (async () => {
    const source = webSocket(url);
    for await (const { data } of store.events('/x', { source, reconnect })) seen.push(data);
  })();
  await expect(reading).rejects.toMatchObject({ kind: 'aborted', reason: 'Signed out.' });
  expect(seen).toEqual(['1', '2']);
});

test('bytes are data as they are, and no stream to decode', async () => {
  const { url } = await serve((socket) => {
    socket.send(Buffer.from('data: x\n\n'));
    socket.close(1000);
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  const seen: unknown[] = [];
  const source = webSocket<Uint8Array>(url);
  for await (const { data } of store.events('/prices', { source })) seen.push(data);
  expect(seen).toEqual([new TextEncoder().encode('data: x\n\n')]);
});

test('the stream is open when the socket is', async () => {
  let accept = null as (() => void) | null;
  const { url } = await serve(() => undefined, {
    verifyClient: (_, done) => {
      accept = () => {
        done(true);
      };
    },
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  const states: string[] = [];
  store.subscribe(
    { url: '/prices', source: webSocket(url) },
    { onEvents: () => undefined, onState: ({ status }) => states.push(status) },
  );
  await expect.poll(() => accept).not.toBeNull();
  expect(states).toEqual(['connecting']);
  accept?.();
  await expect.poll(() => states).toEqual(['connecting', 'open']);
});

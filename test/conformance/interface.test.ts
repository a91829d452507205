import { FetchEventSource } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventStream, listen, serveStream } from '../support/eventSource.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { serve } from '../support/httpServer.ts';

/** An event source on a fake server that has answered, and time in the test's hand. */
async function opened() {
  const clock = new FakeClock();
  const server = new FakeServer();
  const source = listen('https://example.test/', { clock, fetch: server.fetch });
  await turns();
  server.last.open();
  await turns();
  return { clock, server, source };
}

/** A listener that notes what it was called with, and as what. */
function spy(seen: unknown[]) {
  return function (this: unknown, event: Event) {
    seen.push([this, event.type]);
  };
}

test('has its three states as constants, on the class and on every object', () => {
  const source = listen('data:text/event-stream,');
  for (const target of [FetchEventSource, FetchEventSource.prototype, source]) {
    expect([target.CONNECTING, target.OPEN, target.CLOSED]).toEqual([0, 1, 2]);
  }
});

test('begins as CONNECTING, before anything was asked for', () => {
  const server = new FakeServer();
  const source = listen('https://example.test/', { fetch: server.fetch });
  expect(source.readyState).toBe(0);
  expect(source.log).toEqual([]);
});

test('is an EventTarget', () => {
  expect(listen('data:text/event-stream,')).toBeInstanceOf(EventTarget);
});

test('says its url as it was parsed, the fragment included', () => {
  const { url } = listen('HTTPS://Example.TEST:443/a/../b c?d=ß#e');
  expect(url).toBe('https://example.test/b%20c?d=%C3%9F#e');
});

test('makes a string of what it is given as the url', () => {
  const odd = new URL('https://example.test/a');
  odd.toString = () => 'https://example.test/b';
  expect(listen(odd).url).toBe('https://example.test/b');
  expect(listen(new URL('https://example.test/c')).url).toBe('https://example.test/c');
});

test.for(['http://a b/', 'http://this is invalid/', '//', '', '/relative', 'http://[1'])(
  'throws a SyntaxError on the url %j, which cannot be parsed',
  (url) => {
    expect(() => listen(url)).toThrow(DOMException);
    expect(() => listen(url)).toThrow(expect.objectContaining({ name: 'SyntaxError', code: 12 }));
  },
);

test("resolves its url against a worker's own address", () => {
  vi.stubGlobal('location', { href: 'https://example.test/workers/one.js' });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  expect(listen('stream?a').url).toBe('https://example.test/workers/stream?a');
  expect(listen('').url).toBe('https://example.test/workers/one.js');
});

test('sends no credentials to other origins unless it is told to', async () => {
  for (const [withCredentials, credentials] of [
    [undefined, 'same-origin'],
    [false, 'same-origin'],
    [true, 'include'],
  ] as const) {
    const server = new FakeServer();
    const source = listen('https://example.test/', { withCredentials, fetch: server.fetch });
    await turns();
    expect(source.withCredentials).toBe(withCredentials ?? false);
    expect(server.last.init.credentials).toBe(credentials);
  }
});

test.for([
  'mailto:a@example.test',
  'ftp://127.0.0.1/',
  'about:blank',
  'javascript:0',
  'x-y:z',
  'file:///x',
])(
  'closes on %s, whose scheme cannot be fetched, with an error event after the constructor',
  async (url) => {
    const source = listen(url);
    expect([source.url, source.readyState]).toEqual([url, 0]);
    await source.lost;
    expect(source.log).toEqual(['error 2']);
  },
);

test('reads a data url, whose origin is opaque', async () => {
  const origins: string[] = [];
  const source = listen('data:text/event-stream,data:%20a%0A%0A', { clock: new FakeClock() });
  source.onmessage = ({ origin }) => origins.push(origin);
  await source.lost;
  expect(source.log).toEqual(['open 1', 'message 1', 'error 0']);
  expect(source.messages).toMatchObject([{ data: 'a' }]);
  expect(origins).toEqual(['null']);
});

test('dispatches real events: plain ones, and messages with origin and last event id', async () => {
  const server = await serveStream('id: 1\ndata: a\n\nevent: b\ndata: c\n\n');
  const source = listen(server.url, { clock: new FakeClock() });
  const events: Event[] = [];
  for (const type of ['open', 'message', 'b', 'error']) {
    source.addEventListener(type, (event: Event) => {
      expect([event.target, event.currentTarget]).toEqual([source, source]);
      events.push(event);
    });
  }
  await source.lost;
  expect(events.map(({ type }) => type)).toEqual(['open', 'message', 'b', 'error']);
  for (const event of events) {
    expect(event).toBeInstanceOf(Event);
    expect([event.bubbles, event.cancelable]).toEqual([false, false]);
  }
  expect(events.map((event) => event instanceof MessageEvent)).toEqual([false, true, true, false]);
  const common = { origin: server.url, lastEventId: '1', source: null, ports: [] };
  expect(events.slice(1, 3)).toMatchObject([
    { ...common, data: 'a' },
    { ...common, data: 'c' },
  ]);
});

test('calls onopen, onmessage and onerror as listeners of their own events only', async () => {
  const { server, source } = await opened();
  const seen: unknown[] = [];
  source.onopen = spy(seen);
  source.onmessage = spy(seen);
  source.onerror = spy(seen);
  server.last.send('data: a\n\nevent: other\ndata: b\n\n');
  await turns();
  server.last.end();
  await source.lost;
  expect(seen).toEqual([
    [source, 'message'],
    [source, 'error'],
  ]);
});

test('calls onopen when the stream begins', async () => {
  const server = await serveStream('');
  const seen: unknown[] = [];
  const source = listen(server.url, { clock: new FakeClock() });
  source.onopen = spy(seen);
  await source.lost;
  expect(seen).toEqual([[source, 'open']]);
});

test('has null for a handler until one is set, and again where it is set to what is none', () => {
  const source = listen('data:text/event-stream,');
  const names = ['onopen', 'onmessage', 'onerror'] as const;
  for (const name of names) {
    const handler = () => undefined;
    expect(source[name]).toBeNull();
    source[name] = handler;
    expect(source[name]).toBe(handler);
    source[name] = null;
    expect(source[name]).toBeNull();
    for (const value of ['text', 1, true, undefined, Symbol('x')]) {
      source[name] = handler;
      Object.assign(source, { [name]: value });
      expect(source[name]).toBeNull();
    }
  }
});

test('keeps an object that is no function as a handler, and does not call it', async () => {
  const { server, source } = await opened();
  const handleEvent = vi.fn();
  const handler = { handleEvent };
  Object.assign(source, { onmessage: handler });
  expect(source.onmessage).toBe(handler);
  server.last.send('data: a\n\n');
  await turns();
  expect(source.messages).toHaveLength(1);
  expect(handleEvent).not.toHaveBeenCalled();
});

test('calls a handler in the place where one was first set, until it is null', async () => {
  const { server, source } = await opened();
  const calls: string[] = [];
  const call = (name: string) => () => calls.push(name);
  source.addEventListener('message', call('first'));
  source.onmessage = call('replaced');
  source.addEventListener('message', call('second'));
  source.onmessage = call('handler');
  server.last.send('data: a\n\n');
  await turns();
  expect(calls.splice(0)).toEqual(['first', 'handler', 'second']);
  source.onmessage = null;
  server.last.send('data: a\n\n');
  await turns();
  expect(calls.splice(0)).toEqual(['first', 'second']);
  source.onmessage = call('last');
  server.last.send('data: a\n\n');
  await turns();
  expect(calls).toEqual(['first', 'second', 'last']);
});

test('calls listeners: functions, objects, once, each one time, and none that is gone', async () => {
  const { server, source } = await opened();
  const calls: string[] = [];
  const call = (name: string) => () => calls.push(name);
  const twice = call('twice');
  const removed = call('removed');
  const control = new AbortController();
  const object = {
    handleEvent(this: unknown) {
      calls.push(this === object ? 'object' : 'not the object');
    },
  };
  source.addEventListener('message', twice);
  source.addEventListener('message', twice);
  source.addEventListener('message', object);
  source.addEventListener('message', call('once'), { once: true });
  source.addEventListener('message', call('aborted'), { signal: control.signal });
  source.addEventListener('message', removed);
  source.removeEventListener('message', removed);
  control.abort();
  server.last.send('data: a\n\ndata: b\n\n');
  await turns();
  expect(calls).toEqual(['twice', 'object', 'once', 'twice', 'object']);
});

test('gives messages of a type to the listeners of that type', async () => {
  const { server, source } = await opened();
  const seen: unknown[] = [];
  for (const type of ['update', '__proto__', 'constructor'])
    source.addEventListener(type, spy(seen));
  server.last.send(
    'event: update\ndata\n\nevent: __proto__\ndata\n\nevent: constructor\ndata\n\ndata\n\n',
  );
  await turns();
  expect(seen).toEqual([
    [source, 'update'],
    [source, '__proto__'],
    [source, 'constructor'],
  ]);
});

test('gives a message of the type `error` or `open` to those listeners, and stays open', async () => {
  const { server, source } = await opened();
  const errors: Event[] = [];
  source.onerror = (event) => errors.push(event);
  server.last.send('event: error\ndata: a\n\nevent: open\ndata: b\n\n');
  await turns();
  expect(errors).toMatchObject([{ data: 'a' }]);
  expect(source.readyState).toBe(1);
  expect(source.log).toEqual(['open 1', 'error 1', 'open 1']);
});

test('ends the request when it is closed, and dispatches nothing more', async () => {
  let isGone = false;
  const server = await serve((_, response) => {
    response.writeHead(200, eventStream);
    response.write('data: a\n\n');
    response.on('close', () => {
      isGone = true;
    });
  });
  const source = listen(server.url);
  await expect.poll(() => source.messages).toHaveLength(1);
  source.close();
  expect(source.readyState).toBe(2);
  await expect.poll(() => isGone).toBe(true);
  expect(source.log).toEqual(['open 1', 'message 1']);
  expect(server.requests).toHaveLength(1);
});

test('asks for nothing when it is closed at once', async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  const source = listen('https://example.test/', { clock, fetch: server.fetch });
  source.close();
  await clock.advance(60_000);
  expect(server.live).toBe(0);
  expect([source.readyState, source.log, clock.pending]).toEqual([2, [], 0]);
});

test('closes before the answer, and does not hear it', async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  const source = listen('https://example.test/', { clock, fetch: server.fetch });
  await turns();
  source.close();
  expect(server.last.cancelled).toBe(true);
  server.last.open();
  await clock.advance(60_000);
  expect([source.readyState, source.log, clock.pending]).toEqual([2, [], 0]);
});

test('closes while it waits for the next try, and makes none', async () => {
  const { clock, server, source } = await opened();
  server.last.drop();
  await source.lost;
  source.close();
  await clock.advance(3_600_000);
  expect(server.requests).toHaveLength(1);
  expect([source.readyState, source.log, clock.pending]).toEqual([2, ['open 1', 'error 0'], 0]);
});

test('may be closed again, to no effect', async () => {
  const { source } = await opened();
  source.close();
  source.close();
  expect([source.readyState, source.log]).toEqual([2, ['open 1']]);
});

test('closes on a url that cannot be fetched without an event', async () => {
  const source = listen('mailto:a@example.test');
  source.close();
  const later = listen('mailto:b@example.test');
  await later.lost;
  expect([source.readyState, source.log]).toEqual([2, []]);
});

test('may be closed in a listener of `open`, of a message and of `error`', async () => {
  for (const [type, log] of [
    ['open', ['open 1']],
    ['message', ['open 1', 'message 1']],
    ['error', ['open 1', 'message 1', 'message 1', 'error 0']],
  ] as const) {
    const clock = new FakeClock();
    const server = new FakeServer();
    const source = listen('https://example.test/', { clock, fetch: server.fetch });
    source.addEventListener(type, () => {
      source.close();
      expect(source.readyState).toBe(2);
    });
    await turns();
    server.last.open();
    server.last.send('data: a\n\ndata: b\n\n');
    server.last.end();
    await clock.advance(3_600_000);
    expect(source.log).toEqual(log);
    expect([source.readyState, server.requests.length, clock.pending]).toEqual([2, 1, 0]);
  }
});

test('needs a url, takes null for no options, and makes a boolean of `withCredentials`', () => {
  expect(() => {
    Reflect.construct(FetchEventSource, []);
  }).toThrow(TypeError);
  const plain: unknown = Reflect.construct(FetchEventSource, ['data:text/event-stream,', null]);
  expect(plain).toMatchObject({ withCredentials: false });
  expect(listen('data:,', { withCredentials: 1 as never }).withCredentials).toBe(true);
});

test('is closed by a 401 too, whatever its headers are', async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  const source = listen('https://example.test/', {
    ...{ clock, fetch: server.fetch },
    headers: () => ({ 'x-token': 't' }),
  });
  await turns();
  server.last.refuse(401);
  await clock.advance(60_000);
  expect([source.readyState, server.requests.length]).toEqual([2, 1]);
});

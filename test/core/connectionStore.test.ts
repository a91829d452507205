import {
  createConnectionStore,
  type RequestOptions,
  type StoreOptions,
} from 'use-event-stream/core';
import { mockStream, type MockStreamOptions } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';

const url = 'https://example.test/stream';

function setUp(options: MockStreamOptions = {}) {
  const stream = mockStream(/./, options);
  return { stream, store: stream.store };
}

/** A store on the page itself, and on a clock that tells what it waits for. */
function setUpOnPage() {
  const clock = new FakeClock();
  const stream = mockStream(/./);
  const store = createConnectionStore({ clock, fetch: stream.fetch });
  onTestFinished(() => {
    store.close();
  });
  return { clock, stream, store };
}

test('opens one connection for requests that ask for the same', async () => {
  const { stream, store } = setUp();
  collect(store, { url, headers: { a: '1', b: '2' } });
  collect(store, { url: `${url}#part`, headers: new Headers({ B: '2', A: '1' }) });
  collect(store, { url: new URL(url), headers: { b: '2', a: '1' }, method: 'get' });
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
  expect(store.connections()).toMatchObject([{ url, transport: 'fetch', subscribers: 3 }]);
});

const asStated: RequestOptions = { credentials: 'same-origin' };
test.for<[string, RequestOptions, RequestOptions]>([
  ['another literal header', { headers: { a: '1' } }, { headers: { a: '2' } }],
  ['other credentials', asStated, { credentials: 'include' }],
  [
    'another body',
    { method: 'POST', body: 'a', share: true },
    { method: 'POST', body: 'b', share: true },
  ],
  ['POST', { method: 'POST', body: 'a' }, { method: 'POST', body: 'a' }],
  ['a headers function', { headers: () => ({}) }, { headers: () => ({}) }],
  ['share: false', asStated, { share: false }],
  ['another name to share by', { share: 'a' }, { share: 'b' }],
  ['another place to begin', { initialLastEventId: '1' }, { initialLastEventId: '2' }],
])('keeps streams apart by %s', async ([, first, second]) => {
  const { stream, store } = setUp();
  collect(store, { url, ...first });
  collect(store, { url, ...second });
  await stream.settled();
  expect(stream.requests).toHaveLength(2);
});

test.for<[string, RequestOptions]>([
  ['a POST that is asked to be shared', { method: 'POST', body: 'a', share: true }],
  ['functions under one name', { headers: () => ({}), share: 'me' }],
])('shares %s', async ([, options]) => {
  const { stream, store } = setUp();
  collect(store, { url, ...options });
  collect(store, { url, ...options });
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
});

test('shares what the defaults of the store say, functions included, and merges headers', async () => {
  const { stream, store } = setUp({
    baseUrl: 'https://example.test/api/',
    defaults: { headers: () => ({ authorization: 'Bearer 1', accept: 'text/event-stream' }) },
  });
  collect(store, { url: 'a', headers: { 'x-own': '1' } });
  collect(store, { url: 'a', headers: { 'x-own': '1' } });
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
  const { url: asked, headers } = await stream.connected();
  expect(asked).toBe('https://example.test/api/a');
  expect(Object.fromEntries(headers)).toMatchObject({
    authorization: 'Bearer 1',
    'x-own': '1',
  });
});

test('a relative url is where the page is now, and below the base of its own store', async () => {
  const { stream, store } = setUp();
  const other = createConnectionStore({ fetch: stream.fetch, baseUrl: '/other/' });
  const at = location.href;
  onTestFinished(() => {
    history.replaceState(null, '', at);
    other.close();
  });
  for (const path of ['/one/', '/two/']) {
    history.replaceState(null, '', path);
    collect(store, { url: 'stream' });
    collect(other, { url: 'stream' });
    collect(other, { url: './deeper/../stream' });
  }
  await stream.settled();
  const paths = stream.requests.map((request) => new URL(request.url).pathname);
  expect(paths.toSorted()).toEqual(['/one/stream', '/other/stream', '/two/stream']);
});

test('two stores whose base and url read alike in a row ask for different things', async () => {
  const { stream } = setUp();
  for (const [baseUrl, path] of [
    ['https://a.test/x', 'y z'],
    ['https://a.test/x y', 'z'],
  ] as const) {
    const store = createConnectionStore({ fetch: stream.fetch, baseUrl });
    onTestFinished(() => {
      store.close();
    });
    collect(store, { url: path });
  }
  await stream.settled();
  const asked = stream.requests.map((request) => request.url);
  expect(asked).toEqual(['https://a.test/y%20z', 'https://a.test/z']);
});

test('closes after the linger of the last subscriber, and not before', async () => {
  const { stream, store, clock } = setUpOnPage();
  const one = collect(store, { url, linger: 250 });
  const two = collect(store, { url, linger: 250 });
  await stream.open();
  one.leave();
  await clock.advance(10_000);
  expect(stream.openConnections).toBe(1);
  two.leave();
  await clock.advance(249);
  expect(stream.openConnections).toBe(1);
  await clock.advance(1);
  expect(stream.openConnections).toBe(0);
  expect(store.connections()).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('tells a subscriber nothing after it has left', async () => {
  const { stream, store } = setUp();
  const one = collect(store, { url });
  await stream.open();
  one.leave();
  await stream.send('late');
  expect(one.events).toEqual([]);
});

test('rejoins a lingering connection, but not a failed one', async () => {
  const { stream, store } = setUp();
  collect(store, { url }).leave();
  await stream.advance(100);
  collect(store, { url }).leave();
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
  await stream.reject(404);
  expect(store.connections()[0]?.state.status).toBe('failed');
  const next = collect(store, { url });
  await stream.settled();
  expect(stream.requests).toHaveLength(2);
  expect(next.state?.status).toBe('connecting');
});

test('shows a late subscriber the end of a stream that somebody is still subscribed to', async () => {
  const { stream, store } = setUp();
  collect(store, { url });
  await stream.reject(204);
  const late = collect(store, { url });
  await stream.settled();
  expect(late.state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(stream.requests).toHaveLength(1);
});

test('gives a late joiner the recent events, as many as `replay` says', async () => {
  const { stream, store } = setUp({ replay: 2 });
  collect(store, { url });
  await stream.open();
  await stream.send(['a', 'b', 'c']);
  const late = collect(store, { url });
  expect(late.data).toEqual(['b', 'c']);
  await stream.send('d');
  expect(late.data).toEqual(['b', 'c', 'd']);
});

test('lets a subscriber that throws hurt nobody else', async () => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const caught: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => caught.push(error));
  onTestFinished(() => {
    vi.unstubAllGlobals();
    reported.mockRestore();
  });
  const { stream, store } = setUp();
  const fault = new Error('mine');
  const fail = () => {
    throw fault;
  };
  store.subscribe({ url }, { onEvents: fail, onState: fail });
  store.onChange(fail);
  const other = collect(store, { url });
  await stream.open();
  await stream.send('a');
  expect(other.data).toEqual(['a']);
  expect(other.statuses).toEqual(['connecting', 'open']);
  expect(caught).toContain(fault);
});

test('goes on trying every `maxDelay` while the page believes to be offline, and at once when it is back', async () => {
  const { stream, store, clock } = setUpOnPage();
  const seen = collect(store, { url, reconnect: { maxDelay: 20_000, maxAttempts: 2 } });
  await stream.open();
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  onTestFinished(() => {
    online.mockRestore();
  });
  dispatchEvent(new Event('offline'));
  await stream.settled();
  // A server on this machine, in a LAN or behind a VPN is still there.
  expect(seen.state?.status).toBe('open');
  await stream.drop();
  for (let tries = 1; tries < 6; tries++) {
    expect(seen.state).toMatchObject({ status: 'reconnecting', attempt: 1 });
    await clock.advance(19_999);
    expect(stream.requests).toHaveLength(tries);
    await clock.advance(1);
    expect(stream.requests).toHaveLength(tries + 1);
    await stream.drop();
  }
  online.mockReturnValue(true);
  dispatchEvent(new Event('online'));
  await stream.settled();
  expect(stream.requests).toHaveLength(7);
  await stream.open();
  expect(seen.state?.status).toBe('open');
});

test('opens in a tab that is shown at once, also with `suspendWhenHidden`', async () => {
  const { stream, store } = setUpOnPage();
  collect(store, { url, suspendWhenHidden: true });
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
});

test('opens nothing in a tab that is hidden already with `suspendWhenHidden`, until it is shown', async () => {
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  onTestFinished(() => {
    visibility.mockRestore();
  });
  const { stream, store, clock } = setUpOnPage();
  const seen = collect(store, { url, suspendWhenHidden: true });
  collect(store, { url: `${url}/other` });
  await clock.advance(60_000);
  expect(new Set(stream.requests.map((request) => request.url))).toEqual(new Set([`${url}/other`]));
  visibility.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  await stream.settled();
  expect(stream.requests.at(-1)?.url).toBe(url);
  await stream.open();
  expect(seen.state?.status).toBe('open');
});

test('rests a GET while the page is away, and leaves a POST alone', async () => {
  const { stream, store } = setUpOnPage();
  const get = collect(store, { url });
  const post = collect(store, { url, method: 'POST', body: '' });
  await stream.open();
  dispatchEvent(new Event('pagehide'));
  await stream.settled();
  expect(stream.openConnections).toBe(1);
  expect([get.state?.status, post.state?.status]).toEqual(['reconnecting', 'open']);
  dispatchEvent(new Event('pageshow'));
  await stream.settled();
  expect(stream.requests).toHaveLength(3);
});

test('listens to the page only while it has connections', async () => {
  const added = vi.spyOn(globalThis, 'addEventListener');
  const removed = vi.spyOn(globalThis, 'removeEventListener');
  onTestFinished(() => {
    added.mockRestore();
    removed.mockRestore();
  });
  const { store, clock } = setUpOnPage();
  expect(added).not.toHaveBeenCalled();
  const seen = collect(store, { url });
  expect(added.mock.calls.length).toBeGreaterThan(0);
  expect(removed).not.toHaveBeenCalled();
  seen.leave();
  await clock.advance(250);
  expect(removed.mock.calls).toEqual(added.mock.calls);
});

test('ends everything on close, and can be used again', async () => {
  const { stream, store } = setUp();
  const seen = collect(store, { url });
  await stream.connected();
  store.close();
  expect(seen.state).toMatchObject({ status: 'closed', reason: 'store' });
  expect(stream.openConnections).toBe(0);
  expect(store.connections()).toEqual([]);
  collect(store, { url });
  await stream.settled();
  expect(stream.requests).toHaveLength(2);
});

test('tells its listeners of every change until they stop', async () => {
  const { stream, store } = setUp();
  const listener = vi.fn();
  const stop = store.onChange(listener);
  collect(store, { url });
  await stream.connected();
  const opening = listener.mock.calls.length;
  expect(opening).toBeGreaterThan(0);
  await stream.open();
  expect(listener.mock.calls.length).toBeGreaterThan(opening);
  stop();
  listener.mockClear();
  store.close();
  expect(listener).not.toHaveBeenCalled();
});

/** Options as a page without types may give them. */
const untyped = (options: object): RequestOptions => options;

if (__DEV__)
  test.for<[string, RequestOptions & { url?: string; format?: 'sse' }, RegExp]>([
    ['a body that is an object', untyped({ method: 'POST', body: { a: 1 } }), /`body`.*stringify/],
    ['a method with a blank', { method: ' get' }, /`method` is " get"/],
    ['an empty method', { method: '' }, /`method` is ""/],
    ['an empty name to share by', { share: '' }, /`share` is ""; it must be true, false or a name/],
    ['a number to share by', untyped({ share: 7 }), /`share` is 7/],
    ['nothing to share by', untyped({ share: null }), /`share` is null/],
    ['a number for a policy', untyped({ reconnect: 5 }), /`reconnect` is 5; it must be true/],
    ['a word for a policy', untyped({ reconnect: 'never' }), /`reconnect` is "never"/],
    ['nothing for a policy', untyped({ reconnect: null }), /`reconnect` is null/],
    [
      'a word for a switch',
      untyped({ suspendWhenHidden: 'no' }),
      /`suspendWhenHidden` is "no"; it must be true or false/,
    ],
    ['one event name', untyped({ events: 'price' }), /`events` is "price"/],
    ['a url that does not parse', { url: 'http://' }, /url "http:\/\/".*parsed/],
    ['a scheme that cannot be fetched', { url: 'ftp://x/' }, /"ftp:".*http:/],
    ['a password in the url', { url: 'https://a:b@x/' }, /authorization/],
    ['a negative bound', { linger: -1 }, /`linger` is -1; it must be .* at least 0/],
    ['a bound that is no number', { idleTimeout: NaN }, /`idleTimeout` is NaN/],
    ['a maxDelay too short', { reconnect: { maxDelay: 1 } }, /`reconnect.maxDelay` is 1.*100/],
    [
      'a transport nobody knows',
      { transport: 'ws' as 'fetch' },
      /`transport` is "ws".*'eventsource'/,
    ],
    ['a format nobody knows', { format: 'xml' as 'sse' }, /`format` is "xml".*'ndjson'/],
    [
      'an object for a url',
      { url: {} as never },
      /`url` is \[object Object\]; it must be a text or a URL/,
    ],
    ['a number for a url', { url: 42 as never }, /`url` is 42/],
    [
      'text for headers',
      untyped({ headers: 'Bearer x' }),
      /`headers` is of the type string; it must/,
    ],
    ['nothing for headers', untyped({ headers: null }), /`headers` is of the type null/],
    [
      'a format without a content type',
      { format: { decode: () => undefined } as never },
      /`format.contentType` is undefined/,
    ],
    [
      'a format that decodes nothing',
      { format: { contentType: 'text/plain' } as never },
      /`format.decode` is undefined; it must be a function/,
    ],
    ['a header name that HTTP does not know', { headers: { 'a b': '1' } }, /`headers`/],
    ['a body with GET', { body: 'x' }, /`body`.*GET/],
    ['a line break in an id', { initialLastEventId: 'a\nb' }, /initialLastEventId/],
    [
      'headers with EventSource',
      { transport: 'eventsource', headers: {} },
      /cannot carry `headers`/,
    ],
    ['POST with EventSource', { transport: 'eventsource', method: 'POST' }, /method "POST"/],
  ])('refuses %s', ([, options, message]) => {
    const { store } = setUp();
    expect(() => store.subscribe({ url, ...options }, { onEvents: () => undefined })).toThrow(
      message,
    );
    expect(store.connections()).toEqual([]);
  });

if (__DEV__)
  test.for<[string, object | null, RegExp]>([
    ['no object', null, /`options` is null; it must be an object/],
    [
      'a baseUrl that does not parse',
      { baseUrl: 'http://' },
      /`baseUrl` is "http:\/\/"; it must be a url/,
    ],
    ['defaults that are no object', { defaults: 5 }, /`defaults` is 5/],
    ['a default out of bounds', { defaults: { linger: -1 } }, /`defaults.linger` is -1/],
    ['a clock that is none', { clock: 5 }, /`clock` is 5/],
    ['a clock without a part', { clock: { now: () => 0 } }, /`clock.random` is undefined/],
    ['fetch that is none', { fetch: 'x' }, /`fetch` is "x"; it must be a function/],
  ])('makes no store with %s', ([, options, message]) => {
    expect(() => createConnectionStore(options as StoreOptions)).toThrow(message);
  });

if (__DEV__)
  test('refuses subscribers and listeners that are none', () => {
    const { store } = setUp();
    expect(() => store.subscribe({ url }, {} as never)).toThrow('`onEvents` is undefined');
    expect(() => store.onChange(5 as never)).toThrow('`listener` is 5; it must be a function');
    expect(store.connections()).toEqual([]);
  });

test.for<[string, 'fetch' | 'Response', unknown]>([
  ['no fetch', 'fetch', undefined],
  ['no Response', 'Response', undefined],
  [
    'no Response whose body can be read',
    'Response',
    Object.assign(() => undefined, { prototype: {} }),
  ],
])('reads with EventSource where there is %s', ([, name, value]) => {
  vi.stubGlobal(name, value);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  collect(store, { url });
  expect(store.connections()).toMatchObject([{ transport: 'eventsource' }]);
});

test('a format of null is one that is left out', async () => {
  const { stream, store } = setUp({ autoOpen: true });
  const seen = collect(store, { url, format: null as never });
  await stream.send('a');
  expect(seen.data).toEqual(['a']);
});

import { createConnectionStore, StreamError, type StoreOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';

// What an engine may not have, and what holds there all the same.

const url = 'https://example.test/stream';
const sse = { headers: { 'content-type': 'text/event-stream' } };

function without(name: string): void {
  vi.stubGlobal(name, undefined);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}

function open(options: StoreOptions, request: object = {}) {
  const clock = new FakeClock();
  const store = createConnectionStore({ clock, ...options });
  onTestFinished(() => {
    store.close();
  });
  return { clock, store, seen: collect(store, { url, ...request }) };
}

test('an error is told by its class before any of its fields is set, as classes compiled to functions ask', () => {
  expect(Object.create(StreamError.prototype) instanceof StreamError).toBe(true);
});

test('a `fetch` whose answers have no body to read fails at once, and says what to give', async () => {
  const fetch = vi.fn(() => {
    const answer = new Response('', sse);
    Object.defineProperty(answer, 'body', { value: undefined });
    return Promise.resolve(answer);
  });
  const { seen } = open({ fetch });
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(seen.state?.error).toMatchObject({ kind: 'aborted' });
  expect(seen.state?.error?.message).toMatch(/`response.body`.*give the store a `fetch`/);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('a `fetch` made of XMLHttpRequest, such as React Native has, is not called: the stream fails, and says what to give', async () => {
  const fetch = Object.assign(vi.fn(), { polyfill: true });
  const { seen } = open({ fetch }, { method: 'POST', body: 'Order' });
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(seen.state?.error).toMatchObject({ kind: 'aborted' });
  expect(seen.state?.error?.message).toMatch(/was not sent: .* give the store a `fetch`/);
  expect(fetch).not.toHaveBeenCalled();
});

test('without a `fetch` that streams and without EventSource a stream fails, and says what to give', async () => {
  without('fetch');
  without('EventSource');
  const { seen } = open({});
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(seen.state?.error?.message).toContain('give the store one of them');
});

test.for([
  ['`fetch`', 'fetch', undefined],
  ['Response', 'Response', undefined],
  ['bodies of answers', 'Response', Object],
] as const)('without %s a stream is read with EventSource', ([, name, instead]) => {
  vi.stubGlobal(name, instead);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const { store } = open({
    EventSource: class extends EventTarget {
      close() {}
    } as never,
  });
  expect(store.connections()).toMatchObject([{ transport: 'eventsource' }]);
});

test('a store that was given a `fetch` uses it, whatever else there is', () => {
  without('Response');
  const { store } = open({ fetch: () => new Promise<never>(() => undefined) });
  expect(store.connections()).toMatchObject([{ transport: 'fetch' }]);
});

test('a signal without a reason still ends an attempt by what has cut it', async () => {
  class Reasonless extends AbortController {
    override abort() {
      super.abort();
      Object.defineProperty(this.signal, 'reason', { value: undefined });
    }
  }
  vi.stubGlobal('AbortController', Reasonless);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const fetch = () => new Promise<never>(() => undefined);
  const { clock, seen } = open({ fetch }, { openTimeout: 100 });
  await clock.advance(100);
  await expect.poll(() => seen.state?.status).toBe('reconnecting');
  expect(seen.state?.error).toMatchObject({ kind: 'timeout', phase: 'open' });
});

test.for(['ReadableStream', 'TextEncoder', 'Request', 'FinalizationRegistry'])(
  'a text is sent without the global %s',
  async (name) => {
    without(name);
    const answer = { status: 200, ok: true, type: 'basic', body: null };
    const fetch = vi.fn<typeof globalThis.fetch>(() =>
      Promise.resolve({ ...answer, headers: new Headers(sse.headers) } as never),
    );
    const { seen } = open(
      { fetch },
      { method: 'POST', body: 'text', initialLastEventId: 'ü€\ud83d\ude00' },
    );
    await expect.poll(() => seen.state?.status).toBe('closed');
    const init = fetch.mock.calls[0]?.[1];
    expect(init?.body).toBe('text');
    const id = new Headers(init?.headers).get('last-event-id') ?? '';
    expect(Buffer.from(id, 'latin1').toString('utf8')).toBe('ü€\ud83d\ude00');
  },
);

test('a url is parsed without `URL.canParse`', () => {
  class OldUrl extends URL {}
  Object.defineProperty(OldUrl, 'canParse', { value: undefined });
  Object.defineProperty(OldUrl.prototype, 'hash', { get: () => '' });
  vi.stubGlobal('URL', OldUrl);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const fetch = () => new Promise<never>(() => undefined);
  const { store } = open({ fetch }, { url: 'https://other.test/a#b' });
  expect(store.connections()).toMatchObject([{ url: 'https://other.test/a' }]);
  expect(() => open({ fetch }, { url: 'https://[' })).toThrow(/cannot be parsed/);
});

test('the word `cache` is left out where a request does not know it', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(() => new Promise(() => undefined));
  class NoCache extends Request {
    constructor(input: string, init: RequestInit = {}) {
      if (init.cache !== undefined) throw new TypeError('The cache field is not implemented.');
      super(input, init);
    }
  }
  vi.stubGlobal('Request', NoCache);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  open({ fetch });
  await expect.poll(() => fetch.mock.calls.length).toBe(1);
  expect(fetch.mock.calls[0]?.[1]).not.toHaveProperty('cache');
});

test('the entry loads without EventTarget, and FetchEventSource says what it needs', async () => {
  without('EventTarget');
  vi.resetModules();
  // What was loaded without it is for no other test.
  onTestFinished(() => {
    vi.resetModules();
  });
  const core = await import('use-event-stream/core');
  expect(() => new core.FetchEventSource(url)).toThrow(/needs EventTarget/);
  expect(core.createConnectionStore().connections()).toEqual([]);
});

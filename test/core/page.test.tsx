import { renderHook } from '@testing-library/react';
import { StreamProvider, useEventStream } from 'use-event-stream';
import { createConnectionStore, type RequestOptions, type StreamPage } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { listenForReports } from '../support/reports.ts';

const url = 'https://example.test/stream';

/** An app that is online and seen until a test says otherwise. */
class App implements StreamPage {
  isOff = false;
  isBehind = false;
  readonly listeners = new Set<() => void>();
  isOnline() {
    return !this.isOff;
  }
  isHidden() {
    return this.isBehind;
  }
  subscribe(listener: () => void) {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }
  async change(to: Partial<Pick<App, 'isOff' | 'isBehind'>>) {
    Object.assign(this, to);
    for (const listener of [...this.listeners]) listener();
    await Promise.resolve();
  }
}

function connect(page: StreamPage, options: RequestOptions = {}) {
  const clock = new FakeClock();
  const stream = mockStream(url, { autoOpen: true });
  const store = createConnectionStore({ clock, fetch: stream.fetch, page });
  onTestFinished(() => {
    store.close();
  });
  return { clock, stream, seen: collect(store, { url, ...options }) };
}

async function connected(page: StreamPage, options: RequestOptions = {}) {
  const all = connect(page, options);
  await all.stream.connected();
  await all.stream.settled();
  return all;
}

test('a stream rests while the app is in the background, and goes on after its last event', async () => {
  const app = new App();
  const { stream, seen } = await connected(app, { suspendWhenHidden: true });
  await stream.send({ id: '7', data: 'a' });
  await app.change({ isBehind: true });
  await stream.settled();
  expect(seen.state).toMatchObject({ status: 'reconnecting', retryAt: null, error: null });
  expect(stream.requests).toHaveLength(1);
  await app.change({ isBehind: false });
  await stream.settled();
  expect(stream.requests[1]?.headers.get('last-event-id')).toBe('7');
  expect(seen.statuses.at(-1)).toBe('open');
});

test('a stream waits where the app is in the background when it is asked for', async () => {
  const app = new App();
  app.isBehind = true;
  const { stream } = connect(app, { suspendWhenHidden: true });
  await stream.settled();
  expect(stream.requests).toHaveLength(0);
  await app.change({ isBehind: false });
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
});

test('a stream that failed offline is tried every `maxDelay`, and at once when the network is back', async () => {
  const app = new App();
  app.isOff = true;
  const { clock, stream, seen } = connect(app, { reconnect: { maxDelay: 20_000 } });
  await stream.connected();
  await stream.drop();
  await stream.settled();
  expect(seen.state?.retryAt).toBe(clock.now() + 20_000);
  await app.change({ isOff: false });
  await stream.settled();
  expect(stream.requests).toHaveLength(2);
  expect(seen.statuses.at(-1)).toBe('open');
});

test('names what the page says where nothing can be reached', async () => {
  const app = new App();
  app.isOff = true;
  const fetch = () => Promise.reject(new TypeError('Network request failed'));
  const store = createConnectionStore({ fetch, page: app });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url });
  await expect.poll(() => seen.state?.error?.message).toContain('there is no network');
});

test('a call that changes nothing wakes nothing', async () => {
  const app = new App();
  const { stream, seen } = await connected(app, { suspendWhenHidden: true });
  await app.change({});
  await app.change({ isBehind: false, isOff: false });
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
  expect(seen.statuses).toEqual(['connecting', 'open']);
});

test('subscribes while something is open, once for all, and not after', async () => {
  const app = new App();
  const { stream, seen } = await connected(app, { linger: 0 });
  expect(app.listeners.size).toBe(1);
  seen.leave();
  await stream.settled();
  expect(app.listeners.size).toBe(0);
});

test('what the page throws is reported, and the stream goes on', async () => {
  const reported = listenForReports();
  const { stream, seen } = await connected({
    isOnline() {
      throw new Error('isOnline');
    },
    isHidden() {
      throw new Error('isHidden');
    },
    subscribe() {
      throw new Error('subscribe');
    },
  });
  await stream.send('a');
  expect(seen.data).toEqual(['a']);
  expect(reported()).toEqual(
    expect.arrayContaining(['Error: isOnline', 'Error: isHidden', 'Error: subscribe']),
  );
});

test('a subscription that is no function is reported with what to give', async () => {
  const reported = listenForReports();
  const page = {
    isOnline: () => true,
    isHidden: () => false,
    subscribe: () => ({ remove: () => undefined }),
  };
  // @ts-expect-error an object, as AppState gives it
  const { stream, seen } = await connected(page, { linger: 0 });
  expect(reported()).toEqual([
    'TypeError: use-event-stream: the option `page.subscribe` gave [object Object]; have it give a function that unsubscribes.',
  ]);
  await stream.send('a');
  seen.leave();
  expect(seen.data).toEqual(['a']);
});

if (__DEV__)
  test.for<[unknown, string]>([
    ['page', 'the option `page` is "page"; it must be an object'],
    [{ isOnline: () => true }, 'the option `page.isHidden` is undefined; it must be a function'],
  ])('a page that is none is refused', ([page, message]) => {
    // @ts-expect-error the compiler refuses it too
    expect(() => createConnectionStore({ page })).toThrow(message);
  });

test('a provider takes a page, and the provider below has it too', async () => {
  const app = new App();
  const stream = mockStream(url, { autoOpen: true });
  const { result } = renderHook(() => useEventStream(url, { suspendWhenHidden: true }), {
    wrapper: ({ children }) => (
      <StreamProvider fetch={stream.fetch} page={app}>
        <StreamProvider defaults={{ linger: 0 }}>{children}</StreamProvider>
      </StreamProvider>
    ),
  });
  await stream.connected();
  await expect.poll(() => result.current.status).toBe('open');
  await app.change({ isBehind: true });
  await expect.poll(() => result.current.status).toBe('reconnecting');
});

test('a page of a browser that is left rests, also where the store was given another', async () => {
  const { stream, seen } = await connected(new App());
  dispatchEvent(new Event('pagehide'));
  await stream.settled();
  expect(seen.state).toMatchObject({ status: 'reconnecting', retryAt: null });
  expect(stream.openConnections).toBe(0);
  dispatchEvent(new Event('pageshow'));
  await stream.settled();
  expect(seen.state?.status).toBe('open');
});

test('what is neither true nor false says nothing', async () => {
  const answers: object = { online: null, hidden: Promise.resolve(false) };
  const unsure = {
    isOnline: () => Reflect.get(answers, 'online') as boolean,
    isHidden: () => Reflect.get(answers, 'hidden') as boolean,
    subscribe: () => () => undefined,
  };
  const { seen } = await connected(unsure, { suspendWhenHidden: true });
  expect(seen.state?.status).toBe('open');
});

import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { internalsOf } from '../../src/core/store/connectionStore.ts';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';

const url = 'https://example.test/stream';

/** An event as a polyfill dispatches it: no instance of the global MessageEvent. */
class OtherMessage extends Event {
  readonly data: string;
  readonly lastEventId: string;

  constructor(type: string, data: string, lastEventId = '') {
    super(type);
    this.data = data;
    this.lastEventId = lastEventId;
  }
}

type Handler = ((event: Event) => unknown) | null;

/** An EventSource in a test's hand. */
class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static made: FakeEventSource[] = [];
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readonly withCredentials = false;
  readonly url: string;
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  readyState = 0;

  constructor(address: string | URL) {
    super();
    this.url = String(address);
    FakeEventSource.made.push(this);
  }

  static get last(): FakeEventSource {
    const source = FakeEventSource.made.at(-1);
    if (!source) throw new Error('No EventSource was made yet.');
    return source;
  }

  /** The server has answered. */
  open(): void {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }

  /** The browser has lost the stream and tries again by itself, or gives up. */
  lose(readyState: 0 | 2 = 0): void {
    this.readyState = readyState;
    this.onerror?.(new Event('error'));
  }

  close(): void {
    this.readyState = 2;
  }
}

test('opens and fails with an EventSource that knows listeners only', async () => {
  const { seen } = connect();
  await expect.poll(() => FakeEventSource.made.length).toBe(1);
  const source = FakeEventSource.last;
  source.readyState = 1;
  source.dispatchEvent(new Event('open'));
  await expect.poll(() => seen.state?.status).toBe('open');
  source.readyState = 2;
  source.dispatchEvent(new Event('error'));
  await expect.poll(() => seen.state?.status).toBe('reconnecting');
});

test('hears once of what an EventSource tells in both ways', async () => {
  const { seen } = connect();
  await expect.poll(() => FakeEventSource.made.length).toBe(1);
  const source = FakeEventSource.last;
  const lost = new Event('error');
  source.onerror?.(lost);
  source.dispatchEvent(lost);
  await expect.poll(() => seen.state?.status).toBe('reconnecting');
  expect(seen.state?.attempt).toBe(1);
});

function connect(options: RequestOptions = {}) {
  const clock = new FakeClock();
  FakeEventSource.made = [];
  const store = createConnectionStore({
    clock,
    EventSource: FakeEventSource as typeof EventSource,
  });
  const seen = collect(store, { url, transport: 'eventsource', ...options });
  onTestFinished(() => {
    store.close();
  });
  return { clock, seen };
}

test.for<[string, OtherMessage]>([
  ['data', new OtherMessage('message', 'x'.repeat(101))],
  ['lines', new OtherMessage('message', 'x\n'.repeat(5))],
  ['an id', new OtherMessage('message', 'x', 'x'.repeat(101))],
])('fails with kind size on an event of too much in %s, and closes', async ([, event]) => {
  const { seen } = connect({ maxEventSize: 100 });
  const source = FakeEventSource.last;
  source.open();
  source.dispatchEvent(new OtherMessage('message', 'x'.repeat(100), 'x'.repeat(100)));
  source.dispatchEvent(event);
  source.dispatchEvent(new OtherMessage('message', 'late'));
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(seen.state?.error).toMatchObject({ kind: 'size', limit: 100, url });
  expect(seen.data).toEqual(['x'.repeat(100)]);
  expect(source.readyState).toBe(2);
  expect(FakeEventSource.made).toHaveLength(1);
});

test('says that the browser asks to go on, and that another EventSource does not', async () => {
  FakeEventSource.made = [];
  const clock = new FakeClock();
  const own = internalsOf(
    createConnectionStore({ clock, EventSource: FakeEventSource as typeof EventSource }),
  );
  onTestFinished(() => {
    own.close();
  });
  const resumed: boolean[] = [];
  const request = own.resolve({ url, options: { transport: 'eventsource' } }, {});
  const subscription = own.join(request, {
    onEvents: () => undefined,
    onState: () => undefined,
    onOpen: (info) => resumed.push(info.resumed),
  });
  subscription.begin();
  FakeEventSource.last.open();
  FakeEventSource.last.dispatchEvent(new OtherMessage('message', 'hi', '7'));
  await expect.poll(() => resumed).toEqual([false]);
  FakeEventSource.last.lose();
  FakeEventSource.last.open();
  await expect.poll(() => resumed).toEqual([false, true]);
  FakeEventSource.last.lose(2);
  await expect.poll(() => own.connections()[0]?.state.status).toBe('reconnecting');
  await clock.advance(10_000);
  FakeEventSource.last.open();
  await expect.poll(() => resumed).toEqual([false, true, false]);
});

test.for<[string, RequestOptions]>([
  ['`reconnect: false`', { reconnect: false }],
  ['`maxAttempts: 0`', { reconnect: { maxAttempts: 0 } }],
])('fails with %s where the browser would connect again by itself', async ([, options]) => {
  const { seen } = connect(options);
  FakeEventSource.last.open();
  await expect.poll(() => seen.state?.status).toBe('open');
  FakeEventSource.last.lose();
  await expect
    .poll(() => seen.state)
    .toMatchObject({ status: 'failed', error: { kind: 'network' } });
  expect(FakeEventSource.last.readyState).toBe(2);
  expect(FakeEventSource.made).toHaveLength(1);
});

test('leaves the browser as many tries in a row as `maxAttempts` says', async () => {
  const { seen } = connect({ reconnect: { maxAttempts: 2 } });
  for (const attempt of [1, 2]) {
    FakeEventSource.last.open();
    await expect.poll(() => seen.state?.status).toBe('open');
    FakeEventSource.last.lose();
    await expect.poll(() => seen.state).toMatchObject({ status: 'reconnecting', attempt });
  }
  FakeEventSource.last.lose();
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(FakeEventSource.last.readyState).toBe(2);
  expect(FakeEventSource.made).toHaveLength(1);
});

test('does not give up where the server says nothing for long', async () => {
  const { clock, seen } = connect({ openTimeout: 1_000 });
  await clock.advance(60_000);
  expect(FakeEventSource.made.length).toBeGreaterThan(20);
  expect(seen.state?.status).not.toBe('failed');
  FakeEventSource.last.open();
  await expect.poll(() => seen.state?.status).toBe('open');
});

test('takes events that are no instances of the global MessageEvent', async () => {
  const { seen } = connect();
  FakeEventSource.last.open();
  await expect.poll(() => seen.state?.status).toBe('open');
  FakeEventSource.last.dispatchEvent(new OtherMessage('message', 'hi', '7'));
  await expect.poll(() => seen.events).toMatchObject([{ data: 'hi', lastEventId: '7' }]);
});

test("takes a server's own event of the name error for no loss", async () => {
  const { seen } = connect();
  FakeEventSource.last.open();
  await expect.poll(() => seen.state?.status).toBe('open');
  FakeEventSource.last.onerror?.(new OtherMessage('error', 'oops'));
  FakeEventSource.last.dispatchEvent(new OtherMessage('message', 'after'));
  await expect.poll(() => seen.data).toEqual(['after']);
  expect(seen.statuses).toEqual(['connecting', 'open']);
});

test("takes a server's own event of the name open for no answer", async () => {
  const { seen } = connect();
  FakeEventSource.last.open();
  await expect.poll(() => seen.state?.status).toBe('open');
  const { openedAt } = seen.state ?? {};
  FakeEventSource.last.onopen?.(new OtherMessage('open', 'sesame'));
  FakeEventSource.last.dispatchEvent(new OtherMessage('message', 'after'));
  await expect.poll(() => seen.data).toEqual(['after']);
  expect([seen.statuses, seen.state?.openedAt]).toEqual([['connecting', 'open'], openedAt]);
});

test('opens another EventSource where the browser has given up', async () => {
  const { seen, clock } = connect();
  FakeEventSource.last.open();
  await expect.poll(() => seen.state?.status).toBe('open');
  FakeEventSource.last.lose(2);
  await expect.poll(() => seen.state?.status).toBe('reconnecting');
  await clock.advance(1_000);
  expect(FakeEventSource.made).toHaveLength(2);
});

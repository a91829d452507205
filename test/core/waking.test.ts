import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';

const url = 'https://example.test/stream';

async function connect(options: RequestOptions & { format?: 'lines' } = {}) {
  const stream = mockStream(url, { autoOpen: true, random: () => 0 });
  const seen = collect(stream.store, { url, ...options });
  await stream.connected();
  return { stream, seen };
}

/** A store on the page itself, whose clock stands still until it is moved. */
async function connectOnPage(options: RequestOptions = {}) {
  const clock = new FakeClock();
  const stream = mockStream(url, { autoOpen: true });
  const store = createConnectionStore({ clock, fetch: stream.fetch });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url, ...options });
  await stream.connected();
  await stream.settled();
  return { clock, stream, seen };
}

async function show(isShown: boolean) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(isShown ? 'visible' : 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  await Promise.resolve();
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('a machine that slept longer than `idleTimeout` finds what waits in the socket first', async () => {
  const { stream, seen } = await connect({ idleTimeout: 2_000 });
  await stream.sleep(4_000);
  expect(seen.statuses).toEqual(['connecting', 'open']);
  await stream.send('waited');
  await stream.advance(1_500);
  expect(seen.statuses).toEqual(['connecting', 'open']);
  expect(seen.data).toEqual(['waited']);
});

test('a stream in which nothing waits is dead soon after, as without the sleep', async () => {
  const { stream, seen } = await connect({ idleTimeout: 2_000 });
  await stream.sleep(4_000);
  await stream.advance(999);
  expect(seen.state?.status).toBe('open');
  await stream.advance(1);
  expect(seen.states[2]?.error).toMatchObject({ kind: 'timeout', phase: 'idle' });
});

test('an answer that came during a sleep is taken, though `openTimeout` is over', async () => {
  const stream = mockStream(url);
  const seen = collect(stream.store, { url, openTimeout: 3_000, method: 'POST' });
  await stream.connected();
  await stream.sleep(60_000);
  await stream.open();
  expect(seen.statuses).toEqual(['connecting', 'open']);
});

test('timers that are always late, as in a hidden page, hold a dead stream only for a while', async () => {
  const { stream, seen } = await connect({ idleTimeout: 2_000 });
  for (let count = 0; count < 5; count++) await stream.sleep(60_000);
  expect(seen.states[2]?.error).toMatchObject({ kind: 'timeout', phase: 'idle' });
});

test('a stream that is dead after a sleep is opened again from its last id', async () => {
  const { stream, seen } = await connect();
  await stream.send({ id: '7', data: 'a' });
  await stream.sleep(3_600_000);
  await stream.advance(4_999);
  expect(stream.requests).toHaveLength(1);
  await stream.advance(1);
  expect(stream.requests).toHaveLength(2);
  expect(stream.requests[1]?.headers.get('last-event-id')).toBe('7');
  expect(seen.statuses).toEqual(['connecting', 'open', 'reconnecting', 'open']);
  expect(seen.states[2]).toMatchObject({ retryAt: null, error: null });
});

test.for<[string, (stream: Awaited<ReturnType<typeof connect>>['stream']) => Promise<void>]>([
  ['an event', (stream) => stream.send('a')],
  ['a comment', (stream) => stream.comment()],
])('a stream that brings %s after a sleep is left alone', async ([, sign]) => {
  const { stream, seen } = await connect();
  await stream.sleep(3_600_000);
  await stream.advance(3_000);
  await sign(stream);
  await stream.advance(60_000);
  expect(stream.requests).toHaveLength(1);
  expect(seen.statuses).toEqual(['connecting', 'open']);
});

test.for<[string, RequestOptions & { format?: 'lines' }, number]>([
  ['a POST', { method: 'POST' }, 3_600_000],
  ['EventSource, which tells nothing of comments', { transport: 'eventsource' }, 3_600_000],
  ['a timer that is a little late', {}, 20_000],
  ['a stream that cannot be taken up where it breaks', { format: 'lines' }, 3_600_000],
])('%s is no reason to open again', async ([, options, time]) => {
  const { stream } = await connect(options);
  await stream.sleep(time);
  await stream.advance(60_000);
  expect(stream.requests).toHaveLength(1);
});

test('a timer that comes 15 s late tells of a sleep, and one that comes sooner of none', async () => {
  for (const [late, requests] of [
    [14_999, 1],
    [15_000, 2],
  ] as const) {
    const { stream } = await connect();
    await stream.sleep(10_000 + late);
    await stream.advance(5_000);
    expect(stream.requests).toHaveLength(requests);
  }
});

test('a second sleep counts where the stream was alive after the first', async () => {
  const { stream } = await connect();
  await stream.sleep(60_000);
  await stream.comment();
  await stream.advance(30_000);
  expect(stream.requests).toHaveLength(1);
  await stream.sleep(60_000);
  await stream.advance(5_000);
  expect(stream.requests).toHaveLength(2);
});

test('each sleep counts, also on the connection that was opened after the first', async () => {
  const { stream } = await connect();
  for (let times = 1; times <= 3; times++) {
    await stream.sleep(60_000);
    await stream.advance(6_000);
    expect(stream.requests).toHaveLength(times + 1);
  }
});

test('a page that was hidden for long looks whether its stream is alive', async () => {
  const { clock, stream } = await connectOnPage();
  await show(false);
  await clock.advance(59_000);
  await show(true);
  await clock.advance(30_000);
  expect(stream.requests).toHaveLength(1);
  await show(false);
  await clock.advance(60_000);
  await show(true);
  await clock.advance(5_000);
  expect(stream.requests).toHaveLength(2);
});

test.for(['online', 'resume'])(
  'the event %s makes a stream prove that it is alive',
  async (name) => {
    const { clock, stream } = await connectOnPage();
    (name === 'online' ? globalThis : document).dispatchEvent(new Event(name));
    await clock.advance(5_000);
    expect(stream.requests).toHaveLength(2);
  },
);

test('waits for nothing any more once it is closed', async () => {
  const { clock, stream, seen } = await connectOnPage({ linger: 0, idleTimeout: 5_000 });
  dispatchEvent(new Event('online'));
  seen.leave();
  await stream.settled();
  expect(clock.pending).toBe(0);
});

test('a page that is shown after it was loaded asks for nothing again', async () => {
  const { clock, stream } = await connectOnPage();
  dispatchEvent(new Event('pageshow'));
  await clock.advance(30_000);
  expect(stream.requests).toHaveLength(1);
});

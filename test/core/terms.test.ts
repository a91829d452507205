import type { RequestOptions } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';

const url = 'https://example.test/stream';

/** Two that read one stream, and ask for different things. */
function setUp(one: RequestOptions, two: RequestOptions) {
  const stream = mockStream(url, { random: () => 0 });
  const join = (options: RequestOptions) => collect(stream.store, { url, linger: 0, ...options });
  return { stream, join, one: join(one), two: join(two) };
}

type Pair = readonly [RequestOptions, RequestOptions];

/** Each pair the other way round too: who came first makes no difference. */
const bothWays = (pairs: readonly Pair[]): Pair[] =>
  pairs.flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]);

test.for(bothWays([[{ openTimeout: 1_000 }, { openTimeout: 5_000 }]]))(
  'waits for an answer as long as the most patient does: %o',
  async ([a, b]) => {
    const { stream, one } = setUp(a, b);
    await stream.connected();
    await stream.advance(4_999);
    expect(one.state?.status).toBe('connecting');
    await stream.advance(1);
    expect(one.state).toMatchObject({ status: 'reconnecting', error: { phase: 'open' } });
  },
);

test.for(bothWays([[{ idleTimeout: 1_000 }, { idleTimeout: 5_000 }]]))(
  'waits for a byte as long as the most patient does: %o',
  async ([a, b]) => {
    const { stream, one } = setUp(a, b);
    await stream.open();
    await stream.advance(1_000);
    await stream.comment();
    await stream.advance(4_999);
    expect(one.state?.status).toBe('open');
    await stream.advance(1);
    expect(one.state).toMatchObject({ status: 'reconnecting', error: { phase: 'idle' } });
  },
);

test.for(
  bothWays([
    [{ openTimeout: 1_000 }, { openTimeout: 0 }],
    [{ openTimeout: 1_000, idleTimeout: 1_000 }, { openTimeout: Infinity }],
  ]),
)('waits without end where one of them does: %o', async ([a, b]) => {
  const { stream, one } = setUp(a, b);
  await stream.connected();
  await stream.advance(100_000);
  await stream.open();
  await stream.advance(100_000);
  expect(one.statuses).toEqual(['connecting', 'open']);
});

test('a timeout follows those who come and go while it runs', async () => {
  const stream = mockStream(url, { random: () => 0, autoOpen: true });
  const join = (idleTimeout: number) => collect(stream.store, { url, linger: 0, idleTimeout });
  const hasty = join(1_000);
  await stream.connected();
  await stream.advance(900);
  const patient = join(3_000);
  await stream.advance(2_000);
  expect(hasty.state?.status).toBe('open');
  const endless = join(0);
  await stream.advance(10_000);
  expect(hasty.state?.status).toBe('open');
  endless.leave();
  await stream.settled();
  expect(hasty.statuses.at(-1)).not.toBe('open');
  patient.leave();
  await stream.advance(100);
  expect(hasty.state?.status).toBe('open');
  await stream.advance(1_000);
  expect(hasty.state).toMatchObject({ status: 'reconnecting', error: { phase: 'idle' } });
});

const retried: readonly (readonly [...Pair, number])[] = [
  [{ reconnect: false }, {}, 503],
  [{ reconnect: { maxAttempts: 0 } }, { reconnect: { maxAttempts: 1 } }, 503],
  [{ reconnect: { shouldReconnect: () => false } }, {}, 503],
  [{ reconnect: { shouldReconnect: () => true } }, {}, 404],
  [
    { reconnect: { shouldReconnect: () => true } },
    { reconnect: { shouldReconnect: () => false } },
    404,
  ],
];

test.for(retried.flatMap(([a, b, status]) => [[a, b, status] as const, [b, a, status] as const]))(
  'tries again where one of them would: %o %o %i',
  async ([a, b, status]) => {
    const { stream, one, two } = setUp(a, b);
    await stream.reject(status);
    await stream.advance(1_000);
    expect(stream.requests).toHaveLength(2);
    expect([one.state?.status, two.state?.status]).toEqual(['reconnecting', 'reconnecting']);
  },
);

test.for<readonly [...Pair, number]>([
  [{ reconnect: { shouldReconnect: () => false } }, {}, 404],
  [{ reconnect: false }, { reconnect: { maxAttempts: 0 } }, 503],
  [
    { reconnect: { shouldReconnect: () => false } },
    { reconnect: { shouldReconnect: () => false } },
    503,
  ],
])('does not try again where none of them would: %o %o %i', async ([a, b, status]) => {
  const { stream, one, two } = setUp(a, b);
  await stream.reject(status);
  expect([one.state?.status, two.state?.status]).toEqual(['failed', 'failed']);
});

test('a callback that throws does not speak for the others', async () => {
  const mine = new Error('mine');
  const reported: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const shouldReconnect = () => {
    throw mine;
  };
  const { stream, one } = setUp(
    { reconnect: { shouldReconnect } },
    { reconnect: { shouldReconnect: () => true } },
  );
  await stream.reject(404);
  expect(one.state?.status).toBe('reconnecting');
  expect(new Set(reported)).toEqual(new Set([mine]));
});

test.for(
  bothWays([[{ reconnect: { delay: 200 } }, { reconnect: { maxDelay: 60_000, delay: 5_000 } }]]),
)('tries again as soon as the least patient would: %o', async ([a, b]) => {
  const stream = mockStream(url, { random: () => 0.5 });
  for (const options of [a, b]) collect(stream.store, { url, ...options });
  await stream.drop();
  await stream.advance(99);
  expect(stream.requests).toHaveLength(1);
  await stream.advance(1);
  expect(stream.requests).toHaveLength(2);
  await stream.reject(503, { headers: { 'retry-after': '50' } });
  await stream.advance(29_999);
  expect(stream.requests).toHaveLength(2);
  await stream.advance(1);
  expect(stream.requests).toHaveLength(3);
});

test('repeats a POST that is shared where one of them asks for it', async () => {
  const stream = mockStream(url, { random: () => 0 });
  const post = { url, method: 'POST', share: 'job' };
  const one = collect(stream.store, post);
  collect(stream.store, { ...post, reconnect: { repeat: true } });
  await stream.open();
  await stream.drop();
  expect(one.state?.status).toBe('reconnecting');
});

test.for(bothWays([[{ maxEventSize: 10 }, { maxEventSize: 1_000 }]]))(
  'takes events as long as the largest bound allows: %o',
  async ([a, b]) => {
    const { stream, one } = setUp(a, b);
    await stream.open();
    await stream.send('x'.repeat(1_000));
    expect(one.data).toEqual(['x'.repeat(1_000)]);
    await stream.send('x'.repeat(1_001));
    expect(one.state).toMatchObject({ status: 'failed', error: { kind: 'size', limit: 1_000 } });
  },
);

test('goes on out of sight while one of them wants it, and rests when none does', async () => {
  const stream = mockStream(url, { random: () => 0, autoOpen: true });
  const join = (suspendWhenHidden: boolean) =>
    collect(stream.store, { url, linger: 0, suspendWhenHidden });
  const resting = join(true);
  await stream.connected();
  await stream.hide();
  expect([resting.state?.status, stream.openConnections]).toEqual(['reconnecting', 0]);
  const awake = join(false);
  await stream.connected(2);
  expect(resting.state?.status).toBe('open');
  await stream.show();
  await stream.hide();
  expect(resting.state?.status).toBe('open');
  awake.leave();
  await stream.settled();
  expect([resting.state?.status, stream.openConnections]).toEqual(['reconnecting', 0]);
  await stream.show();
  expect(resting.state?.status).toBe('open');
  expect(stream.requests).toHaveLength(3);
});

test('who has left has no say, though the linger goes on', async () => {
  const stream = mockStream(url, { random: () => 0, autoOpen: true });
  const hasty = collect(stream.store, { url, idleTimeout: 1_000 });
  const endless = collect(stream.store, { url, linger: 60_000 });
  await stream.connected();
  await stream.advance(900);
  endless.leave();
  await stream.advance(100);
  expect(hasty.state).toMatchObject({ status: 'reconnecting', error: { phase: 'idle' } });
});

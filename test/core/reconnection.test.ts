import { expect, test } from 'vitest';
import { reconnectDelay, resolvePolicy } from '../../src/core/reconnection.ts';

const policy = resolvePolicy({ delay: 1_000, maxDelay: 30_000 });
const almostOne = 0.999;

/** The shortest and the longest wait before each of the first tries. */
const waits = (serverDelay: number | null, retryAfter: number | null = null) =>
  [0, 1, 2, 3, 10].map((attempts) =>
    [0, almostOne].map((random) =>
      Math.round(reconnectDelay({ policy, attempts, serverDelay, retryAfter, random })),
    ),
  );

test.for([1_000, 2_000, 10_000])(
  'waits what a `retry` of %d ms asks for, up to twice as long, at every try',
  (retry) => {
    const range = [retry, Math.round(retry * (1 + almostOne))];
    expect(waits(retry)).toEqual([range, range, range, range, range]);
    expect(waits(null, retry)).toEqual([range, range, range, range, range]);
  },
);

test('waits longer from try to try where a `retry` asks for less than `delay`', () => {
  expect(waits(100)).toEqual([
    [100, 999],
    [100, 1_998],
    [100, 3_996],
    [100, 7_992],
    [100, 29_970],
  ]);
});

test('waits no longer than `maxDelay`, and is a number after however many tries', () => {
  const longest = { policy, serverDelay: Infinity, retryAfter: null };
  expect(reconnectDelay({ ...longest, attempts: 0, random: almostOne })).toBe(30_000);
  expect(reconnectDelay({ ...longest, serverDelay: null, attempts: 5_000, random: 0 })).toBe(100);
});

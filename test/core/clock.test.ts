import { createConnectionStore } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { collect } from '../support/collect.ts';

const url = 'https://example.test/stream';
const month = 30 * 24 * 3_600_000;

/** Stands in for the timers of the platform, which overflow past 2^31 - 1 ms as the real ones do. */
function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

test.for([
  ['30 days', month] as const,
  ['2^53 - 1', Number.MAX_SAFE_INTEGER] as const,
  ['Infinity', Infinity] as const,
])('fires no timer of %s at once', ([, ms]) => {
  stopTime();
  const run = vi.fn();
  const cancel = systemClock.timeout(run, ms);
  vi.advanceTimersByTime(3_600_000);
  expect(run).not.toHaveBeenCalled();
  cancel();
  expect(vi.getTimerCount()).toBe(0);
});

test.for([month, Infinity])('keeps a connection open through a linger of %d ms', (linger) => {
  stopTime();
  const store = createConnectionStore({ fetch: mockStream(url).fetch });
  onTestFinished(() => {
    store.close();
  });
  collect(store, { url, linger }).leave();
  vi.advanceTimersByTime(3_600_000);
  expect(store.connections()).toHaveLength(1);
});

test('waits for an answer as long as the longest openTimeout says', async () => {
  stopTime();
  const store = createConnectionStore({ fetch: mockStream(url).fetch });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url, openTimeout: Number.MAX_SAFE_INTEGER });
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(seen.statuses).toEqual(['connecting']);
});

test('runs what may wait soon where there is no MessageChannel, unless it is cancelled', async () => {
  vi.stubGlobal('MessageChannel', undefined);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const ran: string[] = [];
  systemClock.idle(() => ran.push('a'));
  systemClock.idle(() => ran.push('b'))();
  expect(ran).toEqual([]);
  await Promise.resolve();
  expect(ran).toEqual(['a']);
});

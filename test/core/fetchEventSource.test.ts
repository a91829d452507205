import type { FetchEventSourceInit, ReconnectPolicy } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { listen } from '../support/eventSource.ts';
import { FakeClock } from '../support/fakeClock.ts';

test.for<[string, { repeat?: boolean }, number]>([
  ['once', {}, 1],
  ['again where that is asked for', { repeat: true }, 3],
])('sends a POST that breaks off %s', async ([, reconnect, times]) => {
  const clock = new FakeClock();
  const stream = mockStream('https://example.test/');
  const init = { clock, fetch: stream.fetch, method: 'post', body: 'run' };
  const source = listen('https://example.test/', { ...init, openTimeout: 0, reconnect });
  await stream.drop();
  await clock.advance(60_000);
  if (times > 1) {
    await stream.open();
    await stream.drop();
    await clock.advance(60_000);
  }
  expect(stream.requests).toHaveLength(times);
  expect(source.readyState).toBe(times > 1 ? 0 : 2);
});

/** A source on a mock, whose chance is given; `waited` is how long it has been silent before it asks again. */
function open(init: FetchEventSourceInit = {}, random = 0) {
  const clock = Object.assign(new FakeClock(), { random: () => random });
  const stream = mockStream('https://example.test/');
  const options = { clock, fetch: stream.fetch, openTimeout: 0 };
  const source = listen('https://example.test/', { ...options, ...init });
  const waited = async () => {
    const before = stream.requests.length;
    for (let ms = 0; ; ms += 50) {
      if (stream.requests.length > before) return ms;
      if (ms > 60_000) return Infinity;
      await clock.advance(50);
    }
  };
  return { stream, source, waited };
}

test.for<[string, string, FetchEventSourceInit['reconnect'], number]>([
  ['a GET', 'GET', undefined, 3_000],
  ['a GET with a `delay` of its own', 'GET', { delay: 500 }, 500],
  ['a POST', 'POST', undefined, Infinity],
  ['a POST that may be repeated', 'POST', { repeat: true }, 3_000],
  ['a POST that may be repeated, but not', 'POST', { repeat: true, maxAttempts: 0 }, Infinity],
  ['a POST that may not be repeated', 'POST', { repeat: false }, Infinity],
])('after a clean end %s is sent again or not', async ([, method, reconnect, wait]) => {
  const { stream, source, waited } = open({ method, reconnect });
  await stream.open();
  await stream.send('a');
  await stream.end();
  expect(await waited()).toBe(wait);
  expect(source.readyState).toBe(wait === Infinity ? 2 : 0);
});

test.for<[string, string, 'end' | 'drop', number]>([
  ['a clean end, with no `retry`', '', 'end', 3_600],
  ['a loss, with no `retry`', '', 'drop', 6_000],
  ['a clean end, with a `retry` below the default', 'retry: 1000\n\n', 'end', 1_200],
  ['a loss, with a `retry` below the default', 'retry: 1000\n\n', 'drop', 2_000],
  ['a clean end, with a `retry` above the default', 'retry: 10000\n\n', 'end', 12_000],
])('waits after %s, at most this long', async ([, text, how, longest]) => {
  for (const [random, expected] of [
    [0, how === 'end' ? longest / 1.2 : longest / 2],
    [1, longest],
  ] as const) {
    const { stream, waited } = open({}, random);
    await stream.open();
    if (text) await stream.chunk(text);
    await stream[how]();
    expect(await waited()).toBe(expected);
  }
});

test('leaves to the standard what shouldReconnect does not decide', async () => {
  const seen: unknown[] = [];
  const shouldReconnect: ReconnectPolicy['shouldReconnect'] = (error, attempt, wouldRetry) => {
    seen.push([error.kind, attempt, wouldRetry]);
    return error.kind === 'http' && error.status === 429 ? true : undefined;
  };
  const { stream, source, waited } = open({ reconnect: { shouldReconnect } });
  await stream.reject(429);
  expect(await waited()).toBe(3_000);
  await stream.drop();
  expect(await waited()).toBe(3_000);
  await stream.reject(503);
  expect(source.readyState).toBe(2);
  expect(seen).toEqual([
    ['http', 1, false],
    ['network', 2, true],
    ['http', 3, false],
  ]);
});

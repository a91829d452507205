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

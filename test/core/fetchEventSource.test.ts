import { expect, test } from 'vitest';
import { listen } from '../support/eventSource.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';

test.for<[string, { repeat?: boolean }, number]>([
  ['once', {}, 1],
  ['again where that is asked for', { repeat: true }, 3],
])('sends a POST that breaks off %s', async ([, reconnect, times]) => {
  const clock = new FakeClock();
  const server = new FakeServer();
  const init = { clock, fetch: server.fetch, method: 'post', body: 'run' };
  const source = listen('https://example.test/', { ...init, openTimeout: 0, reconnect });
  await turns();
  server.last.drop();
  await clock.advance(60_000);
  if (times > 1) {
    server.last.open();
    await turns();
    server.last.drop();
    await clock.advance(60_000);
  }
  expect(server.requests).toHaveLength(times);
  expect(source.readyState).toBe(times > 1 ? 0 : 2);
});

import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';

const url = 'https://example.test/feed';
const count = 400;
const data = 'x'.repeat(64 * 1024);

/** A clock by which everything takes longer than the page has for it. */
class BusyClock extends FakeClock {
  #calls = 0;

  override readonly now = (): number => 1_000_000 + ++this.#calls * 10;
}

/** A server that sends 25 MiB in 400 events faster than they are decoded, to a browser of this vendor. */
async function connect(vendor: string, options: RequestOptions = {}, ids = true) {
  vi.spyOn(navigator, 'vendor', 'get').mockReturnValue(vendor);
  const server = new FakeServer();
  const clock = new BusyClock();
  const store = createConnectionStore({ clock, fetch: server.fetch });
  onTestFinished(() => {
    store.close();
    vi.restoreAllMocks();
  });
  const seen = collect(store, { url, ...options });
  await turns();
  /** Sends what follows this number, as much as is taken. */
  const answer = (after: number) => {
    server.last.open();
    for (let number = after + 1; number <= count; number++) {
      const id = ids ? `id: ${String(number)}\n` : '';
      server.last.send(`${id}event: n${String(number)}\ndata: ${data}\n\n`);
    }
  };
  answer(0);
  await clock.advance(5_000);
  const types = () => seen.events.map(({ type }) => type);
  return { server, clock, seen, answer, types };
}

const all = Array.from({ length: count }, (_, index) => `n${String(index + 1)}`);
const webkit = 'Apple Computer, Inc.';

test('a flood in WebKit is cut where it can be resumed, and nothing is lost', async () => {
  const { server, clock, answer, types } = await connect(webkit);
  expect(server.requests).toHaveLength(2);
  expect(server.requests[0]?.cancelled).toBe(true);
  const last = Number(server.last.headers.get('last-event-id'));
  expect(last).toBeGreaterThan(200);
  expect(last).toBeLessThan(count);
  expect(types()).toEqual(all.slice(0, last));
  answer(last);
  await clock.advance(5_000);
  expect(types()).toEqual(all);
  expect(server.requests).toHaveLength(2);
});

test.for<[string, string, RequestOptions, boolean]>([
  ['in an engine that holds the server back', 'Google Inc.', {}, true],
  ['of a POST', webkit, { method: 'POST' }, true],
  ['without ids', webkit, {}, false],
])('a flood %s is read to its end', async ([, vendor, options, ids]) => {
  const { server, seen, types } = await connect(vendor, options, ids);
  expect(server.requests).toHaveLength(1);
  expect(server.last.cancelled).toBe(false);
  expect(types()).toEqual(all);
  expect(seen.state?.status).toBe('open');
});

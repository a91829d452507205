import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';

const own = `${location.origin}/feed`;
const count = 1_200;
const data = 'x'.repeat(64 * 1024);

/** A clock by which everything takes longer than the page has for it. */
class BusyClock extends FakeClock {
  #calls = 0;

  override readonly now = (): number => 1_000_000 + ++this.#calls * 10;
}

/** A server that sends 75 MiB in 1,200 events faster than they are decoded, to a browser of this vendor. */
async function connect(
  vendor: string,
  options: RequestOptions = {},
  { hasIds = (number: number) => number > 0, url = own } = {},
) {
  vi.spyOn(navigator, 'vendor', 'get').mockReturnValue(vendor);
  const server = new FakeServer();
  const clock = new BusyClock();
  const store = createConnectionStore({
    clock,
    async fetch(...request) {
      const response = await server.fetch(...request);
      // As one that has come over the network.
      return Object.defineProperty(response, 'type', { value: 'basic' });
    },
  });
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
      const id = hasIds(number) ? `id: ${String(number)}\n` : '';
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
  expect(last).toBeGreaterThan(1_000);
  expect(last).toBeLessThan(count);
  expect(types()).toEqual(all.slice(0, last));
  answer(last);
  await clock.advance(5_000);
  expect(types()).toEqual(all);
  expect(server.requests).toHaveLength(2);
});

test('a server that begins from its start is cut once, and then read to its end', async () => {
  const { server, clock, answer, types } = await connect(webkit);
  const cut = types().length;
  answer(0);
  await clock.advance(5_000);
  expect(server.requests).toHaveLength(2);
  expect(types().slice(cut)).toEqual(all);
});

test('the body of a stand-in that gives what is asked for is not read to no end', async () => {
  vi.spyOn(navigator, 'vendor', 'get').mockReturnValue(webkit);
  let pulled = 0;
  const chunk = new TextEncoder().encode(`data: ${data}\n\n`);
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(chunk);
    },
  });
  const headers = { 'content-type': 'text/event-stream' };
  const store = createConnectionStore({
    clock: new BusyClock(),
    fetch: () => Promise.resolve(new Response(body, { headers })),
  });
  onTestFinished(() => {
    store.close();
    vi.restoreAllMocks();
  });
  collect(store, { url: own });
  await turns();
  const before = pulled;
  await turns();
  expect([before, pulled]).toEqual([pulled, pulled]);
  expect(pulled).toBeLessThan(20);
});

type Flood = Parameters<typeof connect>;

test.for<[string, ...Flood]>([
  ['in an engine that holds the server back', 'Google Inc.'],
  ['of a POST', webkit, { method: 'POST' }],
  ['that may not be asked for again', webkit, { reconnect: false }],
  ['without ids', webkit, {}, { hasIds: () => false }],
  ['of which only the first event has an id', webkit, {}, { hasIds: (number) => number === 1 }],
  ['of another origin', webkit, {}, { url: 'https://example.test/feed' }],
])('a flood %s is read to its end', async ([, ...flood]) => {
  const { server, seen, types } = await connect(...flood);
  expect(server.requests).toHaveLength(1);
  expect(server.last.cancelled).toBe(false);
  expect(types()).toEqual(all);
  expect(seen.state?.status).toBe('open');
});

import { createConnectionStore } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { internalsOf } from '../../src/core/connectionStore.ts';
import { EventFold, type EventValue } from '../../src/core/eventFold.ts';
import { View } from '../../src/core/view.ts';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';

const url = 'https://example.test/stream';

function setUp(throttle: 'frame' | number = 'frame') {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch });
  const internals = internalsOf(store);
  onTestFinished(() => {
    store.close();
  });
  const view: View<EventValue> = new View({
    store: internals,
    resolve: () => internals.resolve({ url, options: {} }, {}),
    manual: false,
    needsAll: false,
    until: () => undefined,
    throttle: () => throttle,
    fold: (emitter) => new EventFold(() => ({}), emitter, clock),
  });
  return { clock, server, store, view };
}

const dataOf = (view: View<EventValue>) => view.getSnapshot().value.events.map(({ data }) => data);

test('a flapping line is shown urgently a few times and then once a second; frames show the rest', async () => {
  const { clock, server, view } = setUp();
  let urgent = 0;
  const frames: string[] = [];
  view.onStatus(() => (urgent += 1));
  view.onFrame(({ state }) => frames.push(state.status));
  const begun = clock.now();
  for (let flap = 0; flap < 40; flap++) {
    await turns();
    server.last.open();
    await clock.advance(20);
    server.last.send('retry: 100\ndata: x\n\n');
    await turns();
    server.last.end();
    await clock.advance(230);
  }
  const seconds = (clock.now() - begun) / 1_000;
  expect(server.requests.length).toBeGreaterThan(10);
  expect(urgent).toBeLessThanOrEqual(4 + seconds);
  expect(new Set(frames)).toEqual(new Set(['connecting', 'open', 'reconnecting']));
});

test('a status is shown with the next frame whatever the throttle, also on a line that flaps', async () => {
  const { clock, server, view } = setUp(600_000);
  view.onStatus(() => undefined);
  view.onFrame(() => undefined);
  for (let flap = 0; flap < 6; flap++) {
    await turns();
    server.last.open();
    await turns();
    server.last.send('data: x\n\n');
    await clock.advance(20);
    expect(view.getSnapshot().state.status).toBe('open');
    server.last.drop();
    await clock.advance(20);
    expect(view.getSnapshot().state.status).toBe('reconnecting');
    await clock.advance(100);
  }
});

test('a view that comes back to a connection which others kept open takes only what is new to it', async () => {
  const { clock, server, store, view } = setUp();
  collect(store, { url });
  const leave = view.onFrame(() => undefined);
  await turns();
  server.last.open();
  await turns();
  server.last.send('data: a\n\ndata: b\n\n');
  await clock.advance(40);
  leave();
  await clock.advance(10_000);
  server.last.send('data: c\n\n');
  await turns();
  expect(dataOf(view)).toEqual(['a', 'b']);
  view.onFrame(() => undefined);
  await clock.advance(40);
  expect(dataOf(view)).toEqual(['a', 'b', 'c']);
  expect(server.requests).toHaveLength(1);
});

test('a view that comes back alone goes on where its data left off', async () => {
  const { clock, server, view } = setUp();
  const leave = view.onFrame(() => undefined);
  await turns();
  server.last.open();
  await turns();
  server.last.send('id: 7\ndata: a\n\n');
  await clock.advance(40);
  leave();
  await clock.advance(10_000);
  expect(server.live).toBe(0);
  expect(view.getSnapshot().state.status).toBe('connecting');
  view.onFrame(() => undefined);
  await turns();
  expect(server.last.headers.get('last-event-id')).toBe('7');
  server.last.open();
  await turns();
  server.last.send('id: 8\ndata: b\n\n');
  await clock.advance(40);
  expect(dataOf(view)).toEqual(['a', 'b']);
});

test('publishes nothing while nobody watches, and catches up with the first that does', async () => {
  const { clock, server, view } = setUp();
  const leave = view.onStatus(() => undefined);
  await turns();
  leave();
  server.last.open();
  await turns();
  server.last.send('data: a\n\n');
  await clock.advance(100);
  expect(view.getSnapshot().state.status).toBe('connecting');
  view.onStatus(() => undefined);
  expect(view.getUrgent()).toMatchObject({ state: { status: 'open' }, value: { data: 'a' } });
});

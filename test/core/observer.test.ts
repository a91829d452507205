import { createConnectionStore, type Clock } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { internalsOf } from '../../src/core/store/connectionStore.ts';
import { EventAccumulator, type EventValue } from '../../src/core/events/eventAccumulator.ts';
import { Observer } from '../../src/core/observer/observer.ts';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';

const url = 'https://example.test/stream';

function setUp(throttle: 'frame' | number = 'frame', clock?: Clock) {
  const stream = mockStream(url, { random: () => 0 });
  const store = clock ? createConnectionStore({ clock, fetch: stream.fetch }) : stream.store;
  const internals = internalsOf(store);
  const view: Observer<EventValue> = new Observer({
    store: internals,
    request: () => internals.resolve({ url, options: {} }, {}),
    resolve: () => internals.resolve({ url, options: {} }, {}),
    manual: false,
    throttle: () => throttle,
    persist: () => undefined,
    accumulator: (emitter) => new EventAccumulator(() => ({}), emitter, internals.clock),
  });
  return { stream, view };
}

const dataOf = (view: Observer<EventValue>) =>
  view.getSnapshot().value.events.map(({ data }) => data);

test('a flapping line is shown urgently a few times and then once a second; frames show the rest', async () => {
  const { stream, view } = setUp();
  let urgent = 0;
  const frames: string[] = [];
  view.onStatus(() => (urgent += 1));
  view.onFrame(({ state }) => frames.push(state.status));
  for (let flap = 0; flap < 40; flap++) {
    await stream.open();
    await stream.advance(20);
    await stream.send({ retry: 100, data: 'x' });
    await stream.end();
    await stream.advance(230);
  }
  expect(stream.requests.length).toBeGreaterThan(10);
  const seconds = (40 * 250) / 1_000;
  expect(urgent).toBeLessThanOrEqual(4 + seconds);
  expect(new Set(frames)).toEqual(new Set(['connecting', 'open', 'reconnecting']));
});

test('a status is shown with the next frame whatever the throttle, also on a line that flaps', async () => {
  const { stream, view } = setUp(600_000);
  view.onStatus(() => undefined);
  view.onFrame(() => undefined);
  for (let flap = 0; flap < 6; flap++) {
    await stream.open();
    await stream.send('x');
    expect(view.getSnapshot().state.status).toBe('open');
    await stream.drop();
    expect(view.getSnapshot().state.status).toBe('reconnecting');
    await stream.advance(140);
  }
});

test('what a throttle holds back is shown in its time, also where the clock is set back', async () => {
  const clock = new FakeClock();
  let shift = 0;
  const now = () => clock.now() - shift;
  const { stream, view } = setUp(1_000, Object.assign(Object.create(clock) as FakeClock, { now }));
  view.onFrame(() => undefined);
  await stream.open();
  await stream.send('a');
  await clock.advance(40);
  shift = 3_600_000;
  await stream.send('b');
  await clock.advance(500);
  expect(dataOf(view)).toEqual(['a']);
  await clock.advance(540);
  expect(dataOf(view)).toEqual(['a', 'b']);
});

test('a view that comes back to a connection which others kept open takes only what is new to it', async () => {
  const { stream, view } = setUp();
  collect(stream.store, { url });
  const leave = view.onFrame(() => undefined);
  await stream.open();
  await stream.send(['a', 'b']);
  leave();
  await stream.advance(10_000);
  await stream.send('c');
  expect(dataOf(view)).toEqual(['a', 'b']);
  view.onFrame(() => undefined);
  await stream.settled();
  expect(dataOf(view)).toEqual(['a', 'b', 'c']);
  expect(stream.requests).toHaveLength(1);
});

test('a view that comes back alone goes on where its data left off', async () => {
  const { stream, view } = setUp();
  const leave = view.onFrame(() => undefined);
  await stream.open();
  await stream.send({ id: '7', data: 'a' });
  leave();
  await stream.advance(10_000);
  expect(stream.openConnections).toBe(0);
  expect(view.getSnapshot().state.status).toBe('connecting');
  view.onFrame(() => undefined);
  const request = await stream.connected(2);
  expect(request.headers.get('last-event-id')).toBe('7');
  await stream.open();
  await stream.send({ id: '8', data: 'b' });
  expect(dataOf(view)).toEqual(['a', 'b']);
});

test('publishes nothing while nobody watches, and catches up with the first that does', async () => {
  const { stream, view } = setUp();
  const leave = view.onStatus(() => undefined);
  await stream.connected();
  leave();
  await stream.open();
  await stream.send('a');
  await stream.advance(100);
  expect(view.getSnapshot().state.status).toBe('connecting');
  view.onStatus(() => undefined);
  expect(view.getUrgent()).toMatchObject({ state: { status: 'open' }, value: { data: 'a' } });
});

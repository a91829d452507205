import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { listenForReports } from '../support/reports.ts';

const foreign = 'https://api.test/feed?token=secret';
const own = `${location.origin}/feed`;

/** The shortest wait before a try, which is what chance gives here. In milliseconds. */
const wait = 100;

/** A stream of a server, of which the browser refuses each request with an event id, as CORS rules may have it. */
function connect(url: string, options?: RequestOptions) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const network = { isDown: false, refusesIds: true };
  /** The event id of each request; null where it has none. */
  const ids: (string | null)[] = [];
  const store = createConnectionStore({
    clock,
    fetch(input, init) {
      const answer = server.fetch(input, init);
      const id = server.last.headers.get('last-event-id');
      ids.push(id);
      if (network.isDown || (network.refusesIds && id !== null)) server.last.drop();
      return answer;
    },
  });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url, ...options });
  /** Answers a request, the last one where none is told, with one event, and cuts it. */
  const cut = async (id: string, index = -1) => {
    await turns();
    const request = server.requests.at(index);
    request?.open();
    await turns();
    request?.send(`id: ${id}\ndata: ${id}\n\n`);
    await turns();
    request?.drop();
    await turns();
  };
  return { clock, server, seen, ids, network, cut };
}

test('a server that allows no Last-Event-ID is reached without it after two failures', async () => {
  const reported = listenForReports();
  const { clock, server, seen, ids, cut } = connect(foreign);
  await cut('7');
  await clock.advance(wait);
  expect(ids).toEqual([null, '7']);
  await clock.advance(wait);
  expect(ids).toEqual([null, '7', '7', null]);
  const answered = server.last;
  answered.open();
  answered.send('id: 9\ndata: 9\n\n');
  await turns();
  // It is reached: once more with the id, for the network may have come back meanwhile.
  expect(ids).toEqual([null, '7', '7', null, '7']);
  expect(answered.cancelled).toBe(false);
  expect(seen.state?.status).toBe('open');
  expect(seen.data).toEqual(['7', '9']);
  expect(reported()).toEqual([
    expect.stringMatching(
      /https:\/\/api\.test\/feed\?token was reached only without .*Last-Event-ID/,
    ),
  ]);
  expect(reported().join()).not.toContain('secret');
});

test('what it has learnt saves a failure when the stream is cut again, and is reported once', async () => {
  const reported = listenForReports();
  const { clock, ids, cut } = connect(foreign);
  await cut('7');
  await clock.advance(2 * wait);
  await cut('9', 3);
  await clock.advance(wait);
  expect(ids).toEqual([null, '7', '7', null, '7', '9', null]);
  await cut('11', 6);
  expect(reported()).toHaveLength(1);
});

test('a network that comes back meanwhile costs nothing: what is answered without the id is given up', async () => {
  const reported = listenForReports();
  const { clock, server, seen, ids, network, cut } = connect(foreign);
  await cut('7');
  await clock.advance(2 * wait);
  network.refusesIds = false;
  const answered = server.last;
  answered.open();
  await turns();
  expect(ids).toEqual([null, '7', '7', null, '7']);
  server.last.open();
  server.last.send('id: 8\ndata: 8\n\n');
  await turns();
  expect(answered.cancelled).toBe(true);
  expect(seen.state?.status).toBe('open');
  expect(seen.data).toEqual(['7', '8']);
  expect(reported()).toEqual([]);
});

test('the status that only a request without the id has had is the answer', async () => {
  const reported = listenForReports();
  const { clock, server, seen, ids, cut } = connect(foreign);
  await cut('7');
  await clock.advance(2 * wait);
  server.last.refuse(503);
  await turns();
  expect(seen.state).toMatchObject({
    status: 'reconnecting',
    error: { kind: 'http', status: 503 },
  });
  await clock.advance(wait);
  server.requests.at(-1)?.refuse(404);
  await turns();
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'http', status: 404 } });
  expect(ids).toEqual([null, '7', '7', null, '7', '7', null, '7']);
  expect(reported()).toEqual([]);
});

test('a token that has expired meanwhile is refreshed', async () => {
  listenForReports();
  const tokens = ['old', 'old', 'old', 'new'];
  const { clock, server, seen, cut } = connect(foreign, {
    headers: () => ({ authorization: tokens.shift() ?? 'new' }),
  });
  await cut('7');
  await clock.advance(2 * wait);
  server.requests[3]?.refuse(401);
  await turns();
  const fresh = server.requests.filter(({ headers }) => headers.get('authorization') === 'new');
  expect(fresh.map(({ headers }) => headers.get('last-event-id'))).toEqual(['7', null]);
  fresh[1]?.open();
  await turns();
  expect(seen.state?.status).toBe('open');
});

test('after an outage of hours a server that refuses ids is found at the next try', async () => {
  listenForReports();
  const { clock, ids, network, cut } = connect(foreign);
  await cut('7');
  await clock.advance(2 * wait);
  await cut('9', 3);
  network.isDown = true;
  // The longest waits, for the shortest would make 36,000 tries of it.
  clock.chance = 1;
  await clock.advance(3 * 3_600_000);
  clock.chance = 0;
  await clock.advance(60_000);
  network.isDown = false;
  const before = ids.length;
  await clock.advance(wait);
  expect(ids.slice(before)).toEqual(['9', null]);
});

test('an end while it is tried leaves no request open', async () => {
  const { clock, server, seen, cut } = connect(foreign);
  await cut('7');
  await clock.advance(2 * wait);
  const answered = server.last;
  seen.leave();
  await clock.advance(60_000);
  answered.open();
  await turns();
  expect(server.requests).toHaveLength(4);
  expect(answered.cancelled).toBe(true);
});

test('a network that is down for long is tried with the id almost always, and then resumed', async () => {
  const reported = listenForReports();
  const { clock, server, seen, ids, network, cut } = connect(foreign);
  network.refusesIds = false;
  await cut('7');
  network.isDown = true;
  await clock.advance(15 * wait);
  network.isDown = false;
  expect(ids.length).toBeGreaterThan(15);
  // After failures 2, 4 and 8.
  expect(ids.slice(1).filter((id) => id === null)).toHaveLength(3);
  await clock.advance(wait);
  expect(ids.at(-1)).toBe('7');
  server.last.open();
  await turns();
  expect(seen.state?.status).toBe('open');
  expect(reported()).toEqual([]);
});

test('to the own origin no request goes without its id', async () => {
  const { clock, ids, cut } = connect(own);
  await cut('7');
  await clock.advance(10 * wait);
  expect(ids.slice(1)).toEqual(new Array(10).fill('7'));
});

test('a status is an answer: the id is sent again', async () => {
  const { clock, server, ids, network, cut } = connect(foreign);
  network.refusesIds = false;
  await cut('7');
  for (const status of [503, 500, 429, 503]) {
    await clock.advance(wait);
    server.last.refuse(status);
    await turns();
  }
  await clock.advance(wait);
  expect(ids.slice(1)).toEqual(new Array(5).fill('7'));
});

test('headers that cannot be had say nothing about the id', async () => {
  let isSignedOut = false;
  const { clock, ids, cut, network } = connect(foreign, {
    headers() {
      if (isSignedOut) throw new Error('no session');
      return {};
    },
  });
  network.refusesIds = false;
  await cut('7');
  isSignedOut = true;
  await clock.advance(10 * wait);
  isSignedOut = false;
  await clock.advance(wait);
  expect(ids).toEqual([null, '7']);
});

test('every try is one of those that `maxAttempts` allows', async () => {
  const { clock, seen, ids, network, cut } = connect(foreign, { reconnect: { maxAttempts: 3 } });
  await cut('7');
  network.isDown = true;
  await clock.advance(10 * wait);
  expect(ids).toEqual([null, '7', '7', null, '7']);
  expect(seen.state).toMatchObject({ status: 'failed', attempt: 3 });
});

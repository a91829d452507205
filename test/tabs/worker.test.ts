import { createConnectionStore } from 'use-event-stream/core';
import { tabs } from 'use-event-stream/tabs';
import { serveTabs } from 'use-event-stream/tabs/worker';
import { expect, onTestFinished, test, vi } from 'vitest';
import { serve } from '../support/httpServer.ts';
import { Feed } from './feed.ts';

// Node has Web Locks, BroadcastChannel and ports: only the worker itself is played, in this thread.
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 20_000, interval: 5 });

/** A worker, and the way to end it without a word. */
function host() {
  let connect: (event: Event) => void = () => undefined;
  vi.stubGlobal('addEventListener', (_: string, listener: typeof connect) => {
    connect = listener;
  });
  let lock = '';
  serveTabs();
  vi.unstubAllGlobals();
  const visit = () => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', ({ data }: MessageEvent<{ lock: string }>) => {
      lock = data.lock;
    });
    connect(new MessageEvent('connect', { ports: [port2] }));
    onTestFinished(() => {
      port1.close();
    });
    return Object.assign(new EventTarget(), { port: port1, onerror: null });
  };
  /** Takes the lock away, as the end of the worker does. */
  const end = () => navigator.locks.request(lock, { steal: true }, () => undefined);
  return { visit, end };
}

function page(worker: ReturnType<ReturnType<typeof host>['visit']>, headers = {}, name = 'ada') {
  const store = createConnectionStore({
    defaults: { headers: () => headers, reconnect: false },
    ...tabs({ name, worker }),
  });
  onTestFinished(() => {
    store.close();
  });
  const heard: number[] = [];
  const states: string[] = [];
  return {
    store,
    heard,
    states,
    read: (url: string) =>
      store.subscribe(
        { url, linger: 0 },
        {
          onEvents: (events) => heard.push(...events.map(({ data }) => Number(data))),
          onState: ({ status }) => states.push(status),
        },
      ),
  };
}

async function world(count: number) {
  const feed = new Feed();
  const server = await serve(feed.handler);
  const worker = host();
  const url = `${server.url}/a`;
  const pages = Array.from({ length: count }, () => page(worker.visit()));
  for (const each of pages) each.read(url);
  await until(() => {
    expect(pages.map(({ states }) => states.at(-1))).toEqual(pages.map(() => 'open'));
  });
  return { feed, worker, url, pages };
}

test('the worker has the connection, whichever page goes, until the last one does', async () => {
  const { feed, pages } = await world(4);
  feed.publish('/a', 2);
  await until(() => {
    for (const { heard } of pages) expect(heard).toEqual([1, 2]);
  });
  expect(pages.flatMap(({ store }) => store.connections().map(({ tab }) => tab))).toEqual(
    pages.map(() => 'follows'),
  );
  const [first, ...others] = pages;
  first?.store.close();
  feed.publish('/a', 2);
  await until(() => {
    for (const { heard } of others) expect(heard).toEqual([1, 2, 3, 4]);
  });
  expect(feed.asked).toEqual(['/a -']);
  for (const { store } of others) store.close();
  await until(() => {
    expect(feed.open).toBe(0);
  });
});

test('where the worker is gone, a tab leads', async () => {
  const { feed, worker, pages } = await world(3);
  feed.publish('/a', 2);
  await until(() => {
    for (const { heard } of pages) expect(heard).toEqual([1, 2]);
  });
  await worker.end();
  await until(() => {
    const roles = pages.flatMap(({ store }) => store.connections().map(({ tab }) => tab));
    expect(roles.sort()).toEqual(['follows', 'follows', 'leads']);
  });
  feed.publish('/a', 2);
  await until(() => {
    for (const { heard } of pages) expect(heard).toEqual([1, 2, 3, 4]);
    expect(feed.open).toBe(1);
  });
});

test('a page sends its own headers, and is told what the server says to them', async () => {
  const feed = new Feed();
  const server = await serve((request, response) => {
    if (request.headers.authorization === 'good') feed.handler(request, response);
    else response.writeHead(401, { 'x-why': 'token' }).end('no');
  });
  const worker = host();
  const [bad, good, other] = [
    page(worker.visit(), { authorization: 'bad' }),
    page(worker.visit(), { authorization: 'good' }),
    page(worker.visit(), { authorization: 'good' }, 'grace'),
  ];
  for (const each of [bad, good, other]) each.read(`${server.url}/a`);
  await until(() => {
    expect(bad.states.at(-1)).toBe('failed');
    expect([good.states.at(-1), other.states.at(-1)]).toEqual(['open', 'open']);
  });
  // Two names, two connections.
  expect(feed.open).toBe(2);
});

import { createConnectionStore, type ConnectionStore, type SubscribeRequest } from 'use-event-stream/core';
import { tabs, type TabsBrowser } from 'use-event-stream/tabs';
import { mockTabs } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { serve } from '../support/httpServer.ts';
import { Feed } from './feed.ts';

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 20_000, interval: 5 });

interface TabOptions {
  browser: TabsBrowser;
  name?: string;
  store?: Parameters<typeof createConnectionStore>[0];
}

/** A tab: a store of its own, and what it has heard. */
class Tab {
  readonly store: ConnectionStore;
  readonly heard = new Map<string, number[]>();
  readonly states: string[] = [];

  constructor({ browser, name = 'ada', store = {} }: TabOptions) {
    this.store = createConnectionStore({ ...store, ...tabs({ name, browser }) });
    onTestFinished(() => {
      this.store.close();
    });
  }

  read(url: string, request: Partial<SubscribeRequest> = {}): () => void {
    const heard: number[] = [];
    this.heard.set(url, heard);
    return this.store.subscribe(
      { linger: 0, ...request, url },
      {
        onEvents: (events) => heard.push(...events.map(({ data }) => Number(data))),
        onState: ({ status }) => this.states.push(status),
      },
    );
  }

  has(url: string): number[] {
    return this.heard.get(url) ?? [];
  }

  get roles(): (string | null)[] {
    return this.store.connections().map(({ tab }) => tab);
  }
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function world(options?: ConstructorParameters<typeof Feed>[0]) {
  const feed = new Feed(options);
  const server = await serve(feed.handler);
  const browser = mockTabs();
  const url = `${server.url}/a`;
  /** So many tabs on a stream, all live. */
  const open = async (count: number, request?: Partial<SubscribeRequest>) => {
    const all = Array.from({ length: count }, () => new Tab({ browser }));
    for (const tab of all) tab.read(url, request);
    await until(() => {
      expect(all.flatMap(({ states }) => states.at(-1))).toEqual(all.map(() => 'open'));
    });
    return all;
  };
  return { feed, server, browser, url, open };
}

test('tabs of one name have one connection, and each has every event once and in order', async () => {
  const { feed, url, open } = await world();
  const all = await open(4);
  expect(feed.open).toBe(1);
  feed.publish('/a', 3);
  feed.publish('/a', 2);
  await until(() => {
    for (const tab of all) expect(tab.has(url)).toEqual(numbers(1, 5));
  });
  expect(feed.asked).toEqual(['/a -']);
});

test('connections() says which tab leads', async () => {
  const { open } = await world();
  const all = await open(3);
  const roles = all.flatMap((tab) => tab.roles).sort();
  expect(roles).toEqual(['follows', 'follows', 'leads']);
});

test('where the tab that leads closes, another goes on from its last event id', async () => {
  const { feed, url, open } = await world();
  const all = await open(3);
  feed.publish('/a', 5);
  await until(() => {
    for (const tab of all) expect(tab.has(url)).toHaveLength(5);
  });
  const leader = all.find((tab) => tab.roles.includes('leads'));
  leader?.store.close();
  feed.publish('/a', 5);
  const rest = all.filter((tab) => tab !== leader);
  await until(() => {
    for (const tab of rest) expect(tab.has(url)).toEqual(numbers(1, 10));
  });
  expect(feed.asked).toEqual(['/a -', '/a 5']);
  expect(feed.mostOpen).toBeLessThanOrEqual(2);
  for (const tab of rest) tab.store.close();
  await until(() => {
    expect(feed.open).toBe(0);
  });
});

test('a tab that joins late is given the recent events, and needs no request', async () => {
  const { feed, url, browser, open } = await world();
  const [first] = await open(1);
  feed.publish('/a', 150);
  await until(() => {
    expect(first?.has(url)).toHaveLength(150);
  });
  const late = new Tab({ browser, store: { replay: 20 } });
  late.read(url);
  // The beginning is still there: all that the first tab had.
  await until(() => {
    expect(late.has(url)).toEqual(numbers(1, 150));
  });
  expect(feed.asked).toHaveLength(1);
});

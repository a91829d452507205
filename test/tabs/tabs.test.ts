import {
  createConnectionStore,
  inspectStore,
  type ConnectionStore,
  type SubscribeRequest,
} from 'use-event-stream/core';
import { tabs, type TabsBrowser } from 'use-event-stream/tabs';
import { mockStream, mockTabs } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  forRequest,
  type AskedRequest,
  type TellingFetch,
} from '../../src/core/connection/source.ts';
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

test('a tab that is inspected shares its connection too', async () => {
  const { feed, browser, url } = await world();
  const all = [new Tab({ browser }), new Tab({ browser })];
  for (const tab of all) {
    onTestFinished(inspectStore(tab.store, {}));
    tab.read(url);
  }
  await until(() => {
    expect(all.flatMap(({ states }) => states.at(-1))).toEqual(['open', 'open']);
  });
  expect(feed.open).toBe(1);
  expect(all.flatMap(({ roles }) => roles).sort()).toEqual(['follows', 'leads']);
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

test.each<[string, Partial<SubscribeRequest>]>([
  ['with a `headers` function of its own', { headers: () => ({ authorization: 'mine' }) }],
  ['with `share: false`', { share: false }],
  ['by POST', { method: 'POST', share: true, body: 'x' }],
])('a request %s stays its own', async (_, request) => {
  const { feed, open } = await world();
  const all = await open(2, request);
  expect(feed.open).toBe(2);
  expect(all.flatMap((tab) => tab.roles)).toEqual([null, null]);
});

test('requests with other literal headers, and tabs of another name, do not meet', async () => {
  const { feed, url, browser } = await world();
  const ada = new Tab({ browser });
  const same = new Tab({ browser });
  const other = new Tab({ browser });
  const grace = new Tab({ browser, name: 'grace' });
  ada.read(url, { headers: { 'x-room': '1' } });
  same.read(url, { headers: { 'x-room': '1' } });
  other.read(url, { headers: { 'x-room': '2' } });
  grace.read(url, { headers: { 'x-room': '1' } });
  await until(() => {
    expect([ada, same, other, grace].map(({ states }) => states.at(-1))).toEqual(
      Array.from({ length: 4 }, () => 'open'),
    );
  });
  expect(feed.open).toBe(3);
});

/** Records all that tabs say to each other. */
function overheard(browser: TabsBrowser) {
  const said: string[] = [];
  const { BroadcastChannel: Made } = browser;
  const BroadcastChannel = new Proxy(Made, {
    construct(_, [name]: [string]) {
      const channel = new Made(name);
      const post = channel.postMessage.bind(channel);
      channel.postMessage = (message) => {
        said.push(name, JSON.stringify(message));
        post(message);
      };
      return channel;
    },
  });
  return { said, browser: { ...browser, BroadcastChannel } };
}

test('a tab that begins to lead sends its own headers, and no tab tells another of them', async () => {
  const { feed, url: plainUrl, browser: plain } = await world();
  const url = `${plainUrl}?key=hush`;
  const { said, browser } = overheard(plain);
  let issued = 0;
  const headers = () => ({ authorization: `secret ${String(++issued)}` });
  const [first, second] = [0, 1].map(() => new Tab({ browser, store: { defaults: { headers } } }));
  first?.read(url);
  await until(() => {
    expect(first?.states.at(-1)).toBe('open');
  });
  second?.read(url);
  feed.publish('/a?key=hush', 2);
  await until(() => {
    expect(second?.has(url)).toEqual([1, 2]);
  });
  first?.store.close();
  feed.publish('/a?key=hush', 2);
  await until(() => {
    expect(second?.has(url)).toEqual([1, 2, 3, 4]);
  });
  // Not what it had asked for when it began to follow.
  expect(feed.tokens).toEqual(['secret 1', 'secret 3']);
  expect(said.join()).not.toContain('secret');
  expect(said.join()).not.toContain('authorization');
  expect(said.join()).not.toContain('hush');
  expect(said.join()).not.toContain('ada');
});

test('where the headers of the tab that would lead are refused, another tab leads', async () => {
  const feed = new Feed();
  let refuse: (() => void) | undefined;
  const server = await serve((request, response) => {
    if (request.headers.authorization === 'good') feed.handler(request, response);
    else refuse = () => response.writeHead(401).end();
  });
  const browser = mockTabs();
  const url = `${server.url}/a`;
  const tab = (authorization: string) => {
    const defaults = { headers: () => ({ authorization }), reconnect: false };
    const made = new Tab({ browser, store: { defaults } });
    made.read(url);
    return made;
  };
  const refused = tab('bad');
  await until(() => {
    expect(refuse).toBeDefined();
  });
  const taken = tab('good');
  refuse?.();
  await until(() => {
    expect(refused.states.at(-1)).toBe('failed');
    expect(taken.states.at(-1)).toBe('open');
  });
});

test('without ids a tab goes on with what comes', async () => {
  const { feed, url, open } = await world({ hasIds: false });
  const all = await open(3);
  feed.publish('/a', 2);
  await until(() => {
    for (const tab of all) expect(tab.has(url)).toEqual([1, 2]);
  });
  const leader = all.find((tab) => tab.roles.includes('leads'));
  const rest = all.filter((tab) => tab !== leader);
  leader?.store.close();
  await until(() => {
    const roles = rest.flatMap((tab) => tab.roles).sort();
    expect(rest.map(({ states }) => states.at(-1))).toEqual(['open', 'open']);
    expect(roles).toEqual(['follows', 'leads']);
    expect(feed.open).toBe(1);
  });
  feed.publish('/a', 1);
  await until(() => {
    for (const tab of rest) expect(tab.has(url)).toEqual([1, 2, 3]);
  });
});

test('a tab that is too far behind asks the server for what it missed, and then follows again', async () => {
  const { feed, url, browser, open } = await world();
  const [first] = await open(1);
  let isHidden = false;
  let changed: () => void = () => undefined;
  const page = {
    isOnline: () => true,
    isHidden: () => isHidden,
    subscribe(listener: () => void) {
      changed = listener;
      return () => undefined;
    },
  };
  const hide = (hides: boolean) => {
    isHidden = hides;
    changed();
  };
  const tab = new Tab({ browser, store: { page } });
  tab.read(url, { suspendWhenHidden: true });
  feed.publish('/a', 10);
  await until(() => {
    expect(tab.has(url)).toHaveLength(10);
  });
  hide(true);
  // More than a tab keeps.
  for (let count = 0; count < 10; count++) feed.publish('/a', 10_000);
  await until(() => {
    expect(first?.has(url)).toHaveLength(100_010);
  });
  hide(false);
  await until(() => {
    expect(tab.has(url)).toHaveLength(100_010);
  });
  feed.publish('/a', 5);
  await until(() => {
    expect(feed.open).toBe(1);
    expect(tab.has(url)).toEqual(numbers(1, 100_015));
  });
  expect(feed.mostOpen).toBe(2);
});

/** A browser of one tab that can stand still: it hears and says nothing, and keeps its locks. */
function freezable(browser: TabsBrowser) {
  const page = { isFrozen: false };
  const { BroadcastChannel: Made } = browser;
  class Freezable {
    readonly #channel: InstanceType<TabsBrowser['BroadcastChannel']>;
    onmessage: ((event: MessageEvent) => void) | null = null;
    constructor(name: string) {
      this.#channel = new Made(name);
      this.#channel.onmessage = (event) => {
        if (!page.isFrozen) this.onmessage?.(event);
      };
    }
    postMessage(message: unknown): void {
      if (!page.isFrozen) this.#channel.postMessage(message);
    }
    close(): void {
      this.#channel.close();
    }
  }
  return { page, browser: { ...browser, BroadcastChannel: Freezable } };
}

test('a tab that leads and stands still is passed over, and follows when it wakes', async () => {
  const { feed, url, browser: plain } = await world();
  const { page, browser } = freezable(plain);
  const frozen = new Tab({ browser });
  frozen.read(url);
  await until(() => {
    expect(frozen.roles).toEqual(['leads']);
  });
  const tab = new Tab({ browser: plain });
  tab.read(url);
  feed.publish('/a', 2);
  await until(() => {
    expect(tab.has(url)).toEqual([1, 2]);
  });
  page.isFrozen = true;
  feed.publish('/a', 2);
  await until(() => {
    expect(tab.has(url)).toEqual([1, 2, 3, 4]);
    expect(tab.roles).toEqual(['leads']);
  });
  page.isFrozen = false;
  feed.publish('/a', 2);
  await until(() => {
    for (const each of [tab, frozen]) expect(each.has(url)).toEqual(numbers(1, 6));
    expect(frozen.roles).toEqual(['follows']);
  });
  expect(feed.open).toBe(1);
});

test('a tab that comes later than what is kept begins with the `replay` newest events', async () => {
  const { feed, url, browser, open } = await world();
  const [first] = await open(1);
  for (let count = 0; count < 10; count++) feed.publish('/a', 10_000);
  await until(() => {
    expect(first?.has(url)).toHaveLength(100_000);
  });
  const late = new Tab({ browser });
  late.read(url);
  await until(() => {
    expect(late.has(url)).toEqual(numbers(99_901, 100_000));
  });
});

test('where something of the browser is missing, the options are empty', () => {
  expect(tabs({ name: 'ada', browser: undefined })).toEqual(
    'locks' in navigator ? { fetch: expect.any(Function) as unknown } : {},
  );
  vi.stubGlobal('BroadcastChannel', undefined);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  expect(tabs({ name: 'ada' })).toEqual({});
  expect(() => tabs({ name: '' })).toThrow(/`name`/);
});

/** One request of a page, as its core makes it; nobody reads the answer yet. */
async function ask(browser: TabsBrowser, url: string, asked: Partial<AskedRequest> = {}) {
  const { fetch: shared }: { fetch?: TellingFetch | undefined } = tabs({ name: 'ada', browser });
  const control = new AbortController();
  onTestFinished(() => {
    control.abort();
  });
  const telling = shared?.[forRequest];
  if (!telling) throw new Error('Nothing is shared.');
  const told = telling({ key: '["a"]', whole: false, replay: 100, ...asked });
  const response = await told(url, { signal: control.signal });
  return { response };
}

/** Reads an answer for as long as it goes on. */
function reading(response: Response) {
  const read = { text: '' };
  const decoder = new TextDecoder();
  const readAll = async () => {
    for await (const chunk of response.body ?? []) {
      read.text += decoder.decode(chunk, { stream: true });
    }
  };
  readAll().catch(() => null);
  return read;
}

test('who needs the beginning, which nobody has any more, asks the server', async () => {
  const { feed, url, browser } = await world();
  const { response } = await ask(browser, url);
  const read = reading(response);
  for (let count = 0; count < 10; count++) feed.publish('/a', 10_000);
  await until(() => {
    expect(read.text.includes('data: 100000\n')).toBe(true);
  });
  expect(feed.open).toBe(1);
  reading((await ask(browser, url, { whole: true })).response);
  expect(feed.asked).toEqual(['/a -', '/a -']);
});

test('a tab that does not read is cut, and holds nobody up', async () => {
  const { feed, url, browser } = await world();
  const first = reading((await ask(browser, url)).response);
  const slow = await ask(browser, url);
  for (let count = 0; count < 50; count++) feed.publish('/a', 10_000);
  await until(() => {
    expect(first.text.includes('data: 500000\n')).toBe(true);
  });
  await expect(slow.response.text()).rejects.toThrow(/another tab/);
});

test('`mockStream` plays the server of several tabs', async () => {
  const stream = mockStream('/api/prices', { autoOpen: true });
  const browser = mockTabs();
  const heard: string[] = [];
  for (let count = 0; count < 3; count++) {
    const store = createConnectionStore({
      baseUrl: 'http://localhost',
      ...tabs({ name: 'ada', fetch: stream.fetch, browser }),
    });
    onTestFinished(() => {
      store.close();
    });
    store.subscribe(
      { url: '/api/prices' },
      { onEvents: (events) => heard.push(...events.map(({ data }) => String(data))) },
    );
  }
  await stream.connected();
  await stream.send('1.5');
  await until(() => {
    expect(heard).toEqual(['1.5', '1.5', '1.5']);
  });
  expect(stream.requests).toHaveLength(1);
});

test('where the connection breaks off, the next tab goes on at once', async () => {
  const { feed, url, open } = await world();
  const all = await open(3);
  feed.publish('/a', 2);
  await until(() => {
    for (const tab of all) expect(tab.has(url)).toEqual([1, 2]);
  });
  const leader = all.find((tab) => tab.roles.includes('leads'));
  feed.cut();
  feed.publish('/a', 2);
  await until(() => {
    for (const tab of all) expect(tab.has(url)).toEqual([1, 2, 3, 4]);
  });
  // Its own request has failed: it waits before it asks again, and follows then.
  expect(leader?.roles).toEqual(['follows']);
  expect(feed.asked).toEqual(['/a -', '/a 2']);
});

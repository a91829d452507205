import type { Page } from '../chromium.ts';
import {
  baseDist,
  onBase,
  type Contestant,
  type MakeScenario,
  type Server,
  type Target,
} from '../scenario.ts';

const mega = 1024 * 1024;

/** Busy time and heap while the page does a step of `ms` milliseconds. */
export async function flow(page: Page, ms: number) {
  await page.run('mount');
  const seen = await page.runBusy('flow');
  return { ...seen, busyShare: seen.busy / ms, heapMB: (await page.retained()) / mega };
}

const growth = (few: string, many: string, times: number): Target[] => [
  { metric: 'busyShare', of: many, against: few, atMost: times },
  { metric: 'heapMB', of: many, against: few, atMost: times },
  { metric: 'worstFrame', of: many, against: few, atMost: times },
];

const most = '500 hooks';

/** Many hooks on one connection. */
export const hooks: MakeScenario = (mode, server) => {
  if (mode === 'gate') return null;
  const ms = mode === 'full' ? 4_000 : 2_000;
  const urls = server.stream('events', { count: 1e9, rate: 1_000 });
  const numbers = mode === 'full' ? [20, 100, 500] : [100, 500];
  return {
    name: 'hooks',
    title: 'Many hooks on one connection, 1,000 events a second',
    scene: 'many',
    rounds: mode === 'full' ? 2 : 1,
    contestants: numbers.map((number) => ({
      name: `${String(number)} hooks`,
      query: { urls, hooks: number, ms },
    })),
    measure: (page) => flow(page, ms),
    columns: ['commitsPerSecond', 'dropped', 'worstFrame', 'busyShare', 'heapMB'],
    own: [most],
    targets: [
      ...growth('100 hooks', most, 5),
      ...(baseDist
        ? [{ metric: 'commitsPerSecond', of: most, against: onBase(most), atLeast: 1.3 }]
        : []),
    ],
  };
};

const perHost = 5;

/** Many connections, each with a hook. */
export const connections: MakeScenario = (mode, server) => {
  if (mode === 'gate') return null;
  const ms = mode === 'full' ? 4_000 : 2_000;
  const rate = 10;
  const streams = (number: number) =>
    Array.from({ length: number }, (_, index) =>
      server.stream(
        'events',
        { count: 1e9, rate, symbols: index + 1 },
        Math.floor(index / perHost),
      ),
    ).join();
  const numbers = mode === 'full' ? [20, 50, 200] : [50, 200];
  return {
    name: 'connections',
    title: `Many connections with ${String(rate)} events a second each`,
    scene: 'many',
    rounds: mode === 'full' ? 2 : 1,
    contestants: numbers.map((number) => ({
      name: `${String(number)} connections`,
      query: { urls: streams(number), hooks: number, ms },
    })),
    measure: (page) => flow(page, ms),
    columns: ['commitsPerSecond', 'dropped', 'worstFrame', 'busyShare', 'heapMB'],
    targets: growth('50 connections', '200 connections', 4),
  };
};

/** Cells that share a defined stream. */
export const cells: MakeScenario = (mode, server) => {
  if (mode === 'gate') return null;
  const ms = mode === 'full' ? 4_000 : 2_000;
  const all = 'one cell for all';
  const many = '40 cells';
  const four = '40 cells, 4 of them in the stream';
  const contestant = (name: string, active: number): Contestant => ({
    name,
    query: {
      url: server.stream('events', { count: 1e9, rate: 5_000, symbols: active }),
      active,
      ms,
    },
  });
  return {
    name: 'cells',
    title: '40 cells on one defined stream, 5,000 events a second',
    scene: 'cells',
    rounds: mode === 'full' ? 2 : 1,
    contestants: [contestant(many, 40), contestant(all, 40), contestant(four, 4)],
    measure: (page) => flow(page, ms),
    columns: ['parsed', 'folded', 'rendered', 'needless', 'commits', 'busyShare'],
    targets: [
      { metric: 'parsed', of: many, against: all, atMost: 1.05 },
      { metric: 'folded', of: many, against: all, atMost: 1.05 },
      { metric: 'needless', of: four, atMost: 0 },
      { metric: 'busyShare', of: many, against: all, atMost: 1.3 },
    ],
  };
};

/** Typing beside a stream. */
export const typing: MakeScenario = (mode, server) => {
  if (mode === 'gate') return null;
  const keys = mode === 'full' ? 100 : 40;
  const url = server.stream('events', { count: 1e9, rate: 50_000 });
  return {
    name: 'typing',
    title: 'Typing beside 50,000 events a second',
    scene: 'typing',
    rounds: mode === 'full' ? 2 : 1,
    contestants: [
      { name: 'with a stream', query: { url } },
      { name: 'without', query: {} },
    ],
    async measure(page) {
      await page.run('mount');
      for (let key = 0; key < keys; key++) {
        await page.send('Input.dispatchKeyEvent', { type: 'char', text: 'a' });
        // Out of step with the frames.
        await new Promise((done) => setTimeout(done, 20 + (key % 17)));
      }
      return page.run('typed');
    },
    columns: ['inputDelay', 'typed'],
    targets: [
      {
        metric: 'inputDelay',
        of: 'with a stream',
        against: 'without',
        difference: true,
        atMost: 1_000 / 60,
      },
    ],
  };
};

const none = 'no stream';
const own = 'use-event-stream';

interface Stream {
  name: string;
  rate: number;
}

const streams = {
  60: { name: '60 a second', rate: 60 },
  250: { name: '250 a second', rate: 250 },
  1000: { name: '1,000 a second', rate: 1_000 },
  flatOut: { name: 'flat out', rate: Infinity },
};

function beside(server: Server, { name, rate }: Stream, query: Contestant['query']): Contestant {
  const url = server.stream('events', { count: rate === Infinity ? 5_000_000 : 1e9, rate });
  return { name, query: { contestant: own, url, ...query } };
}

/** A transition beside a stream. */
export const transition: MakeScenario = (mode, server) => {
  if (mode === 'gate') return null;
  const query = { content: 120, turns: mode === 'full' ? 10 : 4 };
  const beside60 = { contestant: 'written by hand', limit: 3_000, turns: 1 };
  const own = [streams[60], streams[250], streams[1000]];
  return {
    name: 'transition',
    title: 'A transition with 120 ms of work, beside so many updates a second',
    scene: 'turns',
    rounds: mode === 'full' ? 2 : 1,
    contestants: [
      { name: none, query: { ...query, contestant: none } },
      ...own.map((stream) => beside(server, stream, query)),
      beside(
        server,
        { ...streams[60], name: 'written by hand, 60 a second' },
        { ...query, ...beside60 },
      ),
    ],
    measure: (page) => page.run('transition'),
    columns: ['ms', 'committed'],
    targets: own.map(({ name }): Target => ({ metric: 'ms', of: name, against: none, atMost: 2 })),
  };
};

const settling =
  (step: 'reveal' | 'hydrate', content: number): MakeScenario =>
  (mode, server) => {
    if (mode === 'gate' || (mode === 'quick' && content !== 120)) return null;
    const query = { content, limit: 15_000 };
    const own = [streams[60], streams.flatOut];
    return {
      name: `${step}-${String(content)}`,
      title: `${step === 'reveal' ? 'A Suspense reveal' : 'A hydration'} with ${String(content)} ms of content`,
      scene: 'turns',
      rounds: mode === 'full' ? 2 : 1,
      contestants: [
        { name: none, query: { ...query, contestant: none } },
        ...own.map((stream) => beside(server, stream, query)),
      ],
      measure: (page) => page.run(step),
      columns: ['ms', 'committed'],
      targets: own.flatMap(({ name }): Target[] => [
        { metric: 'committed', of: name, atLeast: 1 },
        { metric: 'ms', of: name, against: none, allowance: 100, atMost: 3 },
      ]),
    };
  };

/** What React does when it can, beside a stream. */
export const settlings = [20, 120, 400].flatMap((content) => [
  settling('reveal', content),
  settling('hydrate', content),
]);

/** The stream's own rate with nothing beside it. */
export const pace: MakeScenario = (mode, server) =>
  mode === 'gate'
    ? null
    : {
        name: 'pace',
        title: 'Commits a second of a stream by itself',
        scene: 'turns',
        rounds: mode === 'full' ? 2 : 1,
        contestants: [
          ...[streams[60], streams[1000], streams.flatOut].map((stream) =>
            beside(server, stream, {}),
          ),
          {
            ...beside(server, streams[60], { contestant: 'written by hand' }),
            name: 'written by hand, 60 a second',
          },
        ],
        measure: (page) => page.run('flow'),
        columns: ['commitsPerSecond', 'dropped'],
        targets: [
          { metric: 'commitsPerSecond', of: streams[60].name, atLeast: 55 },
          { metric: 'commitsPerSecond', of: streams[1000].name, atLeast: 55 },
        ],
      };

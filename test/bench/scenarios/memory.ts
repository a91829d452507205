import type { Metrics, Page } from '../chromium.ts';
import {
  withoutIds,
  type Contestant,
  type MakeScenario,
  type PageScenario,
  type Query,
  type Target,
} from '../scenario.ts';

const mega = 1024 * 1024;
const own = 'use-event-stream';

/** What the heap has grown by, with what can be collected taken off. */
export const bounded: MakeScenario = (mode, server) => {
  const count = mode === 'full' ? 1_000_000 : 200_000;
  const first = 10_000;
  // The first come flat out, the rest as fast as nobody can be expected to keep up with.
  const url = server.stream('events', { count, first, rate: 500_000 });
  return mode === 'gate'
    ? null
    : {
        name: 'bounded',
        title: `The heap before and after ${count.toLocaleString('en')} events through a buffer of 100`,
        scene: 'list',
        rounds: mode === 'full' ? 2 : 1,
        contestants: [own, 'written by hand', 'EventSource with setState'].map((name) => ({
          name,
          query: { url, count, first, limit: 60_000 },
        })),
        async measure(page) {
          await page.run('begin');
          const before = await page.retained();
          const seen = await page.run('rest');
          return { ...seen, growthMB: ((await page.retained()) - before) / mega };
        },
        columns: ['growthMB', 'handled'],
        targets: [{ metric: 'growthMB', of: own, atMost: 1.5 }],
      };
};

/** One payload kept of each chunk of 64 KiB. */
export const retained: MakeScenario<PageScenario> = (mode, server) => {
  const count = 2_000;
  const contestant = { name: own, query: { url: server.stream('payloads', { count }), count } };
  return mode === 'gate'
    ? null
    : {
        name: 'retained',
        title: `One payload of 1,000 characters kept of each chunk of 64 KiB, ${count.toLocaleString('en')} in all`,
        scene: 'retained',
        rounds: mode === 'full' ? 2 : 1,
        contestants: [contestant, withoutIds(contestant)],
        own: [own],
        async measure(page) {
          const before = await page.retained();
          await page.run('read');
          const grown = (await page.retained()) - before;
          return { grownMB: grown / mega, perRetained: grown / (count * 1_000) };
        },
        columns: ['grownMB', 'perRetained'],
        targets: [{ metric: 'perRetained', of: own, atMost: 3 }],
      };
};

/** The highest of the heap while a step is under way. */
async function peakDuring(page: Page, step: () => Promise<Metrics>): Promise<Metrics> {
  let peak = 0;
  let isDone = false;
  const look = async () => {
    while (!isDone) {
      peak = Math.max(peak, await page.heap());
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const looking = look();
  const metrics = await step();
  isDone = true;
  await looking;
  return { ...metrics, peakMB: peak / mega };
}

/** Fills the log, then lets it flow for `ms` milliseconds. */
async function measureLog(page: Page, ms: number): Promise<Metrics> {
  const seen = await peakDuring(page, async () => {
    await page.run('fill');
    return page.runBusy('flow');
  });
  const busy = seen['busy'] ?? NaN;
  return { ...seen, msPerCommit: busy / (seen['commits'] ?? 0), busyShare: busy / ms };
}

const rate = 50_000;
const thousand = (number: number) => number.toLocaleString('en');

const nameOf = (reader: string, lines: number) => `${reader}, ${thousand(lines)} lines`;
const tail = (lines: number) => nameOf('useLogTail', lines);
const naive = (lines: number) => nameOf('setState per chunk', lines);

const withHistory = (name: string) => `${name} of history`;

const logTargets: readonly Target[] = [
  ...[100_000, 1_000_000].flatMap((lines): Target[] => [
    { metric: 'commitsPerFrame', of: tail(lines), atMost: 1 },
    { metric: 'peakMB', of: tail(lines), against: naive(lines), atMost: 0.65 },
    { metric: 'longTasks', of: tail(lines), atMost: 0 },
  ]),
  {
    metric: 'peakMB',
    of: withHistory(tail(100_000)),
    against: withHistory(naive(100_000)),
    atMost: 0.8,
  },
  { metric: 'msPerCommit', of: tail(1_000_000), against: tail(1_000), atMost: 1.3 },
];

/** A log at its bound, with lines coming and going. */
export const log: MakeScenario<PageScenario> = (mode, server) => {
  if (mode === 'gate') return null;
  const ms = mode === 'full' ? 4_000 : 2_000;
  const contestant = (reader: string, lines: number): Contestant => {
    const first = lines + 50_000;
    const url = server.stream('lines', { count: first + rate * 60, first, rate });
    return {
      name: nameOf(reader, lines),
      query: { contestant: reader, url, retained: lines, first, ms },
    };
  };
  /** The same, where all that is to be kept is there before the stream. */
  const afterHistory = (reader: string, lines: number): Contestant => {
    const first = 50_000;
    const url = server.stream('lines', { count: first + rate * 60, first, rate });
    const history = server.stream('lines', { count: lines, end: 1 });
    return {
      name: withHistory(nameOf(reader, lines)),
      query: { contestant: reader, url, history, retained: lines, first, ms },
    };
  };
  return {
    name: 'log',
    title: `A log at ${thousand(rate)} lines of 100 bytes a second, with so many lines retained`,
    scene: 'log',
    rounds: mode === 'full' ? 2 : 1,
    patience: 45_000,
    contestants: [
      contestant('useLogTail', 1_000),
      contestant('useLogTail', 100_000),
      contestant('useLogTail', 1_000_000),
      contestant('setState per chunk', 100_000),
      contestant('setState per chunk', 1_000_000),
      afterHistory('useLogTail', 100_000),
      afterHistory('setState per chunk', 100_000),
    ],
    own: [tail(100_000), withHistory(tail(100_000))],
    measure: (page) => measureLog(page, ms),
    columns: [
      'lines',
      'commitsPerFrame',
      'msPerCommit',
      'busyShare',
      'peakMB',
      'dropped',
      'longTasks',
      'longestTask',
    ],
    targets: logTargets,
  };
};

/** What a log holds beside what its lines are. */
export const logMemory: MakeScenario = (mode, server) => {
  const retained = 100_000;
  const array = 'array of the same texts';
  const all = server.stream('lines', { count: retained, end: 1 });
  const contestant = (name: string, query: Query): Contestant => ({
    name,
    query: { contestant: name, retained, first: retained - 1, ...query },
  });
  const useLogTail = contestant('useLogTail', {
    url: server.stream('lines', { count: retained }),
  });
  const history = contestant('useLogTail, from history', {
    contestant: 'useLogTail',
    url: server.stream('lines', { count: 0 }),
    history: all,
  });
  return mode === 'gate'
    ? null
    : {
        name: 'log-memory',
        title: `What a log of ${thousand(retained)} lines of 100 bytes holds`,
        scene: 'log',
        rounds: mode === 'full' ? 3 : 1,
        contestants: [contestant(array, { url: all }), useLogTail, history],
        async measure(page) {
          const before = await page.retained();
          await page.run('fill');
          return { grownMB: ((await page.retained()) - before) / mega };
        },
        own: [useLogTail.name, history.name],
        columns: ['grownMB'],
        targets: [useLogTail, history].map(({ name }) => ({
          metric: 'grownMB',
          of: name,
          against: array,
          atMost: 1.25,
        })),
      };
};

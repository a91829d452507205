import { withoutIds, type MakeScenario, type Target } from '../scenario.ts';

const own = 'use-event-stream';
const hand = 'written by hand';
const packages = [
  'EventSource with setState',
  'react-hooks-sse',
  'react-use-websocket',
  'SWR subscription',
  'streamedQuery',
  'fetch-event-source',
];
const steady = packages.slice(0, 2);
/** Those that answer at 50,000 a second; a quick look does not wait for the others. */
const able = packages.slice(0, 4);

const targetsBeside = (rate: number): Target[] => [
  { metric: 'missed', of: own, atMost: 0 },
  { metric: 'commitsPerFrame', of: own, atMost: 1 },
  { metric: 'longTasks', of: own, against: hand, difference: true, atMost: 0 },
  // One or two frames are dropped in four seconds even by a page that does nothing.
  { metric: 'dropped', of: own, against: packages, allowance: 2, atMost: 0.25 },
  { metric: 'lag', of: own, atMost: 50 },
  ...(rate === 50_000
    ? [{ metric: 'dropped', of: own, against: hand, difference: true, atMost: 2 }]
    : []),
];

/** The last hundred of a stream, as fast as the server's backpressure allows. */
export const flatOut: MakeScenario = (mode, server) => {
  const count = { quick: 200_000, full: 1_000_000, gate: 200_000 }[mode];
  const url = server.stream('events', { count });
  const names = [own, hand, ...steady, `${own} without onEvent`];
  const contestants = (mode === 'gate' ? [own, hand] : names).map((name) => ({
    name,
    query: { url, count, limit: 90_000 },
  }));
  return {
    name: 'flat-out',
    title: `The last 100 of ${count.toLocaleString('en')} events, flat out`,
    scene: 'list',
    rounds: { quick: 1, full: 2, gate: 3 }[mode],
    contestants: [
      ...contestants,
      ...(mode === 'gate' ? [] : contestants.slice(0, 2).map(withoutIds)),
    ],
    own: [own],
    async measure(page) {
      const seen = await page.runBusy('show');
      return { ...seen, missed: count - (seen['handled'] ?? 0) };
    },
    columns: ['perSecond', 'busy', 'missed', 'commits', 'dropped', 'longTasks', 'longestTask'],
    targets: [
      ...(mode === 'gate' ? [] : steady).map((name): Target => ({
        metric: 'perSecond',
        of: own,
        against: name,
        atLeast: 5,
      })),
      { metric: 'perSecond', of: own, against: hand, atLeast: 0.9, gate: 0.3 },
      { metric: 'busy', of: own, against: hand, atMost: 1 / 0.9 },
      { metric: 'missed', of: own, atMost: 0, gate: 0 },
    ],
  };
};

const atRate =
  (rate: number): MakeScenario =>
  (mode, server) => {
    if (mode === 'gate' || (mode === 'quick' && rate < 50_000)) return null;
    const seconds = mode === 'full' ? 4 : 2;
    const count = rate * seconds;
    const url = server.stream('events', { count, rate });
    return {
      name: `rate-${String(rate / 1_000)}k`,
      title: `The last 100 at ${rate.toLocaleString('en')} events a second, for ${String(seconds)} s`,
      scene: 'list',
      rounds: mode === 'full' ? 2 : 1,
      patience: 12_000,
      contestants: [own, hand, ...(mode === 'full' ? packages : able)].map((name) => ({
        name,
        query: { url, count, limit: seconds * 1_000 + 2_000 },
      })),
      async measure(page) {
        const seen = await page.run('show');
        return { ...seen, missed: count - (seen['handled'] ?? 0) };
      },
      columns: [
        'missed',
        'commits',
        'frames',
        'commitsPerFrame',
        'dropped',
        'longTasks',
        'longestTask',
        'lag',
      ],
      targets: targetsBeside(rate),
    };
  };

/** The same at rates that a server has. */
export const rates = [1_000, 10_000, 50_000].map(atRate);

const parsing = "use-event-stream, parse: 'json'";
const parsingEach = 'written by hand, parses each';

/** JSON that need not be parsed where it is never shown. */
export const parsed: MakeScenario = (mode, server) => {
  const count = mode === 'full' ? 1_000_000 : 200_000;
  const url = server.stream('events', { count });
  return {
    name: 'json',
    title: `The last 100 of ${count.toLocaleString('en')} JSON events, flat out`,
    scene: 'list',
    rounds: mode === 'full' ? 2 : 1,
    contestants: [parsing, parsingEach].map((name) => ({ name, query: { url, count } })),
    measure: (page) => page.run('show'),
    columns: ['perSecond', 'commits', 'dropped', 'longTasks'],
    targets: [{ metric: 'perSecond', of: parsing, against: parsingEach, atLeast: 1.3 }],
  };
};

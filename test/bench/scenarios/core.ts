import { withoutIds, type MakeScenario } from '../scenario.ts';

const own = 'use-event-stream/core';
const hand = 'written by hand';
const ownNative = 'use-event-stream/core over EventSource';

/** The core alone, as fast as the server's backpressure allows. */
export const core: MakeScenario = (mode, server) => {
  const count = 200_000;
  const url = server.stream('events', { count });
  const gated = [own, 'eventsource-client', 'EventSource'];
  const names = [
    own,
    hand,
    'eventsource-client',
    'body only',
    'body decoded',
    'fetch-event-source',
    'EventSource',
    ownNative,
  ];
  const contestants = (mode === 'gate' ? gated : names).map((name) => ({
    name,
    query: { url, count },
  }));
  return {
    name: 'core',
    title: `The core, ${count.toLocaleString('en')} events of 120 bytes, flat out`,
    scene: 'core',
    rounds: mode === 'quick' ? 1 : 3,
    contestants: [
      ...contestants,
      ...(mode === 'gate' ? [] : contestants.slice(0, 3).map(withoutIds)),
    ],
    own: [own],
    measure: (page) => page.runBusy('read'),
    columns: ['perSecond', 'ms', 'busy'],
    targets: [
      { metric: 'perSecond', of: own, against: 'EventSource', atLeast: 4, gate: 1.3 },
      { metric: 'perSecond', of: own, against: 'fetch-event-source', atLeast: 4 },
      { metric: 'perSecond', of: own, against: hand, atLeast: 0.8 },
      // The same in processor time, which is steadier on a machine that does other things as well.
      { metric: 'busy', of: own, against: hand, atMost: 1 / 0.8 },
      { metric: 'perSecond', of: own, against: 'eventsource-client', atLeast: 0.85, gate: 0.5 },
      { metric: 'perSecond', of: own, against: 'body only', atLeast: 0.45 },
      { metric: 'perSecond', of: ownNative, against: 'EventSource', atLeast: 0.95 },
    ],
  };
};

/** The core without a browser and without a socket: nothing but its own work is in the figures. */
export const inNode: MakeScenario = (mode) => {
  const count = 400_000;
  const contestants = [own, hand, 'eventsource-client'].map((name) => ({
    name,
    query: { scene: 'core', step: 'readOften', count },
  }));
  return mode === 'gate'
    ? null
    : {
        name: 'node',
        title: `The core in Node, ${count.toLocaleString('en')} events of 120 bytes from memory`,
        script: 'inNode.ts',
        rounds: mode === 'full' ? 3 : 1,
        contestants: [...contestants, ...contestants.slice(0, 2).map(withoutIds)],
        own: [own],
        columns: ['ms', 'perSecond'],
        targets: [{ metric: 'perSecond', of: own, against: hand, atLeast: 0.55 }],
      };
};

const mount = 'mount';
const oneEvent = 'one event';

/** How many of the package's own functions are called, and how often. */
export const calls: MakeScenario = (mode) =>
  mode === 'gate'
    ? null
    : {
        name: 'calls',
        title: 'Calls of own functions, of one useEventStream',
        script: 'calls.ts',
        rounds: 1,
        contestants: [mount, 'answer', 'first event', oneEvent].map((name) => ({
          name,
          query: {},
        })),
        own: [mount, 'answer', 'first event', oneEvent],
        columns: ['functions', 'calls', 'files'],
        // 0.6 of what 0.1.0 had.
        targets: [
          { metric: 'functions', of: mount, atMost: 160 },
          { metric: 'calls', of: mount, atMost: 400 },
          { metric: 'functions', of: oneEvent, atMost: 105 },
          { metric: 'calls', of: oneEvent, atMost: 172 },
        ],
      };

const small = 'chunks of 1 to 4,096 bytes';
const large = 'chunks of 64 KiB';

/** One long event in small pieces: nothing may be gone over again with each of them. */
export const bigEvent: MakeScenario = (mode) => ({
  name: 'big-event',
  title: 'Events of 1 MiB, in small chunks and in large ones',
  scene: 'big',
  rounds: mode === 'full' ? 2 : 1,
  contestants: [small, large, `body only, ${small}`, `body only, ${large}`].map((name) => ({
    name,
    query: { count: mode === 'full' ? 40 : 20 },
  })),
  measure: (page) => page.run('read'),
  columns: ['msPerMiB'],
  targets: [{ metric: 'msPerMiB', of: small, against: large, atMost: 1.3 }],
});

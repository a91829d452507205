import type { MakeScenario } from '../scenario.ts';

const own = 'use-event-stream/core';
const ownNative = 'use-event-stream/core over EventSource';

/** The core alone, as fast as the server's backpressure allows. */
export const core: MakeScenario = (mode, server) => {
  const count = 200_000;
  const url = server.stream('events', { count });
  const gated = [own, 'eventsource-client', 'EventSource'];
  const names = [
    own,
    'body only',
    'body decoded',
    'eventsource-client',
    'fetch-event-source',
    'EventSource',
    ownNative,
  ];
  return {
    name: 'core',
    title: `The core, ${count.toLocaleString('en')} events of 120 bytes, flat out`,
    scene: 'core',
    rounds: mode === 'quick' ? 1 : 3,
    contestants: (mode === 'gate' ? gated : names).map((name) => ({ name, query: { url, count } })),
    measure: (page) => page.run('read'),
    columns: ['perSecond', 'ms'],
    targets: [
      { metric: 'perSecond', of: own, against: 'EventSource', atLeast: 4, gate: 1.3 },
      { metric: 'perSecond', of: own, against: 'fetch-event-source', atLeast: 4 },
      { metric: 'perSecond', of: own, against: 'eventsource-client', atLeast: 0.95, gate: 0.5 },
      { metric: 'perSecond', of: own, against: 'body only', atLeast: 0.45 },
      { metric: 'perSecond', of: ownNative, against: 'EventSource', atLeast: 0.95 },
    ],
  };
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

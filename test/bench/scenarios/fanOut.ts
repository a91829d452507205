import { existsSync } from 'node:fs';
import path from 'node:path';
import { baseDist, type MakeScenario } from '../scenario.ts';

const own = 'nodeEventStream';
const ownInHono = 'eventStream in Hono';
const hand = 'res.write';
const hono = "Hono's streamSSE";

// A build from before the entry takes no part.
const hasBase = baseDist !== undefined && existsSync(path.join(baseDist, 'server.js'));

/** One topic with many clients: what sending costs the server, whose clients are in another process. */
export const fanOut: MakeScenario = (mode) => {
  const clients = 1_000;
  const count = mode === 'full' ? 1_000 : 300;
  const names = mode === 'gate' ? [own, hand] : [own, hand, 'better-sse', ownInHono, hono];
  return {
    name: 'fan-out',
    title: `The server: one topic, ${clients.toLocaleString('en')} clients, ${count.toLocaleString('en')} events of 120 bytes to each of them`,
    script: 'fanOut.ts',
    rounds: mode === 'full' ? 7 : 1,
    contestants: names.map((name) => ({ name, query: { clients, count } })),
    own: hasBase ? [own] : [],
    columns: ['perSecond', 'delivered', 'busyPerDelivery', 'heldPerClient', 'heldAfter'],
    targets: [
      { metric: 'perSecond', of: own, against: hand, atLeast: 0.9 },
      // The same in processor time, which is steadier on a machine that does other things as well.
      { metric: 'busyPerDelivery', of: own, against: hand, atMost: 1 / 0.9, gate: 1.5 },
      ...(mode === 'gate'
        ? []
        : [
            { metric: 'perSecond', of: own, against: 'better-sse', atLeast: 1 },
            { metric: 'perSecond', of: ownInHono, against: hono, atLeast: 1 },
          ]),
    ],
  };
};

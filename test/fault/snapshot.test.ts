// @vitest-environment jsdom
import { createElement, Fragment, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createConnectionStore, json, StreamProvider, useEventStream } from 'use-event-stream';
import { expect, onTestFinished, test } from 'vitest';
import { seeded } from '../support/seeded.ts';
import { listenForReports } from '../support/reports.ts';
import {
  change,
  none,
  serveOrders,
  type Change,
  type Orders,
  type OrdersServer,
} from './orders.ts';

interface Shown {
  data: Orders;
  stale: boolean;
}

/** A component that shows the orders, and what it has shown since it was mounted. */
function table(url: string) {
  const mounts: Shown[][] = [];
  function Table({ mount }: { mount: number }) {
    const { data, stale } = useEventStream('/events', {
      parse: json<Change>,
      initial: none,
      reduce: (orders, events) => events.reduce((all, { data }) => change(all, data), orders),
      reset: 'reset',
      snapshot: async ({ signal }) => {
        const response = await fetch(`${url}/snapshot`, { signal });
        if (!response.ok) throw new Error(`Snapshot: ${response.status}`);
        return (await response.json()) as { state: Orders; lastEventId: string };
      },
      linger: 20,
      throttle: 'frame',
      reconnect: { delay: 100, maxDelay: 100 },
    });
    (mounts[mount] ??= []).push({ data, stale });
    return null;
  }
  return { Table, mounts };
}

function setUp(server: OrdersServer) {
  const store = createConnectionStore({ baseUrl: server.url });
  const [one, two] = [table(server.url), table(server.url)];
  const root = createRoot(document.createElement('div'));
  onTestFinished(() => {
    root.unmount();
    store.close();
  });
  const show = (other: number | null) => {
    const tables = [
      createElement(one.Table, { key: 'one', mount: 0 }),
      other !== null && createElement(two.Table, { key: `two ${other}`, mount: other }),
    ];
    const below = createElement(StreamProvider, { store }, createElement(Fragment, null, tables));
    root.render(createElement(StrictMode, null, below));
  };
  show(null);
  return { one, two, show };
}

/** 1,000 changes and more, and what goes wrong meanwhile. */
async function run(server: OrdersServer, show: (other: number | null) => void) {
  const { within, soon } = server;
  let others = 0;
  while (server.state.version < 1_000) {
    for (let count = within(1, 5); count > 0; count--) server.change();
    const dice = within(0, 100);
    if (dice < 4) server.cut();
    else if (dice < 7) server.changeAll();
    else if (dice < 9 && server.id > 80) await server.restart();
    else if (dice < 14) show(others++);
    else if (dice < 17) show(null);
    await soon(within(0, 12));
  }
  show(others);
}

const last = ({ mounts }: { mounts: readonly Shown[][] }) => mounts.at(-1)?.at(-1);

function expectRight(
  { mounts }: { mounts: Shown[][] },
  { versions }: OrdersServer,
  isOrdered: boolean,
) {
  for (const shown of mounts) {
    const wrong = shown.find(({ data }) => {
      return JSON.stringify(versions[data.version]) !== JSON.stringify(data);
    });
    expect(wrong).toBeUndefined();
    const order = shown.map(({ data }) => data.version);
    if (isOrdered) expect(order).toEqual([...order].sort((a, b) => a - b));
  }
}

test.for([
  [1, 0],
  [2, 0],
  [3, 0],
  [4, 40],
] as const)(
  '1,000 changes under cuts, resets, restarts and slow snapshots: all that is shown was so (seed %i, a cache of %i ms)',
  async ([seed, cachedFor]) => {
    listenForReports();
    const server = await serveOrders({ random: seeded(seed), cachedFor });
    const { one, two, show } = setUp(server);
    await run(server, show);
    for (const each of [one, two]) {
      await expect
        .poll(() => last(each), { interval: 10, timeout: 10_000 })
        .toEqual({ data: server.state, stale: false });
      expectRight(each, server, cachedFor === 0);
    }
    expect(Math.min(...Object.values(server.counts))).toBeGreaterThan(0);
  },
);

import {
  createConnectionStore,
  defineStream,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type ConnectionStore,
} from 'use-event-stream';
import { useEffect } from 'react';
import { expect, onTestFinished, test } from 'vitest';
import { CountedClock, heap, watchListeners } from '../support/holdings.ts';
import { mount, until } from '../support/mount.tsx';
import { startServer, type Server } from '../support/server.ts';

type Reader = (props: { url: string; onShown: () => void }) => string;

const useShown = (isShown: boolean, onShown: () => void) => {
  useEffect(() => {
    if (isShown) onShown();
  }, [isShown, onShown]);
};

const count = {
  initial: 0,
  reduce: (sum: number, events: readonly unknown[]) => sum + events.length,
};
const counted = defineStream(count);

/** One component for each way to read a stream; the name is the path of its url. */
const readers: Readonly<Record<string, Reader>> = {
  Events({ url, onShown }) {
    const { events } = useEventStream(url, { onEvent: () => undefined });
    useShown(events.length > 0, onShown);
    return String(events.length);
  },
  Shared({ url, onShown }) {
    const { data } = useEventStream(url, counted);
    useShown(data > 0, onShown);
    return String(data);
  },
  Native({ url, onShown }) {
    const { data } = useEventStream(url, { ...count, transport: 'eventsource' });
    useShown(data > 0, onShown);
    return String(data);
  },
  Log({ url, onShown }) {
    const { lines } = useLogTail(url);
    useShown(lines.length > 0, onShown);
    return String(lines.length);
  },
  Progress({ url, onShown }) {
    const { value } = useStreamProgress(url, {
      parse: (data) => ({ loaded: Number(data), total: 1e9 }),
    });
    useShown(value !== null, onShown);
    return String(value);
  },
};

const names = Object.keys(readers);
const targetOf = (name: string) => `/${name}/numbers?rate=200`;

/** What the server has seen of all readers together. */
async function trafficOf(server: Server) {
  const traffic = await Promise.all(names.map((name) => server.traffic(targetOf(name))));
  const sum = (key: 'requests' | 'open') => traffic.reduce((all, each) => all + each[key], 0);
  return { requests: sum('requests'), open: sum('open') };
}

function countedStore(speed?: number): { clock: CountedClock; store: ConnectionStore } {
  const clock = new CountedClock(speed);
  const store = createConnectionStore({ clock, defaults: { linger: 20 } });
  onTestFinished(() => {
    store.close();
  });
  return { clock, store };
}

const mega = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;

// Bytes. A closure that stays in a list weighs about a hundred, a view or an attempt kilobytes.
const noise = { mounts: 10_000 * 100, reconnects: 1_000 * 600 };

const perBatch = 200;
const batches = 10;
const rounds = 5;

test('10,000 mounts and unmounts over live connections leave nothing behind', async () => {
  const server = await startServer();
  const { clock, store } = countedStore();
  const { render } = mount(null, store);
  const round = async () => {
    for (let time = 0; time < batches; time++) {
      let shown = 0;
      const onShown = () => {
        shown += 1;
      };
      const rows = Array.from({ length: perBatch / names.length }, (_, index) => index);
      render(
        Object.entries(readers).flatMap(([name, Reader]) =>
          rows.map((row) => (
            <Reader
              key={`${name} ${String(row)}`}
              url={server.url + targetOf(name)}
              onShown={onShown}
            />
          )),
        ),
      );
      await until(() => shown === perBatch);
      render(null);
      await until(() => store.connections().length === 0);
    }
    await until(() => clock.pending === 0);
    await until(async () => (await trafficOf(server)).open === 0);
    return heap();
  };
  const listeners = watchListeners(window, document);
  const before = await round();
  const after: number[] = [];
  while (after.length < rounds) after.push(await round());

  expect(listeners()).toEqual([]);
  expect((await trafficOf(server)).requests).toBe((rounds + 1) * batches * names.length);
  const last = after.at(-1) ?? Infinity;
  console.log(`Heap before and after 10,000 mounts: ${mega(before)}, ${mega(last)}.`);
  expect(last - before).toBeLessThan(noise.mounts);
}, 60_000);

const reconnects = 1_000;
// Until then windows of ids, buffers and compiled code are still growing.
const warmUp = 200;

test('1,000 reconnects of one connection leave nothing behind', async () => {
  const server = await startServer();
  const target = '/numbers?each=1';
  // The shortest wait is 100 ms; here that is one.
  const { clock, store } = countedStore(100);
  const listeners = watchListeners(window, document);
  const numbers: number[] = [];
  const leave = store.subscribe(
    { url: server.url + target, reconnect: { maxDelay: 100 } },
    {
      onEvents(events) {
        for (const { data } of events) numbers.push(Number(data));
      },
    },
  );
  const reach = async (requests: number) => {
    for (let step = 0; step <= requests; step += 100) {
      await until(async () => (await server.traffic(target)).requests >= step);
    }
    return { heap: await heap(), listeners: listeners(), timers: clock.pending };
  };
  const before = await reach(warmUp);
  const after = await reach(warmUp + reconnects);
  console.log(`Heap before and after 1,000 reconnects: ${mega(before.heap)}, ${mega(after.heap)}.`);
  expect(after.heap - before.heap).toBeLessThan(noise.reconnects);
  expect(after.listeners).toEqual(before.listeners);
  expect(after.timers).toBeLessThan(5);

  leave();
  await until(() => store.connections().length === 0 && clock.pending === 0);
  await until(async () => (await server.traffic(target)).open === 0);
  expect(listeners()).toEqual([]);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
}, 60_000);

import { createConnectionStore } from 'use-event-stream/core';
import { tabs } from 'use-event-stream/tabs';
import { sse } from '../../../src/core/format/sse.ts';
import type { WireEvent } from '../../../src/core/format/wireEvent.ts';

const query = new URLSearchParams(location.search);
const place = query.get('place');
let heard = 0;
let last = '';

function storeOf() {
  if (place === 'own') return createConnectionStore();
  const worker = place === 'worker' ? new SharedWorker('/worker.js') : undefined;
  return createConnectionStore(tabs({ name: 'ada', worker }));
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
  return {};
};

const context = {
  maxEventSize: Infinity,
  charset: 'utf-8',
  tooLong: (): never => {
    throw new RangeError('too long');
  },
  setRetry: () => undefined,
};

/** Takes many events of a worker, parsed there or here. */
async function take(how: string, count: number) {
  const worker = new Worker('/parser.js');
  let taken = 0;
  let read = '';
  const push = (event: WireEvent) => {
    taken += 1;
    read = String(event.data);
  };
  const decoder = sse.decode(push, context);
  const ended = new Promise<void>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer> | WireEvent[] | null>) => {
      if (!data) resolve();
      else if (Array.isArray(data)) data.forEach(push);
      else decoder.chunk(data);
    };
  });
  worker.postMessage({ how, count });
  await ended;
  worker.terminate();
  return { taken, length: read.length };
}

const store = place ? storeOf() : null;

const steps: Record<string, (count: number) => unknown> = {
  open: () => {
    store?.subscribe(
      { url: query.get('url') ?? '' },
      {
        onEvents: (events) => {
          heard += events.length;
          last = String(events.at(-1)?.data);
        },
      },
    );
    return until(() => store?.connections()[0]?.state.status === 'open');
  },
  all: (count) => until(() => heard >= count),
  role: () => ({ leads: Number(store?.connections()[0]?.tab === 'leads'), length: last.length }),
  bytes: (count) => take('bytes', count),
  events: (count) => take('events', count),
};

Object.assign(globalThis, {
  bench: (step: string) => {
    const [name = '', count] = step.split(' ');
    return steps[name]?.(Number(count));
  },
});

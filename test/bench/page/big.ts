import { createConnectionStore } from 'use-event-stream/core';
import type { Bytes } from '../traffic.ts';
import { fromMemory } from './memory.ts';
import type { Scene } from './scene.ts';

const eventSize = 1024 * 1024;
const begin = 'id: 17641801000000\ndata: ';
const end = '\n\n';
const wire = new TextEncoder().encode(
  begin + 'x'.repeat(eventSize - begin.length - end.length) + end,
);

/** Sizes of chunks from 1 to 4,096 bytes, the same ones each time. */
function* smallSizes(): Generator<number> {
  for (let seed = 1; ; seed = (seed * 48_271) % 2_147_483_647) yield 1 + (seed % 4_096);
}

function* largeSizes(): Generator<number> {
  for (;;) yield 64 * 1024;
}

function cut(sizes: Iterator<number>): Bytes[] {
  const chunks: Bytes[] = [];
  for (let start = 0; start < wire.length;) {
    const size = Number(sizes.next().value);
    chunks.push(wire.slice(start, start + size));
    start += size;
  }
  return chunks;
}

/** Reads as the core does, and does nothing with what it reads. */
async function readOnly(response: Promise<Response>, size: number): Promise<void> {
  const reader = (await response).body?.getReader();
  while (size > 0) size -= (await reader?.read())?.value?.length ?? 0;
}

function decode(fetched: typeof fetch, count: number): Promise<number> {
  const store = createConnectionStore({ fetch: fetched });
  let events = 0;
  return new Promise((done) => {
    store.subscribe(
      { url: '/big' },
      {
        onEvents(batch) {
          events += batch.length;
          if (events === count) done(events);
        },
      },
    );
  });
}

/** Events of 1 MiB in chunks of one size or another. */
export const scene: Scene = ({ contestant = '', count = '1' }) => {
  const times = Number(count);
  const chunks = cut(contestant.includes('64 KiB') ? largeSizes() : smallSizes());
  const fetched = fromMemory(chunks, times);
  return {
    async read() {
      const before = performance.now();
      if (contestant.startsWith('body')) await readOnly(fetched('/big'), wire.length * times);
      else await decode(fetched, times);
      return { msPerMiB: (performance.now() - before) / times };
    },
  };
};

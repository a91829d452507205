import { createConnectionStore } from 'use-event-stream/core';
import type { Scene } from './scene.ts';

const eventSize = 1024 * 1024;
const begin = 'data: ';
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

function cut(sizes: Iterator<number>): Uint8Array<ArrayBuffer>[] {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let start = 0; start < wire.length;) {
    const size = Number(sizes.next().value);
    chunks.push(wire.slice(start, start + size));
    start += size;
  }
  return chunks;
}

/** Answers every request with the same events, cut into chunks that no network would keep apart. */
function answer(chunks: readonly Uint8Array<ArrayBuffer>[], times: number): typeof fetch {
  return () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        const chunk = chunks[sent++ % chunks.length];
        if (chunk && sent <= chunks.length * times) controller.enqueue(chunk.slice());
        else controller.close();
      },
    });
    return Promise.resolve(
      new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    );
  };
}

/** Reads as the core does, and does nothing with what it reads. */
async function readOnly(response: Promise<Response>): Promise<number> {
  const reader = (await response).body?.getReader();
  let size = 0;
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    size += read.value.length;
  }
  return size;
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
  return {
    async read() {
      const before = performance.now();
      if (contestant.startsWith('body')) await readOnly(answer(chunks, times)('/big'));
      else await decode(answer(chunks, times), times);
      return { msPerMiB: (performance.now() - before) / times };
    },
  };
};

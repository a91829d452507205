import { fetchEventSource } from '@microsoft/fetch-event-source';
import { createEventSource } from 'eventsource-client';
import { createConnectionStore } from 'use-event-stream/core';
import { fast } from '../traffic.ts';
import { fromMemory } from './memory.ts';
import { read } from './reference.ts';
import type { Params, Scene } from './scene.ts';

/** Reads `url`, and calls `take` with how many events have come, or with how much of one. */
type Reader = (url: string, take: (events: number) => void, fetched: typeof fetch) => unknown;

const own =
  (transport: 'fetch' | 'eventsource'): Reader =>
  (url, take, fetched) => {
    createConnectionStore({ fetch: fetched }).subscribe(
      { url, transport },
      {
        onEvents(events) {
          let text = 0;
          for (const { data } of events) {
            if (typeof data === 'string') text += data.length;
          }
          take(text > 0 ? events.length : 0);
        },
      },
    );
  };

const eventSize = 120;

/** Reads the bytes, and does with each chunk what is asked. */
async function readBody(
  url: string,
  use: (bytes: Uint8Array<ArrayBuffer>) => unknown,
  take: (events: number) => void,
): Promise<void> {
  const reader = (await fetch(url)).body?.getReader();
  let bytes = 0;
  let taken = 0;
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    use(read.value);
    bytes += read.value.length;
    const events = Math.floor(bytes / eventSize);
    take(events - taken);
    taken = events;
  }
}

const readers: Readonly<Record<string, Reader>> = {
  'use-event-stream/core': own('fetch'),
  'use-event-stream/core over EventSource': own('eventsource'),
  EventSource(url, take) {
    new EventSource(url).onmessage = ({ data }: MessageEvent<string>) => {
      take(data.length > 0 ? 1 : 0);
    };
  },
  'fetch-event-source'(url, take) {
    void fetchEventSource(url, {
      onmessage({ data }) {
        take(data.length > 0 ? 1 : 0);
      },
    });
  },
  'written by hand': (url, take, fetched) =>
    read(fetched(url), (data) => {
      take(data.length > 0 ? 1 : 0);
    }),
  'eventsource-client'(url, take, fetched) {
    createEventSource({
      url,
      fetch: fetched,
      onMessage({ data }) {
        take(data.length > 0 ? 1 : 0);
      },
    });
  },
  'body only': (url, take) => readBody(url, () => undefined, take),
  'body decoded'(url, take) {
    const decoder = new TextDecoder();
    return readBody(url, (bytes) => decoder.decode(bytes, { stream: true }), take);
  },
};

/** What answers: the server, or where no address is given, the memory. */
function fetchOf({ url, count, ids }: Params): typeof fetch {
  if (url !== undefined) return (...request) => fetch(...request);
  return fromMemory(fast({ kind: 'events', symbols: 40, ids: ids !== '0' }, Number(count)));
}

/** A number of events, counted by one reader, without React. */
export const scene: Scene = (params) => {
  const { contestant = '', count = '0', url = 'http://memory/' } = params;
  const read = readers[contestant];
  if (!read) throw new Error(`There is no reader named ${contestant}.`);
  const fetched = fetchOf(params);
  const timed = async (now: () => number) => {
    const begin = now();
    let events = 0;
    await new Promise<void>((done) => {
      const take = (more: number) => {
        events += more;
        if (events >= Number(count)) done();
      };
      read(url, take, fetched);
    });
    return now() - begin;
  };
  const figures = (ms: number) => ({ ms, perSecond: (Number(count) * 1_000) / ms });
  return {
    read: async () => figures(await timed(() => performance.now())),
    /** Processor time in Node, the least of fifteen: the first compile the code, and what else runs delays some. */
    async readOften() {
      const spent = () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1_000;
      };
      const times: number[] = [];
      while (times.length < 15) times.push(await timed(spent));
      return figures(Math.min(...times));
    },
  };
};

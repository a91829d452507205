import { fetchEventSource } from '@microsoft/fetch-event-source';
import { createEventSource } from 'eventsource-client';
import { createConnectionStore } from 'use-event-stream/core';
import type { Scene } from './scene.ts';

/** Reads `url`, and calls `take` with how many events have come, or with how much of one. */
type Reader = (url: string, take: (events: number) => void) => unknown;

const own =
  (transport: 'fetch' | 'eventsource'): Reader =>
  (url, take) => {
    createConnectionStore().subscribe(
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
  'eventsource-client'(url, take) {
    createEventSource({
      url,
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

/** A number of events, counted by one reader, without React. */
export const scene: Scene = ({ contestant = '', count = '0', url = '' }) => ({
  async read() {
    const read = readers[contestant];
    if (!read) throw new Error(`There is no reader named ${contestant}.`);
    const begin = performance.now();
    let events = 0;
    await new Promise<void>((done) => {
      read(url, (more) => {
        events += more;
        if (events >= Number(count)) done();
      });
    });
    const ms = performance.now() - begin;
    return { events, ms, perSecond: (events * 1_000) / ms };
  },
});

import { createParser } from 'eventsource-parser';
import { useState, useSyncExternalStore } from 'react';

interface Shown<T> {
  items: readonly T[];
}

/** Reads a stream by hand: calls `onData` with each event's data, and keeps the last id for a reconnect. */
export async function read(
  response: Promise<Response>,
  onData: (data: string) => void,
): Promise<string> {
  let lastId = '';
  const parser = createParser({
    onEvent({ id, data }) {
      if (id !== undefined) lastId = id;
      onData(data);
    },
  });
  const { body } = await response;
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    parser.feed(decoder.decode(part.value, { stream: true }));
  }
  return lastId;
}

/** The newest items of a stream in a ring, published once a frame. */
function openRing<T>(options: { url: string; parse: (data: string) => T; onItem: () => void }) {
  const size = 100;
  const ring: T[] = [];
  const listeners = new Set<() => void>();
  let next = 0;
  let frame = 0;
  let shown: Shown<T> = { items: [] };
  const publish = () => {
    frame = 0;
    const start = next % size;
    shown = { items: [...ring.slice(start), ...ring.slice(0, start)] };
    for (const listener of listeners) listener();
  };
  const onData = (data: string) => {
    options.onItem();
    ring[next++ % size] = options.parse(data);
    frame ||= requestAnimationFrame(publish);
  };
  let isReading = false;
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      if (!isReading) void read(fetch(options.url), onData);
      isReading = true;
      return () => {
        listeners.delete(listener);
      };
    },
    getSnapshot: () => shown,
  };
}

/**
 * What a good engineer writes by hand for just this page: fetch, eventsource-parser, a ring buffer,
 * one publication a frame. Without reconnecting, sharing, bounds in bytes, states or errors.
 */
export function useReference<T>(
  url: string,
  parse: (data: string) => T,
  onItem: () => void,
): readonly T[] {
  const [ring] = useState(() => openRing({ url, parse, onItem }));
  return useSyncExternalStore(ring.subscribe, ring.getSnapshot).items;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { onTestFinished } from 'vitest';
import { createGzip } from 'node:zlib';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';

/** How a response is put on the wire. */
export interface Framing {
  chunked?: boolean;
  gzip?: boolean;
}

const eventTexts = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => {
    const number = from + index + 1;
    return `id: ${number}\ndata: ünit ${number}\n\n`;
  });

/** The data of the first `count` events. */
export const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `ünit ${index + 1}`);

/** Begins an event stream that closes its connection at the end. */
export function begin(response: ServerResponse, { chunked = true, gzip = false }: Framing = {}) {
  response.useChunkedEncodingByDefault = chunked;
  response.shouldKeepAlive = false;
  response.sendDate = false;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    ...(gzip && { 'content-encoding': 'gzip' }),
  });
  if (!gzip) return response;
  const zipped = createGzip();
  zipped.pipe(response);
  response.on('close', () => zipped.destroy());
  return zipped;
}

/** Sends the numbered events after the last event id, then ends; with nothing left it says so (204). */
export function resumable(count: number, framing: Framing = {}) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const from = Number(request.headers['last-event-id'] ?? 0);
    response.shouldKeepAlive = false;
    if (from >= count) response.writeHead(204).end();
    else begin(response, framing).end(eventTexts(from, count).join(''));
  };
}

/** Reads through a store of its own; with a fake clock every wait for the next try is over at once. */
export function read(
  url: string,
  { waits = false, ...options }: RequestOptions & { waits?: boolean } = {},
) {
  const clock = new FakeClock();
  const requests: string[] = [];
  const store = createConnectionStore({
    clock,
    fetch: (input, init) => {
      requests.push(new Headers(init?.headers).get('last-event-id') ?? '');
      return fetch(input, init);
    },
  });
  const seen = collect(store, { url, ...options });
  let end: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const stop = store.onChange(() => {
    const { retryAt, status } = seen.state ?? {};
    if (status === 'closed' || status === 'failed') end();
    if (!waits && typeof retryAt === 'number') void clock.advance(retryAt - clock.now());
  });
  const close = () => {
    stop();
    store.close();
  };
  onTestFinished(close);
  return { clock, store, seen, requests, ended, close };
}

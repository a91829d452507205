import type { ServerResponse } from 'node:http';
import { createConnectionStore } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { heldMemory } from '../support/heap.ts';
import { serve } from '../support/httpServer.ts';
import { begin, read, type Framing } from './numbered.ts';

const mib = 2 ** 20;
const soon = { interval: 5, timeout: 15_000 };

interface Flood {
  head?: string;
  /** Sent again and again, as fast as it is taken. */
  piece: string;
  /** After how many bytes it stops, the response left open; default never. */
  limit?: number;
  /** What the reader takes; default 1 MiB. */
  maxEventSize?: number;
}

function flood(
  response: ServerResponse,
  { head = '', piece, limit = Infinity }: Flood,
  framing?: Framing,
) {
  const bytes = Buffer.from(piece);
  const stream = begin(response, framing);
  const progress = { sent: 0, isTaken: () => stream.writableLength === 0, stream };
  stream.write(head);
  const send = () => {
    while (!response.destroyed && progress.sent < limit) {
      progress.sent += bytes.length;
      if (!stream.write(bytes)) return void stream.once('drain', send);
    }
  };
  send();
  return progress;
}

async function flooded(what: Flood, framing?: Framing) {
  let progress: ReturnType<typeof flood> | undefined;
  const server = await serve((_, response) => {
    progress = flood(response, what, framing);
  });
  const reading = read(server.url, { maxEventSize: what.maxEventSize ?? mib });
  return {
    ...reading,
    sent: () => progress?.sent ?? 0,
    isTaken: () => progress?.isTaken() ?? false,
    write: (text: string) => progress?.stream.write(text),
  };
}

const long = 'x'.repeat(65_535);

test.for<[string, Flood]>([
  ['line', { head: 'data: ', piece: long }],
  ['event of long lines', { piece: `data: ${long}\n` }],
  ['event of short lines', { piece: 'data: x\n'.repeat(8_192) }],
  ['event of empty lines', { piece: 'data\r'.repeat(8_192) }],
  ['event of empty lines among comments', { piece: 'data:\n: ping\n'.repeat(8_192) }],
  ['id', { head: 'id: ', piece: long }],
  ['event name', { head: 'data: a\nevent: ', piece: long }],
])('ends an endless %s in an error of kind size, and asks for it only once', async ([, what]) => {
  const { seen, clock, requests, sent } = await flooded({
    ...what,
    head: `data: first\n\n${what.head ?? ''}`,
  });
  await expect.poll(() => seen.state?.status, soon).toBe('failed');
  expect(seen.state?.error).toMatchObject({ kind: 'size', limit: mib });
  expect(seen.data).toEqual(['first']);
  expect(seen.statuses).toEqual(['connecting', 'open', 'failed']);
  // A piece of short lines has eight bytes for every character of data; the rest is in sockets.
  expect(sent()).toBeLessThan(24 * mib);
  await clock.advance(3_600_000);
  expect(requests).toHaveLength(1);
});

test.for<[string, string, number]>([
  ['empty', 'data\n', 5],
  ['ended by carriage returns', 'data:\r', 6],
  ['ended by both', 'data\r\n', 6],
  ['of one letter', 'data: x\n', 8],
])('counts lines that are %s with 32 characters each', async ([, line, width]) => {
  const maxEventSize = 16 * mib;
  const { seen, sent } = await flooded({ piece: line.repeat(8_192), maxEventSize });
  await expect.poll(() => seen.state?.status, soon).toBe('failed');
  expect(seen.state?.error).toMatchObject({ kind: 'size', limit: maxEventSize });
  // What is beyond is in sockets.
  expect(sent()).toBeLessThan((maxEventSize / 32) * width + 8 * mib);
});

test.for<[string, string]>([
  ['comments', ': ping\n'],
  ['heartbeats of an empty block', 'event: ping\n\n'],
  ['heartbeats of comments and blank lines', ':\n\n'],
  ['lines of a field that begins like data', 'database: 1\n'],
])('never fails for %s, however many come', async ([, line]) => {
  const limit = mib;
  const reading = await flooded({ head: 'data: a\n', piece: line.repeat(1_024), limit });
  const { seen, sent, isTaken, write } = reading;
  await expect.poll(() => sent() >= limit && isTaken(), soon).toBe(true);
  write('\ndata: last\n\n');
  await expect.poll(() => seen.data.at(-1), soon).toBe('last');
  expect(seen.data[0]).toBe('a');
  expect(seen.statuses).toEqual(['connecting', 'open']);
});

test('ends a small answer that unzips to an endless line in an error of kind size', async () => {
  const { seen, requests } = await flooded({ head: 'data: ', piece: long }, { gzip: true });
  await expect.poll(() => seen.state?.status, soon).toBe('failed');
  expect(seen.state?.error?.kind).toBe('size');
  expect(requests).toHaveLength(1);
});

test.for<[string, Flood]>([
  ['comment lines', { piece: `: ${'ping'.repeat(2_000)}\n\n` }],
  ['a comment without an end', { head: ':', piece: long }],
  ['a line of an unknown field', { head: 'foo', piece: long }],
])('holds none of the endless bytes of %s', async ([, what]) => {
  const limit = 64 * mib;
  const before = heldMemory();
  const { seen, requests, sent, isTaken, write } = await flooded({ ...what, limit });
  await expect.poll(() => sent() >= limit && isTaken(), soon).toBe(true);
  // Sockets may still hold a few chunks of what they have read, some until a later collection.
  await expect.poll(() => heldMemory() - before, soon).toBeLessThan(16 * mib);
  write('\ndata: last\n\n');
  await expect.poll(() => seen.data, soon).toEqual(['last']);
  expect(seen.statuses).toEqual(['connecting', 'open']);
  expect(requests).toHaveLength(1);
});

/** Keeps the process busy, as a slow subscriber does. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('a slow subscriber slows the server down, and misses nothing', async () => {
  const count = 1_000;
  const text = '.'.repeat(32_768);
  let sent = 0;
  const server = await serve((_, response) => {
    begin(response);
    const send = () => {
      while (sent < count && !response.destroyed) {
        sent += 1;
        if (!response.write(`id: ${sent}\ndata: ${sent} ${text}\n\n`))
          return void response.once('drain', send);
      }
    };
    send();
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  const numbers: number[] = [];
  let ahead = 0;
  store.subscribe(
    { url: server.url },
    {
      onEvents(events) {
        for (const { data } of events) numbers.push(parseInt(String(data)));
        ahead = Math.max(ahead, sent - numbers.length);
        work(1);
      },
    },
  );
  await expect.poll(() => numbers.length, soon).toBe(count);
  expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  // What is sent and not yet read lies in the two sockets and in one chunk.
  expect(ahead * text.length).toBeLessThan(16 * mib);
});

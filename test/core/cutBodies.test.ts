import { createConnectionStore, type SubscribeRequest } from 'use-event-stream/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';

const url = 'https://example.test/stream';
const contentTypes = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  lines: 'text/plain',
  text: 'text/plain',
  bytes: 'application/octet-stream',
};
type Name = keyof typeof contentTypes;

/** Subscribes to a body of which ten bytes come, and ends it cleanly, as WebKit does where it was cut. */
async function readTen(
  format: Name,
  headers: Record<string, string>,
  { type = 'basic', ...request }: Partial<SubscribeRequest> & { type?: ResponseType } = {},
) {
  const server = new FakeServer();
  const clock = new FakeClock();
  const store = createConnectionStore({
    clock,
    fetch: async (...given) =>
      Object.defineProperty(await server.fetch(...given), 'type', { value: type }),
  });
  onTestFinished(() => {
    store.close();
  });
  const stream = collect(store, { url, format, ...request });
  await turns();
  server.last.open({ 'content-type': contentTypes[format], ...headers });
  await turns();
  if (request.method !== 'HEAD') server.last.send('data: 1\n\n7');
  await turns();
  server.last.end();
  await turns();
  return { clock, server, store, stream };
}

const stateOf = ({ store }: Awaited<ReturnType<typeof readTen>>) => store.connections()[0]?.state;

describe('a body that ends before its `Content-Length`', () => {
  test.each<[Name, string]>([
    ['ndjson', 'network'],
    ['lines', 'network'],
    ['text', 'network'],
    ['bytes', 'incomplete'],
  ])('fails a stream of %s, as a cut does', async (format, kind) => {
    const read = await readTen(format, { 'content-length': '11' });
    expect(stateOf(read)).toMatchObject({
      status: 'failed',
      error: { kind, url, message: `The connection to ${url} broke off after 10 of 11 bytes.` },
    });
  });

  test.each<Name>(['ndjson', 'lines', 'text', 'bytes'])(
    'is asked for again where a stream of %s may be repeated',
    async (format) => {
      const read = await readTen(
        format,
        { 'content-length': '11' },
        { reconnect: { repeat: true } },
      );
      expect(stateOf(read)).toMatchObject({ status: 'reconnecting', attempt: 1 });
      await read.clock.advance(1_000);
      expect(read.server.requests).toHaveLength(2);
    },
  );

  test('is an error of Server-Sent Events, which are connected again', async () => {
    const read = await readTen('sse', { 'content-length': '11' });
    expect(stateOf(read)).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
    expect(read.stream.data).toEqual(['1']);
  });

  test('fails Server-Sent Events by POST', async () => {
    const read = await readTen('sse', { 'content-length': '11' }, { method: 'POST' });
    expect(stateOf(read)).toMatchObject({ status: 'failed', error: { kind: 'network' } });
  });

  test('does not pass its last piece off as a line', async () => {
    const read = await readTen('lines', { 'content-length': '11' });
    expect(read.stream.data).toEqual(['data: 1', '']);
  });
});

describe('a body has ended cleanly', () => {
  test.each<[string, Record<string, string>, Parameters<typeof readTen>[2]]>([
    ['where all of it has come', { 'content-length': '10' }, {}],
    ['where more than that has come', { 'content-length': '9' }, {}],
    ['where its length is not told', {}, {}],
    ['where its length is no number', { 'content-length': '11, 11' }, {}],
    ['where it was encoded', { 'content-length': '30', 'content-encoding': 'gzip' }, {}],
    ['where another origin may hide that it was', { 'content-length': '30' }, { type: 'cors' }],
    [
      'where there is none, for it was asked of by HEAD',
      { 'content-length': '11' },
      { method: 'HEAD' },
    ],
  ])('%s', async (_, headers, request) => {
    const read = await readTen('lines', headers, request);
    expect(stateOf(read)).toMatchObject({ status: 'closed', reason: 'done' });
  });

  test('only where it was not encoded can another origin be held to its length', async () => {
    const headers = { 'content-length': '11', 'content-encoding': 'identity' };
    expect(stateOf(await readTen('lines', headers, { type: 'cors' }))).toMatchObject({
      status: 'failed',
    });
  });
});

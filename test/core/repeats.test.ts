import type { RequestOptions, StreamFormat } from 'use-event-stream/core';
import { mockStream, type MockEvent } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { collect } from '../support/collect.ts';

const url = 'https://example.test/stream';

/** A subscriber whose connection breaks whenever the test says so. */
async function connect(options: RequestOptions & { format?: StreamFormat<object> } = {}) {
  const stream = mockStream(url, { autoOpen: true });
  const heard: unknown[] = [];
  stream.store.subscribe(
    { url, ...options },
    {
      onEvents: (events) => heard.push(...events.map(({ data }) => data)),
      onRestart: () => heard.push('restart'),
    },
  );
  await stream.connected();
  const reconnect = async () => {
    await stream.drop();
    await stream.advance(10_000);
  };
  return { stream, heard, reconnect };
}

const event = (id: number | string, data: string, type?: string): MockEvent => ({
  id: String(id),
  data,
  type,
});

test('drops what a server sends again: the events that equal delivered ones in id, type and data', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([event(1, 'a'), event(2, 'b'), event(3, 'c', 'note')]);
  await reconnect();
  await stream.send([event(1, 'a'), event(2, 'b')]);
  await stream.send([event(3, 'c', 'note'), event(4, 'd')]);
  expect(heard).toEqual(['a', 'b', 'c', 'd']);
});

test('delivers all of a server that counts its ids from the start, and says so before it', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([event(1, 'a'), event(2, 'b'), event(3, 'c')]);
  await reconnect();
  expect(stream.requests[1]?.headers.get('last-event-id')).toBe('3');
  await stream.send([event(1, 'x'), event(2, 'y'), event(3, 'c'), event(4, 'z')]);
  expect(heard).toEqual(['a', 'b', 'c', 'restart', 'x', 'y', 'c', 'z']);
});

test('recognises each of several restarts, and what a server sends again between them', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([event(1, 'a1'), event(2, 'a2')]);
  await reconnect();
  await stream.send([event(1, 'b1'), event(2, 'b2')]);
  await reconnect();
  await stream.send([event(1, 'b1'), event(2, 'b2'), event(3, 'b3')]);
  await reconnect();
  await stream.send([event(1, 'c1')]);
  expect(heard).toEqual(['a1', 'a2', 'restart', 'b1', 'b2', 'b3', 'restart', 'c1']);
});

test('tells of a restart behind events without an id that came first', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([event(1, 'a')]);
  await reconnect();
  await stream.send([{ data: 'welcome' }, event(1, 'x')]);
  expect(heard).toEqual(['a', 'welcome', 'restart', 'x']);
});

test('sees a restart in a type that differs', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([event(1, '{}', 'queued'), event(2, '{}', 'running')]);
  await reconnect();
  await stream.send([event(1, '{}', 'running'), event(2, '{}', 'done')]);
  expect(heard).toEqual(['{}', '{}', 'restart', '{}', '{}']);
});

test('drops nothing once an event was new', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([event(1, 'a'), event(2, 'b')]);
  await reconnect();
  await stream.send([event(1, 'a'), event('new', 'n'), event(2, 'b')]);
  expect(heard).toEqual(['a', 'b', 'n', 'b']);
});

test.for<[string, MockEvent[], MockEvent[], string[]]>([
  [
    'the order, not the event: its new state comes',
    [event('o1', 'new'), event('o2', 'new'), event('o1', 'paid')],
    [event('o1', 'shipped'), event('o2', 'paid')],
    ['new', 'new', 'paid', 'shipped', 'paid'],
  ],
  [
    'the whole stream: each state comes once',
    [event('job', '10'), event('job', '20')],
    [event('job', '20'), event('job', '30'), event('job', '10')],
    ['10', '20', '30', '10'],
  ],
  [
    'many events of the same content: each accounts for one',
    [event('t', 'tick'), event('t', 'tick')],
    [event('t', 'tick'), event('t', 'tick'), event('t', 'tick')],
    ['tick', 'tick', 'tick'],
  ],
])('where an id names %s', async ([, before, after, expected]) => {
  const { stream, heard, reconnect } = await connect();
  await stream.send(before);
  await reconnect();
  await stream.send(after);
  expect(heard).toEqual(expected);
});

test('events without an id of their own always come', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([event(1, 'a'), { data: 'b' }]);
  await reconnect();
  await stream.send([event(1, 'a'), { data: 'b' }, event(2, 'c')]);
  expect(heard).toEqual(['a', 'b', 'b', 'c']);
});

test('a connection that breaks while the server sends again goes on behind the newest event', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([event(1, 'a'), event(2, 'b'), event(3, 'c')]);
  await reconnect();
  await stream.send([event(1, 'a')]);
  await reconnect();
  expect(stream.requests[2]?.headers.get('last-event-id')).toBe('3');
  await stream.send([event(2, 'b'), event(3, 'c'), event(4, 'd')]);
  expect(heard).toEqual(['a', 'b', 'c', 'd']);
});

test('the last thousand events are recognised, however they were sent', async () => {
  const { stream, heard, reconnect } = await connect();
  const all = Array.from({ length: 3_000 }, (_, index) => event(index, `line ${index}`));
  for (let start = 0; start < all.length; start += 250)
    await stream.send(all.slice(start, start + 250));
  await reconnect();
  await stream.send([...all.slice(-1_000), event(3_000, 'new')]);
  expect(heard).toHaveLength(3_001);
  expect(heard.at(-1)).toBe('new');
});

test('what a format of one’s own makes is compared by value', async () => {
  const records: StreamFormat<object> = {
    contentType: 'text/x-records',
    decode: (push) => ({
      chunk(bytes) {
        for (const record of new TextDecoder().decode(bytes).split(';')) {
          push({ data: { record }, id: record.charAt(0) });
        }
      },
      end: () => undefined,
    }),
  };
  const { stream, heard, reconnect } = await connect({ format: records });
  await stream.chunk('1a;2b');
  await reconnect();
  await stream.chunk('1a;2b;3c');
  await reconnect();
  await stream.chunk('1x');
  expect(heard).toEqual([
    { record: '1a' },
    { record: '2b' },
    { record: '3c' },
    'restart',
    { record: '1x' },
  ]);
});

test('an empty id names no event, so nothing is recognised by it', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.chunk('id:\ndata: tick\n\nid:\ndata: tick\n\n');
  await reconnect();
  await stream.chunk('id:\ndata: tick\n\nid: 1\ndata: a\n\n');
  await reconnect();
  await stream.chunk('id:\ndata: other\n\n');
  expect(heard).toEqual(['tick', 'tick', 'tick', 'a', 'other']);
});

test('an id that names the order is known by an order’s second event, whatever came before', async () => {
  const { stream, heard, reconnect } = await connect();
  await stream.send([{ data: 'welcome' }, event('o1', 'new'), event('o1', 'paid')]);
  await reconnect();
  await stream.send([event('o1', 'shipped')]);
  expect(heard).toEqual(['welcome', 'new', 'paid', 'shipped']);
});

test('who joins after a restart is given what came since', async () => {
  const { stream, reconnect } = await connect();
  await stream.send([event(1, 'a'), event(2, 'b')]);
  await reconnect();
  await stream.send([event(1, 'x'), event(2, 'y')]);
  const late: unknown[] = [];
  stream.store.subscribe(
    { url },
    { onEvents: (events) => late.push(...events.map(({ data }) => data)) },
  );
  expect(late).toEqual(['x', 'y']);
});

test('a late joiner gets the newest events, however much has come before them', async () => {
  const stream = mockStream(url, { autoOpen: true });
  collect(stream.store, { url });
  for (let count = 0; count < 20; count++) await stream.send(`${count}${'x'.repeat(600_000)}`);
  const late = collect(stream.store, { url });
  expect(late.data.map((data) => String(data).slice(0, 2))).toEqual(['19']);
});

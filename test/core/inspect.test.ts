import {
  createConnectionStore,
  inspectStore,
  type ConnectionStore,
  type InspectedStream,
  type StreamInspector,
} from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { serve } from '../support/httpServer.ts';
import { listenForReports } from '../support/reports.ts';

const url = 'https://example.test/stream';

/** Writes down all that an inspector is told, as short lines. */
function inspected(store: ConnectionStore, more: StreamInspector = {}) {
  const lines: string[] = [];
  const decoder = new TextDecoder();
  const stop = inspectStore(store, {
    onState: ({ state }) => lines.push(state.status),
    onAttempt: (_, { number, lastEventId }) => {
      lines.push(`attempt ${number} after "${lastEventId}"`);
    },
    onRequest: (_, { method, headers }) => lines.push(`${method} ${JSON.stringify(headers)}`),
    onResponse: (_, { status }) => lines.push(`answer ${status}`),
    onChunk: (_, bytes) => lines.push(`chunk ${decoder.decode(bytes)}`),
    onEvents: (_, events) => {
      for (const { type, id, data } of events) lines.push(`event ${type} ${id} ${String(data)}`);
    },
    ...more,
  });
  onTestFinished(stop);
  return { lines, stop };
}

test('tells of attempts, requests, answers, bytes, events and states in order', async () => {
  const stream = mockStream(url);
  const { lines } = inspected(stream.store);
  collect(stream.store, { url });
  await stream.open();
  await stream.chunk('id: 1\ndata: a\n\nevent: tick\nda');
  await stream.chunk('ta: b\n\n: beat\n\n');
  await stream.drop();
  expect(lines).toEqual([
    'connecting',
    'attempt 0 after ""',
    'GET {"accept":"text/event-stream"}',
    'answer 200',
    'open',
    'chunk id: 1\ndata: a\n\nevent: tick\nda',
    'event message 1 a',
    'chunk ta: b\n\n: beat\n\n',
    'event tick null b',
    'reconnecting',
  ]);
  lines.length = 0;
  await stream.advance(5_000);
  await stream.open();
  expect(lines.filter((line) => /^(attempt|GET|answer)/.test(line))).toEqual([
    'attempt 1 after "1"',
    'GET {"accept":"text/event-stream","last-event-id":"1"}',
    'answer 200',
  ]);
});

test('shows no secret of the url and the headers', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'set-cookie': 'S3CRET=1',
      'x-token': 'S3CRET',
      'content-encoding': 'identity',
    });
    response.write('data: 1\n\n');
  });
  const store = createConnectionStore({ fetch: globalThis.fetch });
  const told = vi.fn();
  onTestFinished(
    inspectStore(store, {
      onState: ({ url: shown }) => void told(shown),
      onRequest: ({ url: shown }, request) => void told(shown, request),
      onResponse: (_, response) => void told(response),
    }),
  );
  const headers = { authorization: 'Bearer S3CRET', 'x-api-key': 'S3CRET', cookie: 'S3CRET' };
  const feed = collect(store, { url: `${server.url}/a?key=S3CRET&room=S3CRET`, headers });
  await expect.poll(() => feed.data).toEqual(['1']);
  feed.leave();
  const text = JSON.stringify(told.mock.calls);
  expect(text).not.toContain('S3CRET');
  expect(text).toContain('"authorization":"•••"');
  expect(text).toContain('"content-encoding":"identity"');
  expect(text).toContain('/a?key&room');
});

test('tells who comes late of what is open, and of what comes from then on', async () => {
  const stream = mockStream(url);
  collect(stream.store, { url });
  await stream.open();
  await stream.send('before');
  const { lines, stop } = inspected(stream.store);
  expect(lines).toEqual(['answer 200', 'open']);
  await stream.send({ id: '7', data: 'after' });
  expect(lines.at(-1)).toBe('event message 7 after');
  stop();
  const { length } = lines;
  await stream.send('unseen');
  await stream.drop();
  expect(lines).toHaveLength(length);
});

test('holds an attempt until its promise is kept, and fails it like a network where that rejects', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const gates: ((error?: Error) => void)[] = [];
  inspected(stream.store, {
    onAttempt: () =>
      new Promise<void>((resolve, reject) => {
        gates.push((error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
  });
  const feed = collect(stream.store, { url });
  await stream.settled();
  expect(stream.requests).toHaveLength(0);
  gates[0]?.(new Error('no network'));
  await stream.settled();
  expect(feed.state).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
  expect(feed.state?.error?.message).toContain('no network');
  await stream.advance(5_000);
  gates[1]?.();
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
  expect(feed.state?.status).toBe('open');
});

test('lets the inspector answer in the place of the server, and cut the line', async () => {
  const stream = mockStream(url, { autoOpen: true });
  let isRefused = true;
  const cuts: (() => void)[] = [];
  inspected(stream.store, {
    onState: (each) => {
      cuts.push(() => {
        each.cut();
      });
    },
    fetch: (_, send) =>
      isRefused ? Promise.resolve(new Response('later', { status: 503 })) : send(),
  });
  const feed = collect(stream.store, { url });
  await stream.settled();
  expect(stream.requests).toHaveLength(0);
  expect(feed.state).toMatchObject({
    status: 'reconnecting',
    error: { kind: 'http', status: 503 },
  });
  isRefused = false;
  await stream.advance(5_000);
  expect(feed.state?.status).toBe('open');
  cuts.at(-1)?.();
  await stream.settled();
  expect(feed.state).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
});

test('tries at once where a try is waited for, and again what has failed', async () => {
  const stream = mockStream(url);
  const known: InspectedStream[] = [];
  inspected(stream.store, { onState: (each) => void known.push(each) });
  const feed = collect(stream.store, { url });
  await stream.open();
  known[0]?.reconnect();
  await stream.settled();
  expect(stream.requests).toHaveLength(1);
  await stream.drop();
  known[0]?.reconnect();
  await stream.settled();
  expect(stream.requests).toHaveLength(2);
  await stream.reject(403);
  expect(feed.state?.status).toBe('failed');
  known[0]?.reconnect();
  await stream.open();
  expect(feed.state?.status).toBe('open');
  feed.leave();
  known[0]?.reconnect();
  await stream.settled();
  expect(stream.requests).toHaveLength(3);
});

test('who begins or stops to inspect while it is told hears each state once', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const second: string[] = [];
  const first: string[] = [];
  const stop = inspectStore(stream.store, {
    onState: ({ state }) => {
      first.push(state.status);
      if (state.status !== 'open') return;
      stop();
      onTestFinished(
        inspectStore(stream.store, { onState: (each) => void second.push(each.state.status) }),
      );
    },
  });
  const feed = collect(stream.store, { url });
  await stream.settled();
  await stream.send('a');
  await stream.drop();
  expect(feed.data).toEqual(['a']);
  expect(first).toEqual(['connecting', 'open']);
  expect(second).toEqual(['open', 'reconnecting']);
});

test('what an inspector throws is reported, and changes nothing; two do not know of each other', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const reports = listenForReports();
  const fail = () => {
    throw new Error('broken inspector');
  };
  inspected(stream.store, { onState: fail, onChunk: fail, onEvents: fail, onRequest: fail });
  const { lines } = inspected(stream.store);
  const feed = collect(stream.store, { url });
  await stream.settled();
  await stream.send('one');
  expect(feed.data).toEqual(['one']);
  expect(lines).toContain('event message null one');
  expect(reports().join()).toContain('broken inspector');
});

test('tells of EventSource what the browser tells', async () => {
  const store = createConnectionStore({ EventSource: globalThis.EventSource });
  const server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('id: 4\ndata: x\n\n');
  });
  const { lines } = inspected(store);
  const feed = collect(store, { url: server.url, transport: 'eventsource' });
  await expect.poll(() => feed.data).toEqual(['x']);
  store.close();
  expect(lines).toEqual([
    'connecting',
    'attempt 0 after ""',
    'open',
    'event message 4 x',
    'closed',
  ]);
});

test.runIf(__DEV__)('refuses what is no inspector', () => {
  const wrong: unknown = () => undefined;
  expect(() => inspectStore(createConnectionStore(), wrong as StreamInspector)).toThrow(TypeError);
});

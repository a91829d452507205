import type { IncomingMessage } from 'node:http';
import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { bodyOf } from '../support/eventSource.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { serve } from '../support/httpServer.ts';

interface Received {
  type: string | undefined;
  body: Buffer;
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return { type: request.headers['content-type'], body: Buffer.concat(chunks) };
}

/** POSTs a body to a server that answers 503 first and a stream then; gives what it received. */
async function post(body: RequestOptions['body']) {
  const received: Received[] = [];
  const server = await serve((request, response) => {
    void receive(request).then((all) => {
      received.push(all);
      response.writeHead(received.length === 1 ? 503 : 200, { 'content-type': 'text/plain' });
      response.end('done');
    });
  });
  const clock = new FakeClock();
  const store = createConnectionStore({ clock });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url: server.url, method: 'POST', body, format: 'lines' });
  await expect
    .poll(
      async () => {
        await clock.advance(1_000);
        return seen.state?.status;
      },
      { interval: 1 },
    )
    .toMatch(/closed|failed/);
  return { received, state: seen.state };
}

const bytes = Uint8Array.of(0, 1, 0xff, 0x0d, 0x0a);
const text = Buffer.from('a ß€');
const form = 'application/x-www-form-urlencoded;charset=UTF-8';

test.for([
  ['a string', 'a ß€', text, 'text/plain;charset=UTF-8'],
  [
    'URLSearchParams',
    new URLSearchParams({ a: 'ß', b: '1 2' }),
    Buffer.from('a=%C3%9F&b=1+2'),
    form,
  ],
  ['a Blob', new Blob([bytes], { type: 'image/png' }), bytes, 'image/png'],
  ['a Blob without a type', new Blob([bytes]), bytes, undefined],
  ['an ArrayBuffer', bytes.slice().buffer, bytes, undefined],
  ['a typed array', bytes, bytes, undefined],
  ['a part of a typed array', bytes.subarray(1, 3), bytes.subarray(1, 3), undefined],
  ['a DataView', new DataView(bytes.buffer, 2), bytes.subarray(2), undefined],
  [
    'a typed array of wider numbers',
    Uint16Array.of(1, 0xffff),
    Buffer.from([1, 0, 255, 255]),
    undefined,
  ],
  ['a function', () => Promise.resolve('a ß€'), text, 'text/plain;charset=UTF-8'],
  ['a function that makes a stream', () => bodyOf([text]), text, undefined],
] as const)('sends %s again, whole, after a 503', async ([, body, sent, type]) => {
  const { received, state } = await post(body);
  expect(state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(received).toEqual([1, 2].map(() => ({ type, body: Buffer.from(sent) })));
});

test('sends FormData again, whole, after a 503', async () => {
  const body = new FormData();
  body.append('name', 'ß€');
  body.append('name', 'again');
  body.append('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  const { received, state } = await post(body);
  expect(state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(received).toHaveLength(2);
  for (const { type = '', body } of received) {
    const headers = { 'content-type': type };
    const sent = await new Response(new Uint8Array(body), { headers }).formData();
    expect(sent.getAll('name')).toEqual(['ß€', 'again']);
    const file = sent.get('file');
    if (!(file instanceof Blob)) throw new Error('The file was not sent as one.');
    expect([file.type, new Uint8Array(await file.arrayBuffer())]).toEqual(['image/png', bytes]);
  }
});

test('never sends a stream twice, and says what to do', async () => {
  const { received, state } = await post(bodyOf([text]));
  expect(received).toEqual([{ type: undefined, body: text }]);
  expect(state).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
  expect(state?.error?.message).toMatch(/is a stream that was sent once already; give a function/);
});

test("never sends a function's stream twice either", async () => {
  const stream = bodyOf([text]);
  const { received, state } = await post(() => stream);
  expect(received).toHaveLength(1);
  expect(state?.error?.message).toMatch(/give a function that makes a new one/);
});

test('sends a stream where there is a fetch and no Request to ask what it can do', async () => {
  vi.stubGlobal('Request', undefined);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const { received, state } = await post(() => bodyOf([text]));
  expect(state).toMatchObject({ status: 'closed', reason: 'done' });
  expect(received.map(({ body }) => body)).toEqual([text, text]);
});

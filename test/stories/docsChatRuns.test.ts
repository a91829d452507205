// @vitest-environment node
import { serve } from '@hono/node-server';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { readFileSync } from 'node:fs';
import { createConnectionStore } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { begin, follow, stop, type Write } from '../../stories/docs/server/chatRuns.ts';
import { linesOfCode } from '../../stories/docs/client/linesOfCode.ts';
import { fromRoot } from '../support/fromRoot.ts';

let names = 0;

/** A model that writes when it is told to, and a server with a page of its own. */
async function setUp() {
  const id = `run-${names++}`;
  const waiting: ((word: string) => void)[] = [];
  const requests: string[] = [];
  let isStopped = false;
  const write: Write = async function* (signal) {
    const over = new Promise<string>((_, reject) => {
      signal.addEventListener('abort', () => {
        isStopped = true;
        reject(new Error('Stopped.'));
      });
    });
    for (;;) {
      const word = await Promise.race([new Promise<string>((say) => waiting.push(say)), over]);
      yield word;
      if (word === '[DONE]') return;
    }
  };
  const app = new Hono()
    .use(async ({ req }, next) => {
      requests.push(
        `${req.method} ${req.path}${req.header('last-event-id') ? ' after an id' : ''}`,
      );
      await next();
    })
    .post('/chat', ({ req }) => begin(id, req.raw, write))
    .get('/runs/:id', ({ req }) => follow(req.param('id'), req.raw))
    .post('/runs/:id/stop', ({ req }) => stop(req.param('id')));
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const received: unknown[] = [];
  const states: string[] = [];
  const store = createConnectionStore({ defaults: { reconnect: { delay: 1 } } });
  store.subscribe(
    {
      url: `${url}/chat`,
      method: 'POST',
      body: 'Hello?',
      resume: ({ response }) => ({ url: `${url}/runs/${response?.headers.get('x-run') ?? ''}` }),
    },
    {
      onEvents: (events) => received.push(...events.map(({ data }) => data)),
      onState: ({ status }) => states.push(status),
    },
  );
  onTestFinished(async () => {
    store.close();
    await stop(id);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const say = async (word: string) => {
    await expect.poll(() => waiting.length).toBe(1);
    waiting.shift()?.(word);
  };
  const isOpen = () => expect.poll(() => states.at(-1)).toBe('open');
  await isOpen();
  const stopped = () => isStopped;
  return { id, url, server, received, requests, states, say, isOpen, stopped };
}

test('a run is written on while nobody reads it, and is gone on with by its id', async () => {
  const { id, server, received, requests, states, say } = await setUp();
  await say('a');
  await expect.poll(() => received).toEqual(['a']);
  server.closeAllConnections();
  await say('b');
  await say('[DONE]');
  await expect.poll(() => received).toEqual(['a', 'b', '[DONE]']);
  await expect.poll(() => states.at(-1)).toBe('closed');
  expect(requests).toEqual([
    'POST /chat',
    `GET /runs/${id} after an id`,
    `GET /runs/${id} after an id`,
  ]);
});

test('a run that is stopped is written no more, and its readers are told', async () => {
  const { id, url, received, states, say, stopped } = await setUp();
  await say('a');
  await expect.poll(() => received).toEqual(['a']);
  await fetch(`${url}/runs/${id}/stop`, { method: 'POST' });
  await expect.poll(() => states.at(-1)).toBe('closed');
  expect(stopped()).toBe(true);
  expect(received).toEqual(['a', '[DONE]']);
});

test('to begin a run once more is to read it from the beginning, and an unknown one is a 404', async () => {
  const { url, received, say } = await setUp();
  await say('a');
  await say('[DONE]');
  await expect.poll(() => received).toEqual(['a', '[DONE]']);
  const again = await fetch(`${url}/chat`, { method: 'POST', body: 'Hello?' });
  expect(await again.text()).toMatch(/^id: \S+\ndata: a\n\nid: \S+\ndata: \[DONE\]\n\n$/m);
  expect((await fetch(`${url}/runs/unknown`)).status).toBe(404);
});

test('the chat of the docs has at most ten lines more than the same with `useChat`', () => {
  const [ours, theirs] = ['Chat.tsx', 'ChatOfAiSdk.txt'].map((file) =>
    linesOfCode(readFileSync(fromRoot(`stories/docs/client/${file}`), 'utf8')),
  );
  expect(theirs).toBeGreaterThan(100);
  expect(ours).toBeLessThanOrEqual((theirs ?? 0) + 10);
});

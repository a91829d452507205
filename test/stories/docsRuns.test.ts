// @vitest-environment node
import { serve } from '@hono/node-server';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { createConnectionStore } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { routesOf, type Work } from '../../stories/docs/server/runs.ts';

/** The recipe as a server, and what a page has had of one run. */
async function setUp(work: Work) {
  const log: string[] = [];
  const app = new Hono()
    .use(({ req }, next) => {
      log.push(`${req.method} ${req.path.replace(/[^/]{36}/, ':run')}`);
      return next();
    })
    .route('/', routesOf(work));
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  if (!server.listening) await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = createConnectionStore({ baseUrl: base });
  onTestFinished(() => {
    store.close();
    server.closeAllConnections();
    server.close();
  });
  const received: unknown[] = [];
  let run = '';
  let status = '';
  const subscribe = () =>
    store.subscribe(
      {
        url: '/api/chat',
        method: 'POST',
        body: 'Why?',
        reconnect: { delay: 1 },
        resume({ response }) {
          run = response?.headers.get('x-run') ?? '';
          return { url: `/api/runs/${run}` };
        },
      },
      {
        onEvents: (events) =>
          received.push(...events.map(({ type, data }) => (type === 'message' ? data : type))),
        onState: (state) => (status = state.status),
      },
    );
  subscribe();
  return { log, server, base, received, run: () => run, status: () => status };
}

/** Work that makes a part whenever the test says so. */
function parts() {
  let make: (part: string | null) => void = () => undefined;
  const work: Work = async function* (question, signal) {
    yield question;
    for (;;) {
      const part = await new Promise<string | null>((resolve, reject) => {
        make = resolve;
        signal.addEventListener('abort', () => {
          reject(new Error('Stopped.'));
        });
      });
      if (part === null) return;
      yield part;
    }
  };
  return {
    work,
    make: (part: string | null) => {
      make(part);
    },
  };
}

test('the run goes on while nobody reads it, and a GET has what was missed', async () => {
  const { work, make } = parts();
  const { log, server, received, status } = await setUp(work);
  await expect.poll(() => received).toEqual(['Why?']);
  server.closeAllConnections();
  make('because');
  await expect.poll(() => received).toEqual(['Why?', 'because']);
  make(null);
  await expect.poll(() => received.at(-1)).toBe('[DONE]');
  await expect.poll(status).toBe('closed');
  expect(new Set(log)).toEqual(new Set(['POST /api/chat', 'GET /api/runs/:run']));
  expect(log.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  expect(received).toHaveLength(3);
});

test('a run can be stopped, and one that is not there is a 404', async () => {
  const { work } = parts();
  const { server, base, received, run } = await setUp(work);
  await expect.poll(() => received).toEqual(['Why?']);
  server.closeAllConnections();
  // The server asks for a second before the next try.
  await expect.poll(run, { timeout: 5_000 }).not.toBe('');
  await fetch(`${base}/api/runs/${run()}`, { method: 'DELETE' });
  await expect.poll(() => received.at(-1)).toBe('[DONE]');
  const { status } = await fetch(`${base}/api/runs/none`);
  expect(status).toBe(404);
});

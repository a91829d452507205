// @vitest-environment node
import { serve } from '@hono/node-server';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { createConnectionStore } from 'use-event-stream/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { followers, publish, shutDown } from '../../stories/docs/server/feed.ts';
import { eventStream as nodeStream } from '../../stories/docs/server/node.ts';
import { eventStream as webStream } from '../../stories/docs/server/web.ts';

const host = '127.0.0.1';

const servers: Record<string, () => Server> = {
  'Node and Express': () => createServer(nodeStream).listen(0, host),
  'Next.js and Hono': () => {
    const app = new Hono().get('/api/prices', (context) => webStream(context.req.raw));
    return serve({ fetch: app.fetch, port: 0, hostname: host }) as Server;
  },
};

/** A server that is closed with the test, and what a page has had of its stream. */
async function setUp(start: () => Server) {
  const server = start();
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${port}/api/prices`;
  const received: unknown[] = [];
  const states: string[] = [];
  const store = createConnectionStore({ defaults: { reconnect: { delay: 1 } } });
  store.subscribe(
    { url },
    {
      onEvents: (events) => received.push(...events.map(({ data }) => data)),
      onState: ({ status }) => states.push(status),
    },
  );
  onTestFinished(async () => {
    store.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const isOpen = () =>
    vi.waitFor(
      () => {
        expect(states.at(-1)).toBe('open');
      },
      { timeout: 10_000 },
    );
  await isOpen();
  return { server, store, url, received, isOpen, states };
}

describe.for(Object.entries(servers))('the recipe for %s', ([, start]) => {
  test('sends what is published, and after a cut what was missed, once', async () => {
    const { server, received, isOpen, states } = await setUp(start);
    publish('one');
    await expect.poll(() => received).toEqual(['"one"']);
    server.closeAllConnections();
    publish('two');
    await vi.waitFor(() => {
      expect(states).toContain('reconnecting');
    });
    await isOpen();
    publish('three');
    await expect.poll(() => received).toEqual(['"one"', '"two"', '"three"']);
  });

  test('tells each client a time of its own to come back when it shuts down', async () => {
    await expect.poll(() => followers.size).toBe(0);
    const { url, store } = await setUp(start);
    const count = 12;
    const waits: number[] = [];
    for (let client = 0; client < count; client++) {
      store.subscribe(
        { url, share: false },
        {
          onEvents: () => undefined,
          onState: ({ status, retryAt }) => {
            if (status === 'reconnecting' && retryAt) waits.push(retryAt - Date.now());
          },
        },
      );
    }
    await expect.poll(() => followers.size).toBe(count + 1);
    shutDown(20_000);
    await expect.poll(() => waits.length).toBe(count);
    store.close();
    await expect.poll(() => followers.size).toBe(0);
    for (const wait of waits) {
      expect(wait).toBeGreaterThan(900);
      expect(wait).toBeLessThan(21_000 * 1.2 + 100);
    }
    // One chance in a thousand million that they lie this close together.
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(1_000);
  });

  test('answers with headers that proxies and compressors heed', async () => {
    const { url } = await setUp(start);
    const control = new AbortController();
    const { status, headers } = await fetch(url, { signal: control.signal });
    control.abort();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream');
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
    expect(headers.get('x-accel-buffering')).toBe('no');
  });

  test('lets go of who has left', async () => {
    await expect.poll(() => followers.size).toBe(0);
    const { store } = await setUp(start);
    await expect.poll(() => followers.size).toBe(1);
    store.close();
    await expect.poll(() => followers.size).toBe(0);
  });
});

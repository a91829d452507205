// @vitest-environment node
import { createConnectionStore } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';

const url = 'http://localhost/prices';

/** Each major with the handler made by it, as a user has installed one of them. */
const majors = {
  async 'MSW 3'() {
    const { setupServer } = await import('msw/node');
    const { mswHandler } = await import('use-event-stream/testing/msw');
    return { setupServer, mswHandler };
  },
  async 'MSW 2'() {
    vi.resetModules();
    vi.doMock('msw', () => import('msw-2'));
    const { setupServer } = await import('msw-2/node');
    const { mswHandler } = await import('use-event-stream/testing/msw');
    vi.doUnmock('msw');
    return { setupServer, mswHandler };
  },
};

describe.each(Object.entries(majors))('through %s', (_, load) => {
  /** A mock of the prices that the real `fetch` meets, and what a store of its own hears of them. */
  async function setUp(options: { method?: string; body?: string } = {}) {
    const { setupServer, mswHandler } = await load();
    const stream = mockStream('/prices');
    const server = setupServer(mswHandler(stream) as never);
    server.listen({ onUnhandledRequest: 'bypass' } as never);
    const store = createConnectionStore();
    onTestFinished(() => {
      store.close();
      server.close();
    });
    return { stream, store, seen: collect(store, { url, ...options }) };
  }

  test('the real fetch is answered from the script, in order', async () => {
    const { stream, seen } = await setUp();
    const request = await stream.connected();
    expect(request.headers.get('accept')).toBe('text/event-stream');
    await stream.open();
    await expect.poll(() => seen.state?.status).toBe('open');
    stream.splitBytes(3);
    await stream.send([{ data: 'a', id: '1' }, 'b']);
    await expect.poll(() => seen.data).toEqual(['a', 'b']);
  });

  test('a lost stream is resumed, and a refused one fails', async () => {
    const { stream, seen } = await setUp();
    await stream.open();
    await stream.send({ data: 'a', id: '7' });
    await expect.poll(() => seen.data).toEqual(['a']);
    await stream.drop();
    await expect.poll(() => stream.requests.length).toBe(2);
    expect(stream.requests[1]?.headers.get('last-event-id')).toBe('7');
    await stream.reject(403, { body: 'no' });
    await expect.poll(() => seen.state?.error).toMatchObject({ status: 403, body: 'no' });
  });

  test('the body of a POST is there, and what is left is left', async () => {
    const { stream, store } = await setUp({ method: 'POST', body: 'question' });
    const { body, method } = await stream.connected();
    expect([method, body]).toEqual(['POST', 'question']);
    await stream.open();
    store.close();
    await expect.poll(() => stream.openConnections).toBe(0);
  });

  test('requests for others go on', async () => {
    const { stream } = await setUp();
    await expect(fetch('http://localhost:1/other')).rejects.toThrow('fetch failed');
    await stream.connected();
    expect(stream.requests).toHaveLength(1);
  });
});

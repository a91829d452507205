import { createConnectionStore } from 'use-event-stream/core';
import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { serve } from '../support/httpServer.ts';

const count = 1_000;

/** Sends the numbered events after `from`, a few at a time, until the socket is gone. */
function sendFrom(from: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 100\n\n');
  let next = from + 1;
  const send = () => {
    if (response.destroyed || next > count) return;
    const last = Math.min(next + 6, count);
    let text = '';
    for (; next <= last; next++) text += `id: ${next}\ndata: ${next}\n\n`;
    response.write(text, () => setImmediate(send));
  };
  send();
}

test('1,000 numbered events arrive once and in order, though the server dies and comes back', async () => {
  const server = await serve((request, response) => {
    sendFrom(Number(request.headers['last-event-id'] ?? 0), response);
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url: server.url, reconnect: { delay: 100, maxDelay: 100 } });
  for (const enough of [150, 400, 750]) {
    await expect.poll(() => seen.events.length, { interval: 1 }).toBeGreaterThanOrEqual(enough);
    await server.kill();
    await expect.poll(() => seen.state?.status).toBe('reconnecting');
    await server.start();
  }
  await expect.poll(() => seen.events.length, { timeout: 10_000 }).toBe(count);
  expect(seen.data).toEqual(Array.from({ length: count }, (_, index) => String(index + 1)));
  expect(server.requests.length).toBeGreaterThanOrEqual(4);
});

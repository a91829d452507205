import { createConnectionStore, type StreamEvent } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../support/httpServer.ts';

test('a server that is started again, and counts from 1 in memory, is heard as EventSource hears it', async () => {
  const server = await serve((_, response) => {
    const run = server.requests.length;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let id = 1; id <= 3; id++) response.write(`id: ${id}\ndata: run ${run}, event ${id}\n\n`);
    if (run < 3) response.end();
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  const events: StreamEvent<unknown>[] = [];
  let restarts = 0;
  store.subscribe(
    { url: server.url, reconnect: { delay: 1 } },
    { onEvents: (batch) => events.push(...batch), onRestart: () => (restarts += 1) },
  );
  await expect.poll(() => events.length).toBe(9);
  expect(events.map(({ data }) => data)).toEqual(
    [1, 2, 3].flatMap((run) => [1, 2, 3].map((id) => `run ${run}, event ${id}`)),
  );
  expect(restarts).toBe(2);
});

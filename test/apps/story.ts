import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { startServer } from '../../stories/server/node.ts';

export const storyTitle = 'a stream resumes, is left, and fails with a StreamError';

/** What `shared/story.js` has to come to. */
export const storyResult = {
  data: ['one', 'two', 'three'],
  failures: ['http', 'timeout', 'aborted'].map((kind) => ({
    status: 'failed',
    isStreamError: true,
    kind,
  })),
};

/** Serves `shared/story.js`, gives `run` the address, and reads the JSON that it prints. */
export async function storyOf(run: (url: string) => Promise<string>): Promise<unknown> {
  const resumedFrom: (string | undefined)[] = [];
  let left: Promise<unknown> = Promise.resolve();
  let cut: () => unknown = () => undefined;

  function stream(response: ServerResponse, lastEventId: string | undefined): void {
    resumedFrom.push(lastEventId);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    if (lastEventId === '2') {
      left = once(response, 'close');
      response.write('id: 3\ndata: three\n\n');
    } else {
      cut = () => response.destroy();
      response.write('id: 1\ndata: one\n\nid: 2\ndata: two\n\n');
    }
  }

  const server = await startServer((request, response) => {
    if (request.url === '/refused') response.writeHead(404).end();
    if (request.url === '/cut') {
      cut();
      response.end();
    }
    if (request.url === '/left') void left.then(() => response.end());
    if (request.url === '/events') stream(response, request.headersDistinct['last-event-id']?.[0]);
  });
  onTestFinished(server.close);
  const printed = await run(server.url);
  expect(resumedFrom).toEqual([undefined, '2']);
  return JSON.parse(printed.split('\n').find((line) => line.startsWith('{')) ?? '');
}

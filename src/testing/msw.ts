/**
 * Scripted streams through Mock Service Worker.
 *
 * @module use-event-stream/testing/msw
 */

import { http, type HttpHandler } from 'msw';
import type { MockStream } from 'use-event-stream/testing';

const isEventStream = ({ headers }: Response): boolean =>
  (headers.get('content-type') ?? '').startsWith('text/event-stream');

/** The answer with a comment in front: MSW announces a stream only with its first bytes. */
function announced(response: Response): Response {
  if (!response.body || !isEventStream(response)) return response;
  const comment = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(':\n'));
    },
  });
  return new Response(response.body.pipeThrough(comment), response);
}

/**
 * Answers the requests of a mock through Mock Service Worker (2 or 3), for code that is to go on using the real
 * `fetch` or `EventSource`. Requests of others go on to the next handler.
 *
 * The code under test then has a store of its own. So `wrapper`, `states`, `advance`, `offline` and `hide` do not
 * concern it, and its time is the real one. A step settles when its bytes are handed over, not when they are
 * rendered. In a browser an abort does not reach the service worker: `openConnections` still counts what the page
 * has left, and `drop` arrives as a clean end.
 *
 * @example
 * ```ts
 * import { setupServer } from 'msw/node';
 * import { mockStream } from 'use-event-stream/testing';
 * import { mswHandler } from 'use-event-stream/testing/msw';
 *
 * const server = setupServer();
 * const stream = mockStream('/api/prices');
 * server.use(mswHandler(stream));
 * ```
 */
export function mswHandler(stream: MockStream): HttpHandler {
  return http.all('*', async ({ request }) => {
    const { url, method, headers, signal } = request;
    const body = request.body ? await request.clone().text() : null;
    if (!stream.matches({ url, method, headers, body })) return undefined;
    const response = stream.fetch(url, { method, headers, body, signal });
    // A rejection would be taken for a mistake in the handler, and answered with status 500.
    return response.then(announced, () => Response.error());
  });
}

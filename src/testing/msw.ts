import { http, type HttpHandler } from 'msw';
import type { MockStream } from 'use-event-stream/testing';

/**
 * Answers a mock's requests through Mock Service Worker (2 or 3), for code that is to go on using the
 * real `fetch` or `EventSource`. Requests of others go on to the next handler.
 *
 * ```ts
 * const stream = mockStream('/api/prices');
 * server.use(mswHandler(stream));
 * ```
 *
 * The code under test then has a store of its own, so `wrapper`, `states`, `advance`, `offline` and `hide`
 * don't concern it, its time is the real one, and a step settles when its bytes are handed over, not when
 * they are rendered. In a browser, an abort does not reach the service worker: `openConnections` goes on
 * counting what the page has left, and `drop` arrives as a clean end.
 */
export function mswHandler(stream: MockStream): HttpHandler {
  return http.all('*', async ({ request }) => {
    const { url, method, headers, signal } = request;
    const body = request.body ? await request.clone().text() : null;
    const isOwn = stream.matches({ url, method, headers, body });
    return isOwn ? stream.fetch(url, { method, headers, body, signal }) : undefined;
  });
}

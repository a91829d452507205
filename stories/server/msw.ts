import { http, ws } from 'msw';
import { loadDeployWith } from './deploy.ts';
import { handle } from './index.ts';
import { PRICE_SOCKET, sendPrices } from './priceSocket.ts';

loadDeployWith(() => import('../docs/server/deploy.ts'));

/** Milliseconds after which a stream served by the worker ends. */
const MAX_STREAM = 60_000;

/**
 * The demo endpoints for the static Storybook, where no server is.
 *
 * A page that closes a stream is not heard here: neither `request.signal` nor the body's `cancel()` crosses the service
 * worker. So every stream ends after a minute, cleanly: a client that is still there comes back with its
 * `Last-Event-ID` and misses nothing, and one that left costs a minute at most. For the same reason the count of open
 * streams may be too high by those of the last minute, and a cut arrives as a clean end. The plain text log, which
 * has no ids, is over after that minute.
 */
export const handlers = [
  http.all('*/api/*', ({ request }) =>
    handle(new Request(request, { signal: AbortSignal.timeout(MAX_STREAM) })),
  ),
];

/** The demos' WebSocket for the static Storybook. A page cannot break it off: a cut is a close that is no goodbye. */
export const socketHandlers = [
  ws.link(`*${PRICE_SOCKET}`).addEventListener('connection', ({ client }) => {
    const close = (code: number) => () => {
      client.close(code);
    };
    void sendPrices(new Request(client.url.href.replace(/^ws/, 'http')), {
      send: (message) => {
        client.send(message);
      },
      end: close(1000),
      cut: close(3000),
      onClose: (listener) => {
        client.addEventListener('close', listener);
      },
    });
  }),
];

import { http } from 'msw';
import { handle } from './index.ts';

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

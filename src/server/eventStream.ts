import { answerTo, type Answer, type Asked, type EventSourceOf } from './answer.ts';
import type { EventStreamOptions } from './answer.ts';
import type { Stream } from './stream.ts';

// More than this waits in a stream only where its client is slower than what comes.
const room = 65_536;

/** A request as all forms of the entry look at it. */
export const askedBy = ({ method, url, headers, signal }: Request): Asked => ({
  method,
  url,
  header: (name) => headers.get(name),
  signal,
});

function bodyOf(open: NonNullable<Answer['open']>): ReadableStream<Uint8Array> {
  let stream: Stream | undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stream = open({
          write(bytes) {
            // A copy: who reads it may take the memory over, and all clients are sent the same bytes.
            controller.enqueue(bytes.slice());
            return (controller.desiredSize ?? 0) > 0;
          },
          waiting: () => room - (controller.desiredSize ?? room),
          end: () => {
            controller.close();
          },
          cut: (error) => {
            controller.error(error);
          },
        });
      },
      pull: () => stream?.drained(),
      cancel: () => stream?.stop(),
    },
    { highWaterMark: room, size: (bytes) => bytes.byteLength },
  );
}

/** An answer as web standards have it. */
export const responseOf = ({ status, headers, open }: Answer): Response =>
  new Response(open ? bodyOf(open) : null, { status, headers });

/**
 * Answers a request with Server-Sent Events: for Next.js, Hono, Bun, Deno and workers.
 *
 * Of a topic a client first gets what it has missed, by its `Last-Event-ID`, then all that comes, without a gap and
 * nothing twice. Whether it may read the topic is for you to check before.
 *
 * At a cap, and while streams are drained, the answer is 503 with a `Retry-After`.
 *
 * @throws TypeError for an option that is no number and should be one.
 *
 * @example
 * ```ts
 * import { createTopic, eventStream, memoryHistory } from 'use-event-stream/server';
 *
 * const prices = createTopic<{ symbol: string; price: number }>({
 *   name: 'prices',
 *   history: memoryHistory(),
 * });
 * setInterval(() => prices.publish({ symbol: 'ACME', price: 10 + Math.random() }), 1_000);
 *
 * export const GET = (request: Request) => eventStream(request, prices);
 * ```
 */
export function eventStream<T>(
  request: Request,
  source: EventSourceOf<T>,
  options: EventStreamOptions = {},
): Response {
  return responseOf(answerTo(askedBy(request), source, options));
}

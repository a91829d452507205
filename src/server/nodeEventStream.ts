import { answerTo, type Answer, type Asked, type EventSourceOf } from './answer.ts';
import type { EventStreamOptions } from './answer.ts';

/** A request of Node's `http`, Express or Fastify (`request.raw`), as far as it is looked at. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A response of Node's `http`, Express or Fastify (`reply.raw`), as far as it is written to. */
export interface NodeResponse {
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  readonly writableLength: number;
  /** Sends status and headers. */
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** Sends bytes; false where they have to wait. */
  write(chunk: Uint8Array): boolean;
  /** Ends the answer. */
  end(): unknown;
  /** Breaks the answer off. */
  destroy(): unknown;
  /** Calls when the client has left, has room again, or something has failed. */
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
}

/** A request as all forms of the entry look at it. */
export const askedByNode = ({ method = 'GET', url = '/', headers }: NodeRequest): Asked => ({
  method,
  url,
  header: (name) => headers[name]?.toString() ?? null,
});

let given: Uint8Array | undefined;
let asGiven: Uint8Array | undefined;

/** The same bytes as Node writes them. It would wrap them once a client; all are sent the same, one after another. */
function asBuffer(bytes: Uint8Array): Uint8Array {
  if (bytes !== given || !asGiven) {
    given = bytes;
    asGiven =
      typeof Buffer === 'undefined'
        ? bytes
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return asGiven;
}

/** Writes an answer. */
export function sendAnswer({ status, headers, open }: Answer, response: NodeResponse): void {
  // Who has left before, while the handler waited, leaves nothing behind.
  if (response.destroyed || response.writableEnded) return;
  response.writeHead(status, headers);
  if (!open) {
    response.end();
    return;
  }
  const stream = open({
    write: (bytes) => response.write(asBuffer(bytes)),
    waiting: () => response.writableLength,
    end: () => response.end(),
    cut: () => response.destroy(),
  });
  response.on('drain', stream.drained);
  response.on('close', stream.stop);
  response.on('error', stream.stop);
}

/**
 * The same as {@link eventStream} for Node's `http`, Express and Fastify.
 *
 * @throws TypeError for an option that is no number and should be one.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createTopic, memoryHistory, nodeEventStream } from 'use-event-stream/server';
 *
 * const prices = createTopic<{ symbol: string; price: number }>({
 *   name: 'prices',
 *   history: memoryHistory(),
 * });
 * setInterval(() => prices.publish({ symbol: 'ACME', price: 10 + Math.random() }), 1_000);
 *
 * createServer((request, response) => {
 *   nodeEventStream(request, response, prices);
 * }).listen(3000);
 * ```
 */
export function nodeEventStream<T>(
  request: NodeRequest,
  response: NodeResponse,
  source: EventSourceOf<T>,
  options: EventStreamOptions = {},
): void {
  sendAnswer(answerTo(askedByNode(request), source, options), response);
}

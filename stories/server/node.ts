import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handle } from './index.ts';

/** A server of the demo endpoints on a free port of this machine. */
export interface DemoServer {
  /** Its origin, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Breaks every connection off and stops listening. */
  readonly close: () => Promise<void>;
}

type Handler = (request: Request) => Promise<Response>;

/** Serves the demo endpoints, or what `listener` answers, on the loopback interface, for tests. */
export async function startServer(listener = nodeListener(handle)): Promise<DemoServer> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!isAddressInfo(address)) throw new Error('The demo server has no port');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Serves a web-standard handler with Node's http module.
 *
 * Not `@hono/node-server`: it prints a stack trace for every body that errors, and cannot be told otherwise, while here
 * a cut in mid-stream is an ordinary thing that demos and tests do all the time.
 */
export function nodeListener(handler: Handler) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    answer(handler, incoming, outgoing).catch(() => outgoing.destroy());
  };
}

async function answer(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    gone.abort();
  });
  const response = await handler(await requestOf(incoming, gone.signal));
  outgoing.statusCode = response.status;
  response.headers.forEach((value, name) => outgoing.setHeader(name, value));
  if (response.body) await send(response.body, outgoing, gone.signal);
  outgoing.end();
}

async function requestOf(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const { method = 'GET', url = '/' } = incoming;
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const origin = `http://${incoming.headers.host ?? 'localhost'}`;
  const body = method === 'GET' || method === 'HEAD' ? null : await bodyOf(incoming);
  return new Request(new URL(url, origin), { method, headers, body, signal });
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = '';
  incoming.setEncoding('utf8');
  for await (const chunk of incoming) body += String(chunk);
  return body;
}

/** Every chunk is a write of its own, and the next is not asked for while the client is behind. */
async function send(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  const stop = () => {
    reader.cancel().catch(() => undefined);
  };
  // Not left to the request's signal: a source may wait for nothing else than its reader.
  gone.addEventListener('abort', stop);
  // An error must not wait for a client that stalls and never drains.
  reader.closed.catch(() => outgoing.destroy());
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    if (outgoing.write(value)) continue;
    // Storybook's compression middleware hears a `close` before the first write, and keeps it to itself.
    if (outgoing.destroyed) break;
    await once(outgoing, 'drain', { signal: gone });
  }
  stop();
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

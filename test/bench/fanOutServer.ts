/**
 * The server of the scenario `fan-out`: sends what it publishes to all clients, in one of the ways that are compared. It is told
 * how many events may have been sent, tells what it has used, and listens on loopback.
 */
import { getRequestListener } from '@hono/node-server';
import { createChannel, createSession } from 'better-sse';
import { Hono } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { baseDist, type Query } from './scenario.ts';

/** One way to send. */
interface Way {
  answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  publish: (value: Price) => unknown;
}

interface Price {
  n: number;
  symbol: string;
  text: string;
}

/** What the server is asked: to publish up to an event, or what it has used until now. */
export type Order = { upTo: number } | 'usage';

/** What it has used. */
export interface Usage {
  /** Milliseconds of the processor. */
  busy: number;
  /** What is held in the heap and beside it, in KiB. */
  held: number;
}

const { contestant, build } = JSON.parse(process.argv[2] ?? '{}') as Query;
const own = fileURLToPath(new URL('../../dist', import.meta.url));
const dist = path.resolve((build === 'base' && baseDist) || own);
const { createTopic, eventStream, memoryHistory, nodeEventStream } = (await import(
  pathToFileURL(path.join(dist, 'server.js')).href
)) as typeof import('../../src/server/index.ts');

const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' };
const idOf = ({ n }: Price) => `1764180${String(1_000_000 + n)}`;

function byHand(): Way {
  const clients = new Set<ServerResponse>();
  return {
    answer(_request, response) {
      response.writeHead(200, headers);
      response.write(':\n\n');
      clients.add(response);
      response.on('close', () => clients.delete(response));
    },
    publish(value) {
      const text = `id: ${idOf(value)}\ndata: ${JSON.stringify(value)}\n\n`;
      for (const client of clients) client.write(text);
    },
  };
}

function inNode(): Way {
  const topic = createTopic<Price>({ name: 'prices', history: memoryHistory() });
  return {
    answer: (request, response) => {
      nodeEventStream(request, response, topic);
    },
    publish: (value) => topic.publish(value),
  };
}

function inHono(): Way {
  const topic = createTopic<Price>({ name: 'prices', history: memoryHistory() });
  const app = new Hono().get('/', ({ req }) => eventStream(req.raw, topic));
  return { answer: getRequestListener(app.fetch), publish: (value) => topic.publish(value) };
}

function betterSse(): Way {
  const channel = createChannel();
  return {
    answer: async (request, response) => channel.register(await createSession(request, response)),
    publish: (value) => channel.broadcast(value, 'message', { eventId: idOf(value) }),
  };
}

function honoStream(): Way {
  const clients = new Set<SSEStreamingApi>();
  const app = new Hono().get('/', (context) =>
    streamSSE(context, async (stream) => {
      clients.add(stream);
      await stream.write(':\n\n');
      await new Promise<void>((left) => {
        stream.onAbort(left);
      });
      clients.delete(stream);
    }),
  );
  return {
    answer: getRequestListener(app.fetch),
    publish(value) {
      const event = { id: idOf(value), data: JSON.stringify(value) };
      for (const client of clients) void client.writeSSE(event);
    },
  };
}

const ways: Readonly<Record<string, () => Way>> = {
  'res.write': byHand,
  nodeEventStream: inNode,
  'eventStream in Hono': inHono,
  'better-sse': betterSse,
  "Hono's streamSSE": honoStream,
};

const way = ways[String(contestant)]?.();
if (!way) throw new Error(`Nothing is known of ${String(contestant)}.`);

let published = 0;
let allowed = 0;

/** One event a turn, as what comes from elsewhere does, as long as more are asked for. */
function publishAllowed(): void {
  if (published >= allowed) return;
  published += 1;
  // The clients count the tildes.
  way?.publish({
    n: published,
    symbol: `S${String(published % 40).padStart(2, '0')}`,
    text: '~ the quick brown fox jumps over the dog',
  });
  setImmediate(publishAllowed);
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { busy: (user + system) / 1_000, held: (heapUsed + external) / 1_024 };
}

process.on('message', (order: Order) => {
  if (order === 'usage') {
    process.send?.(usage());
    return;
  }
  const isIdle = published >= allowed;
  allowed = order.upTo;
  if (isIdle) publishAllowed();
});
process.on('disconnect', () => {
  process.exit();
});
const server = createServer((request, response) => {
  void way.answer(request, response);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.((server.address() as AddressInfo).port);

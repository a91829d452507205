import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';
import { createRuns, createTopic, drain, nodeEventStream } from 'use-event-stream/server';
import { redisHistory } from 'use-event-stream/server/redis';
import { answer } from './messages.ts';

// One of the servers of the cluster: feeds and runs, with their events in Redis.
const [redisPort = '', port = '', retry = ''] = process.argv.slice(2);

const client = createClient({ url: `redis://127.0.0.1:${redisPort}` });
// It connects again by itself.
client.on('error', () => undefined);
await client.connect();

const history = redisHistory({ client, maxEvents: 50_000, onError: () => undefined });
const onError = () => undefined;
const options = { retry: Number(retry), replay: Infinity, onError };
const runs = createRuns({ history, ...options });
const feed = (name: string) => createTopic<string>({ name: `feed:${name}`, history });

let connections = 0;
let working = 0;

const server = createServer((request, response) => {
  connections += 1;
  response.once('close', () => (connections -= 1));
  const [, kind, name = ''] = /^\/api\/(feeds|runs)(?:\/([\w-]+))?$/.exec(request.url ?? '') ?? [];
  if (kind === 'feeds') nodeEventStream(request, response, feed(name), options);
  else if (kind === 'runs' && request.method === 'POST')
    void runs.nodeStart(request, response, async ({ publish, signal }) => {
      working += 1;
      for (let part = 1; part <= 60 && !signal.aborted; part++) {
        await publish(String(part));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      working -= 1;
    });
  else if (kind === 'runs') void runs.nodeResume(request, response, name);
  else response.writeHead(404).end();
});
server.listen(Number(port), '127.0.0.1');
server.once('listening', () => process.send?.('ready'));

/** The last of a server that is deployed: its clients leave, its runs are done, then it ends. */
async function leave({ window }: { window: number }): Promise<void> {
  drain(window);
  // After its time, so that nobody is refused who would find no other server.
  await new Promise((resolve) => setTimeout(resolve, window / 4));
  server.close();
  server.closeIdleConnections();
  while (working > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  setTimeout(() => process.exit(), 100);
}

answer({
  publish: ({ name, data }: { name: string; data: string }) => feed(name).publish(data),
  report: () => ({
    port: (server.address() as AddressInfo | null)?.port,
    rss: process.memoryUsage.rss(),
    connections,
  }),
  leave,
});

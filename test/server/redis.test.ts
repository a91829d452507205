import { Redis as IoRedis } from 'ioredis';
import { createClient } from 'redis';
import type { History } from 'use-event-stream/server';
import { redisHistory, type RedisHistoryOptions } from 'use-event-stream/server/redis';
import { historyCases } from 'use-event-stream/server/testing';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';
import { RedisServer } from '../support/redisProcess.ts';

type Client = RedisHistoryOptions['client'];

/** What is opened of each package, and how it is let go of. */
const clients: readonly (readonly [string, (url: string) => Promise<[Client, () => void]>])[] = [
  [
    'redis',
    async (url) => {
      const client = createClient({ url });
      client.on('error', () => undefined);
      await client.connect();
      return [client, client.destroy.bind(client)];
    },
  ],
  [
    'ioredis',
    (url) => {
      const client = new IoRedis(url, { keyPrefix: 'mine:' });
      client.on('error', () => undefined);
      return Promise.resolve([client, client.disconnect.bind(client)]);
    },
  ],
];

describe.for(clients)('a history in Redis by %s', ([, connect]) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.end());

  async function open(
    options: Partial<RedisHistoryOptions> = {},
    url = server.url,
  ): Promise<History<Promise<string>>> {
    const [client, leave] = await connect(url);
    const history = redisHistory({ client, ...options });
    onTestFinished(() => {
      void history.close();
      leave();
    });
    return history;
  }

  for (const { name, run } of historyCases(() => open())) test(name, run);
});

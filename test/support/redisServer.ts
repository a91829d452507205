import { onTestFinished } from 'vitest';
import { RedisServer, type RedisServerOptions } from './redisProcess.ts';

/** A Redis that ends with the test. */
export async function redisServer(options?: RedisServerOptions): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  onTestFinished(() => server.end());
  return server;
}

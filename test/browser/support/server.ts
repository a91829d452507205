import { onTestFinished } from 'vitest';
import { commands } from 'vitest/browser';
import type { Traffic } from './streamServer.ts';

/** A real server on loopback, as a test in the browser holds it. */
export interface Server {
  url: string;
  /** Destroys every connection and stops listening. */
  kill(): Promise<void>;
  /** Comes back on the same port, after killing what is left of the one before. */
  restart(): Promise<void>;
  /** What one path with its query has seen so far. */
  traffic(target: string): Promise<Traffic>;
}

/** Starts a server of event streams that ends with the test; it dies in mid-stream after each of the numbers. */
export async function startServer(killAfter: readonly number[] = []): Promise<Server> {
  const url = await commands.startServer(killAfter);
  onTestFinished(() => commands.stopServer(url));
  return {
    url,
    kill: () => commands.killServer(url),
    restart: () => commands.restartServer(url),
    traffic: (target) => commands.serverTraffic(url, target),
  };
}

import type { BrowserCommand } from 'vitest/node';
import { StreamServer, type Traffic } from './streamServer.ts';

const servers = new Map<string, StreamServer>();

function find(url: string): StreamServer {
  const server = servers.get(url);
  if (!server) throw new Error(`No test server was started at ${url}.`);
  return server;
}

const startServer: BrowserCommand<[killAfter: readonly number[]]> = async (_, killAfter) => {
  const server = new StreamServer(killAfter);
  await server.start();
  servers.set(server.url, server);
  return server.url;
};

const killServer: BrowserCommand<[url: string]> = (_, url) => find(url).kill();

const restartServer: BrowserCommand<[url: string]> = async (_, url) => {
  await find(url).kill();
  await find(url).start();
};

const stopServer: BrowserCommand<[url: string]> = async (_, url) => {
  await find(url).kill();
  servers.delete(url);
};

const serverTraffic: BrowserCommand<[url: string, target: string]> = (_, url, target) =>
  find(url).traffic(target);

/** What a test in the browser can have done in Node; see `vitest.config.ts`. */
export const serverCommands = { startServer, killServer, restartServer, stopServer, serverTraffic };

declare module 'vitest/browser' {
  interface BrowserCommands {
    startServer(killAfter: readonly number[]): Promise<string>;
    killServer(url: string): Promise<void>;
    restartServer(url: string): Promise<void>;
    stopServer(url: string): Promise<void>;
    serverTraffic(url: string, target: string): Promise<Traffic>;
  }
}

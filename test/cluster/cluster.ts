import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RedisServer } from '../support/redisProcess.ts';
import { Child } from './child.ts';
import { Nginx } from './nginx.ts';
import { freePort, isListening } from '../../.tools/ports.ts';

interface ServerReport {
  readonly rss: number;
  readonly connections: number;
}

/** Redis, three servers and nginx before them, on the loopback interface. */
export class Cluster {
  readonly redis: RedisServer;
  readonly nginx: Nginx;
  readonly folder: string;
  readonly #ports: readonly number[];
  readonly #retry: number;
  readonly #servers: (Child | null)[] = [];

  private constructor(
    parts: { redis: RedisServer; nginx: Nginx; folder: string },
    ports: readonly number[],
    retry: number,
  ) {
    this.redis = parts.redis;
    this.nginx = parts.nginx;
    this.folder = parts.folder;
    this.#ports = ports;
    this.#retry = retry;
  }

  /** `retry` is what the servers tell their clients to wait, in milliseconds. */
  static async start(retry: number): Promise<Cluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'cluster-'));
    const redis = await RedisServer.start({ appendonly: true });
    const ports = [await freePort(), await freePort(), await freePort()];
    const nginx = await Nginx.start(folder, ports);
    const cluster = new Cluster({ redis, nginx, folder }, ports, retry);
    await Promise.all(ports.map((_, n) => cluster.startServer(n)));
    return cluster;
  }

  async startServer(n: number): Promise<void> {
    const args = [this.redis.port, this.#ports[n], this.#retry].map(String);
    this.#servers[n] = await Child.start('server.ts', args);
  }

  /** As when its machine is gone. */
  async killServer(n: number): Promise<void> {
    await this.#servers[n]?.kill();
    this.#servers[n] = null;
  }

  /** As for a deploy: it sends its clients away, does its runs, and ends. */
  async drainServer(n: number, window: number): Promise<void> {
    const server = this.#servers[n];
    this.#servers[n] = null;
    await server?.ask('leave', { window }).catch(() => undefined);
    await server?.ended();
  }

  /** Publishes through the servers, each in its turn; false where it failed, and nobody knows if it is kept. */
  async publish(name: string, data: string, turn: number): Promise<boolean> {
    const running = this.#servers.filter((server) => server !== null);
    try {
      await running[turn % running.length]?.ask('publish', { name, data });
      return true;
    } catch {
      return false;
    }
  }

  async report(): Promise<readonly ServerReport[]> {
    const running = this.#servers.filter((server) => server !== null);
    const reports = await Promise.allSettled(
      running.map((server) => server.ask<ServerReport>('report')),
    );
    return reports.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  /** Ends all of it; gives the ports that somebody still listens on. */
  async stop(): Promise<readonly number[]> {
    await this.nginx.cut();
    await Promise.all(this.#ports.map((_, n) => this.killServer(n)));
    await this.redis.end();
    await rm(this.folder, { recursive: true });
    const ports = [...this.#ports, this.redis.port, this.nginx.http, this.nginx.https];
    const inUse = await Promise.all(ports.map(isListening));
    return ports.filter((_, n) => inUse[n]);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { redisHistory } from 'use-event-stream/server/redis';
import { BrowserClients } from './browser.ts';
import { Child } from './child.ts';
import { Cluster } from './cluster.ts';

/** How large it is. */
export interface Size {
  /** Clients of `use-event-stream/core` in Node, in processes of 1,000. */
  readonly clients: number;
  /** Components in one page of Chromium. */
  readonly components: number;
  readonly feeds: number;
  /** What the servers tell their clients to wait before they come back, in milliseconds. */
  readonly retry: number;
  /** Events that are published in a second, over all feeds. */
  readonly rate: number;
  /** Events of 1 kB that are published to one feed as fast as it takes them. */
  readonly flood: number;
  readonly runs: number;
}

/** The size that a cluster is shown in. */
export const full: Size = {
  clients: 2_000,
  components: 200,
  feeds: 20,
  retry: 8_000,
  rate: 40,
  flood: 5_000,
  runs: 20,
};

/** The size for every run of the tests. */
export const quick: Size = {
  clients: 100,
  components: 20,
  feeds: 5,
  retry: 1_000,
  rate: 40,
  flood: 1_000,
  runs: 5,
};

/** What happened to the clients in one scene. */
export interface Scene {
  readonly name: string;
  /** Clients in Node that were cut and came back. */
  readonly reconnects: number;
  /**
   * The share of them whose try was due in the fullest piece of time; a piece is an eighth of `retry`. When a try is made
   * also depends on how busy the machine is.
   */
  readonly fullest: number;
  /** From its start until all were back, in milliseconds. */
  readonly time: number;
}

/** What a run of the cluster has shown. */
export interface Report {
  readonly scenes: readonly Scene[];
  /** Events that each feed has in the end. */
  readonly published: readonly number[];
  /** How many could not be published, because there was no server or no Redis. */
  readonly refused: number;
  /** Clients that have every event exactly once and in order, of how many. */
  readonly whole: number;
  readonly clients: number;
  /** What is wrong with the first that has not. */
  readonly wrong: string;
  /** Runs that are whole, each part once; how many went on at another connection. */
  readonly wholeRuns: number;
  readonly resumedRuns: number;
  /** The largest memory of a server before the scenes, and at any time, in bytes. */
  readonly memory: { readonly before: number; readonly most: number };
  /** Ports that somebody still listens on after the end. */
  readonly portsInUse: readonly number[];
  readonly complaints: readonly string[];
}

interface RunResult {
  readonly parts: readonly string[];
  readonly isOver: boolean;
  readonly resumed: number;
}

type Tell = (line: string) => void;

/** Everything that is started, and what was seen so far. */
class Show {
  readonly #size: Size;
  readonly #tell: Tell;
  readonly #cluster: Cluster;
  readonly #programs: readonly Child[];
  readonly #browser: BrowserClients;
  readonly #scenes: Scene[] = [];
  #isPublishing = true;
  /** How often something was published at the steady rate. */
  #turns = 0;
  #published = 0;
  #refused = 0;
  #most = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    parts: { cluster: Cluster; programs: readonly Child[]; browser: BrowserClients },
    size: Size,
    tell: Tell,
  ) {
    this.#cluster = parts.cluster;
    this.#programs = parts.programs;
    this.#browser = parts.browser;
    this.#size = size;
    this.#tell = tell;
  }

  static async start(size: Size, tell: Tell): Promise<Show> {
    const cluster = await Cluster.start(size.retry);
    const { folder, nginx } = cluster;
    const processes = Math.ceil(size.clients / 1_000);
    const programs = await Promise.all(
      Array.from({ length: processes }, () => Child.start('clients.ts')),
    );
    const https = `https://127.0.0.1:${String(nginx.https)}`;
    const asked = { count: size.components, feeds: size.feeds };
    const browser = await BrowserClients.start(`${folder}/www`, https, asked);
    const show = new Show({ cluster, programs, browser }, size, tell);
    const count = Math.ceil(size.clients / processes);
    await Promise.all(
      programs.map((program) =>
        program.ask('start', { base: show.#base, count, feeds: size.feeds }),
      ),
    );
    await show.#untilOpen();
    await show.#reopened();
    return show;
  }

  async play(): Promise<Report> {
    const { retry } = this.#size;
    const before = await this.#watchMemory();
    const publishing = this.#publish();
    await this.#scene('a server is killed', async () => {
      await this.#cluster.killServer(0);
      await sleep(retry / 2);
      await this.#cluster.startServer(0);
    });
    await this.#scene('Redis is restarted', async () => {
      await this.#cluster.redis.kill();
      await sleep(retry / 8);
      await this.#cluster.redis.start();
    });
    await this.#ask('startRuns', { base: this.#base, count: this.#share(this.#size.runs) });
    await sleep(1_000);
    await this.#scene('a server is drained for a deploy', async () => {
      await this.#cluster.drainServer(1, retry);
      await this.#cluster.startServer(1);
    });
    await this.#scene('nginx is cut', async () => {
      await this.#cluster.nginx.cut();
      await sleep(retry / 8);
      await this.#cluster.nginx.start();
    });
    await this.#scene('one feed is flooded', () => this.#flood());
    // As much as shows something, however slow the machine is.
    while (this.#turns < 150 * this.#size.feeds) await sleep(50);
    this.#isPublishing = false;
    await publishing;
    return this.#end(before);
  }

  get #base(): string {
    return `http://127.0.0.1:${String(this.#cluster.nginx.http)}`;
  }

  #share(count: number): number {
    return Math.ceil(count / this.#programs.length);
  }

  #ask<T>(what: string, input?: unknown): Promise<T[]> {
    return Promise.all(this.#programs.map((program) => program.ask<T>(what, input)));
  }

  async #scene(name: string, play: () => Promise<void>): Promise<void> {
    const start = Date.now();
    await play();
    await this.#untilOpen();
    const times = await this.#reopened();
    const scene = { name, time: Date.now() - start, ...spreadOf(times, this.#size.retry / 8) };
    this.#scenes.push(scene);
    this.#tell(
      `${name}: ${String(scene.reconnects)} came back, all within ${(scene.time / 1_000).toFixed(1)} s, the fullest ${String(this.#size.retry / 8)} ms had ${(scene.fullest * 100).toFixed(0)} %`,
    );
  }

  async #reopened(): Promise<number[]> {
    return (await this.#ask<number[]>('reopened')).flat();
  }

  async #untilOpen(): Promise<void> {
    const { clients, components } = this.#size;
    const end = Date.now() + 90_000;
    for (;;) {
      const counts = await this.#ask<number>('open');
      const programs = counts.reduce((sum, open) => sum + open, 0);
      const inPage = await this.#browser.open();
      if (programs >= clients && inPage >= components) return;
      if (Date.now() > end)
        throw new Error(
          `After 90 s ${String(programs)} of ${String(clients)} clients and ${String(inPage)} of ${String(components)} components are open.`,
        );
      await sleep(100);
    }
  }

  /** Publishes at a steady rate, whatever happens. */
  async #publish(): Promise<void> {
    const { rate, feeds } = this.#size;
    while (this.#isPublishing) {
      void this.#publishTo(this.#turns++ % feeds, '');
      await sleep(1_000 / rate);
    }
  }

  async #publishTo(feed: number, padding: string): Promise<void> {
    const number = ++this.#published;
    const isPublished = await this.#cluster.publish(
      String(feed),
      `${String(number)}${padding}`,
      number,
    );
    if (!isPublished) this.#refused += 1;
  }

  async #flood(): Promise<void> {
    const padding = ` ${'x'.repeat(1_000)}`;
    for (let n = 0; n < this.#size.flood; n += 100)
      await Promise.all(Array.from({ length: 100 }, () => this.#publishTo(0, padding)));
  }

  /** Looks at the servers' memory until the end; gives what it is now. */
  async #watchMemory(): Promise<number> {
    const look = async () => {
      const most = Math.max(0, ...(await this.#cluster.report()).map(({ rss }) => rss));
      this.#most = Math.max(this.#most, most);
      return most;
    };
    this.#timer = setInterval(() => void look(), 500);
    return look();
  }

  async #end(before: number): Promise<Report> {
    const expected = await this.#expected();
    const checks = await this.#untilWhole(expected);
    const runs = await this.#untilOver();
    return {
      scenes: this.#scenes,
      published: expected.map(({ length }) => length),
      refused: this.#refused,
      clients: this.#size.clients + this.#size.components,
      ...checks,
      wholeRuns: runs.filter(isWhole).length,
      resumedRuns: runs.filter(({ resumed }) => resumed > 0).length,
      memory: { before, most: this.#most },
      complaints: [...this.#browser.complaints],
      portsInUse: await this.stop(),
    };
  }

  /** Ends all that was started; gives the ports that somebody still listens on. */
  async stop(): Promise<readonly number[]> {
    this.#isPublishing = false;
    clearInterval(this.#timer);
    await this.#browser.stop();
    await Promise.all(this.#programs.map((program) => program.kill()));
    return this.#cluster.stop();
  }

  /** The ids of each feed, as they are kept. */
  async #expected(): Promise<string[][]> {
    const client = createClient({ url: `redis://127.0.0.1:${String(this.#cluster.redis.port)}` });
    await client.connect();
    const history = redisHistory({ client });
    const feeds = Array.from({ length: this.#size.feeds }, async (_, feed) => {
      const { events } = await history.tail(`feed:${String(feed)}`, Infinity);
      return events.map(({ id }) => id);
    });
    const ids = await Promise.all(feeds);
    await history.close();
    await client.close();
    return ids;
  }

  /** Waits until every client has all, or does not get it in time. */
  async #untilWhole(expected: string[][]): Promise<{ whole: number; wrong: string }> {
    const end = Date.now() + 30_000;
    for (;;) {
      const checks = [
        ...(await this.#ask<{ whole: number; wrong: string }>('check', expected)),
        await this.#browser.check(expected),
      ];
      const whole = checks.reduce((sum, check) => sum + check.whole, 0);
      const isOver = whole >= this.#size.clients + this.#size.components || Date.now() > end;
      if (isOver) return { whole, wrong: checks.map(({ wrong }) => wrong).find(Boolean) ?? '' };
      await sleep(500);
    }
  }

  async #untilOver(): Promise<RunResult[]> {
    const end = Date.now() + 30_000;
    for (;;) {
      const runs = (await this.#ask<RunResult[]>('runs')).flat();
      const isOver = runs.every((run) => run.isOver);
      if (isOver || Date.now() > end) return runs;
      await sleep(200);
    }
  }
}

/** How many times there are, and the share of them in the fullest piece of time. */
function spreadOf(times: readonly number[], piece: number): Pick<Scene, 'reconnects' | 'fullest'> {
  const start = Math.min(...times);
  const pieces = new Map<number, number>();
  for (const time of times) {
    const index = Math.floor((time - start) / piece);
    pieces.set(index, (pieces.get(index) ?? 0) + 1);
  }
  const fullest = times.length > 0 ? Math.max(...pieces.values()) / times.length : 0;
  return { reconnects: times.length, fullest };
}

/** Every part once and in order. */
const isWhole = ({ parts }: RunResult): boolean => parts.join() === partsOfRun.join();

const partsOfRun = Array.from({ length: 60 }, (_, index) => String(index + 1));

/** Plays all scenes. */
export async function playCluster(size: Size, tell: Tell): Promise<Report> {
  const show = await Show.start(size, tell);
  try {
    return await show.play();
  } catch (error) {
    await show.stop();
    throw error;
  }
}

import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromRoot } from '../../support/fromRoot.ts';
import { HttpServer } from '../../support/httpServer.ts';
import { seeded } from '../../support/seeded.ts';
import { Feed } from '../feed.ts';
import { launchChromium, launchFirefox, type DrivenBrowser, type DrivenPage } from './browsers.ts';

const rounds = Number(process.env['TABS_ROUNDS'] ?? 12);
const isFirefox = process.env['TABS_BROWSER'] === 'firefox';
/** On a machine that does nothing else; a busy one fails no test. */
const isTimed = process.env['TABS_TIMED'] !== undefined;
const paths = ['/a', '/b', '/c'];
const timeout = 60_000 + rounds * 20_000;

let script = '';
let browser: DrivenBrowser;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fromRoot('test/tabs/pages/page.ts')],
    bundle: true,
    write: false,
    define: { __DEV__: 'true' },
    alias: {
      'use-event-stream/core': fromRoot('src/core/index.ts'),
      'use-event-stream/tabs': fromRoot('src/tabs/index.ts'),
    },
  });
  script = outputFiles[0]?.text ?? '';
  browser = await (isFirefox ? launchFirefox() : launchChromium());
}, 120_000);

afterAll(() => browser.close());

/** The site of the pages, and the streams that they read. */
async function site() {
  const feed = new Feed();
  const server = await new HttpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (paths.includes(pathname)) feed.handler(request, response);
    else {
      response.writeHead(200, { 'content-type': 'text/html' });
      const isTab = pathname === '/tab';
      response.end(
        `<!doctype html><title>${pathname}</title>${isTab ? `<script>${script}</script>` : ''}`,
      );
    }
  }).start();
  const query = paths.map((path) => `path=${path}`).join('&');
  const open = (name: string) => browser.open(`${server.url}/tab?name=${name}&${query}`);
  return { feed, server, open, elsewhere: `${server.url}/elsewhere` };
}

const publish = (feed: Feed) => {
  for (const path of paths) feed.publish(path);
};

/** Whether a page has all up to the newest event of each stream, once and in order. */
async function lacks(page: DrivenPage, feed: Feed): Promise<string[]> {
  const heard = JSON.parse(
    String(await page.evaluate('JSON.stringify(globalThis.tab?.heard ?? {})')),
  ) as Record<string, number[]>;
  return paths.flatMap((path) => {
    const numbers = heard[path] ?? [];
    const wrong = numbers.findIndex(
      (number, at) => at > 0 && number !== (numbers[at - 1] ?? 0) + 1,
    );
    if (wrong !== -1) {
      throw new Error(
        `${path}: ${String(numbers[wrong])} came after ${String(numbers[wrong - 1])}.`,
      );
    }
    const last = numbers.at(-1) ?? 0;
    return last < feed.count(path)
      ? [`${path} is at ${String(last)} of ${String(feed.count(path))}`]
      : [];
  });
}

/** Waits until all pages have all; gives how long that took. */
async function settle(pages: readonly DrivenPage[], feed: Feed): Promise<number> {
  const start = performance.now();
  await vi.waitFor(
    async () => {
      const missing = await Promise.all(pages.map((page) => lacks(page, feed)));
      expect(missing.flat()).toEqual([]);
    },
    { timeout: 30_000, interval: 20 },
  );
  return performance.now() - start;
}

const live = (pages: readonly DrivenPage[]) =>
  vi.waitFor(
    async () => {
      const away = await Promise.all(pages.map((page) => page.evaluate('tab.away().join()')));
      expect(away.join('')).toBe('');
    },
    { timeout: 60_000, interval: 50 },
  );

async function leaderOf(pages: readonly DrivenPage[], path: string): Promise<DrivenPage> {
  return vi.waitFor(
    async () => {
      const leads = await Promise.all(
        pages.map((page) => page.evaluate(`tab.leads().includes('${path}')`)),
      );
      const leader = pages[leads.indexOf(true)];
      if (!leader) throw new Error(`Nobody leads ${path}.`);
      return leader;
    },
    { timeout: 20_000 },
  );
}

type Ending = 'close' | 'crash' | 'freeze' | 'stall' | 'leave';

/** Takes a page away; gives the way to have it, or another one, back. */
async function takeAway(
  page: DrivenPage,
  how: Ending,
  { open, elsewhere }: { open: () => Promise<DrivenPage>; elsewhere: string },
): Promise<() => Promise<DrivenPage>> {
  switch (how) {
    case 'close':
      await page.close();
      return open;
    case 'crash':
      void page.crash?.();
      return async () => {
        await page.close();
        return open();
      };
    case 'freeze':
      await page.freeze?.(true);
      return async () => {
        await page.freeze?.(false);
        return page;
      };
    case 'stall': {
      // Nobody is told, and the lock is kept.
      const stalled = page.evaluate('for (const end = Date.now() + 7000; Date.now() < end; );');
      return async () => {
        await stalled;
        return page;
      };
    }
    case 'leave':
      await page.goto(elsewhere);
      return async () => {
        await page.back();
        return page;
      };
  }
}

// Firefox runs several tabs of a site in one process: one that stands still holds up the others, shared or not.
const endings: readonly Ending[] = isFirefox
  ? ['close', 'leave']
  : ['close', 'crash', 'freeze', 'leave', 'stall'];

test(
  '12 tabs with 3 streams each have 3 connections, whichever tab goes',
  { timeout },
  async () => {
    const { feed, server, open, elsewhere } = await site();
    const random = seeded(18);
    const pages: DrivenPage[] = [];
    for (let count = 0; count < 12; count++) pages.push(await open('ada'));
    await live(pages);
    publish(feed);
    await settle(pages, feed);
    expect(feed.open).toBe(3);
    const times: Record<string, number> = {};
    const most: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const how = endings[round % endings.length] ?? 'close';
      const path = paths[Math.floor(random() * paths.length)] ?? '/a';
      const leader = await leaderOf(pages, path);
      feed.mostOpen = feed.mostOfOne = feed.open;
      feed.mostOfOne = 1;
      const others = pages.filter((page) => page !== leader);
      const giveBack = await takeAway(leader, how, { open: () => open('ada'), elsewhere });
      publish(feed);
      const time = await settle(others, feed);
      times[how] = Math.max(times[how] ?? 0, time);
      if (isTimed)
        expect(time, how).toBeLessThan(how === 'stall' || how === 'freeze' ? 5_000 : 2_000);
      publish(feed);
      pages.splice(pages.indexOf(leader), 1, await giveBack());
      await settle(pages, feed);
      publish(feed);
      await settle(pages, feed);
      expect(feed.mostOfOne, how).toBeLessThanOrEqual(2);
      most.push(feed.mostOpen);
      await vi.waitFor(() => {
        expect(feed.open, how).toBe(3);
      });
    }
    console.log(
      'Back after, in ms:',
      times,
      'most connections:',
      Math.max(...most),
      'requests:',
      feed.asked.length,
    );
    for (const page of pages) await page.close();
    await vi.waitFor(() => {
      expect(feed.open).toBe(0);
    });
    await server.kill();
  },
);

test('the tabs of two users never see events of each other', { timeout }, async () => {
  const { feed, server, open } = await site();
  const pages = [await open('ada'), await open('ada'), await open('grace')];
  await live(pages);
  publish(feed);
  await settle(pages, feed);
  expect(feed.open).toBe(6);
  for (const page of pages) await page.close();
  await server.kill();
});

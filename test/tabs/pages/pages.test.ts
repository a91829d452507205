import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromRoot } from '../../support/fromRoot.ts';
import { HttpServer } from '../../support/httpServer.ts';
import { seeded } from '../../support/seeded.ts';
import { Feed } from '../feed.ts';
import { launchChromium, launchFirefox, type DrivenBrowser, type DrivenPage } from './browsers.ts';

const rounds = Number(process.env['TABS_ROUNDS'] ?? 6);
const isFirefox = process.env['TABS_BROWSER'] === 'firefox';
/** On a machine that does nothing else; a busy one fails no test. */
const isTimed = process.env['TABS_TIMED'] !== undefined;
const paths = ['/a', '/b', '/c'];
const timeout = 60_000 + rounds * 20_000;

let script = '';
let workerScript = '';
let browser: DrivenBrowser;

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fromRoot(`test/tabs/pages/${file}`)],
    bundle: true,
    write: false,
    define: { __DEV__: 'true' },
    alias: {
      'use-event-stream/core': fromRoot('src/core/index.ts'),
      'use-event-stream/tabs/worker': fromRoot('src/tabs/worker.ts'),
      'use-event-stream/tabs': fromRoot('src/tabs/index.ts'),
    },
  });
  return outputFiles[0]?.text ?? '';
}

beforeAll(async () => {
  [script, workerScript] = await Promise.all([bundled('page.ts'), bundled('worker.ts')]);
  browser = await (isFirefox ? launchFirefox() : launchChromium());
}, 120_000);

afterAll(() => browser.close());

/** Where the connections are: in a tab, in a worker, or in a worker that there is not. */
type Place = 'tab' | 'worker' | 'no worker';

/** The site of the pages, and the streams that they read. */
async function site(place: Place) {
  const feed = new Feed();
  const stalled: { now: () => void } = { now: () => undefined };
  const server = await new HttpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (paths.includes(pathname)) feed.handler(request, response);
    else if (pathname === '/worker.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(workerScript);
    } else if (pathname === '/stalled') {
      stalled.now();
      response.end();
    } else {
      response.writeHead(200, { 'content-type': 'text/html' });
      const isTab = pathname === '/tab';
      response.end(
        `<!doctype html><title>${pathname}</title>${isTab ? `<script>${script}</script>` : ''}`,
      );
    }
  }).start();
  const worker = place === 'tab' ? '' : `&worker=${place === 'worker' ? '/worker.js' : '/gone.js'}`;
  const open = (name: string, asked = paths) => {
    const query = asked.map((path) => `path=${path}`).join('&') + worker;
    return browser.open(`${server.url}/tab?name=${name}&${query}`);
  };
  return { feed, server, open, stalled, elsewhere: `${server.url}/elsewhere` };
}

const publish = (feed: Feed, to = paths) => {
  for (const path of to) feed.publish(path);
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

/** So long that it must be passed over. It tells the server when it begins. */
const stall = `
  const request = new XMLHttpRequest();
  request.open('GET', '/stalled', false);
  request.send();
  for (const end = Date.now() + 7000; Date.now() < end; );`;

/** How often a page has come out of the back/forward cache. */
const cached = new Map<DrivenPage, number>();

type Ending = 'close' | 'crash' | 'freeze' | 'stall' | 'leave';

/** Takes a page away; gives the way to have it, or another one, back. */
async function takeAway(
  page: DrivenPage,
  how: Ending,
  {
    open,
    elsewhere,
    stalled,
  }: { open: () => Promise<DrivenPage>; elsewhere: string; stalled: { now: () => void } },
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
      const stands = new Promise<void>((resolve) => {
        stalled.now = resolve;
      });
      const done = page.evaluate(stall);
      await stands;
      return async () => {
        await done;
        return page;
      };
    }
    case 'leave':
      await page.goto(elsewhere);
      return async () => {
        const shown = cached.get(page) ?? 0;
        await page.back();
        if (!isFirefox) expect(await page.evaluate('tab.shown')).toBe(shown + 1);
        cached.set(page, shown + 1);
        return page;
      };
  }
}

/** Within which time the others are back, in milliseconds. */
const bounds = { close: 2_000, crash: 2_000, leave: 2_000, freeze: 5_000, stall: 5_000 };

// Firefox runs several tabs of a site in one process: one that stands still holds up the others, shared or not.
const endings: readonly Ending[] = isFirefox
  ? ['close', 'leave']
  : ['close', 'crash', 'freeze', 'leave', 'stall'];

/** The page that is to go: the one that leads, or any where none does. */
const chosen = (pages: readonly DrivenPage[], place: Place, random: () => number) =>
  place === 'worker'
    ? Promise.resolve(pages[Math.floor(random() * pages.length)] ?? never())
    : leaderOf(pages, paths[Math.floor(random() * paths.length)] ?? '/a');

function never(): never {
  throw new Error('There is no page.');
}

test.each<Place>(['tab', 'worker', 'no worker'])(
  '12 tabs with 3 streams each have 3 connections, whichever tab goes: %s',
  { timeout },
  async (place) => {
    const { feed, server, open, elsewhere, stalled } = await site(place);
    const random = seeded(18);
    const pages: DrivenPage[] = [];
    for (let count = 0; count < 12; count++) pages.push(await open('ada'));
    await live(pages);
    publish(feed);
    await settle(pages, feed);
    expect(feed.open).toBe(3);
    const times: Record<string, number> = {};
    const most: Record<string, number> = {};
    for (let round = 0; round < rounds; round++) {
      const how = endings[round % endings.length] ?? 'close';
      const leader = await chosen(pages, place, random);
      feed.mostOpen = feed.open;
      feed.mostOfOne = 1;
      const others = pages.filter((page) => page !== leader);
      const giveBack = await takeAway(leader, how, {
        open: () => open('ada'),
        elsewhere,
        stalled,
      });
      publish(feed);
      const time = await settle(others, feed);
      times[how] = Math.round(Math.max(times[how] ?? 0, time));
      if (isTimed) expect(time, how).toBeLessThan(bounds[how]);
      publish(feed);
      pages.splice(pages.indexOf(leader), 1, await giveBack());
      await settle(pages, feed);
      publish(feed);
      await settle(pages, feed);
      expect(feed.mostOfOne, how).toBeLessThanOrEqual(2);
      most[how] = Math.max(most[how] ?? 0, feed.mostOpen);
      // Nobody but the tab itself could close what a tab holds that stands still.
      if (isTimed && how !== 'stall') expect(feed.mostOpen, how).toBeLessThanOrEqual(4);
      await vi.waitFor(() => {
        expect(feed.open, how).toBe(3);
      });
    }
    console.log(place, { times, most, requests: feed.asked.length });
    for (const page of pages) await page.close();
    await vi.waitFor(() => {
      expect(feed.open).toBe(0);
    });
    await server.kill();
  },
);

test.each<Place>(['tab', 'worker', 'no worker'])(
  'the tabs of two users never see events of each other: %s',
  { timeout },
  async (place) => {
    const { feed, server, open } = await site(place);
    // Two streams: those of two users with three each would leave no connection for the last page.
    const some = paths.slice(0, 2);
    const pages: DrivenPage[] = [];
    for (const name of ['ada', 'ada', 'grace', 'grace']) pages.push(await open(name, some));
    await live(pages);
    for (let round = 0; round < 5; round++) {
      publish(feed, some);
      await settle(pages, feed);
    }
    // They ask for the same, and only the name keeps them apart.
    expect(feed.open).toBe(4);
    for (const page of pages) await page.close();
    await server.kill();
  },
);

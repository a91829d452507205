import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type CDPSession,
  type Page,
} from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { alias } from '../../.tools/alias.ts';
import { browserArgs, requireBrowser } from '../../.tools/browser.ts';
import { StreamServer } from '../browser/support/streamServer.ts';
import { serve } from '../support/httpServer.ts';
import type { Seen } from './numbersPage.ts';

let browserProcess: ChildProcessWithoutNullStreams;
let profile = '';
let browser: Browser;
let script = '';

/** The page's script and all that it imports, in one piece. */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias },
    define: { __DEV__: 'true' },
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('numbersPage.ts', import.meta.url)),
        formats: ['iife'],
        name: 'numbersPage',
      },
    },
  });
  if (!Array.isArray(result)) throw new Error('One build was asked for, and another was made.');
  return result.map(({ output: [chunk] }) => chunk.code).join('\n');
}

/** Where the browser's DevTools listen. */
const endpoint = (started: ChildProcessWithoutNullStreams) =>
  new Promise<string>((resolve, reject) => {
    let said = '';
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /ws:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    });
    started.once('exit', () => {
      reject(new Error(`The browser did not start: ${said}`));
    });
  });

beforeAll(async () => {
  script = await bundle();
  profile = await mkdtemp(path.join(tmpdir(), 'suspension-'));
  // Started by itself: Playwright's own start keeps every page in the foreground and out of the cache.
  const args = [
    ...browserArgs,
    '--headless',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  browserProcess = spawn(requireBrowser().path, args);
  browser = await chromium.connectOverCDP(await endpoint(browserProcess), { noDefaults: true });
}, 60_000);

afterAll(async () => {
  const exit = once(browserProcess, 'exit');
  browserProcess.kill();
  await exit;
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

const until = (isTrue: () => boolean | Promise<boolean>) =>
  vi.waitFor(
    async () => {
      if (!(await isTrue())) throw new Error(`This does not become true: ${isTrue.toString()}`);
    },
    { timeout: 10_000, interval: 20 },
  );

/** An empty tab, in front of the others, that closes with the test. */
async function newPage(): Promise<{ context: BrowserContext; page: Page; session: CDPSession }> {
  const [context] = browser.contexts();
  if (!context) throw new Error('The browser has no window.');
  const page = await context.newPage();
  onTestFinished(() => page.close());
  return { context, page, session: await context.newCDPSession(page) };
}

/** A page that reads a stream of numbers, in a context of its own. */
async function openPage({ query = '', rate = 1_000 } = {}) {
  const target = `/numbers?rate=${String(rate)}`;
  const streams = new StreamServer([]);
  await streams.start();
  const pages = await serve((request, response) => {
    const isPage = request.url?.startsWith('/page') === true;
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><title>Page</title>${isPage ? `<script>${script}</script>` : ''}`);
  });
  onTestFinished(() => streams.kill());
  const { context, page, session } = await newPage();
  await page.goto(`${pages.url}/page?stream=${encodeURIComponent(streams.url + target)}${query}`);
  const seen = () => page.evaluate<Seen>('seen');
  const count = () => page.evaluate<number>('seen.numbers.length');
  await until(async () => (await count()) > 100);
  const traffic = () => streams.traffic(target);
  return { context, page, session, pages, seen, count, traffic };
}

type Opened = Awaited<ReturnType<typeof openPage>>;

/** Live again, and every number has come once and in order; gives what the page has lived through. */
async function comesBack({ seen, count, traffic }: Opened): Promise<string[]> {
  await until(() => traffic().open === 1);
  const before = await count();
  await until(async () => (await count()) > before + 100);
  const { numbers, states, life } = await seen();
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(states.map(({ status }) => status)).toEqual([
    'connecting',
    'open',
    'reconnecting',
    'open',
  ]);
  expect(states.map(({ retryAt }) => retryAt)).toEqual([null, null, null, null]);
  expect(traffic()).toMatchObject({ requests: 2, mostOpen: 1 });
  const [, resumedAt] = traffic().lastEventIds;
  expect(Number(resumedAt)).toBeGreaterThan(100);
  return life;
}

test('a page with an open stream goes to the back/forward cache and comes back live', async () => {
  // A page that goes on reading in the cache is thrown out after 2 MB: here that is four seconds.
  const opened = await openPage({ rate: 20_000 });
  const { page, pages, traffic } = opened;
  await page.goto(`${pages.url}/elsewhere`);
  await until(() => traffic().open === 0);
  await page.goBack({ waitUntil: 'commit' });

  const life = await comesBack(opened);
  expect(life.filter((event) => ['loaded', 'restored'].includes(event))).toEqual([
    'loaded',
    'restored',
  ]);
});

test('a hidden tab reads on, is closed when it is frozen and resumes when it is not', async () => {
  const opened = await openPage();
  const { session, count, traffic } = opened;
  await newPage();
  const before = await count();
  await until(async () => (await count()) > before + 100);
  expect(traffic()).toMatchObject({ requests: 1, open: 1 });
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await until(() => traffic().open === 0);
  await session.send('Page.setWebLifecycleState', { state: 'active' });

  expect(await comesBack(opened)).toEqual(['loaded', 'hidden', 'freeze', 'resume']);
});

test('a hidden tab that is to rest is closed, and resumes when it is shown', async () => {
  const opened = await openPage({ query: '&suspend' });
  const { page, traffic } = opened;
  await newPage();
  await until(() => traffic().open === 0);
  await page.bringToFront();

  expect(await comesBack(opened)).toEqual(['loaded', 'hidden', 'visible']);
});

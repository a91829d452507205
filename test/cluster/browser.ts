import { build } from 'esbuild';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserArgs, requireBrowser } from '../../.tools/browser.ts';
import type { Cluster as InPage } from './page.tsx';

declare const cluster: InPage;

interface Asked {
  readonly count: number;
  readonly feeds: number;
}

/** Many components of one page of a Chromium. */
export class BrowserClients {
  readonly #browser: Browser;
  readonly #page: Page;
  /** What the page has thrown. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** Builds the page into the folder that is served at `url`, and opens it. */
  static async start(folder: string, url: string, asked: Asked): Promise<BrowserClients> {
    await build({
      entryPoints: [path.join(import.meta.dirname, 'page.tsx')],
      outfile: path.join(folder, 'page.js'),
      bundle: true,
      format: 'esm',
      jsx: 'automatic',
      // Not the paths of ours: they lead to the sources.
      tsconfigRaw: {},
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'error',
    });
    const html =
      '<!doctype html><title>Cluster</title><body><script type="module" src="page.js"></script>';
    await writeFile(path.join(folder, 'index.html'), html);
    const own = ['--ignore-certificate-errors', '--disable-background-timer-throttling'];
    const browser = await chromium.launch({
      executablePath: requireBrowser().path,
      args: [...browserArgs, ...own],
    });
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    const clients = new BrowserClients(browser, page);
    await page.goto(`${url}/index.html?count=${String(asked.count)}&feeds=${String(asked.feeds)}`);
    return clients;
  }

  open(): Promise<number> {
    return this.#page.evaluate(() => cluster.open());
  }

  /** How many have exactly these ids of their feed, and what is wrong with the first that has not. */
  async check(expected: readonly (readonly string[])[]): Promise<{ whole: number; wrong: string }> {
    const seen = await this.#page.evaluate(() => cluster.seen());
    const broken = seen.filter(({ feed, ids }) => ids.join() !== expected[feed]?.join());
    const [first] = broken;
    const wrong = first
      ? `a component of feed ${String(first.feed)}: ${String(first.ids.length)} of ${String(expected[first.feed]?.length)} events`
      : '';
    return { whole: seen.length - broken.length, wrong };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}

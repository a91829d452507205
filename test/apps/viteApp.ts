import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { answerTo } from '../../stories/server/chatAnswers.ts';
import { handle } from '../../stories/server/index.ts';
import { nodeListener, startServer, type DemoServer } from '../../stories/server/node.ts';
import { consumer, endedAfterAll, type Consumer } from './consumer.ts';
import { launch, numberIn, open } from './page.ts';

const types: Partial<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** The tests of the app of `vite/src`, bundled as the app of this name says, which is for React or Preact. */
export function testViteApp(name: 'vite' | 'preact'): void {
  const held = endedAfterAll();
  let app: Consumer;
  let browser: Browser;
  let server: DemoServer;
  const built = (file: string) => path.join(app.folder, 'dist', file);

  /** The built app, with the demo endpoints beside it. */
  async function serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/api/')) return handle(request);
    const file = pathname === '/' ? 'index.html' : pathname;
    const type = types[path.extname(file)] ?? 'application/octet-stream';
    return new Response(await readFile(built(file)), { headers: { 'Content-Type': type } });
  }

  beforeAll(async () => {
    // They are the same components.
    const sources = { 'test/apps/vite/src': 'src', 'test/apps/vite/index.html': 'index.html' };
    [app, browser, server] = await Promise.all([
      consumer(name, held, sources),
      launch(held),
      startServer(nodeListener(serve)),
    ]);
    held.defer(server.close);
    await app.run('npm', 'run', 'build');
  });

  /** A page of the app; when the test is over, it must have complained of nothing. */
  async function openApp(): Promise<Page> {
    const { page, complaints } = await open(browser, server.url);
    onTestFinished(async () => {
      await page.close();
      expect(complaints).toEqual([]);
    });
    return page;
  }

  const part = (page: Page, name: string) => page.locator(`[aria-label="${name}"]`);
  const statusOf = (page: Page, name: string) => part(page, name).getAttribute('data-status');

  test(
    name === 'vite' ? 'is built with all of its components compiled' : 'is built without React',
    async () => {
      const scripts = (await readdir(built('assets'))).filter((file) => file.endsWith('.js'));
      const code = await Promise.all(
        scripts.map((file) => readFile(built(`assets/${file}`), 'utf8')),
      );
      expect(code.join('').includes('react.memo_cache_sentinel')).toBe(name === 'vite');
      expect(code.join('').includes('react.transitional.element')).toBe(name === 'vite');
    },
  );

  test('shows a defined stream through selectors, to its last event', async () => {
    const page = await openApp();
    await expect.poll(() => statusOf(page, 'Book')).toBe('closed');
    // Two of the hundred are halts.
    expect(await part(page, 'Book').locator('caption').innerText()).toBe('98');
    expect(await part(page, 'Book').locator('td').allInnerTexts()).toEqual([
      expect.stringMatching(/^\d+\.\d\d$/),
      expect.stringMatching(/^\d+\.\d\d$/),
    ]);
  });

  test('shows the newest events of a buffer', async () => {
    const page = await openApp();
    await expect.poll(() => statusOf(page, 'Latest')).toBe('closed');
    expect(await page.getByTestId('latest').innerText()).toBe('40 with id 40, 37 dropped');
    expect(await part(page, 'Latest').locator('li').allInnerTexts()).toEqual(['38', '39', '40']);
  });

  test('shows a job from its start until it is done', async () => {
    const page = await openApp();
    expect(await statusOf(page, 'Job')).toBe('idle');
    await part(page, 'Job').getByRole('button').click();
    await expect.poll(() => statusOf(page, 'Job')).toBe('done');
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');
    expect(await part(page, 'Job').getByRole('status').innerText()).toBe('done');
    expect(await part(page, 'Job').locator('li').allInnerTexts()).toEqual([
      'Uploading: done',
      'Processing: done',
      'Optimizing: done',
      'Complete: done',
    ]);
  });

  test('shows the newest lines of a log, filtered, paused and copied', async () => {
    const page = await openApp();
    const log = part(page, 'Log');
    const lines = () => log.locator('li').allTextContents();
    await expect.poll(() => numberIn(page, 'total')).toBeGreaterThan(40);
    expect(await lines()).toHaveLength(30);

    await log.getByRole('button', { name: 'Pause' }).click();
    const [frozen] = await lines();
    await expect.poll(() => numberIn(page, 'pending')).toBeGreaterThan(5);
    expect((await lines())[0]).toBe(frozen);
    await log.getByRole('button', { name: 'Copy' }).click();
    expect(await page.getByTestId('copy').textContent()).toBe((await lines()).join('\n'));

    await log.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(async () => (await lines())[0]).not.toBe(frozen);
    await log.getByRole('textbox').fill('error');
    await expect.poll(async () => (await lines()).every((line) => /error/i.test(line))).toBe(true);
    await log.getByRole('textbox').fill('');
    await expect.poll(async () => (await lines()).length).toBe(30);
    await log.getByRole('button', { name: 'Leave the end' }).click();
    await log.getByRole('button', { name: 'Follow the end' }).waitFor();
  });

  test('shows an answer to a POST, and then another one', async () => {
    const page = await openApp();
    for (const [button, question] of [
      ['Ask about proxies', 'Why a proxy?'],
      ['Ask about React', 'Why React?'],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      await expect.poll(() => page.getByTestId('answer').textContent()).toBe(answerTo(question));
    }
    await expect.poll(() => statusOf(page, 'Answer')).toBe('closed');
  });
}

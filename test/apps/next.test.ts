import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { answerTo } from '../../stories/server/chatAnswers.ts';
import { logRecord } from '../../stories/server/logRecord.ts';
import { consumer, endedAfterAll, type Consumer } from './consumer.ts';
import { cuttable, follow } from './cuttable.ts';
import { launch, numberIn, open } from './page.ts';
import { environment } from './run.ts';

const held = endedAfterAll();
let browser: Browser;
let origin: string;
let app: Consumer;

/** Starts the built app on a free port of this machine, and gives its origin once it is ready. */
async function start({ folder }: Consumer): Promise<string> {
  const next = path.join(folder, 'node_modules/next/dist/bin/next');
  const server = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', '0'], {
    cwd: folder,
    env: environment,
  });
  const ended = once(server, 'exit');
  held.defer(async () => {
    server.kill();
    await ended;
  });
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (found && output.includes('Ready')) resolve(found);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', () => {
      reject(new Error(`Next.js has ended:\n${output}`));
    });
  });
}

beforeAll(async () => {
  // The demo endpoints with what they import, and the code blocks of the docs, as they stand there.
  const server = {
    'stories/server': 'stories/server',
    'src/server': 'src/server',
    'stories/docs/server/next': '.',
  };
  const [installed, chromium] = await Promise.all([consumer('next', held, server), launch(held)]);
  app = installed;
  await app.run('npm', 'run', 'build');
  browser = chromium;
  origin = await start(app);
});

/** Opens a page, once it runs; when the test is over, it must have complained of nothing. */
async function openApp(url: string) {
  const { page, complaints } = await open(browser, origin + url);
  onTestFinished(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });
  await expect.poll(() => numberIn(page, 'ticker')).toBeGreaterThan(5);
  return page;
}

test.each([
  ['/', ['<p data-testid="status">idle</p>', '<li>ACME 182.50</li>']],
  ['/progress', ['<p data-testid="status">idle</p>', 'aria-valuemin="0"']],
  ['/logs', ['<p data-testid="status">idle</p>', '<p data-testid="total">0</p><ol></ol>']],
  ['/answer', ['<p data-testid="status">idle</p>', 'Nothing asked yet</pre>']],
])('renders %s on the server, idle and with its initial data', async (url, parts) => {
  const html = await (await fetch(origin + url)).text();
  for (const part of [...parts, '<span data-testid="ticker">0</span>'])
    expect(html).toContain(part);
});

test('hydrates what the server rendered, and goes on after its last event id', async () => {
  const page = await openApp('/');
  await expect.poll(() => page.getByTestId('first-id').innerText()).toBe('8');
  await expect.poll(() => page.getByRole('listitem').count()).toBeGreaterThan(3);
  expect(await page.getByTestId('status').innerText()).toBe('open');
});

test('hydrates what arrives late beside a stream that it shares and that flows', async () => {
  const page = await openApp('/shared');
  await expect.poll(() => numberIn(page, 'early')).toBeGreaterThan(5);
  expect(await page.getByTestId('late').count()).toBe(0);
  await fetch(`${origin}/api/gate`, { method: 'POST' });
  await page.getByTestId('late').waitFor();
  const before = await numberIn(page, 'late');
  await expect.poll(() => numberIn(page, 'late')).toBeGreaterThan(before + 5);
});

test('shows a job of a route handler until it is done', async () => {
  const page = await openApp('/progress');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => page.getByTestId('status').innerText()).toBe('done');
  expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');
});

test('shows the newest lines of a log of a route handler', async () => {
  const page = await openApp('/logs');
  await expect.poll(() => page.getByTestId('status').innerText()).toBe('closed');
  expect(await page.getByTestId('total').innerText()).toBe('200');
  const lines = await page.getByRole('listitem').allTextContents();
  expect(lines).toHaveLength(50);
  expect(lines.at(-1)).toBe(logRecord(200).text);
});

test('shows an answer that a route handler writes to a POST', async () => {
  const page = await openApp('/answer');
  await page.getByRole('button', { name: 'Ask' }).click();
  const answer = answerTo('How does it reconnect?');
  await expect.poll(() => page.getByTestId('answer').textContent()).toBe(answer);
  await expect.poll(() => page.getByTestId('status').innerText()).toBe('closed');
});

test('navigates from page to page while 60 events a second come, and the stream goes on', async () => {
  const page = await openApp('/');
  for (const name of ['Report', 'Progress', 'Logs', 'Answer', 'Report', 'Events']) {
    const before = await numberIn(page, 'ticker');
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { name }).waitFor();
    expect(await page.getByTestId('ticker-status').innerText()).toBe('open');
    await expect.poll(() => numberIn(page, 'ticker')).toBeGreaterThan(before + 5);
  }
});

test('sends what another route has published, and after a cut what was missed, once: the recipe of the docs', async () => {
  const proxy = await cuttable(Number(new URL(origin).port));
  const { events, states } = await follow(app, `${proxy.url}/api/prices`);
  const publish = (price: number) =>
    fetch(`${origin}/api/publish`, {
      method: 'POST',
      body: JSON.stringify({ symbol: 'ACME', price }),
    });
  await expect.poll(() => states.at(-1)).toBe('open');
  await publish(1);
  await expect.poll(() => events.length).toBe(1);
  proxy.cut();
  await publish(2);
  await expect.poll(() => events.length).toBe(2);
  await publish(3);
  await expect.poll(() => events.length).toBe(3);
  expect(events.map(({ data }) => (JSON.parse(data) as { price: number }).price)).toEqual([
    1, 2, 3,
  ]);
  expect(proxy.connections()).toBeGreaterThan(1);
});

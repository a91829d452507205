import { chromium, type Browser, type Page } from 'playwright-core';
import { browserArgs, requireBrowser } from '../../.tools/browser.ts';

/** Starts Chromium, until what `held` holds is ended. */
export async function launch(held: AsyncDisposableStack): Promise<Browser> {
  const options = { executablePath: requireBrowser().path, args: browserArgs };
  return held.adopt(await chromium.launch(options), (browser) => browser.close());
}

/** Opens a page; `complaints` holds what it throws, and what it writes as a warning or an error. */
export async function open(browser: Browser, url: string) {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (!['warning', 'error'].includes(message.type())) return;
    complaints.push(`${message.text()} (${message.location().url})`);
  });
  // Not until it has loaded: one that is streamed runs long before.
  await page.goto(url, { waitUntil: 'commit' });
  return { page, complaints };
}

/** The number that an element shows. */
export async function numberIn(page: Page, testId: string): Promise<number> {
  return Number(await page.getByTestId(testId).innerText());
}

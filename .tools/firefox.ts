// An unpatched Firefox, over WebDriver BiDi.
import { launch, type Page } from 'puppeteer-core';
import type { DrivenBrowser } from './browserProvider.ts';

export async function launchFirefox(executablePath: string): Promise<DrivenBrowser> {
  const browser = await launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    // A bound for what hangs: on a busy machine Firefox takes half a minute.
    timeout: 120_000,
    // Vitest's page has more than one import map.
    extraPrefsFirefox: { 'dom.multiple_import_maps.enabled': true },
  });
  const ended = new Promise<void>((resolve) => {
    browser.process()?.once('exit', (code, signal) => {
      // Vitest itself would only say that the page is gone.
      if (code !== 0) console.error(`Firefox has ended: ${String(signal ?? code)}.`);
      resolve();
    });
  });
  let page: Page | undefined;
  return {
    async open(url) {
      await page?.close();
      page = await browser.newPage();
      await page.goto(url, { timeout: 0 });
    },
    async resize(size) {
      await page?.setViewport(size);
    },
    async close() {
      // One that has crashed never answers.
      await Promise.race([browser.close(), ended]);
    },
  };
}

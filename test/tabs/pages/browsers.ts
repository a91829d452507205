import { chromium } from 'playwright-core';
import { launch } from 'puppeteer-core';
import { browserArgs, requireBrowser } from '../../../.tools/browser.ts';

/** A page of a browser, as the test drives it. */
export interface DrivenPage {
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  goto(url: string): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
  /** Ends its process without a word to it; undefined where that cannot be done. */
  crash?(): Promise<void>;
  /** Freezes it as the browser does with pages in the background, or wakes it. */
  freeze?(isFrozen: boolean): Promise<void>;
}

/** A browser whose pages share what tabs share. */
export interface DrivenBrowser {
  open(url: string): Promise<DrivenPage>;
  close(): Promise<void>;
}

export async function launchChromium(): Promise<DrivenBrowser> {
  const browser = await chromium.launch({
    executablePath: requireBrowser().path,
    args: browserArgs,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const context = await browser.newContext();
  return {
    close: () => browser.close(),
    async open(url) {
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      await page.goto(url);
      return {
        evaluate: (expression) => page.evaluate(expression),
        close: () => page.close(),
        async goto(target) {
          await page.goto(target);
        },
        async back() {
          // What comes out of the cache loads nothing.
          await page.goBack({ waitUntil: 'commit' });
        },
        async crash() {
          await devtools.send('Page.crash').catch(() => null);
        },
        async freeze(isFrozen) {
          const state = isFrozen ? 'frozen' : 'active';
          await devtools.send('Page.setWebLifecycleState', { state });
        },
      };
    },
  };
}

export async function launchFirefox(): Promise<DrivenBrowser> {
  const { path } = requireBrowser('firefox');
  const options = { browser: 'firefox', executablePath: path, headless: true, timeout: 120_000 };
  const browser = await launch({ ...options, browser: 'firefox' });
  return {
    close: () => browser.close(),
    async open(url) {
      const page = await browser.newPage();
      await page.goto(url);
      return {
        evaluate: (expression) => page.evaluate(expression),
        close: () => page.close(),
        async goto(target) {
          await page.goto(target);
        },
        async back() {
          await page.goBack({ waitUntil: 'domcontentloaded' });
        },
      };
    },
  };
}

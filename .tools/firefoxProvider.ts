// Runs Vitest's browser tests in an unpatched Firefox, over WebDriver BiDi.
import { defineBrowserProvider } from '@vitest/browser';
import { launch, type Browser, type LaunchOptions, type Page } from 'puppeteer-core';
import type { BrowserProvider, TestProject } from 'vitest/node';

interface Size {
  width: number;
  height: number;
}

// The name by which Vitest's page asks its provider.
declare module 'vitest/browser' {
  interface BrowserCommands {
    __vitest_viewport(size: Size): Promise<void>;
  }
}

class FirefoxProvider implements BrowserProvider {
  readonly name = 'firefox';
  readonly supportsParallelism = false;
  readonly #options: LaunchOptions;
  readonly #pages = new Map<string, Page>();
  #browser: Promise<Browser> | undefined;
  #ended: Promise<void> | undefined;

  constructor({ browser, config }: TestProject, executablePath: string) {
    this.#options = {
      browser: 'firefox',
      executablePath,
      headless: config.browser.headless,
      // A bound for what hangs: on a busy machine Firefox takes half a minute.
      timeout: 120_000,
      // Vitest's page has more than one import map.
      extraPrefsFirefox: { 'dom.multiple_import_maps.enabled': true },
    };
    browser?.registerCommand('__vitest_viewport', async ({ sessionId }, size) => {
      await this.#pages.get(sessionId)?.setViewport(size);
    });
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(sessionId: string, url: string): Promise<void> {
    this.#browser ??= this.#launch();
    const browser = await this.#browser;
    await this.#pages.get(sessionId)?.close();
    const page = await browser.newPage();
    this.#pages.set(sessionId, page);
    await page.goto(url, { timeout: 0 });
  }

  async close(): Promise<void> {
    const browser = await this.#browser;
    this.#browser = undefined;
    this.#pages.clear();
    // One that has crashed never answers.
    await Promise.race([browser?.close(), this.#ended]);
  }

  async #launch(): Promise<Browser> {
    const browser = await launch(this.#options);
    this.#ended = new Promise((resolve) => {
      browser.process()?.once('exit', (code, signal) => {
        // Vitest itself would only say that the page is gone.
        if (code !== 0) console.error(`Firefox has ended: ${String(signal ?? code)}.`);
        resolve();
      });
    });
    return browser;
  }
}

/** Vitest's way to a Firefox: opens its pages, and knows none of the user's events (`userEvent`). */
export const firefoxProvider = (executablePath: string) =>
  defineBrowserProvider({
    name: 'firefox',
    supportedBrowser: ['firefox'],
    providerFactory: (project) => new FirefoxProvider(project, executablePath),
  });

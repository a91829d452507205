// Runs Vitest's browser tests in a browser that Vitest itself does not know how to drive.
import { defineBrowserProvider } from '@vitest/browser';
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

/** A running browser with one page at a time. */
export interface DrivenBrowser {
  open(url: string): Promise<void>;
  resize(size: Size): Promise<void>;
  close(): Promise<void>;
}

type Launch = () => Promise<DrivenBrowser>;

class DrivenBrowserProvider implements BrowserProvider {
  readonly supportsParallelism = false;
  readonly name: string;
  readonly #launch: Launch;
  #browser: Promise<DrivenBrowser> | undefined;

  constructor(name: string, launch: Launch, { browser }: TestProject) {
    this.name = name;
    this.#launch = launch;
    browser?.registerCommand('__vitest_viewport', async (_, size) => {
      await (await this.#browser)?.resize(size);
    });
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_: string, url: string): Promise<void> {
    this.#browser ??= this.#launch();
    await (await this.#browser).open(url);
  }

  async close(): Promise<void> {
    const browser = this.#browser;
    this.#browser = undefined;
    await (await browser)?.close();
  }
}

/** Vitest's way to a browser: opens its pages, and knows none of the user's events (`userEvent`). */
export const browserProvider = (name: string, launch: Launch) =>
  defineBrowserProvider({
    name,
    supportedBrowser: [name],
    providerFactory: (project) => new DrivenBrowserProvider(name, launch, project),
  });

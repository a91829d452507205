/**
 * The worker that holds the connections of all tabs of an origin.
 *
 * @module use-event-stream/tabs/worker
 */

import { memoryBrowser } from './memory.ts';
import type { TabsBrowser } from './messages.ts';
import type { Ask, Hello } from './ports.ts';
import { Audience, Served } from './served.ts';
import { freshName, Site } from './site.ts';

/** The options of {@link serveTabs}. */
export interface ServeTabsOptions {
  /** Is called in the place of `fetch`, in the worker. @defaultValue the global one */
  fetch?: typeof fetch | undefined;
}

/** A lock that is held for as long as the worker lives. */
function lifeLine(locks: TabsBrowser['locks']): Promise<string> {
  const name = `use-event-stream worker ${freshName()}`;
  return new Promise((resolve) => {
    const held = () => {
      resolve(name);
      return new Promise(() => undefined);
    };
    locks.request(name, {}, held).catch(() => null);
  });
}

/** What the pages of a worker have in common. */
class Host {
  readonly #browser = memoryBrowser((data) => data);
  readonly #audiences = new Map<string, Audience>();
  readonly #lock = lifeLine(navigator.locks);
  readonly #fetch: typeof fetch | undefined;

  constructor(given: typeof fetch | undefined) {
    this.#fetch = given;
  }

  /** Serves a page for as long as it is there. */
  async connect(port: MessagePort): Promise<void> {
    const { locks, BroadcastChannel } = this.#browser;
    // What is kept between two requests is kept for this page alone.
    const own = { locks: Object.create(locks) as typeof locks, BroadcastChannel };
    const site = new Site(own, 'worker', this.#fetch);
    port.onmessage = ({ data, ports }: MessageEvent<Partial<Ask> | null>) => {
      if (data?.type === 'ask' && ports[0]) this.#serve(data as Ask, ports[0], site);
    };
    const hello: Hello = { type: 'hello', lock: await this.#lock };
    port.postMessage(hello);
  }

  #serve(ask: Ask, port: MessagePort, site: Site): void {
    const { topic } = ask;
    const left = () => this.#audiences.delete(topic);
    const audience = this.#audiences.get(topic) ?? new Audience(left);
    this.#audiences.set(topic, audience);
    new Served({ port, ask, site, audience, locks: navigator.locks });
  }
}

/**
 * Makes a `SharedWorker` the place of the connections that tabs share. It is the whole of the worker's file; each page
 * gives its `SharedWorker` to `tabs`. Each page sends the worker its own requests, headers included, over its own port.
 * Of requests with the same name, key and url the worker makes one, and gives what comes to all. It goes on when the page
 * that has asked first is closed, and ends with the last one that reads it.
 *
 * @example
 * ```ts
 * import { serveTabs } from 'use-event-stream/tabs/worker';
 *
 * serveTabs();
 * ```
 */
export function serveTabs({ fetch: given }: ServeTabsOptions = {}): void {
  const host = new Host(given);
  addEventListener('connect', (event) => {
    for (const port of (event as MessageEvent).ports) void host.connect(port);
  });
}

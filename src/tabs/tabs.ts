import { forRequest, type AskedRequest, type TellingFetch } from '../core/connection/source.ts';
import { checkOptions, func, must, object, type OptionTable } from '../core/options.ts';
import type { StoreOptions } from '../core/store/storeOptions.ts';
import { linkTo, type WorkerLink } from './link.ts';
import { Answer, Member } from './member.ts';
import type { TabsBrowser } from './messages.ts';
import { Site } from './site.ts';

/** The options of {@link tabs}. */
export interface TabsOptions {
  /**
   * Who shares: only stores with the same name do, of the pages of one origin. Put the user into it: what the server
   * sends one tab is given to all tabs of the name.
   */
  name: string;
  /** Is called in the place of `fetch`, in the tab that leads. @defaultValue the global one */
  fetch?: typeof fetch | undefined;
  /**
   * The place of the connections: a worker whose file calls `serveTabs` of `use-event-stream/tabs/worker`. Make it once,
   * outside of components. Where it does not answer within 3 seconds, or is gone, a tab leads. It calls its own `fetch`.
   *
   * @defaultValue none: a tab leads
   */
  worker?: SharedWorker | undefined;
  /** Stands in for Web Locks and BroadcastChannel, such as in tests. @defaultValue those of the browser */
  browser?: TabsBrowser | undefined;
}

const table = /* @__PURE__ */ (() =>
  ({
    name: must((value) => typeof value === 'string' && value !== '', 'a name, such as the user'),
    fetch: func,
    worker: object,
    browser: object,
  }) satisfies OptionTable<keyof TabsOptions>)();

/** What of a browser there is; null where something is missing. */
function browserOf(): TabsBrowser | null {
  const { navigator, BroadcastChannel } = globalThis as {
    navigator?: { locks?: LockManager };
    BroadcastChannel?: TabsBrowser['BroadcastChannel'];
  };
  const locks = navigator?.locks;
  return locks && BroadcastChannel ? { locks, BroadcastChannel } : null;
}

/** Whether streams can be made, and named so that nobody can read the name: not in a page without https. */
function canShare(): boolean {
  const { crypto } = globalThis as { crypto?: Partial<Crypto> };
  return typeof ReadableStream === 'function' && crypto?.subtle !== undefined;
}

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The name of a stream among the tabs: nobody can read a url or a header out of it. */
async function topicOf(parts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  return `use-event-stream ${hex(await crypto.subtle.digest('SHA-256', bytes))}`;
}

/** The place of the name in a key, the only text in it that a user chooses. */
const shareName = 6;

/** Whether another page can ask for the same: nothing in the key is of this page alone. */
function isPortable(key: string): boolean {
  const parts = JSON.parse(key) as readonly unknown[];
  return !parts.some(
    (part, index) => index !== shareName && typeof part === 'string' && part.startsWith('#'),
  );
}

/** Whether a request can be shared as it is sent. */
const isRead = ({ method = 'GET', body, signal }: RequestInit): boolean =>
  method === 'GET' && body == null && Boolean(signal);

function sharedFetch(
  site: Site,
  link: WorkerLink | null,
  name: string,
  { key, ...asked }: AskedRequest,
): typeof fetch {
  return async (input, init = {}) => {
    const { signal } = init;
    if (!signal || !isRead(init) || !isPortable(key)) return site.fetch(input, init);
    // The core gives a text.
    const url = input as string;
    const topic = await topicOf([name, key, url]);
    const isThere = await link?.isThere();
    if (signal.aborted) throw signal.reason as Error;
    const request = { url, init: { ...init, signal }, topic, ...asked };
    if (link && isThere) return link.ask(site, request);
    const answer = new Answer();
    new Member(site, request, answer);
    return answer.promise;
  };
}

/**
 * Options for a store whose streams are read once for all tabs of an origin. One tab leads a stream: it has the request
 * at the server, and gives what comes to the others. Where that tab is closed, crashes or stands still, another one
 * goes on from its own last event id. So no tab misses an event, or has it twice, where the server sends ids.
 *
 * Shared are the GET requests that hooks of one page would share, where they are answered with Server-Sent Events. All
 * else stays the tab's own: another method, a `headers` function of a hook's own, `share: false`, a `source`, another
 * format. Headers are never sent to other tabs: a tab that begins to lead asks its own functions. Where Web Locks or
 * BroadcastChannel are missing, as in a page without https or on a server, each tab connects by itself.
 *
 * Tabs must have the same `name`, and see what the others are sent: put the user into it.
 *
 * @example
 * ```tsx
 * import type { ReactNode } from 'react';
 * import { StreamProvider } from 'use-event-stream';
 * import { tabs } from 'use-event-stream/tabs';
 *
 * export const Streams = ({ userId, children }: { userId: string; children: ReactNode }) => (
 *   <StreamProvider key={userId} {...tabs({ name: userId })}>
 *     {children}
 *   </StreamProvider>
 * );
 * ```
 *
 * @throws A `TypeError`, in development, on a bad option.
 */
export function tabs(options: TabsOptions): Pick<StoreOptions, 'fetch'> {
  if (__DEV__) checkOptions('tabs', [table], Object.assign({ name: null }, options));
  const { name, worker, fetch: given } = options;
  const browser = options.browser ?? browserOf();
  if (!name || !browser || !canShare()) return given ? { fetch: given } : {};
  const site = new Site(browser, name, given);
  const link = worker ? linkTo(worker, browser) : null;
  const shared: TellingFetch = (input, init) => site.fetch(input, init);
  shared[forRequest] = (asked) => sharedFetch(site, link, name, asked);
  return { fetch: shared };
}

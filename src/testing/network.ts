import {
  createConnectionStore,
  FetchEventSource,
  type Clock,
  type ConnectionState,
  type ConnectionStore,
  type StoreOptions,
} from 'use-event-stream/core';
import { internalsOf } from '../core/store/connectionStore.ts';
import type { Page, PageCondition } from '../core/page.ts';
import type { SharedStream } from '../core/store/sharedStream.ts';
import { act, rememberEnvironment } from './act.ts';
import type { RequestToMatch } from './matcher.ts';
import { MockConnection, type MockRequest } from './mockConnection.ts';
import { TestClock } from './testClock.ts';
import { turn } from './turn.ts';

/** A mock as the network sees it. */
export interface Route {
  matches(request: RequestToMatch): boolean;
  /** What it answers, in words. */
  readonly description: string;
  /** Takes a request of its own. */
  take(connection: MockConnection): void;
  /** Whether it would answer this, as far as url and method tell. */
  isFor(request: Pick<RequestToMatch, 'url' | 'method'>): boolean;
}

/** A state that a connection came to. */
interface Passage {
  readonly url: string;
  readonly method: string;
  readonly status: ConnectionState['status'];
}

/** What a store of mocks may be made with. */
export type NetworkOptions = Pick<StoreOptions, 'defaults' | 'baseUrl' | 'replay'> & {
  /** Chance from 0 (included) to 1 (excluded), for the jitter of waits. @defaultValue 0.5 each time */
  random?: (() => number) | undefined;
};

/** How a mock is asked. */
interface FetchOptions {
  transport?: MockRequest['transport'];
  /** Who may answer; default every mock. */
  routes?: readonly Route[];
}

// Where a relative url is asked for without a page.
const somewhere = 'http://localhost';

/** A page that is online, shown and here until a test says otherwise. */
class TestPage implements Page {
  readonly #conditions = new Set<PageCondition>();
  readonly #listeners = new Set<(condition: PageCondition, begins: boolean) => void>();

  isOnline = (): boolean => !this.#conditions.has('offline');
  isHidden = (): boolean => this.#conditions.has('hidden');
  watch = (listener: (condition: PageCondition, begins: boolean) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  set(condition: PageCondition, begins: boolean): void {
    if (this.#conditions.has(condition) === begins) return;
    if (begins) this.#conditions.add(condition);
    else this.#conditions.delete(condition);
    for (const listener of [...this.#listeners]) listener(condition, begins);
  }
}

const networks = new WeakMap<ConnectionStore, Network>();
/** The networks on which something is open. */
const live = new Set<Network>();
const quietTurns = 3;
// Bounds for what would never come to rest: a component that never stops rendering, a timer of no time.
const mostTurns = 10_000;
const mostTimers = 100_000;
const restless =
  'use-event-stream/testing: the page did not come to rest; a component renders again and again, or opens stream upon stream.';

/** What stands in for servers, time and page of one store, and moves only in steps. */
export class Network {
  readonly store: ConnectionStore;
  readonly clock: TestClock;
  readonly page = new TestPage();
  readonly routes: Route[] = [];
  /** The states that its connections came to, in the order of time. */
  readonly passages: Passage[] = [];
  readonly #shared = new Set<SharedStream>();
  readonly #connections = new Set<MockConnection>();
  readonly #mistakes: Error[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor({ random = () => 0.5, ...options }: NetworkOptions) {
    if (typeof Response !== 'function' || typeof ReadableStream !== 'function') {
      throw new Error(
        "use-event-stream/testing: there is no Response or no ReadableStream here, as in Jest's own jsdom; use the environment jest-fixed-jsdom, or put Node's on globalThis.",
      );
    }
    rememberEnvironment();
    const clock = new TestClock(random);
    this.clock = clock;
    const { now, frame, idle, timeout } = clock;
    // A browser's EventSource waits for its reconnection time, 3 s, without any jitter.
    const steady: Clock = { now, frame, idle, timeout, random: () => 0 };
    const isNowhere = typeof document === 'undefined' && typeof location === 'undefined';
    const eventSourceFetch: typeof fetch = (input, init) =>
      this.fetch(input, init, { transport: 'eventsource' });
    this.store = createConnectionStore({
      ...(isNowhere && { baseUrl: 'http://localhost' }),
      ...options,
      clock,
      fetch: (input, init) => this.fetch(input, init),
      EventSource: class extends FetchEventSource {
        constructor(url: string | URL, init?: EventSourceInit) {
          super(url, { ...init, clock: steady, fetch: eventSourceFetch });
        }
      },
    });
    const internals = internalsOf(this.store);
    internals.page = this.page;
    internals.observer = (shared) => {
      this.#observe(shared);
    };
    networks.set(this.store, this);
  }

  /** The network of a store that a mock was made with; a TypeError for any other store. */
  static of(store: ConnectionStore): Network {
    const network = networks.get(store);
    if (network) return network;
    throw new TypeError(
      'use-event-stream/testing: the `store` was not made by mockStream; give the `store` of another mock, or leave it out.',
    );
  }

  /** Makes `fetch` ask the mocks, or one of them. */
  async fetch(
    input: string | URL | Request,
    init: RequestInit = {},
    { transport = 'fetch', routes = this.routes }: FetchOptions = {},
  ): Promise<Response> {
    const isRequest = typeof input === 'object' && 'url' in input;
    const request = {
      url: isRequest ? input.url : new URL(input, somewhere).href,
      method: (init.method ?? (isRequest ? input.method : 'GET')).toUpperCase(),
      headers: new Headers(init.headers ?? (isRequest ? input.headers : undefined)),
      body: init.body ?? (isRequest && input.body ? await input.clone().text() : null),
    };
    const route = this.#routeOf(request, routes);
    const attempt = this.#sharedFor(request)?.connection.state.attempt ?? 0;
    const connection = new MockConnection(
      { ...request, attempt, transport },
      init.signal ?? (isRequest ? input.signal : undefined),
    );
    this.#connections.add(connection);
    live.add(this);
    route.take(connection);
    return connection.response;
  }

  /** Does something that the page hears of, after the steps before it, and lets the page come to rest. */
  step<T>(action: () => T | Promise<T>): Promise<T> {
    const run = async () => {
      await this.settle();
      const result = await action();
      await this.settle();
      return result;
    };
    // What was asked for in vain says more than that it did not come.
    const told = () =>
      run().then(
        (result) => {
          this.tellMistake();
          return result;
        },
        (error: unknown) => {
          this.tellMistake();
          throw error;
        },
      );
    const next = this.#last.then(told, told);
    this.#last = next;
    return next;
  }

  /** Whether another mock has been asked for this. */
  isTaken(by: Route, request: Pick<RequestToMatch, 'url' | 'method'>): boolean {
    const newer = this.routes.slice(this.routes.indexOf(by) + 1);
    return newer.some((route) => route.isFor(request));
  }

  /** Throws what a component has asked for in vain, once. */
  tellMistake(): void {
    const [mistake] = this.#mistakes.splice(0);
    if (mistake) throw mistake;
  }

  /** Until all that was sent is read and rendered, and every promise has had its turn. */
  async settle(): Promise<void> {
    let quiet = 0;
    for (let count = 0; quiet < quietTurns; count++) {
      if (count > mostTurns) throw new Error(restless);
      const isBusy = this.#isBusy();
      await act(async () => {
        await turn();
        this.clock.flush();
      });
      quiet = isBusy || this.#isBusy() ? 0 : quiet + 1;
    }
  }

  /** Moves the time, one timer after the other. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    for (let count = 0; this.clock.isDue(end); count++) {
      if (count > mostTimers) throw new Error(restless);
      await act(() => {
        this.clock.runNext();
      });
      await this.settle();
    }
    this.clock.moveTo(end);
  }

  /** Moves the time while no timer runs; then those that fell due meanwhile run, late. */
  async sleep(ms: number): Promise<void> {
    this.clock.moveTo(this.clock.now() + ms);
    await this.advance(0);
  }

  /** Moves the time past the linger of what nobody is on any more; throws where something is still open. */
  async expectNoOpenConnections(): Promise<void> {
    await this.step(async () => {
      const lingering = [...this.#shared].filter(({ subscribers }) => subscribers === 0);
      if (lingering.length > 0) {
        await this.advance(Math.max(...lingering.map(({ request }) => request.linger)));
      }
      await this.settle();
      const open = [...this.#connections].filter((connection) => connection.isLive);
      this.#connections.clear();
      live.delete(this);
      if (open.length > 0) throw this.#leftOpen(open);
    });
  }

  /** Whether something waits for a frame, or to be read. */
  #isBusy(): boolean {
    if (this.clock.isWaited) return true;
    for (const connection of this.#connections) {
      if (!connection.isLive) this.#connections.delete(connection);
      else if (connection.isBusy) return true;
    }
    if (this.#connections.size === 0 && this.#mistakes.length === 0) live.delete(this);
    return false;
  }

  #observe(shared: SharedStream): void {
    const { url, method } = shared.request;
    const { status } = shared.connection.state;
    this.passages.push({ url, method, status });
    if (status === 'closed' || status === 'failed') this.#shared.delete(shared);
    else this.#shared.add(shared);
  }

  /** The connection that asks, as far as its url and method tell. */
  #sharedFor({ url, method }: Omit<Passage, 'status'>): SharedStream | undefined {
    return [...this.#shared].findLast(
      ({ request }) => request.url === url && request.method === method,
    );
  }

  /** The mock that answers; throws, and keeps the mistake to be told, where there is none. */
  #routeOf(request: RequestToMatch, routes: readonly Route[]): Route {
    try {
      const route = routes.findLast((each) => each.matches(request));
      if (route) return route;
    } catch (cause) {
      throw this.#keepMistake(cause);
    }
    throw this.#keepMistake(this.#unexpected(request));
  }

  #keepMistake(cause: unknown): Error {
    const mistake = cause instanceof Error ? cause : new Error(String(cause));
    this.#mistakes.push(mistake);
    live.add(this);
    console.error(mistake.message);
    return mistake;
  }

  #unexpected({ url, method }: RequestToMatch): Error {
    const mocked = this.routes.map(({ description }) => description).join(', ');
    return new Error(
      `use-event-stream/testing: ${method} ${url} was asked for, which no mock answers (there is one for ${mocked}); mock it with mockStream(url, { store }).`,
    );
  }

  #leftOpen(open: readonly MockConnection[]): Error {
    const list = open.map(({ request }) => {
      const subscribers = this.#sharedFor(request)?.subscribers ?? 0;
      return `${request.method} ${request.url} (${String(subscribers)} subscribers)`;
    });
    const were = open.length === 1 ? '1 connection was' : `${String(open.length)} connections were`;
    return new Error(
      `use-event-stream/testing: ${were} left open: ${list.join(', ')}. Unmount the components that show them, and leave what was subscribed to.`,
    );
  }
}

/**
 * Checks at the end of a test that nothing was left behind: it moves the time past the linger, for all mocks.
 *
 * @example
 * ```ts
 * import { cleanup } from '@testing-library/react';
 * import { expectNoOpenConnections } from 'use-event-stream/testing';
 *
 * afterEach(async () => {
 *   cleanup();
 *   await expectNoOpenConnections();
 * });
 * ```
 *
 * @throws An `Error` if a connection of any mock is still open, or if a component has asked for something that no
 * mock answers.
 */
export async function expectNoOpenConnections(): Promise<void> {
  const results = await Promise.allSettled([...live].map((each) => each.expectNoOpenConnections()));
  const errors = results.flatMap((each) =>
    each.status === 'rejected' ? [each.reason as Error] : [],
  );
  const [first] = errors;
  if (first && errors.length === 1) throw first;
  if (first) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
}

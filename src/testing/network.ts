import {
  createConnectionStore,
  FetchEventSource,
  type Clock,
  type ConnectionState,
  type ConnectionStore,
  type StoreOptions,
} from 'use-event-stream/core';
import { internalsOf } from '../core/connectionStore.ts';
import type { Page, PageCondition } from '../core/page.ts';
import type { SharedConnection } from '../core/sharedConnection.ts';
import { act } from './act.ts';
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
}

/** A state that a connection came to. */
interface Passage {
  readonly url: string;
  readonly method: string;
  readonly status: ConnectionState['status'];
}

/** What a store of mocks may be made with. */
export type NetworkOptions = Pick<StoreOptions, 'defaults' | 'baseUrl' | 'replay'> & {
  random?: (() => number) | undefined;
};

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
// Bounds for what would never come to rest: a component that renders for ever, a timer of no time.
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
  readonly #shared = new Set<SharedConnection>();
  readonly #connections = new Set<MockConnection>();
  readonly #mistakes: Error[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor({ random = () => 0.5, ...options }: NetworkOptions) {
    if (typeof Response !== 'function' || typeof ReadableStream !== 'function') {
      throw new Error(
        "use-event-stream/testing: there is no Response or no ReadableStream here, as in Jest's own jsdom; use the environment jest-fixed-jsdom, or put Node's on globalThis.",
      );
    }
    const clock = new TestClock(random);
    this.clock = clock;
    const { now, frame, idle, timeout } = clock;
    // A browser's EventSource waits for its reconnection time, 3 s, without any jitter.
    const steady: Clock = { now, frame, idle, timeout, random: () => 0 };
    const isNowhere = typeof document === 'undefined' && typeof location === 'undefined';
    const eventSourceFetch: typeof fetch = (input, init) => this.fetch(input, init, 'eventsource');
    this.store = createConnectionStore({
      ...(isNowhere && { baseUrl: 'http://localhost' }),
      ...options,
      clock,
      fetch: (input, init) => this.fetch(input, init, 'fetch'),
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

  /** Makes `fetch` ask the mocks. */
  fetch(
    input: string | URL | Request,
    init: RequestInit = {},
    transport: MockRequest['transport'] = 'fetch',
  ): Promise<Response> {
    const isRequest = typeof input === 'object' && 'url' in input;
    const url = isRequest ? input.url : String(input);
    const request = {
      url,
      method: (init.method ?? (isRequest ? input.method : 'GET')).toUpperCase(),
      headers: new Headers(init.headers ?? (isRequest ? input.headers : undefined)),
      body: init.body ?? null,
    };
    const route = this.routes.findLast((each) => each.matches(request));
    if (!route) return Promise.reject(this.#unexpected(request));
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
      const [mistake] = this.#mistakes.splice(0);
      if (mistake) throw mistake;
      return result;
    };
    const next = this.#last.then(run, run);
    this.#last = next;
    return next;
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
    if (this.#connections.size === 0) live.delete(this);
    return false;
  }

  #observe(shared: SharedConnection): void {
    const { url, method } = shared.request;
    const { status } = shared.connection.state;
    this.passages.push({ url, method, status });
    if (status === 'closed' || status === 'failed') this.#shared.delete(shared);
    else this.#shared.add(shared);
  }

  /** The connection that asks, as far as its url and method tell. */
  #sharedFor({ url, method }: Omit<Passage, 'status'>): SharedConnection | undefined {
    return [...this.#shared].findLast(
      ({ request }) => request.url === url && request.method === method,
    );
  }

  #unexpected({ url, method }: RequestToMatch): Error {
    const mocked = this.routes.map(({ description }) => description).join(', ');
    const error = new Error(
      `use-event-stream/testing: ${method} ${url} was asked for, which no mock answers (there is one for ${mocked}); mock it with mockStream(url, { store }).`,
    );
    this.#mistakes.push(error);
    console.error(error.message);
    return error;
  }

  #leftOpen(open: readonly MockConnection[]): Error {
    const list = open.map(({ request }) => {
      const subscribers = this.#sharedFor(request)?.subscribers ?? 0;
      return `${request.method} ${request.url} (${String(subscribers)} subscribers)`;
    });
    return new Error(
      `use-event-stream/testing: ${String(open.length)} connections were left open: ${list.join(', ')}. Unmount the components that show them, and leave what was subscribed to.`,
    );
  }
}

/** Throws where a connection of any mock is still open. */
export async function expectNoOpenConnections(): Promise<void> {
  for (const network of [...live]) await network.expectNoOpenConnections();
}

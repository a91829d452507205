import { createElement, type ReactElement, type ReactNode } from 'react';
import { StreamProvider, type ConnectionState, type ConnectionStore } from 'use-event-stream';
import {
  checkMatcher,
  describeMatcher,
  matches,
  type RequestMatcher,
  type RequestToMatch,
} from './matcher.ts';
import type { MockAnswer, MockConnection, MockRequest } from './mockConnection.ts';
import { encodeEvents, isEventStream, toEvent, type MockEvent } from './mockEvent.ts';
import { Network, type Route } from './network.ts';
import type { MockStream, MockStreamOptions } from './mockStreamTypes.ts';
import { act } from './act.ts';
import { pause } from './turn.ts';

// Like Testing Library's time for what is awaited: 100 pauses of 10 ms.
const mostPauses = 100;

const encoder = new TextEncoder();

function toBytes(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof data === 'string' ? encoder.encode(data) : new Uint8Array(data);
}

const ownOptions = ['autoOpen', 'store'];
const storeOptions = ['defaults', 'baseUrl', 'replay', 'random'];

function checkOptions({ store, ...options }: MockStreamOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!ownOptions.includes(name) && !storeOptions.includes(name)) {
      throw new TypeError(`use-event-stream/testing: mockStream has no option \`${name}\`.`);
    }
    if (store && storeOptions.includes(name) && value !== undefined) {
      throw new TypeError(
        `use-event-stream/testing: the option \`${name}\` is one of the store; give it to the mock that the \`store\` was made with.`,
      );
    }
  }
}

const count = (events: number, what: string) =>
  `${String(events)} ${what}${events === 1 ? '' : 's'}`;

class Script implements MockStream, Route {
  readonly description: string;
  readonly #matcher: RequestMatcher;
  readonly #network: Network;
  readonly #autoOpen: boolean;
  readonly #connections: MockConnection[] = [];
  /** What was asked of it: method and url. */
  readonly #asked = new Set<string>();
  #pieceSize = Infinity;

  constructor(matcher: RequestMatcher, { autoOpen = false, store, ...options }: MockStreamOptions) {
    checkMatcher(matcher);
    checkOptions({ autoOpen, store, ...options });
    this.#matcher = matcher;
    this.description = describeMatcher(matcher);
    this.#autoOpen = autoOpen;
    this.#network = store ? Network.of(store) : new Network(options);
    this.#network.routes.push(this);
  }

  readonly wrapper = ({ children }: { children?: ReactNode }): ReactElement =>
    createElement(StreamProvider, { store: this.store }, children);

  get store(): ConnectionStore {
    return this.#network.store;
  }

  readonly fetch: typeof fetch = (input, init) =>
    this.#network.fetch(input, init, { routes: [this] });

  get requests(): readonly MockRequest[] {
    return this.#connections.map(({ request }) => request);
  }

  get openConnections(): number {
    return this.#connections.filter(({ isLive }) => isLive).length;
  }

  get states(): readonly ConnectionState['status'][] {
    const own = this.#network.passages.filter((passage) => this.isFor(passage));
    const statuses = ['idle' as const, ...own.map(({ status }) => status)];
    return statuses.filter((status, index) => status !== statuses[index - 1]);
  }

  readonly matches = (request: RequestToMatch): boolean => matches(this.#matcher, request);

  take(connection: MockConnection): void {
    const { method, url } = connection.request;
    this.#connections.push(connection);
    this.#asked.add(`${method} ${url}`);
    if (this.#autoOpen) connection.open({});
  }

  readonly connected = async (number = 1): Promise<MockRequest> => {
    if (!(Number.isInteger(number) && number > 0)) {
      throw new TypeError(
        `use-event-stream/testing: connected was given ${String(number)}; it takes the number of a request, from 1 on.`,
      );
    }
    return this.#network.step(() =>
      this.#waitFor(
        () => this.requests[number - 1],
        () =>
          `request ${String(number)} for ${this.description} did not come within a second; there were ${this.#told()}`,
      ),
    );
  };

  readonly open = (answer: MockAnswer = {}): Promise<void> =>
    this.#answer((connection) => {
      connection.open(answer);
    });

  readonly reject: MockStream['reject'] = (status, { headers, body = '' } = {}) =>
    this.#answer((connection) => {
      connection.reject(status, headers, body);
    });

  readonly send: MockStream['send'] = async (events) => {
    const list = (Array.isArray(events) ? events : [events]) as readonly (string | MockEvent)[];
    const sent = list.map(toEvent);
    await this.#toOpen((connection) => {
      this.#put(connection, encodeEvents(sent, connection.contentType));
    });
  };

  readonly chunk = (bytes: string | Uint8Array): Promise<void> =>
    this.#toOpen((connection) => {
      this.#put(connection, bytes);
    });

  readonly splitBytes = (size: number): void => {
    if (size >= 1) this.#pieceSize = Math.floor(size);
    else {
      throw new TypeError(
        `use-event-stream/testing: splitBytes was given ${String(size)}; it takes a number of bytes, at least 1.`,
      );
    }
  };

  readonly comment = (text = ''): Promise<void> =>
    this.#toOpen((connection) => {
      if (!isEventStream(connection.contentType) || /[\r\n]/.test(text)) {
        throw new TypeError(
          'use-event-stream/testing: a comment is one line of an event stream; use `chunk` to send anything else.',
        );
      }
      this.#put(connection, `:${text}\n\n`);
    });

  readonly retry = (ms: number): Promise<void> => this.send({ retry: ms });

  readonly sendProgress: MockStream['sendProgress'] = (update, event = {}) =>
    this.send({ ...event, data: update });

  readonly sendLines: MockStream['sendLines'] = (lines) =>
    this.send(lines.map((data) => ({ data })));

  readonly stall = (): Promise<void> =>
    this.#toLive((connection) => {
      connection.stall();
    });

  readonly drop = (): Promise<void> =>
    this.#toLive((connection) => {
      connection.end('broken');
    });

  readonly end = (): Promise<void> =>
    this.#toOpen((connection) => {
      connection.end('clean');
    });

  readonly offline = (): Promise<void> => this.#setPage('offline', true);
  readonly online = (): Promise<void> => this.#setPage('offline', false);
  readonly hide = (): Promise<void> => this.#setPage('hidden', true);
  readonly show = (): Promise<void> => this.#setPage('hidden', false);

  readonly advance = (ms: number): Promise<void> =>
    this.#pass('advance', ms, () => this.#network.advance(ms));

  readonly sleep = (ms: number): Promise<void> =>
    this.#pass('sleep', ms, () => this.#network.sleep(ms));

  #pass(name: string, ms: number, pass: () => Promise<void>): Promise<void> {
    if (ms >= 0 && Number.isFinite(ms)) return this.#network.step(pass);
    const message = `use-event-stream/testing: ${name} was given ${String(ms)}; it takes a number of milliseconds, at least 0.`;
    return Promise.reject(new TypeError(message));
  }

  readonly settled = (): Promise<void> => this.#network.step(() => undefined);

  readonly expectNoOpenConnections = (): Promise<void> => this.#network.expectNoOpenConnections();

  readonly [Symbol.asyncDispose] = (): Promise<void> => this.settled();

  isFor({ url, method }: { url: string; method: string }): boolean {
    if (this.#asked.has(`${method} ${url}`)) return true;
    // A function may ask for what only a request can tell.
    if (typeof this.#matcher === 'function') return false;
    const isOwn = this.matches({ url, method, headers: new Headers(), body: null });
    // A newer mock of the same url answers in its place.
    return isOwn && !this.#network.isTaken(this, { url, method });
  }

  async #waitFor<T>(find: () => T | undefined, message: () => string): Promise<T> {
    for (let paused = 0; paused <= mostPauses; paused++) {
      const found = find();
      if (found !== undefined) return found;
      this.#network.tellMistake();
      await pause();
      await this.#network.settle();
    }
    throw new Error(`use-event-stream/testing: ${message()}.`);
  }

  #answer(answer: (connection: MockConnection) => void): Promise<void> {
    return this.#network.step(async () => {
      const waiting = await this.#waitFor(
        () => {
          const found = this.#connections.filter(({ isWaiting }) => isWaiting);
          return found.length > 0 ? found : undefined;
        },
        () =>
          `there is no request for ${this.description} to answer, and none came within a second; there were ${this.#told()}`,
      );
      await act(() => {
        waiting.forEach(answer);
      });
    });
  }

  #toOpen(send: (connection: MockConnection) => void): Promise<void> {
    return this.#to(
      ({ isOpen }) => isOpen,
      send,
      'is open: answer its request first (`await stream.open()`, or the option `autoOpen`)',
    );
  }

  #toLive(send: (connection: MockConnection) => void): Promise<void> {
    return this.#to(({ isLive }) => isLive, send, 'is there: `await stream.connected()` first');
  }

  #to(
    isWanted: (connection: MockConnection) => boolean,
    send: (connection: MockConnection) => void,
    otherwise: string,
  ): Promise<void> {
    return this.#network.step(async () => {
      const wanted = this.#connections.filter(isWanted);
      if (wanted.length === 0) {
        throw new Error(
          `use-event-stream/testing: no connection for ${this.description} ${otherwise}; there were ${this.#told()}.`,
        );
      }
      await act(() => {
        wanted.forEach(send);
      });
    });
  }

  #put(connection: MockConnection, data: string | Uint8Array): void {
    connection.send(toBytes(data), this.#pieceSize);
  }

  #setPage(condition: 'offline' | 'hidden', begins: boolean): Promise<void> {
    return this.#network.step(() =>
      act(() => {
        this.#network.page.set(condition, begins);
      }),
    );
  }

  #told(): string {
    return `${count(this.requests.length, 'request')}, ${String(this.openConnections)} of them not over, and the states ${this.states.join(', ')}`;
  }
}

/**
 * Makes a stream that a test scripts. It stands in for the `fetch`, the `EventSource`, the time and the page of a
 * store, and touches no network. A step that cannot be done rejects with what there is instead.
 *
 * @example
 * ```tsx
 * import { render, screen } from '@testing-library/react';
 * import { mockStream } from 'use-event-stream/testing';
 *
 * test('shows the price', async () => {
 *   const stream = mockStream('/api/prices');
 *   render(<Ticker />, { wrapper: stream.wrapper });
 *   await stream.open();
 *   await stream.send({ data: { symbol: 'A', price: 2 } });
 *   screen.getByText('A 2');
 * });
 * ```
 *
 * @throws A `TypeError` on a matcher that is none, on an option that does not exist, and on a `store` that no mock
 * was made with.
 */
export function mockStream(matcher: RequestMatcher, options: MockStreamOptions = {}): MockStream {
  return new Script(matcher, options);
}

/// <reference lib="esnext.disposable" />
import type { ReactElement, ReactNode } from 'react';
import type { ConnectionState, ConnectionStore, LogLevel, ProgressUpdate } from 'use-event-stream';
import type { RequestToMatch } from './matcher.ts';
import type { MockAnswer, MockRequest } from './mockConnection.ts';
import type { MockEvent } from './mockEvent.ts';
import type { NetworkOptions } from './network.ts';

/** The options of {@link mockStream}. */
export interface MockStreamOptions extends NetworkOptions {
  /** `true`: every request is answered with 200 by itself. @defaultValue `false` */
  autoOpen?: boolean | undefined;
  /** The store of another mock, for components that use several streams. @defaultValue a new one */
  store?: ConnectionStore | undefined;
}

/**
 * A stream in the hand of a test: what a server would do, step by step, and what the page has done.
 *
 * Await every step. It runs in the `act` of React, and its bytes take the real way through the connection and
 * the
 * parser. It settles when all that it caused is rendered. The functions may be taken out of the object.
 */
export interface MockStream {
  /** Puts the mock's store above a component: the option `wrapper` of Testing Library's `render`. */
  readonly wrapper: (props: { children?: ReactNode }) => ReactElement;
  /** The store whose `fetch`, `EventSource`, time and page are the mock's. */
  readonly store: ConnectionStore;
  /** A `fetch` that the script answers, for stores and code of your own. It rejects what is not for this mock. */
  readonly fetch: typeof fetch;
  /** The requests so far, oldest first. */
  readonly requests: readonly MockRequest[];
  /** How many of them are neither answered to the end nor given up. */
  readonly openConnections: number;
  /** The statuses that the stream has gone through, from `idle` on; of several connections in the order of time. */
  readonly states: readonly ConnectionState['status'][];
  /** Whether this mock answers such a request. */
  matches: (request: RequestToMatch) => boolean;
  /**
   * Waits for a request and gives it. `count` says which one; the first is 1. Rejects after a second without
   * it.
   * @throws A `TypeError` if `count` is no whole number from 1 on.
   */
  connected: (count?: number) => Promise<MockRequest>;
  /** Waits for a request and answers all that wait, with a stream that stays open. */
  open: (answer?: MockAnswer) => Promise<void>;
  /** Waits for a request and answers all that wait, with a whole body. */
  reject: (
    status: number,
    answer?: { headers?: HeadersInit | undefined; body?: string | undefined },
  ) => Promise<void>;
  /**
   * Sends events on every open connection, all in one chunk. A text is the data of one event. An answer that is
   * no event stream carries one line for each.
   * @throws A `TypeError` on what is no event, or cannot be sent in this format.
   */
  send: (events: string | MockEvent | readonly (string | MockEvent)[]) => Promise<void>;
  /** Sends text or bytes as they are, on every open connection. */
  chunk: (bytes: string | Uint8Array) => Promise<void>;
  /**
   * Sends what comes later in pieces of so many bytes. `Infinity` sends it whole again.
   * @throws A `TypeError` on a size below 1.
   */
  splitBytes: (size: number) => void;
  /** Sends a comment, as a heartbeat. */
  comment: (text?: string) => Promise<void>;
  /** Sends a reconnection time, in milliseconds. */
  retry: (ms: number) => Promise<void>;
  /** Sends an update of {@link ProgressUpdate}'s shape, or a percentage. */
  sendProgress: (update: number | ProgressUpdate, event?: Omit<MockEvent, 'data'>) => Promise<void>;
  /** Sends lines of a log, each as an event or a line of its own. */
  sendLines: (
    lines: readonly (string | { text: string; level?: LogLevel | undefined })[],
  ) => Promise<void>;
  /** The connections that are there, answered or not, go silent for good without an end. */
  stall: () => Promise<void>;
  /** Breaks every connection, answered or not. */
  drop: () => Promise<void>;
  /** Ends every answer cleanly. */
  end: () => Promise<void>;
  /** The page believes that it has no network. What is open stays so until `drop`. */
  offline: () => Promise<void>;
  /** The page has its network again. */
  online: () => Promise<void>;
  /** The page is hidden, as a tab in the background. */
  hide: () => Promise<void>;
  /** The page is shown again. */
  show: () => Promise<void>;
  /**
   * Moves the time of the store by so many milliseconds. Waits, timeouts and lingers fall due in order.
   * @throws A `TypeError` if `ms` is no number of at least 0.
   */
  advance: (ms: number) => Promise<void>;
  /**
   * The machine sleeps so many milliseconds. Time passes, and timers that fall due meanwhile run late, at the
   * end.
   * @throws A `TypeError` if `ms` is no number of at least 0.
   */
  sleep: (ms: number) => Promise<void>;
  /** Waits until all that was sent is rendered, as far as `throttle` and `pause` allow. */
  settled: () => Promise<void>;
  /**
   * Moves the time past the linger.
   * @throws An `Error` if a connection of the store is still open.
   */
  expectNoOpenConnections: () => Promise<void>;
  /** Tells at the end of an `await using` what was asked for and not mocked. */
  [Symbol.asyncDispose](): Promise<void>;
}

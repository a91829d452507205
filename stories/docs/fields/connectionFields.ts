import type { ConnectionState, Controls, ReconnectPolicy, StoreOptions } from 'use-event-stream';
import type { Rows } from './field.ts';

/** What hooks return of their connection. */
export const stateFields = {
  status: {
    type: "'idle' | 'connecting' | 'open' | 'reconnecting' | 'closed' | 'failed'",
    meaning: 'What the connection is doing. It tells the members of the union apart.',
  },
  openedAt: {
    type: 'number | null',
    meaning: 'While `open`: when the server answered, in milliseconds since the epoch.',
  },
  retryAt: {
    type: 'number | null',
    meaning:
      "While `reconnecting`: when the next try comes, in milliseconds since the epoch; `null` where it is under way, waits for the page or is the browser's affair.",
  },
  attempt: {
    type: 'number',
    meaning: 'While `reconnecting` or `failed`: tries since the last healthy period, else 0.',
  },
  error: {
    type: 'StreamError | null',
    meaning:
      'Why it is `reconnecting` (`null` after a clean end) or has `failed`. Never about a single event.',
  },
  reason: {
    type: "'done' | 'manual' | 'store' | null",
    meaning: 'Why it is `closed`: it was done, somebody called `close()`, or the store was closed.',
  },
} satisfies Rows<keyof ConnectionState>;

/** What hooks can be told to do. */
export const controlFields = {
  start: {
    type: '(overrides?: { url, method, body, headers }) => void',
    meaning:
      'Begins, or starts over with fresh data. What is given replaces that part of the request until the next start.',
  },
  retry: {
    type: '() => void',
    meaning:
      'Begins again with fresh data and the request of the last start: what it was given, and the body and literal headers of that time. Before the first start it does what `start()` does.',
  },
  close: {
    type: '() => void',
    meaning: 'Ends the stream for good, at once. Others on its connection go on.',
  },
  reconnect: {
    type: '() => void',
    meaning: 'Opens the connection anew, at once, from any state; keeps the data.',
  },
  clear: {
    type: '() => void',
    meaning: 'Forgets the data; a reducer begins again with `initial`.',
  },
  pause: {
    type: '() => void',
    meaning: 'Freezes what is shown. The stream goes on being read and folded.',
  },
  resume: { type: '() => void', meaning: 'Shows the present again.' },
  paused: { type: 'boolean', meaning: 'Whether what is shown is frozen.' },
} satisfies Rows<keyof Controls>;

/** The option `reconnect`. */
export const policyFields = {
  delay: {
    type: 'number (ms)',
    otherwise: '`1,000`',
    meaning: 'The upper bound of the first wait; doubled for every further try.',
  },
  maxDelay: {
    type: 'number (ms)',
    otherwise: '`30,000`',
    meaning: 'No wait is longer, whatever the server says. At least 100.',
  },
  maxAttempts: {
    type: 'number',
    otherwise: '`Infinity`',
    meaning:
      'Tries in a row without a healthy period before the stream fails. With EventSource never more than 5.',
  },
  repeat: {
    type: 'boolean',
    otherwise: '`false`',
    meaning:
      'Also repeats what may not be repeated unasked, after a network error, a timeout or the end of an event stream: a POST, or a cut stream without event ids.',
  },
  shouldReconnect: {
    type: '(error: StreamError, attempt: number, wouldRetry: boolean) => boolean | undefined',
    otherwise: 'as listed above',
    meaning:
      'Has the last word on an error, asked once for each: `true` tries again, `false` fails, `undefined` does as listed above, which is `wouldRetry`. A promise counts as `false`.',
  },
} satisfies Rows<keyof ReconnectPolicy>;

/** The props of a `StreamProvider` without a store, and the options of `createConnectionStore`. */
export const storeFields = {
  defaults: {
    type: 'RequestOptions',
    otherwise: 'none',
    meaning:
      'Request options for every stream that does not set them itself. Headers are merged, and those of the hook win.',
  },
  baseUrl: {
    type: 'string | URL',
    otherwise: "the document's base",
    meaning: 'What relative urls are relative to.',
  },
  replay: {
    type: 'number',
    otherwise: '`100`',
    meaning:
      'How many recent events a late joiner of a shared connection is given first; together at most 1 Mi characters or bytes.',
  },
  fetch: {
    type: 'typeof fetch',
    otherwise: 'the global one',
    meaning: 'Stands in for `fetch`.',
  },
  EventSource: {
    type: 'typeof EventSource',
    otherwise: 'the global one',
    meaning: 'Stands in for `EventSource`.',
  },
  clock: {
    type: 'Clock',
    otherwise: "the system's",
    meaning: 'Stands in for time, chance and frames, such as in tests.',
  },
  page: {
    type: '{ isOnline(): boolean; isHidden(): boolean; subscribe(listener: () => void): () => void }',
    otherwise: "the browser's",
    meaning:
      'Tells whether the app is online and seen; `listener` is called whenever that may have changed. For React Native. It is read when the store is made.',
  },
} satisfies Rows<keyof StoreOptions>;

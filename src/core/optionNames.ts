import type { StoreOptions, SubscribeRequest } from './connectionStore.ts';
import type { FetchEventSourceInit } from './fetchEventSource.ts';
import type { ReconnectPolicy } from './reconnection.ts';
import type { RequestOptions } from './request.ts';
import { warnOfUnknown } from './unknownOption.ts';

/** Of Node; in a browser only what a bundler makes of it. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

const policyNames = {
  delay: true,
  maxDelay: true,
  maxAttempts: true,
  repeat: true,
  shouldReconnect: true,
} satisfies Record<keyof ReconnectPolicy, true>;

/** The names of the options of a request. */
export const requestNames = {
  transport: true,
  method: true,
  body: true,
  headers: true,
  credentials: true,
  redirect: true,
  initialLastEventId: true,
  share: true,
  reconnect: policyNames,
  suspendWhenHidden: true,
  linger: true,
  openTimeout: true,
  idleTimeout: true,
  maxEventSize: true,
} satisfies Record<keyof RequestOptions, true | typeof policyNames>;

/** The names of the options of a store. */
export const storeNames = {
  defaults: requestNames,
  baseUrl: true,
  replay: true,
  fetch: true,
  EventSource: true,
  clock: true,
  page: true,
} satisfies Record<keyof StoreOptions, true | typeof requestNames>;

const subscribeNames = { url: true, format: true, events: true } satisfies Record<
  Exclude<keyof SubscribeRequest, keyof RequestOptions>,
  true
>;

const eventSourceNames = {
  withCredentials: true,
  fetch: true,
  clock: true,
  transport: false,
  credentials: false,
  share: false,
  linger: false,
  suspendWhenHidden: false,
} satisfies Record<Exclude<keyof FetchEventSourceInit, keyof RequestOptions>, true> &
  Record<Exclude<keyof RequestOptions, keyof FetchEventSourceInit>, false>;

const tables = {
  createConnectionStore: [storeNames],
  subscribe: [requestNames, subscribeNames],
  FetchEventSource: [requestNames, eventSourceNames],
};

/** Warns, in development, of options that do not exist; a production build has neither names nor warnings. */
export function seeOptions(where: keyof typeof tables, options: object): void {
  try {
    if (process.env.NODE_ENV !== 'production') warnOfUnknown(where, tables[where], options);
  } catch {
    // A browser that loads the package as it is has no `process`.
  }
}

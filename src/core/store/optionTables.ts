import type { StoreOptions, StreamSubscriber, SubscribeRequest } from './storeOptions.ts';
import type { FetchEventSourceInit } from './storeOptions.ts';
import { formatNames } from '../format/format.ts';
import {
  count,
  either,
  flag,
  flagOrName,
  func,
  isObject,
  must,
  names,
  number,
  object,
  refuse,
  text,
  word,
  type Check,
  type OptionTable,
} from '../options.ts';
import type { ReconnectPolicy } from '../request/reconnectPolicy.ts';
import { headersOf } from '../request/headers.ts';
import { isBody, token, type RequestOptions } from '../request/requestOptions.ts';
import { resolveBase } from '../request/url.ts';

/** A table that names every option of a type. */
type TableOf<O, Base = unknown> = OptionTable<Exclude<keyof O, keyof Base> & string>;

const isFunction = (value: unknown) => typeof value === 'function';

const policy = /* @__PURE__ */ (() =>
  ({
    delay: number(),
    maxDelay: number({ min: 100 }),
    maxAttempts: count,
    repeat: flag,
    shouldReconnect: func,
  }) satisfies TableOf<ReconnectPolicy>)();

const bodyKinds =
  'a BodyInit (text, URLSearchParams, FormData, Blob, bytes, a stream) or a function; for JSON use JSON.stringify';

/** Of a body that is none only the type is shown. */
const body: Check = (value, name) => {
  if (!isFunction(value) && !isBody(value)) refuse(name, Object(value), bodyKinds);
};

/** The options of a request. */
export const requestTable = /* @__PURE__ */ (() =>
  ({
    transport: word('auto', 'eventsource', 'fetch'),
    method: must(
      (value) => typeof value === 'string' && token.test(value),
      "the name of an HTTP method, such as 'POST'",
    ),
    body,
    headers: either(isFunction, (value) => {
      headersOf(value as HeadersInit);
    }),
    credentials: word('same-origin', 'include', 'omit'),
    redirect: word('follow', 'manual', 'error'),
    initialLastEventId: text,
    resume: func,
    share: flagOrName,
    reconnect: {
      table: policy,
      orElse: (value) => typeof value === 'boolean',
      allowed: 'true, false or an object',
    },
    suspendWhenHidden: flag,
    linger: number(),
    openTimeout: number(),
    idleTimeout: number(),
    maxEventSize: number({ min: 1 }),
  }) satisfies TableOf<RequestOptions>)();

const ownFormat = /* @__PURE__ */ (() =>
  ({ decode: func, contentType: text }) satisfies OptionTable)();

/** The option `format`: a word, or a format of one's own. */
export const format: Check = (value, name) => {
  if (value === null) return;
  if (!isObject(value)) {
    word(...formatNames)(value, name);
    return;
  }
  for (const [part, check] of Object.entries(ownFormat)) {
    check(Reflect.get(value, part), `${name}.${part}`);
  }
};

/** Checks that an object has functions of these names. */
const functions =
  (...parts: readonly string[]): Check =>
  (value, name) => {
    object(value, name);
    for (const part of parts) func(Reflect.get(value as object, part), `${name}.${part}`);
  };

/** The options of a store. */
export const storeTable = /* @__PURE__ */ (() =>
  ({
    defaults: { table: requestTable, allowed: 'an object' },
    baseUrl: (value) => resolveBase(value as string),
    replay: count,
    fetch: func,
    EventSource: func,
    clock: functions('now', 'random', 'frame', 'timeout', 'idle'),
    page: functions('isOnline', 'isHidden', 'subscribe'),
  }) satisfies TableOf<StoreOptions>)();

/** What a subscription asks for beside the request. */
export const subscribeTable = /* @__PURE__ */ (() =>
  ({
    url: () => undefined,
    format,
    events: names,
    source: func,
  }) satisfies TableOf<SubscribeRequest, RequestOptions>)();

/** What `new FetchEventSource` takes beside a request, and what it does not. */
export const eventSourceTable = /* @__PURE__ */ (() =>
  ({
    withCredentials: () => undefined,
    fetch: func,
    clock: storeTable.clock,
    transport: false,
    credentials: false,
    share: false,
    linger: false,
    suspendWhenHidden: false,
  }) satisfies TableOf<FetchEventSourceInit, RequestOptions> & Partial<TableOf<RequestOptions>>)();

const subscriberNames = ['onState', 'onComment', 'onRestart'] satisfies (keyof StreamSubscriber)[];

/** Checks the callbacks of a subscriber. */
export function checkSubscriber(subscriber: object): void {
  func(Reflect.get(subscriber, 'onEvents'), 'onEvents');
  for (const name of subscriberNames) {
    const given: unknown = Reflect.get(subscriber, name);
    if (given !== undefined) func(given, name);
  }
}

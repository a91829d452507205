import { task } from '../clock.ts';
import type { ConnectionState } from '../connection/connectionState.ts';
import { StoreInternals } from './storeInternals.ts';
import type { StreamError } from '../error.ts';
import type { RawEvent } from '../event.ts';
import { strictSse } from '../format/format.ts';
import { checkOptions } from '../options.ts';
import { eventSourceTable, requestTable } from './optionTables.ts';
import type { ResolvedPolicy } from '../request/reconnectPolicy.ts';
import { methodOf } from '../request/request.ts';
import { isSafe } from '../request/requestOptions.ts';
import type { UrlParts } from '../request/readUrl.ts';
import { describeUrl, isFetchable, ownBase, parseUrl } from '../request/url.ts';
import type { Subscription } from './sharedStream.ts';
import type { FetchEventSourceInit } from './storeOptions.ts';

type Handler<E extends Event> = ((this: EventSource, event: E) => unknown) | null;

type NamedListener =
  ((this: EventSource, event: MessageEvent) => unknown) | EventListenerOrEventListenerObject | null;

// "If res is a network error, then reestablish the connection": what a server has answered is final.
const isNetworkError = ({ kind }: StreamError): boolean => kind === 'network' || kind === 'timeout';

const reconnectionTime = 3_000;

/** The option `reconnect` with the standard's defaults in the place of the hooks'. */
function standardReconnect(
  reconnect: FetchEventSourceInit['reconnect'] = {},
  method: string,
): FetchEventSourceInit['reconnect'] {
  if (typeof reconnect !== 'object') return reconnect;
  // The server may have done already what it was sent: the standard knows no other method than GET.
  const isRepeated = isSafe({ method }) || reconnect.repeat === true;
  const { shouldReconnect } = reconnect;
  return {
    ...reconnect,
    delay: reconnect.delay ?? reconnectionTime,
    shouldReconnect(error, attempt) {
      const wouldRetry = isRepeated && isNetworkError(error);
      return shouldReconnect?.(error, attempt, wouldRetry) ?? wouldRetry;
    },
  };
}

/** The url as the constructor resolves it (HTML standard, section 9.2.2); a SyntaxError where it does not parse. */
function resolved(url: string | URL): UrlParts {
  const text = String(url);
  const parsed = parseUrl(text, ownBase());
  if (parsed) return parsed;
  throw new DOMException(
    `Cannot open an EventSource to ${JSON.stringify(describeUrl(text))}.`,
    'SyntaxError',
  );
}

// Not every engine has it, and the rest of the entry is of use there.
const Target = /* @__PURE__ */ targetClass();

function targetClass(): typeof EventTarget {
  if (typeof EventTarget === 'function') return EventTarget;
  return class {
    constructor() {
      throw new TypeError(
        'use-event-stream: FetchEventSource needs EventTarget, which is missing here; use the hooks or a store, or load a stand-in for it before.',
      );
    }
    addEventListener() {}
    removeEventListener() {}
    dispatchEvent() {
      return false;
    }
  };
}

/** "Wait a delay equal to the reconnection time", and then, as the standard allows, some more. */
const standardPolicy = (policy: ResolvedPolicy): ResolvedPolicy => ({
  ...policy,
  reconnectionTime: policy.delay,
});

/**
 * The standard's EventSource (HTML standard, section 9.2) over `fetch`. It has the same shape, events and
 * reconnection, and beside them headers, methods, bodies and timeouts.
 *
 * By default it reconnects as the standard says: after network errors and clean ends. A status or a wrong
 * content type closes it. `reconnect` changes that. It waits 3 s (`reconnect.delay`) or what the server has set
 * with `retry`, and a random time more: up to a fifth after a clean end, up to as much again after a loss. It
 * waits longer if tries fail, and never more than 30 s. A request of another method than GET or HEAD is repeated
 * only with `reconnect: { repeat: true }`, after network errors and clean ends.
 *
 * @example
 * ```ts
 * import { FetchEventSource } from 'use-event-stream/core';
 *
 * const source = new FetchEventSource('/api/prices', { headers: { 'x-api-key': 'key' } });
 * source.onmessage = ({ data }) => console.log(data);
 * source.addEventListener('error', () => console.log(source.readyState));
 * ```
 *
 * @throws The constructor throws a `SyntaxError` (DOMException) on a url that does not parse, and a `TypeError`
 * on headers that HTTP does not allow; in development also on every other bad option. A url that parses but
 * cannot be fetched closes it, with an `error` event.
 */
export class FetchEventSource extends Target implements EventSource {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  /** The absolute url. */
  readonly url: string;
  /** Whether credentials are sent to other origins. */
  readonly withCredentials: boolean;
  readonly #handlers = new Map<string, { handler: Handler<never>; listener: EventListener }>();
  #readyState: 0 | 1 | 2 = 0;
  #attempt = 0;
  #origin: string;
  #subscription: Subscription | null;

  constructor(url: string | URL, options?: FetchEventSourceInit | null) {
    super();
    // "1 argument required" (Web IDL, section 3.7.1): undefined by itself is a url like any other.
    if (arguments.length === 0) {
      throw new TypeError('use-event-stream: FetchEventSource needs the url that it is to open.');
    }
    const init = options ?? {};
    if (__DEV__) checkOptions('FetchEventSource', [requestTable, eventSourceTable], init);
    const { href, origin } = resolved(url);
    this.url = href;
    this.#origin = origin;
    this.withCredentials = Boolean(init.withCredentials);
    this.#subscription = isFetchable(href) ? this.#open(init) : null;
    // It calls the functions of `init`, which may close it.
    this.#subscription?.begin();
    if (!isFetchable(href)) {
      task(() => {
        this.#ended();
      });
    }
  }

  get CONNECTING() {
    return 0 as const;
  }
  get OPEN() {
    return 1 as const;
  }
  get CLOSED() {
    return 2 as const;
  }

  /** CONNECTING (0), OPEN (1) or CLOSED (2). */
  get readyState(): 0 | 1 | 2 {
    return this.#readyState;
  }

  get onopen(): Handler<Event> {
    return this.#handler('open');
  }
  set onopen(handler: Handler<Event>) {
    this.#setHandler('open', handler);
  }

  get onmessage(): Handler<MessageEvent> {
    return this.#handler('message');
  }
  set onmessage(handler: Handler<MessageEvent>) {
    this.#setHandler('message', handler);
  }

  get onerror(): Handler<Event> {
    return this.#handler('error');
  }
  set onerror(handler: Handler<Event>) {
    this.#setHandler('error', handler);
  }

  /** As in DOM: adds a listener for an event by its type, once however often it is added. */
  override addEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, event: EventSourceEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** The same for an event with a name of the server's. */
  override addEventListener(
    type: string,
    listener: NamedListener,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(...listening: [string, never, never?]): void {
    super.addEventListener(...listening);
  }

  /** As in DOM: takes away a listener that was added with the same type, function and `capture`. */
  override removeEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, event: EventSourceEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /** The same for an event with a name of the server's. */
  override removeEventListener(
    type: string,
    listener: NamedListener,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(...listening: [string, never, never?]): void {
    super.removeEventListener(...listening);
  }

  /** Closes for good; no event follows. */
  close(): void {
    this.#readyState = 2;
    const subscription = this.#subscription;
    this.#subscription = null;
    subscription?.leave(0);
  }

  #open(init: FetchEventSourceInit): Subscription {
    const { fetch, clock, reconnect, ...options } = init;
    const store = new StoreInternals({ fetch, clock, replay: 0 });
    const method = methodOf(options);
    const request = store.resolve(
      {
        url: this.url,
        options: {
          ...options,
          transport: 'fetch',
          credentials: this.withCredentials ? 'include' : 'same-origin',
          reconnect: standardReconnect(reconnect, method),
        },
      },
      this,
    );
    // The standard delivers what a server sends again, and waits on a line until it breaks.
    return store.join(
      {
        ...request,
        format: strictSse,
        policy: standardPolicy(request.policy),
        recovers: false,
      },
      {
        onState: (state) => {
          this.#stateChanged(state);
        },
        onOpen: ({ response }) => {
          if (response?.url) this.#origin = parseUrl(response.url)?.origin ?? this.#origin;
          this.#readyState = 1;
          this.dispatchEvent(new Event('open'));
        },
        onEvents: (events) => {
          for (const event of events) this.#deliver(event);
        },
      },
    );
  }

  #stateChanged(state: ConnectionState): void {
    if (state.status === 'closed' || state.status === 'failed') this.#ended();
    if (state.status !== 'reconnecting') return;
    // The same try is told of again when it begins.
    const isNews = this.#readyState === 1 || state.attempt !== this.#attempt;
    this.#attempt = state.attempt;
    this.#readyState = 0;
    if (isNews) this.dispatchEvent(new Event('error'));
  }

  #deliver({ type, data, lastEventId }: RawEvent): void {
    if (this.#readyState !== 1) return;
    this.dispatchEvent(new MessageEvent(type, { data, lastEventId, origin: this.#origin }));
  }

  /** "Fail the connection": announced by an error event, and for good. */
  #ended(): void {
    if (this.#readyState === 2) return;
    this.close();
    this.dispatchEvent(new Event('error'));
  }

  #handler(type: string): Handler<Event> & Handler<MessageEvent> {
    return (this.#handlers.get(type)?.handler ?? null) as Handler<Event>;
  }

  /** An event handler attribute (HTML standard, section 8.1.8.1): it keeps its place until it is null. */
  #setHandler(type: string, handler: Handler<never>): void {
    const known = this.#handlers.get(type);
    // "LegacyTreatNonObjectAsNull" (Web IDL, section 3.3.11): an object is kept, and never called.
    if (Object(handler) !== handler) {
      if (known) this.removeEventListener(type, known.listener);
      this.#handlers.delete(type);
    } else if (known) known.handler = handler;
    else {
      const listener = (event: Event) => {
        const current = this.#handlers.get(type)?.handler;
        if (typeof current === 'function') current.call(this, event as never);
      };
      this.#handlers.set(type, { handler, listener });
      this.addEventListener(type, listener);
    }
  }
}

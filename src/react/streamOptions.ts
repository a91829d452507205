import type { StreamEvent } from '../core/event.ts';
import type {
  BodyOption,
  HeadersOption,
  RequestOptions,
  StreamSource,
} from '../core/request/requestOptions.ts';
import type { PersistOption } from '../core/observer/persistence.ts';
import type { Until } from '../core/observer/until.ts';

/** The callbacks of every hook that tell of the wire. The latest is called; none makes the hook reconnect. */
export interface WireCallbacks {
  /**
   * Takes each comment of a `text/event-stream`, such as a heartbeat. If nobody listened when a response came,
   * its comments are not kept: they are heard from the next response on. With EventSource none is heard.
   */
  onComment?: ((text: string) => void) | undefined;
  /**
   * After a reconnect the server sends a known event id with other content. So it has lost its history, as
   * after a restart, and counts from the start. This is called before those events, which all come. What was
   * missed is unknown. With EventSource this is not noticed.
   */
  onRestart?: (() => void) | undefined;
}

/** The options that every hook takes: those of the request, and these. */
export interface StreamOptions<E = StreamEvent> extends RequestOptions {
  /** `false`: the hook is idle, as with a falsy url. @defaultValue `true` */
  enabled?: boolean | undefined;
  /** `true`: nothing is opened before `start()`. @defaultValue `false` */
  manual?: boolean | undefined;
  /**
   * What ends the stream for good (`closed`, reason `done`): an event type, a text that is neither delivered
   * nor parsed (`{ data: '[DONE]' }`), or a test of the event. It ends the part of this hook, not that of
   * others on the connection. A test that throws, or gives a promise, is reported, and counts as no.
   */
  until?: Until<E> | undefined;
  /**
   * What fails the stream for good (`failed`, kind `job`), in the same forms as `until`, and before it. The
   * event is not delivered: it is the `event` of the error, and what it says is the `reason`. A test is given
   * an event that cannot be decoded as it came; its data is then a text. In `useStreamProgress` it is an event
   * named `error` by default. @defaultValue none
   */
  failOn?: Until<E> | undefined;
  /**
   * Keeps the place of the stream for the next page of the tab (`'session'`), or in a storage of your own: its last
   * event id, the head of the first answer (for `resume`) and the state of `reduce`. A hook that mounts and finds it
   * goes on from there, also with `manual`. It is written at most once a second, and when the page is hidden, with at
   * most 1 Mi characters; it is forgotten when the stream has ended or is started once more. Another page that writes
   * the same entry is left alone. Everybody who can run a script on the page, or use the browser later, can read it.
   * @defaultValue none
   */
  persist?: PersistOption | undefined;
}

/** A stream that is not asked for by a request. */
export interface SourceOptions<S = StreamSource> {
  /**
   * Gives the stream of each attempt in the place of a request: a `Response`, a `ReadableStream` or an async iterable.
   * Bytes are read as `format` says (`sse` by default). Each other item is an event: its data as it is, or an
   * object of `data`, `id` and `type`. The end of what is iterated is the end of the stream (`closed`). What it throws
   * is a loss: the source is asked again, with the `lastEventId` that it has come to; a `StreamError` of the kind
   * `aborted` ends the stream. What was read once cannot be read again: if the same object is given, the stream has
   * `failed`. The url then only names the stream. The latest function is called.
   *
   * @example
   * ```ts
   * import { useEventStream } from 'use-event-stream';
   *
   * async function* ticks() {
   *   for (let count = 1; count <= 3; count++) yield { id: String(count), data: count };
   * }
   *
   * export const useTicks = () => useEventStream('/ticks', { source: ticks });
   * ```
   */
  source?: S | undefined;
}

/**
 * Begins, or begins again with fresh data. What is given (`url`, `method`, `body`, `headers`) replaces that
 * part of the request until the next start.
 *
 * After a run that `until` or `failOn` has ended it sends a request of its own, also if others are still on the
 * connection of that run. `onClick={start}` works too: the event of a handler counts as nothing given.
 *
 * @throws A `TypeError`, in development, on a bad override.
 */
export type Start = (
  overrides?:
    | {
        url?: string | URL | undefined;
        method?: string | undefined;
        body?: BodyOption | undefined;
        headers?: HeadersOption | undefined;
      }
    | { readonly target: unknown },
) => void;

/**
 * What every hook can be told to do. Every function stays the same one as long as the component lives. Hooks
 * that name the same definition (`defineStream`) on the same connection show one stream: what one of them
 * is told holds for all of them.
 */
export interface Controls {
  /**
   * Begins, or begins again with fresh data and the options as they are now. `start({ url, method, body,
   * headers })` replaces these parts of the request until the next start.
   */
  start: Start;
  /**
   * Begins again with fresh data and the request of the last start: what it was given, and the body and the
   * literal headers of that time. Before the first start it does what `start()` does.
   */
  retry: () => void;
  /** Ends the stream for good, at once (`closed`, reason `manual`). Others on its connection go on. */
  close: () => void;
  /** Opens the connection again, at once, from any state. Keeps the data. */
  reconnect: () => void;
  /** Forgets the data. A reducer begins again with `initial`. */
  clear: () => void;
  /** Freezes what is shown. The stream is still read and folded. */
  pause: () => void;
  /** Shows the present again. */
  resume: () => void;
  /** Whether what is shown is frozen. */
  paused: boolean;
}

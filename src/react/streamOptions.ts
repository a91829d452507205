import type { StreamEvent } from '../core/event.ts';
import type { BodyOption, HeadersOption, RequestOptions } from '../core/requestOptions.ts';
import type { Until } from '../core/until.ts';

/** The callbacks of every hook that tell of the wire. They are always the latest; none makes the hook reconnect. */
export interface WireCallbacks {
  /**
   * Takes each comment of a `text/event-stream`, such as a heartbeat. Where nobody listened when a response
   * came, its comments are not held: they are heard from the next response on. With EventSource none is heard.
   */
  onComment?: ((text: string) => void) | undefined;
  /**
   * After a reconnect the server sends a known event id with other content: it has lost its history, as
   * after a restart, and counts from the start. Called before those events, which all come; what was
   * missed is unknown. With EventSource this is not noticed.
   */
  onRestart?: (() => void) | undefined;
}

/** The options that every hook takes beside those of the request. */
export interface StreamOptions<E = StreamEvent> extends RequestOptions {
  /** false: the hook is idle; default true. */
  enabled?: boolean | undefined;
  /** true: nothing is opened before `start()`; default false. */
  manual?: boolean | undefined;
  /**
   * What ends the stream for good (`closed`, reason `done`): an event type, a text that is neither
   * delivered nor parsed, or a test of the event. It ends this hook's part, not its neighbours'. A test
   * that throws, or gives a promise, is reported, and says no.
   */
  until?: Until<E> | undefined;
  /**
   * What fails the stream for good (`failed`, kind `job`), as with `until`: an event type, a text, or a
   * test of the event. The event is not delivered, but is the error's `event`; what it says is the
   * error's `reason` and `message`. It comes before `until`. A test is given an event that cannot be
   * decoded as it came, its data a text. Default: none; with `useStreamProgress` an event named `error`.
   */
  failOn?: Until<E> | undefined;
}

/**
 * Begins, or begins again with fresh data; what is given replaces that part of the request until the
 * next start. After a run that `until` or `failOn` has ended it sends a request of its own, also where
 * others are still on the connection of that run. `onClick={start}` works too: the event of a handler counts as nothing given.
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
 * What every hook can be told to do. Every function is the same one for the life of the component. Hooks
 * that name the same definition (`defineStream`) on the same connection show one stream: what one of them
 * is told holds for all of them.
 */
export interface Controls {
  /** Begins, or begins again with fresh data and the options as they are now. */
  start: Start;
  /**
   * Begins again with fresh data and the request of the last start: what it was given, and the body and
   * literal headers of that time. Before the first start it does what `start()` does.
   */
  retry: () => void;
  /** Ends the stream for good, at once (`closed`, reason `manual`); others on its connection go on. */
  close: () => void;
  /** Opens the connection anew, at once, from any state; keeps the data. */
  reconnect: () => void;
  /** Forgets the data; a reducer begins again with `initial`. */
  clear: () => void;
  /** Freezes what is shown; the stream goes on being read. */
  pause: () => void;
  /** Shows the present again. */
  resume: () => void;
  /** Whether what is shown is frozen. */
  paused: boolean;
}

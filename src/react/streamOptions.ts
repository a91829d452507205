import type { StreamEvent } from '../core/event.ts';
import type { BodyOption, HeadersOption, RequestOptions } from '../core/request.ts';
import type { Until } from '../core/until.ts';

/** The options that every hook takes beside those of the request. */
export interface StreamOptions<E = StreamEvent> extends RequestOptions {
  /** false: the hook is idle; default true. */
  enabled?: boolean | undefined;
  /** true: nothing is opened before `start()`; default false. */
  manual?: boolean | undefined;
  /**
   * What ends the stream for good (`closed`, reason `done`): an event type, a text that is neither
   * delivered nor parsed, or a test of the event. It ends this hook's part, not its neighbours'.
   */
  until?: Until<E> | undefined;
  /**
   * What fails the stream for good (`failed`, kind `job`), as with `until`: an event type, a text, or a
   * test of the event. The event is not delivered, but is the error's `event`; what it says is the
   * error's `reason` and `message`. It comes before `until`. Default: none; with `useStreamProgress`
   * an event named `error`.
   */
  failOn?: Until<E> | undefined;
}

/** Begins, or begins anew with fresh data; what is given replaces that part of the request until the next start. */
export type Start = (overrides?: {
  url?: string | URL | undefined;
  method?: string | undefined;
  body?: BodyOption | undefined;
  headers?: HeadersOption | undefined;
}) => void;

/**
 * What every hook can be told to do. Every function is the same one for the life of the component. Hooks
 * that name the same definition (`defineStream`) on the same connection show one stream: what one of them
 * is told holds for all of them.
 */
export interface Controls {
  /** Begins, or begins anew with fresh data. */
  start: Start;
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

import type { StreamError } from '../error.ts';

interface Nothing {
  /** While `open`: when the server has answered, in milliseconds since the epoch. Else null. */
  openedAt: null;
  /**
   * While `reconnecting`: when the next try comes, in milliseconds since the epoch. Null if it is under way, waits
   * for the page or is the browser's own affair.
   */
  retryAt: null;
  /** While `reconnecting` or `failed`: how many tries there were since the connection was last healthy. Else 0. */
  attempt: 0;
  /** Why it is `reconnecting` (null after a clean end) or has `failed`. It is never about a single event. */
  error: null;
  /** Why it is `closed`: it was `done`, somebody called `close()` (`manual`), or the `store` was closed. */
  reason: null;
}
type State<S extends string, P = object> = {
  /** What the connection is doing. It tells the members of the union apart. */
  status: S;
} & P &
  Omit<Nothing, keyof P>;

/** Why a stream is closed: it was done, somebody called `close()`, or its store was closed. */
export type CloseReason = 'done' | 'manual' | 'store';

/**
 * What a connection is doing. `status` tells the members apart, and every member has every key.
 *
 * - `idle`: nothing was asked for.
 * - `connecting`: the first attempt is under way.
 * - `open`: the server has answered with a stream; `openedAt` is in milliseconds since the epoch.
 * - `reconnecting`: the connection was lost. Try number `attempt` comes at `retryAt`, in milliseconds since the
 *   epoch. If that is null, the try is under way, waits for the page, or is the browser's own affair.
 * - `closed`: it has ended for good, and nothing is wrong.
 * - `failed`: it has ended for good because of `error`.
 */
export type ConnectionState =
  | State<'idle' | 'connecting'>
  | State<'open', { openedAt: number }>
  | State<'reconnecting', { attempt: number; retryAt: number | null; error: StreamError | null }>
  | State<'closed', { reason: CloseReason }>
  | State<'failed', { attempt: number; error: StreamError }>;

const nothing: Nothing = { openedAt: null, retryAt: null, attempt: 0, error: null, reason: null };

const begun = (status: 'idle' | 'connecting'): ConnectionState => ({ ...nothing, status });

/** Nothing was asked for. */
export const idle: ConnectionState = /* @__PURE__ */ begun('idle');
/** The first attempt is under way. */
export const connecting: ConnectionState = /* @__PURE__ */ begun('connecting');

/** The server has answered. */
export const open = (openedAt: number): ConnectionState => ({
  ...nothing,
  status: 'open',
  openedAt,
});

/** The connection is lost and will be tried again. */
export const reconnecting = (
  attempt: number,
  retryAt: number | null,
  error: StreamError | null,
): ConnectionState => ({ ...nothing, status: 'reconnecting', attempt, retryAt, error });

/** Closed for good. */
export const closed = (reason: CloseReason): ConnectionState => ({
  ...nothing,
  status: 'closed',
  reason,
});

/** Failed for good. */
export const failed = (attempt: number, error: StreamError): ConnectionState => ({
  ...nothing,
  status: 'failed',
  attempt,
  error,
});

/** What a stream fails with whose run has ended for good; after the others it may be there again later. */
export const terminalKinds: readonly string[] = [
  'http',
  'job',
  'contentType',
  'size',
  'incomplete',
];

/** Whether nothing follows by itself. */
export const isTerminal = (state: ConnectionState): boolean =>
  state.status === 'closed' || state.status === 'failed';

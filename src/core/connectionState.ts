import type { StreamError } from './error.ts';

interface Nothing {
  openedAt: null;
  retryAt: null;
  attempt: 0;
  error: null;
  reason: null;
}
type State<S extends string, P = object> = { status: S } & P & Omit<Nothing, keyof P>;

/** Why a stream is closed: it was done, a caller closed it, or its store was closed. */
export type CloseReason = 'done' | 'manual' | 'store';

/**
 * What a connection is doing, told apart by `status`. Every member has every key.
 *
 * - `idle`: nothing was asked for.
 * - `connecting`: the first attempt is under way.
 * - `open`: the server has answered with a stream; `openedAt` is in milliseconds since the epoch.
 * - `reconnecting`: lost; try number `attempt` comes at `retryAt` (milliseconds since the epoch), or,
 *   where that is null, is under way, or waits for the page, or is the browser's own affair.
 * - `closed`: for good, and nothing is wrong.
 * - `failed`: for good, because of `error`.
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

/** Whether nothing follows by itself. */
export const isTerminal = (state: ConnectionState): boolean =>
  state.status === 'closed' || state.status === 'failed';

import type { ConnectionState } from '../connection/connectionState.ts';
import type { StreamError } from '../error.ts';

/**
 * How a job and its stream are doing. `status` tells the members apart, and every member has every key.
 *
 * - `idle`: nothing was asked for, or it waits for `start()`.
 * - `connecting`, `running`, `reconnecting`: as the connection.
 * - `done`: the job is done. The value is 1.
 * - `failed`: the job has failed (kind `job`), its stream has ended too early (`incomplete`), or the
 *   connection has failed.
 * - `cancelled`: `cancel()` was called, or the store was closed.
 */
export type ProgressState =
  | {
      /** How the job, or its stream, is doing. It tells the members of the union apart. */
      status: 'idle' | 'connecting' | 'running' | 'done' | 'cancelled';
      /**
       * Why it has `failed`: the job (`job`), an early end (`incomplete`) or the connection. Or why it is
       * `reconnecting`.
       */
      error: null;
      /**
       * While `reconnecting`: when the next try comes, in milliseconds since the epoch. Null if that is under way or
       * not known.
       */
      retryAt: null;
    }
  | { status: 'reconnecting'; error: StreamError | null; retryAt: number | null }
  | { status: 'failed'; error: StreamError; retryAt: null };

/** How a run has come out. */
export type ProgressOutcome =
  { status: 'done' } | { status: 'cancelled' } | { status: 'failed'; error: StreamError };

/** How a job is doing, by its connection's state and by how it has come out, if it has. */
export function progressStateOf(
  state: ConnectionState,
  outcome: ProgressOutcome | null,
): ProgressState {
  const nothing = { error: null, retryAt: null } as const;
  if (outcome?.status === 'failed') return { ...nothing, ...outcome };
  if (outcome) return { ...nothing, ...outcome };
  switch (state.status) {
    case 'open':
      return { ...nothing, status: 'running' };
    case 'closed':
      return { ...nothing, status: 'cancelled' };
    case 'failed':
      return { ...nothing, status: 'failed', error: state.error };
    case 'reconnecting':
      return { status: 'reconnecting', error: state.error, retryAt: state.retryAt };
    case 'idle':
    case 'connecting':
      return { ...nothing, status: state.status };
  }
}

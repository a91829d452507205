import { useState } from 'react';
import type { ConnectionState } from 'use-event-stream';
import { age } from './log/readLine.ts';
import { useNow } from './useNow.ts';

type Retried = Pick<ConnectionState, 'retryAt'>;

/** While a stream is lost: how old what is shown of it is, and when it is tried again. Nothing else. */
export function Freshness({ state }: { state: Retried & { status: string } }) {
  return state.status === 'reconnecting' ? <Stale retryAt={state.retryAt} /> : null;
}

/** It is mounted when the stream is lost, so that is when its life begins. */
function Stale({ retryAt }: Retried) {
  const [lostAt] = useState(Date.now);
  const now = useNow(true);
  return (
    <span className="freshness" data-testid="freshness">
      as of {age(lostAt, now)} ago, {nextTry(retryAt, now)}
    </span>
  );
}

/** When the next try comes, such as `next try in 3 s`. */
export const nextTry = (retryAt: number | null, now: number): string =>
  retryAt === null
    ? 'trying now'
    : `next try in ${Math.ceil(Math.max(0, retryAt - now) / 1_000)} s`;

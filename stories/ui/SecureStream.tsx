import { useState, useSyncExternalStore } from 'react';
import { useEventStream } from 'use-event-stream';
import type { Demo } from '../demo.tsx';
import { Card } from './Card.tsx';
import { errorText } from './errorText.ts';
import { Figure, ReceivedNumbers } from './ReceivedNumbers.tsx';
import { numbered } from './sequence.ts';
import { StatusBadge } from './StatusBadge.tsx';
import { TokenSource } from './tokenSource.ts';
import { useNow } from './useNow.ts';

/** A stream behind a short-lived token: when it runs out the server answers 401 and the stream goes on with a new one. */
export function SecureStream({ demo, lifetime }: { demo: Demo; lifetime: number }) {
  const [tokens] = useState(() => new TokenSource(demo.url(`/api/token?ttl=${lifetime}`)));
  const { current, fetched, refused } = useSyncExternalStore(tokens.subscribe, tokens.getState);
  const { status, data, error } = useEventStream(demo.url('/api/secure?interval=250'), {
    ...numbered,
    headers: tokens.headers,
  });
  return (
    <Card title="Signed-in stream" aside={<StatusBadge status={status} />}>
      <dl className="figures" aria-label="Token">
        <Figure label="Tokens fetched" value={fetched} />
        <Figure label="Answers with 401" value={refused} />
        <div>
          <dt>Runs out</dt>
          <dd>{current ? <TimeLeft until={current.expiresAt} /> : '–'}</dd>
        </div>
        <Figure label="Token" value={current ? `…${current.token.slice(-8)}` : '–'} />
      </dl>
      <ReceivedNumbers received={data} />
      {status === 'failed' && (
        <p role="alert" className="alert">
          {errorText(error)}
        </p>
      )}
    </Card>
  );
}

function TimeLeft({ until }: { until: number }) {
  const seconds = Math.max(0, until - useNow(true)) / 1_000;
  return seconds === 0 ? 'expired' : `in ${seconds.toFixed(1)} s`;
}

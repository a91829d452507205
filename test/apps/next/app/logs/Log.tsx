'use client';

import { useLogTail } from 'use-event-stream';

/** The newest 50 lines of a log. */
export function Log() {
  const { lines, total, status } = useLogTail('/api/logs?rate=400&count=200', { maxLines: 50 });
  return (
    <>
      <p data-testid="status">{status}</p>
      <p data-testid="total">{total}</p>
      <ol>
        {lines.map((line) => (
          <li key={line.id}>{line.text}</li>
        ))}
      </ol>
    </>
  );
}

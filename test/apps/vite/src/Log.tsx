import { useState } from 'react';
import { useLogTail } from 'use-event-stream';

/** A log with a filter, a pause and a copy of its text. */
export function Log() {
  const [search, setSearch] = useState('');
  const [copy, setCopy] = useState('');
  const log = useLogTail('logs?rate=50', { maxLines: 30, filter: { text: search } });
  const { lines, total, pending, paused, follow, setFollow, toText } = log;
  return (
    <section aria-label="Log" data-status={log.status}>
      <input
        aria-label="Search"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <button onClick={paused ? log.resume : log.pause}>{paused ? 'Resume' : 'Pause'}</button>
      <button onClick={() => setFollow(!follow)}>
        {follow ? 'Leave the end' : 'Follow the end'}
      </button>
      <button onClick={() => setCopy(toText())}>Copy</button>
      <p data-testid="total">{total}</p>
      <p data-testid="pending">{pending}</p>
      <pre data-testid="copy">{copy}</pre>
      <ol>
        {lines.map((line) => (
          <li key={line.id}>{line.text}</li>
        ))}
      </ol>
    </section>
  );
}

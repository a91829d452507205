import { useState } from 'react';
import type { LogTail } from 'use-event-stream';
import { countOf } from './count.ts';
import { rowsAfter } from './rows.ts';

/** Comes back to the end, and tells how many lines have come there since somebody left it or paused. */
export function NewLines({ log }: { log: LogTail }) {
  const { lines, follow, setFollow, paused, pending, resume } = log;
  const lastId = lines.at(-1)?.id ?? -1;
  const [seenId, setSeenId] = useState(lastId);
  if (follow && seenId !== lastId) setSeenId(lastId);
  const waiting = paused ? pending : follow ? 0 : rowsAfter(lines, seenId);
  if (waiting === 0) return null;
  return (
    <button
      type="button"
      className="primary log-new"
      onClick={() => {
        if (paused) resume();
        setFollow(true);
      }}
    >
      {countOf(waiting, 'new line')}
    </button>
  );
}

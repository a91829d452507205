import { useState } from 'react';
import type { LogTail } from 'use-event-stream';
import { rowsAfter } from '../../docs/client/useFollow.ts';
import { Icon } from '../Icon.tsx';
import { countOf } from './count.ts';

/** What a reader is told who is not at the end: what is new there, and that what is read may go. */
export function LogFloat({ log }: { log: LogTail }) {
  const { lines, follow, setFollow, paused, pause, dropped } = log;
  const lastId = lines.at(-1)?.id ?? -1;
  const [seenId, setSeenId] = useState(lastId);
  if (follow && seenId !== lastId) setSeenId(lastId);
  if (follow) return null;
  const news = rowsAfter(lines, seenId);
  return (
    <div className="log-float">
      {dropped.lines > 0 && !paused && (
        <p className="log-falling" role="status">
          The log is full: its oldest lines fall away.
          <button type="button" onClick={pause}>
            Keep them
          </button>
        </p>
      )}
      {news > 0 && (
        <button
          type="button"
          className="primary log-new"
          onClick={() => {
            setFollow(true);
          }}
        >
          <Icon name="down" />
          {countOf(news, 'new line')}
        </button>
      )}
    </div>
  );
}

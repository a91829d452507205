import { useCallback, useState } from 'react';
import type { StreamError } from 'use-event-stream';
import { errorText } from './errorText.ts';
import { localTime } from './log/readLine.ts';

/** Something that has happened to a connection. */
export interface Moment {
  readonly key: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly tone: 'quiet' | 'good' | 'busy' | 'bad';
  readonly text: string;
}

/** How many moments are kept. */
const MOST = 50;

/** What has happened, the newest first. */
export function useTimeline() {
  const [moments, setMoments] = useState<readonly Moment[]>([]);
  const add = useCallback((tone: Moment['tone'], text: string) => {
    setMoments((before) => {
      const key = (before[0]?.key ?? 0) + 1;
      return [{ key, at: Date.now(), tone, text }, ...before].slice(0, MOST);
    });
  }, []);
  const addError = useCallback(
    (error: StreamError) => {
      add('bad', `${error.kind}: ${errorText(error)}`);
    },
    [add],
  );
  return { moments, add, addError };
}

/** What has happened to a connection, the newest first. */
export function Timeline({ moments }: { moments: readonly Moment[] }) {
  return (
    <div className="scroller timeline" role="region" aria-label="Timeline" tabIndex={0}>
      {moments.length === 0 && <p className="placeholder">Nothing has happened yet.</p>}
      <ol aria-live="polite" aria-label="What has happened">
        {moments.map(({ key, at, tone, text }) => (
          <li key={key} data-tone={tone}>
            <time dateTime={new Date(at).toISOString()}>{localTime(at)}</time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

import { useMemo, useState } from 'react';
import type { LineList } from 'use-event-stream';
import { plainText, searchOf } from './pieces.ts';
import { useThrottled } from './useThrottled.ts';

/** How often the matches are looked for again while lines come, in milliseconds. */
const PACE = 250;

/** What is searched for, and what is found. */
export interface Search {
  query: string;
  setQuery: (query: string) => void;
  /** How many lines match. */
  count: number;
  /** The place of the current match among them, from 1; 0 where there is none. */
  position: number;
  /** The id of the line of the current match. */
  currentId: number | null;
  /** Goes to the next match, or the one before (-1), from the last one to the first. */
  go: (step: 1 | -1) => void;
}

function idsOfMatches(lines: LineList, query: string): readonly number[] {
  if (query === '') return [];
  const { source, flags } = searchOf(query);
  const found = new RegExp(source, flags.replace('g', ''));
  const ids: number[] = [];
  for (const { id, text } of lines) if (found.test(plainText(text))) ids.push(id);
  return ids;
}

/** Searches lines for a text. Marking the matches is up to whoever shows the lines. */
export function useSearch(lines: LineList): Search {
  const [query, setQuery] = useState('');
  const [currentId, setCurrentId] = useState<number | null>(null);
  const searched = useThrottled(lines, PACE);
  const ids = useMemo(() => idsOfMatches(searched, query), [searched, query]);
  const at = currentId === null ? -1 : ids.indexOf(currentId);
  return {
    query,
    setQuery(next) {
      setQuery(next);
      setCurrentId(null);
    },
    count: ids.length,
    position: at + 1,
    currentId: at === -1 ? null : currentId,
    go(step) {
      // Without a current one the newest is the first to be seen, and the oldest comes next.
      const next = at === -1 && step === -1 ? -1 : (at + step) % ids.length;
      setCurrentId(ids.at(next) ?? null);
    },
  };
}

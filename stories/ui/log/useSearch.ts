import { useEffect, useRef, useState } from 'react';
import type { LineList } from 'use-event-stream';
import { plainText, searchOf } from '../../docs/client/ansi.ts';
import { rowsAfter } from '../../docs/client/useFollow.ts';
import { shownText, type TimeMode } from './readLine.ts';

/** How often new lines are looked through, in milliseconds. */
const PACE = 100;
/** How long one look may take, in milliseconds: the page is to answer meanwhile. */
const BUDGET = 8;
/** How many lines are looked through before the clock is asked. */
const BATCH = 1_000;

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

/** Looks each line through once, when it has come. */
class Finder {
  /** The ids of the lines that match. */
  ids: readonly number[] = [];
  readonly #pattern: RegExp;
  readonly #time: TimeMode;
  /** The id of the last line that was looked through. */
  #lastId = -1;

  constructor(query: string, time: TimeMode) {
    const { source, flags } = searchOf(query);
    this.#pattern = new RegExp(source, flags.replace('g', ''));
    this.#time = time;
  }

  /** Looks through what has come; true where that is all. */
  look(lines: LineList): boolean {
    const firstId = lines.at(0)?.id ?? Infinity;
    const found = this.ids.filter((id) => id >= firstId);
    const end = performance.now() + BUDGET;
    let index = lines.length - rowsAfter(lines, this.#lastId);
    while (index < lines.length && performance.now() < end) {
      for (const row of lines.slice(index, index + BATCH)) {
        if (row.kind === 'line' && this.#matches(row)) found.push(row.id);
        this.#lastId = row.id;
      }
      index += BATCH;
    }
    if (found.length !== this.ids.length || found[0] !== this.ids[0]) this.ids = found;
    return index >= lines.length;
  }

  /** What is not in the line at all is not in what is shown of it. */
  #matches(line: Parameters<typeof shownText>[0]): boolean {
    return (
      this.#pattern.test(plainText(line.text)) &&
      this.#pattern.test(plainText(shownText(line, this.#time)))
    );
  }
}

/** What decides which lines are looked through, and what of them. */
interface SearchOptions {
  /** Another one begins the search again. */
  filter: object;
  time: TimeMode;
}

/** Searches lines for a text. Marking the matches is up to who shows the lines. */
export function useSearch(lines: LineList, { filter, time }: SearchOptions): Search {
  const [query, setQuery] = useState('');
  const [ids, setIds] = useState<readonly number[]>([]);
  const [currentId, setCurrentId] = useState<number | null>(null);
  const latest = useRef(lines);
  useEffect(() => {
    latest.current = lines;
  }, [lines]);
  useEffect(() => {
    if (query === '') return;
    const finder = new Finder(query, time);
    const look = () => {
      const isDone = finder.look(latest.current);
      setIds(finder.ids);
      timer = setTimeout(look, isDone ? PACE : 0);
    };
    let timer = setTimeout(look);
    return () => {
      clearTimeout(timer);
    };
  }, [query, filter, time]);
  const at = currentId === null ? -1 : ids.indexOf(currentId);
  return {
    query,
    setQuery(next) {
      setQuery(next);
      setIds([]);
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

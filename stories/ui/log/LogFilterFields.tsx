import { useEffect, useState } from 'react';
import type { LogFilter, LogLevel, LogLine, LogTail } from 'use-event-stream';
import { Icon } from '../Icon.tsx';
import { count, shortCount } from './count.ts';

/** The gravest first. */
const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** How often the levels are counted, in milliseconds. */
const PACE = 500;

/** What is shown of a log, and the filter of the hook that comes of it. */
export interface ShowOnly {
  readonly levels: readonly LogLevel[];
  readonly filter: LogFilter;
}

export const showAll: ShowOnly = { levels: [], filter: {} };

/** Lines of these levels only; without any those of all. The test stays the same until the levels change. */
function ofLevels({ filter }: ShowOnly, levels: readonly LogLevel[]): ShowOnly {
  const test = ({ level }: LogLine) => level !== null && levels.includes(level);
  return { levels, filter: { text: filter.text, test: levels.length === 0 ? undefined : test } };
}

/** Whether lines may be hidden. */
export const isNarrowed = ({ levels, filter }: ShowOnly): boolean =>
  levels.length > 0 || Boolean(filter.text);

interface FilterProps {
  shown: ShowOnly;
  onChange: (shown: ShowOnly) => void;
}

/** Only lines with a text are shown. */
export function LogFilterField({ shown, onChange }: FilterProps) {
  return (
    <div className="field log-filter">
      <Icon name="filter" />
      <input
        type="search"
        aria-label="Show only lines with"
        placeholder="Show only…"
        value={shown.filter.text ?? ''}
        onChange={({ target }) => {
          onChange({ ...shown, filter: { ...shown.filter, text: target.value } });
        }}
      />
    </div>
  );
}

/** How many lines have each level: pressed, only those are shown. */
export function LogLevels({ log, shown, onChange }: FilterProps & { log: LogTail }) {
  const counts = useCounts(log);
  return (
    <div className="log-levels" role="group" aria-label="Show only levels">
      {LEVELS.map((level) => {
        const isOn = shown.levels.includes(level);
        const others = shown.levels.filter((other) => other !== level);
        return (
          <button
            key={level}
            type="button"
            className="chip"
            data-level={level}
            data-none={counts[level] === 0 || undefined}
            aria-pressed={isOn}
            onClick={() => {
              onChange(ofLevels(shown, isOn ? others : [...others, level]));
            }}
          >
            {level} <span title={count(counts[level])}>{shortCount(counts[level])}</span>
          </button>
        );
      })}
    </div>
  );
}

/** How many lines have each level, as it was a moment ago. */
function useCounts({ countLevels }: LogTail) {
  const [counts, setCounts] = useState(countLevels);
  useEffect(() => {
    const timer = setInterval(() => {
      setCounts((before) => {
        const now = countLevels();
        return LEVELS.every((level) => now[level] === before[level]) ? before : now;
      });
    }, PACE);
    return () => {
      clearInterval(timer);
    };
  }, [countLevels]);
  return counts;
}

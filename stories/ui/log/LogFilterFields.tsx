import type { LogFilter, LogLevel } from 'use-event-stream';

const LEVELS: readonly (readonly [LogLevel, string])[] = [
  ['trace', 'All levels'],
  ['debug', 'Debug and up'],
  ['info', 'Info and up'],
  ['warn', 'Warn and up'],
  ['error', 'Error and up'],
];

interface LogFilterFieldsProps {
  filter: LogFilter;
  onChange: (filter: LogFilter) => void;
}

/** Which lines are shown: those with a text, from a level up. */
export function LogFilterFields({ filter, onChange }: LogFilterFieldsProps) {
  return (
    <>
      <input
        type="search"
        aria-label="Filter lines"
        placeholder="Filter"
        value={filter.text ?? ''}
        onChange={({ target }) => {
          onChange({ ...filter, text: target.value });
        }}
      />
      <select
        aria-label="Lowest level"
        value={filter.minLevel ?? 'trace'}
        onChange={({ target }) => {
          const level = LEVELS.find(([name]) => name === target.value)?.[0];
          onChange({ ...filter, minLevel: level === 'trace' ? undefined : level });
        }}
      >
        {LEVELS.map(([level, label]) => (
          <option key={level} value={level}>
            {label}
          </option>
        ))}
      </select>
    </>
  );
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import {
  useLogTail,
  type LogFilter,
  type LogLevel,
  type LogOptions,
  type LogRow,
  type LogTail,
} from 'use-event-stream';
import { Card } from './Card.tsx';
import { StatusBadge } from './StatusBadge.tsx';

const ROW_HEIGHT = 22;
/** How far from the end, in pixels, still counts as at the end. */
const NEAR_END = ROW_HEIGHT * 2;
const LEVELS: readonly (readonly [LogLevel, string])[] = [
  ['trace', 'All levels'],
  ['debug', 'Debug and up'],
  ['info', 'Info and up'],
  ['warn', 'Warn and up'],
  ['error', 'Error and up'],
];
const count = new Intl.NumberFormat('en');

interface LogViewerProps {
  url: string;
  options: LogOptions;
}

/** The end of a log: followed, paused, cleared and filtered, with only the lines in sight in the document. */
export function LogViewer({ url, options }: LogViewerProps) {
  const [filter, setFilter] = useState<LogFilter>({ text: '', minLevel: 'trace' });
  const log = useLogTail(url, { ...options, stripAnsi: true, maxLines: 10_000, filter });
  return (
    <Card title="Service log" aside={<StatusBadge status={log.status} />}>
      <div className="toolbar">
        <FilterFields filter={filter} onChange={setFilter} />
        <LogControls log={log} />
      </div>
      <LogRows log={log} />
      <p className="footnote log-counts">
        <span data-testid="shown">
          {count.format(log.lines.length)} of {count.format(log.total)} lines
        </span>
        <span data-testid="pending">{count.format(log.pending)} waiting</span>
        <span>{count.format(log.dropped.lines)} dropped</span>
      </p>
    </Card>
  );
}

interface FilterFieldsProps {
  filter: LogFilter;
  onChange: (filter: LogFilter) => void;
}

function FilterFields({ filter, onChange }: FilterFieldsProps) {
  return (
    <>
      <input
        type="search"
        aria-label="Filter lines"
        placeholder="Filter"
        value={filter.text}
        onChange={({ target }) => {
          onChange({ ...filter, text: target.value });
        }}
      />
      <select
        aria-label="Lowest level"
        value={filter.minLevel}
        onChange={({ target }) => {
          onChange({ ...filter, minLevel: LEVELS.find(([level]) => level === target.value)?.[0] });
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

function LogControls({ log }: { log: LogTail }) {
  const { follow, setFollow, paused, pause, resume, clear, download } = log;
  return (
    <>
      <button
        type="button"
        aria-pressed={follow}
        onClick={() => {
          setFollow(!follow);
        }}
      >
        Follow
      </button>
      <button type="button" aria-pressed={paused} onClick={paused ? resume : pause}>
        Pause
      </button>
      <button type="button" onClick={clear}>
        Clear
      </button>
      <button
        type="button"
        onClick={() => {
          download('service.log');
        }}
      >
        Download
      </button>
    </>
  );
}

function LogRows({ log: { lines, follow, setFollow } }: { log: LogTail }) {
  const scroller = useRef<HTMLDivElement>(null);
  const before = useRef(lines);
  // The compiler leaves this component alone, as it should: the virtualizer changes in place.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => lines.at(index)?.id ?? index,
    overscan: 8,
  });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (follow) element.scrollTop = element.scrollHeight;
    // Who reads further up keeps the place while lines fall out above.
    else element.scrollTop -= rowsGone(before.current, lines) * ROW_HEIGHT;
    before.current = lines;
  }, [lines, follow]);
  return (
    <div
      ref={scroller}
      className="scroller log"
      role="log"
      aria-label="Lines"
      // Ten lines a second are more than anybody wants to hear.
      aria-live="off"
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        const { scrollHeight, scrollTop, clientHeight } = currentTarget;
        setFollow(scrollHeight - scrollTop - clientHeight <= NEAR_END);
      }}
    >
      <div className="log-rows" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <Row key={String(key)} row={lines.at(index)} top={start} />
        ))}
      </div>
    </div>
  );
}

function Row({ row, top }: { row: LogRow | undefined; top: number }) {
  if (!row) return null;
  const style = { height: ROW_HEIGHT, transform: `translateY(${top}px)` };
  if (row.kind === 'gap') {
    return (
      <div className="log-row log-gap" style={style}>
        {row.missing === null ? 'Lines are missing' : `${row.missing} lines are missing`}
      </div>
    );
  }
  return (
    <div className="log-row" style={style} data-id={row.id} data-level={row.level}>
      <span className="log-number">{row.id + 1}</span>
      <span className="log-text">{row.text}</span>
    </div>
  );
}

/** How many rows of a list have fallen out at its beginning. */
function rowsGone(before: LogTail['lines'], now: LogTail['lines']): number {
  const first = now.at(0)?.id ?? 0;
  let gone = 0;
  while ((before.at(gone)?.id ?? Infinity) < first) gone += 1;
  return gone;
}

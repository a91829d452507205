/** Logs, shown by a list that renders only what is visible. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import {
  useLogTail,
  type LineList,
  type LogFilter,
  type LogGap,
  type LogInput,
  type LogLevel,
  type LogLine,
  type LogOptions,
  type LogTail,
} from 'use-event-stream';
import { typeOf } from './equal.ts';

function LogRow({ row }: { row: LogLine | LogGap }) {
  return row.kind === 'gap' ? <hr /> : <div data-level={row.level}>{row.text}</div>;
}

export function PodLog({ pod }: { pod: string }) {
  const [filter, setFilter] = useState<LogFilter>({ minLevel: 'info' });
  const log = useLogTail(`/api/v1/pods/${pod}/log?follow=1`, {
    format: 'lines',
    maxLines: 200_000,
    maxBytes: 64 * 2 ** 20,
    filter,
  });
  const parent = useRef<HTMLDivElement>(null);
  const { lines, follow } = log;
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => parent.current,
    estimateSize: () => 18,
    getItemKey: (index) => lines.at(index)?.id ?? index,
  });
  useEffect(() => {
    if (follow && lines.length > 0) rows.scrollToIndex(lines.length - 1);
  }, [follow, lines, rows]);
  return (
    <>
      <input
        onChange={(event) => {
          setFilter((before) => ({ ...before, text: event.target.value }));
        }}
      />
      <span>
        {lines.length} of {log.total}, {log.dropped.lines} dropped
      </span>
      <button
        onClick={() => {
          log.setFollow(!follow);
        }}
      >
        Follow
      </button>
      <button
        onClick={() => {
          log.download(`${pod}.log`);
        }}
      >
        Download
      </button>
      <div ref={parent} role="log">
        {rows.getVirtualItems().map(({ index, key }) => {
          const row = lines.at(index);
          return row && <LogRow key={key} row={row} />;
        })}
      </div>
    </>
  );
}

export function useLineList() {
  const { lines, partial, pending, missed, firstId } = useLogTail('/log');
  typeOf(lines).is<LineList>();
  // @ts-expect-error a list of lines is no array, and immutable
  const rows: readonly unknown[] = lines;
  const texts: string[] = lines.map(({ text }) => text);
  for (const row of lines) if (row.kind === 'line') typeOf(row).is<LogLine>();
  return [
    ...texts,
    ...lines.slice(-2).map(({ text }) => text),
    partial,
    pending,
    missed,
    firstId,
    rows,
  ];
}

export function useStatusNarrowing() {
  const { status, error } = useLogTail('/log');
  return status === 'failed' ? error.message : null;
}

const levels: Readonly<Record<string, LogLevel>> = { W: 'warn', E: 'error' };

const options: LogOptions = {
  events: ['log'],
  until: 'done',
  parse(data, { type }): LogInput | null {
    const level = levels[data.charAt(0)];
    if (type === 'ping') return null;
    return level ? { text: data, level } : data;
  },
  filter: { pattern: /error/i, test: ({ level }) => level !== 'debug' },
  cr: 'newline',
  throttle: 100,
};

export function useHistory(
  getLines: (signal: AbortSignal) => Promise<{ text: string; level?: LogLevel }[]>,
) {
  useLogTail('/log', {
    history: async (signal) => ({ lines: await getLines(signal), lastEventId: '7' }),
  });
  useLogTail('/log', { history: 'backlog', parse: (data) => data.split(',') });
  // @ts-expect-error a history is lines, and whoever has them says where they end
  useLogTail('/log', { history: () => Promise.resolve(['a']) });
}

export function useMistakes() {
  // @ts-expect-error bytes are no lines
  useLogTail('/log', { format: 'bytes' });
  // @ts-expect-error there is no such level
  useLogTail('/log', { filter: { minLevel: 'loud' } });
  // @ts-expect-error a buffer of lines is bounded by maxLines
  useLogTail('/log', { maxEvents: 3 });
}

/** The result is nameable, so that a component can take it as a property. */
export function Follow({ follow, setFollow, toText }: LogTail) {
  return (
    <button
      title={toText({ filtered: true, stripAnsi: true })}
      onClick={() => {
        setFollow(!follow);
      }}
    />
  );
}

export function FollowOf({ url }: { url: string | null }) {
  return <Follow {...useLogTail(url, options)} />;
}

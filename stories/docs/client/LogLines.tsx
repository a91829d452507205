import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  type ReactNode,
  type RefObject,
} from 'react';
import type { LogRow, LogTail } from 'use-event-stream';
import { rowsAfter, useFollow } from './useFollow.ts';

/** How high a row of one line is, in pixels. */
const rowHeight = 22;

interface LogLinesProps {
  /** What `useLogTail` has returned. */
  log: LogTail;
  label: string;
  /** Whether a row may be higher than one line: those in sight are then measured. Default false. */
  isMeasured?: boolean;
  /** The id of a row to bring into sight; null for none. The log is not followed any more then. */
  shownId?: number | null;
  /** Whether lines come slowly enough to be read out. Default false. */
  isSlow?: boolean;
  /** Renders a row. */
  children: (row: LogRow) => ReactNode;
}

/**
 * The lines of a log, of which only those in sight are in the document. It stays at its end until the reader scrolls
 * up; what is read then stands still, while the oldest lines go and new ones come.
 */
export function LogLines(props: LogLinesProps) {
  const { log, label, isMeasured = false, shownId = null, isSlow = false, children } = props;
  const { lines, follow, firstId } = log;
  const scroller = useRef<HTMLDivElement>(null);
  // Read out, or measured, a row must be known by its line; else those that go lend their elements to those that come.
  const rows = useRows(log, scroller, follow && !isMeasured && !isSlow);
  const height = rows.getTotalSize();
  const { leave, on } = useFollow(scroller, { ...log, height });
  useShown(rows, { lines, leave }, shownId);
  useMeasuring(rows, { isMeasured, follow });
  useEffect(() => {
    forgetRows(rows, firstId, lines.length);
  });
  return (
    <div
      ref={scroller}
      className="scroller log"
      role="log"
      aria-label={label}
      aria-live={isSlow && follow ? 'polite' : 'off'}
      tabIndex={0}
      // What is read is held by the virtual list, not by the browser.
      style={{ overflow: 'auto', overflowAnchor: 'none' }}
      {...on}
    >
      <div style={{ position: 'relative', height }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const row = lines.at(index);
          return (
            <div
              key={String(key)}
              ref={isMeasured ? rows.measureElement : null}
              className="log-place"
              data-index={index}
              style={{
                position: 'absolute',
                top: 0,
                left: 0,
                minWidth: '100%',
                transform: `translateY(${start}px)`,
              }}
            >
              {row && children(row)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

type Rows = ReturnType<typeof useRows>;

const byIndex = (index: number) => index;

/** The virtual rows. Their end anchor holds what is read, to the pixel, while rows go at the front and come at the end. */
function useRows(
  { lines, follow }: LogTail,
  scroller: RefObject<HTMLDivElement | null>,
  isRecycled: boolean,
) {
  const byId = useCallback((index: number) => lines.at(index)?.id ?? index, [lines]);
  // The compiler leaves this component alone, as it should: the virtualizer changes in place.
  // eslint-disable-next-line react-hooks/incompatible-library
  return useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => rowHeight, []),
    // With other keys the list is measured again, all of it.
    getItemKey: isRecycled ? byIndex : byId,
    anchorTo: follow ? 'start' : 'end',
    overscan: 8,
  });
}

/** Measures again once rows may be higher than a line, or not any more, and leaves the reader at the same line. */
function useMeasuring(
  rows: Rows,
  { isMeasured, follow }: { isMeasured: boolean; follow: boolean },
): void {
  const before = useRef(isMeasured);
  useLayoutEffect(() => {
    if (before.current === isMeasured) return;
    before.current = isMeasured;
    const top = rows.getVirtualItemForOffset(rows.scrollOffset ?? 0);
    rows.measure();
    if (top && !follow) rows.scrollToIndex(top.index, { align: 'start' });
  }, [rows, isMeasured, follow]);
}

/** Brings a row into sight, once it is there. */
function useShown(
  rows: Rows,
  { lines, leave }: { lines: LogTail['lines']; leave: () => void },
  id: number | null,
): void {
  const shown = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (id === shown.current) return;
    const index = id === null ? -1 : lines.length - rowsAfter(lines, id - 1);
    if (id !== null && lines.at(index)?.id !== id) return;
    shown.current = id;
    if (id === null) return;
    leave();
    rows.scrollToIndex(index, { align: 'center' });
  }, [rows, lines, leave, id]);
}

/** Forgets the heights of rows that are gone, which the virtualizer would keep. */
function forgetRows(rows: Rows, firstId: number, kept: number): void {
  if (rows.itemSizeCache.size <= kept * 2) return;
  for (const key of rows.itemSizeCache.keys()) {
    if (Number(key) < firstId) rows.itemSizeCache.delete(key);
  }
}

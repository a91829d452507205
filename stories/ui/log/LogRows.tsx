import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import type { LogTail } from 'use-event-stream';
import { indexFrom } from './rows.ts';
import { Row } from './Row.tsx';
import { useFollowing } from './useFollowing.ts';
import type { Search } from './useSearch.ts';

/** How high a line is that is not wrapped, in pixels. */
const ROW_HEIGHT = 22;

interface LogRowsProps {
  log: LogTail;
  wrap: boolean;
  search: Search;
  /** Whether lines come slowly enough to be read out. */
  isSlow: boolean;
}

/** The lines of a log, of which only those in sight are in the document. */
export function LogRows({ log, wrap, search, isSlow }: LogRowsProps) {
  const { lines, follow, firstId } = log;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRows(log, scroller);
  const height = rows.getTotalSize();
  const { leave, on } = useFollowing(scroller, log, height);
  useCurrentMatch(rows, { lines, leave }, search.currentId);
  useWrap(rows, { wrap, follow });
  useEffect(() => {
    forgetRows(rows, firstId, lines.length);
  });
  return (
    <div
      ref={scroller}
      className="scroller log"
      role="log"
      aria-label="Lines"
      aria-live={isSlow && follow ? 'polite' : 'off'}
      tabIndex={0}
      data-wrap={wrap || undefined}
      {...on}
    >
      <div className="log-rows" style={{ height }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const row = lines.at(index);
          return (
            <div
              key={String(key)}
              ref={wrap ? rows.measureElement : null}
              className="log-place"
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
            >
              {row && (
                <Row row={row} query={search.query} isCurrent={row.id === search.currentId} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

type Rows = ReturnType<typeof useRows>;

/** The virtual rows. Their end anchor holds what is read, to the pixel, while rows go at the front and come at the end. */
function useRows({ lines, follow }: LogTail, scroller: RefObject<HTMLDivElement | null>) {
  // The compiler leaves this component alone, as it should: the virtualizer changes in place.
  // eslint-disable-next-line react-hooks/incompatible-library
  return useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => ROW_HEIGHT, []),
    getItemKey: useCallback((index: number) => lines.at(index)?.id ?? index, [lines]),
    anchorTo: follow ? 'start' : 'end',
    overscan: 8,
  });
}

/** Measures again once lines are wrapped or not, and leaves the reader at the same line. */
function useWrap(rows: Rows, { wrap, follow }: { wrap: boolean; follow: boolean }): void {
  const before = useRef(wrap);
  useLayoutEffect(() => {
    if (before.current === wrap) return;
    before.current = wrap;
    const top = rows.getVirtualItemForOffset(rows.scrollOffset ?? 0);
    rows.measure();
    if (top && !follow) rows.scrollToIndex(top.index, { align: 'start' });
  }, [rows, wrap, follow]);
}

/** Shows the match that the search has come to, and no less where it stands far to the right. */
function useCurrentMatch(
  rows: Rows,
  { lines, leave }: { lines: LogTail['lines']; leave: () => void },
  id: number | null,
): void {
  const shown = useRef<number | null>(null);
  const uncovered = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (id === shown.current) return;
    shown.current = id;
    if (id === null) return;
    leave();
    rows.scrollToIndex(indexFrom(lines, id), { align: 'center' });
  }, [rows, lines, leave, id]);
  // Its row may come with a later render.
  useLayoutEffect(() => {
    const scroller = rows.scrollElement;
    const mark = scroller?.querySelector<HTMLElement>('[data-current] mark');
    if (!scroller || !mark || uncovered.current === id) return;
    uncovered.current = id;
    const end = mark.offsetLeft + mark.offsetWidth + ROW_HEIGHT;
    scroller.scrollTo({ left: Math.max(0, end - scroller.clientWidth) });
  });
}

/** Forgets the heights of rows that are gone, which the virtualizer would keep for ever. */
function forgetRows(rows: Rows, firstId: number, kept: number): void {
  if (rows.itemSizeCache.size <= kept * 2) return;
  for (const key of rows.itemSizeCache.keys()) {
    if (Number(key) < firstId) rows.itemSizeCache.delete(key);
  }
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useRef, useState, type ComponentType } from 'react';
import { Virtuoso } from 'react-virtuoso';
import { useLogTail, type LogOptions, type LogRow, type LogTail } from 'use-event-stream';
import { useFollow } from '../../../stories/docs/client/useFollow.ts';

/** How high a row is, in pixels. */
export const rowHeight = 20;
/** How high the lists are, in pixels. */
export const listHeight = 400;

interface VirtualLogProps {
  url: string;
  options: LogOptions;
  /** Told of every commit. */
  onCommit: (log: LogTail) => void;
}

/** A log in a virtual list that scrolls in the element with the role `log`. */
export type VirtualLog = ComponentType<VirtualLogProps>;

function Row({ row }: { row: LogRow | undefined }) {
  return (
    <div data-id={row?.id} tabIndex={-1} style={{ height: rowHeight }}>
      {row?.text}
    </div>
  );
}

function FollowButton({ log }: { log: LogTail }) {
  return (
    <button
      aria-pressed={log.follow}
      onClick={() => {
        log.setFollow(true);
      }}
    >
      Follow
    </button>
  );
}

/** With `@tanstack/react-virtual`, whose end anchor holds what is read. */
export const TanstackLog: VirtualLog = ({ url, options, onCommit }) => {
  const log = useLogTail(url, options);
  const { lines, follow } = log;
  const scroller = useRef<HTMLDivElement>(null);
  // The compiler leaves this component alone, as it should: the virtualizer changes in place.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => rowHeight, []),
    getItemKey: useCallback((index: number) => lines.at(index)?.id ?? index, [lines]),
    anchorTo: follow ? 'start' : 'end',
    overscan: 5,
  });
  const { on } = useFollow(scroller, log);
  useLayoutEffect(() => {
    onCommit(log);
  });
  return (
    <>
      <div
        ref={scroller}
        role="log"
        style={{ height: listHeight, overflow: 'auto', overflowAnchor: 'none' }}
        {...on}
      >
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(({ key, index, start }) => (
            <div key={String(key)} style={{ position: 'absolute', top: start }}>
              <Row row={lines.at(index)} />
            </div>
          ))}
        </div>
      </div>
      <FollowButton log={log} />
    </>
  );
};

/**
 * With `react-virtuoso`, which moves what is read when rows go at its front, with `firstItemIndex` too. So it is not
 * told while somebody reads: the rows that have gone stay as empty ones, until the list follows again.
 */
export const VirtuosoLog: VirtualLog = ({ url, options, onCommit }) => {
  const log = useLogTail(url, options);
  const { lines, follow } = log;
  const scroller = useRef<HTMLElement>(null);
  const first = lines.at(0)?.id ?? 0;
  const [start, setStart] = useState(first);
  if (follow && start !== first) setStart(first);
  const gone = first - start;
  const rowAt = (index: number) => (index < gone ? undefined : lines.at(index - gone));
  const { stay, on } = useFollow(scroller, log);
  useLayoutEffect(() => {
    onCommit(log);
  });
  return (
    <>
      <Virtuoso
        scrollerRef={(element) => {
          if (element instanceof HTMLElement) scroller.current = element;
        }}
        role="log"
        style={{ height: listHeight, overflowAnchor: 'none' }}
        totalCount={gone + lines.length}
        fixedItemHeight={rowHeight}
        computeItemKey={(index) => start + index}
        itemContent={(index) => <Row row={rowAt(index)} />}
        totalListHeightChanged={() => {
          if (follow) stay();
        }}
        {...on}
      />
      <FollowButton log={log} />
    </>
  );
};

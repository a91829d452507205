import {
  useCallback,
  useLayoutEffect,
  useRef,
  type KeyboardEvent,
  type RefObject,
  type SyntheticEvent,
} from 'react';
import type { LineList, LogTail } from 'use-event-stream';
import { rowsAfter } from './rows.ts';

/** How near to the end, in pixels, a reader who scrolls down has come back to it. */
const NEAR_END = 40;
/** How long a turn of the wheel moves what is scrolled, in milliseconds. */
const TURN = 1_000;
/** How long what is shown may take to reach the eyes, and the wheel, in milliseconds. */
const LAG = 250;

const distanceFromEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement) =>
  scrollHeight - scrollTop - clientHeight;

/** How high the rows are that came after the one with this id, as rows go in this scroller. */
const heightAfter = ({ scrollHeight }: HTMLElement, lines: LineList, id: number) =>
  (rowsAfter(lines, id) * scrollHeight) / Math.max(1, lines.length);

/** Which row was the last at a time. */
interface Moment {
  time: number;
  lastId: number;
}

const beginning: Moment = { time: -Infinity, lastId: 0 };

/**
 * Keeps a scroller at its end while the log follows: looks at it whenever the lines change, or their `height`. Follows
 * no longer once the reader has scrolled up by a pixel, and again once the end is reached: where lines come faster than
 * a wheel turns, the end as it was shown when that began to turn.
 */
export function useFollowing(
  scroller: RefObject<HTMLElement | null>,
  { lines, follow, setFollow }: Pick<LogTail, 'lines' | 'follow' | 'setFollow'>,
  height?: number,
) {
  /** Where the scroller was when it was last looked at. */
  const top = useRef(0);
  const turn = useRef(beginning);
  const seen = useRef({ before: beginning, now: beginning });
  const wasFollowing = useRef(follow);
  /** The scroller is being moved by the page, not by the reader. */
  const isJump = useRef(false);
  const stay = useStay(scroller, top);
  useLayoutEffect(() => {
    // Who asks to follow again has not left, wherever the scroller is.
    if (follow && !wasFollowing.current) top.current = 0;
    wasFollowing.current = follow;
    if (follow) stay();
    const time = performance.now();
    if (time - seen.current.now.time < LAG) return;
    seen.current = { before: seen.current.now, now: { time, lastId: lines.at(-1)?.id ?? 0 } };
  }, [lines, follow, height, stay]);
  const onTurn = ({ timeStamp }: SyntheticEvent) => {
    isJump.current = false;
    turn.current = { time: timeStamp, lastId: seen.current.before.lastId };
  };
  /** Follows no longer, for the page is about to show another place, be it near the end. */
  const leave = useCallback(() => {
    isJump.current = true;
    setFollow(false);
  }, [setFollow]);
  const onScroll = ({ timeStamp }: SyntheticEvent) => {
    const element = scroller.current;
    if (!element) return;
    const { time, lastId } = turn.current;
    const moved = element.scrollTop - top.current;
    top.current += moved;
    if (isJump.current) return;
    const distance = distanceFromEnd(element);
    if (follow) setFollow(!(moved < 0 && distance > 1));
    else if (moved <= 0) setFollow(distance <= 1);
    else {
      const came = timeStamp - time < TURN ? heightAfter(element, lines, lastId) : 0;
      setFollow(distance <= NEAR_END + came);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    onTurn(event);
    if (event.key !== 'End') return;
    event.preventDefault();
    setFollow(true);
  };
  return {
    leave,
    stay,
    on: { onScroll, onKeyDown, onPointerDown: onTurn, onWheel: onTurn, onTouchMove: onTurn },
  };
}

/** Scrolls to the end, unless the reader has just left it: the scroll event of that is still to come. */
function useStay(scroller: RefObject<HTMLElement | null>, top: RefObject<number>) {
  return useCallback(() => {
    const element = scroller.current;
    if (!element || (element.scrollTop < top.current && distanceFromEnd(element) > 1)) return;
    element.scrollTop = element.scrollHeight;
    top.current = element.scrollTop;
  }, [scroller, top]);
}

import {
  useCallback,
  useLayoutEffect,
  useRef,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  type SyntheticEvent,
} from 'react';

/** How near to the end, in pixels, a reader who scrolls down has come back to it. */
const NEAR_END = 40;
/** How long a turn of the wheel moves what is scrolled, in milliseconds. */
const TURN = 1_000;
/** How long what is shown may take to reach the eyes, and the wheel, in milliseconds. */
const LAG = 250;

const distanceFromEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement) =>
  scrollHeight - scrollTop - clientHeight;

/** The rows of a list whose ids only grow, such as the `lines` of `useLogTail`. */
interface Rows {
  readonly length: number;
  at: (index: number) => { readonly id: number } | undefined;
}

/** How many rows came after the one with this id. */
export function rowsAfter(rows: Rows, id: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows.at(middle)?.id ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return rows.length - low;
}

/** How high the rows are that came after the one with this id, as rows go in this scroller. */
const heightAfter = ({ scrollHeight }: HTMLElement, rows: Rows, id: number) =>
  (rowsAfter(rows, id) * scrollHeight) / Math.max(1, rows.length);

/** Which row was the last at a time. */
interface Moment {
  time: number;
  lastId: number;
}

const beginning: Moment = { time: -Infinity, lastId: 0 };

const none: Rows = { length: 0, at: () => undefined };

interface FollowOptions {
  /** Whether the scroller is to stay at its end: `follow` and `setFollow` of `useLogTail`, or a state of your own. */
  follow: boolean;
  setFollow: (follow: boolean) => void;
  /** The rows in it, where they come faster than a wheel turns. */
  lines?: Rows;
  /** How high the content is, where a component above knows it; else call `stay` when it has grown. */
  height?: number;
}

/**
 * Keeps a scroller at its end while it follows, whatever is in it: looks at it whenever the lines change, or their
 * `height`. Follows no longer once the reader has scrolled up by a pixel, and again once the end is reached: where
 * lines come faster than a wheel turns, the end as it was shown when that began to turn. Give `on` to the scroller.
 */
export function useFollow(
  scroller: RefObject<HTMLElement | null>,
  { follow, setFollow, lines = none, height }: FollowOptions,
) {
  /** Where the scroller was when it was last looked at. */
  const top = useRef(0);
  const turn = useRef(beginning);
  const seen = useRef({ before: beginning, now: beginning });
  const wasFollowing = useRef(follow);
  /** The reader is scrolling away from the end. */
  const isLeaving = useRef(false);
  /** The scroller is being moved by the page, not by the reader. */
  const isJump = useRef(false);
  const stay = useStay(scroller, top);
  useLayoutEffect(() => {
    // Who asks to follow again has not left, wherever the scroller is.
    if (follow && !wasFollowing.current) top.current = 0;
    // Nor has come back who asks to follow no longer: the event of the last move to the end may be still to come.
    if (!follow && wasFollowing.current && !isLeaving.current) isJump.current = true;
    wasFollowing.current = follow;
    if (follow) stay();
    else isLeaving.current = false;
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
    if (follow) {
      isLeaving.current = moved < 0 && distance > 1;
      setFollow(!isLeaving.current);
    } else if (moved <= 0) setFollow(distance <= 1);
    else {
      const came = timeStamp - time < TURN ? heightAfter(element, lines, lastId) : 0;
      setFollow(distance <= NEAR_END + came);
    }
  };
  // What is focused is brought into sight by the browser: its reader reads it, and has not gone to the end.
  const onFocus = ({ target, currentTarget }: FocusEvent) => {
    if (!follow && target !== currentTarget) isJump.current = true;
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
    on: {
      onScroll,
      onFocus,
      onKeyDown,
      onPointerDown: onTurn,
      onWheel: onTurn,
      onTouchMove: onTurn,
    },
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

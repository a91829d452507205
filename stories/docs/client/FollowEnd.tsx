import { useEffect, useRef, type ReactNode } from 'react';

/** How near to the end, in pixels, a reader who scrolls down has come back to it. */
const nearEnd = 40;

/** A log that stays at its end while the reader is there. A reader who has scrolled up is left alone. */
export function FollowEnd(props: {
  label: string;
  /** Another name of what is last brings the reader to the end. */
  last: string;
  children: ReactNode;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = scroller.current;
    if (!box || !content.current) return;
    return keepAtEnd(box, content.current);
  }, [props.last]);
  return (
    <div
      ref={scroller}
      className="scroller transcript"
      role="log"
      aria-label={props.label}
      tabIndex={0}
    >
      <div ref={content}>{props.children}</div>
    </div>
  );
}

/** Scrolls a box to its end, and again whenever its content grows, until the reader leaves the end. */
function keepAtEnd(box: HTMLElement, content: HTMLElement): () => void {
  const distance = () => box.scrollHeight - box.scrollTop - box.clientHeight;
  let isFollowing = true;
  let top = 0;
  const look = () => {
    const isUp = box.scrollTop < top;
    top = box.scrollTop;
    isFollowing = isUp ? isFollowing && distance() <= 1 : isFollowing || distance() <= nearEnd;
  };
  const stay = () => {
    // The event of what the reader has just scrolled may be still to come.
    look();
    if (isFollowing) box.scrollTop = top = box.scrollHeight;
    top = box.scrollTop;
  };
  const observer = new ResizeObserver(stay);
  observer.observe(content);
  box.addEventListener('scroll', look, { passive: true });
  return () => {
    observer.disconnect();
    box.removeEventListener('scroll', look);
  };
}

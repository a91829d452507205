import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useFollow } from './useFollow.ts';

/** A log that stays at its end while the reader is there. A reader who has scrolled up is left alone. */
export function FollowEnd(props: {
  label: string;
  /** Another name of what is last brings the reader to the end. */
  last: string;
  children: ReactNode;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(true);
  const [last, setLast] = useState(props.last);
  if (last !== props.last) {
    setLast(props.last);
    setFollow(true);
  }
  const { stay, on } = useFollow(scroller, { follow, setFollow });
  useEffect(() => {
    if (!follow || !content.current) return;
    const observer = new ResizeObserver(stay);
    observer.observe(content.current);
    return () => {
      observer.disconnect();
    };
  }, [follow, stay]);
  return (
    <div
      ref={scroller}
      className="scroller transcript"
      role="log"
      aria-label={props.label}
      tabIndex={0}
      {...on}
    >
      <div ref={content}>{props.children}</div>
    </div>
  );
}

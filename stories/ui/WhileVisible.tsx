import { useEffect, useRef, type ReactNode } from 'react';

interface WhileVisibleProps {
  /** Is told whenever the children come into sight or leave it. */
  onVisible: (visible: boolean) => void;
  children: ReactNode;
}

/**
 * Tells whether its children are in sight. They stay mounted, with all that a visitor has done to them; what rests is
 * for `onVisible` to say: over HTTP/1.1 a browser has six connections to a server, fewer than a page of demos would like.
 */
export function WhileVisible({ onVisible, children }: WhileVisibleProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        onVisible(entries.at(-1)?.isIntersecting ?? false);
      },
      { rootMargin: '120px' },
    );
    observer.observe(place.current);
    return () => {
      observer.disconnect();
    };
  }, [onVisible]);
  return <div ref={place}>{children}</div>;
}

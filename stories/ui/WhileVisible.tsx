import { useEffect, useRef, useState, type ReactNode } from 'react';

/**
 * Mounts its children only while they are in sight, and keeps their place when they are not: over HTTP/1.1 a browser
 * has six connections to a server, fewer than a page of demos would like.
 */
export function WhileVisible({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ visible: false, minHeight: 240 });

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new IntersectionObserver((entries) => {
      const visible = entries.at(-1)?.isIntersecting ?? false;
      setSeen({ visible, minHeight: element.offsetHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  return (
    <div ref={place} style={{ minHeight: seen.minHeight }}>
      {seen.visible && children}
    </div>
  );
}

import { useEffect, useRef, useState } from 'react';

/** How many lines came in the last second, of a log that has had so many. */
export function useLinesPerSecond(total: number): number {
  const [rate, setRate] = useState(0);
  const latest = useRef(total);
  useEffect(() => {
    latest.current = total;
  }, [total]);
  useEffect(() => {
    let before = { total: latest.current, time: performance.now() };
    const timer = setInterval(() => {
      const now = { total: latest.current, time: performance.now() };
      const came = Math.max(0, now.total - before.total);
      setRate(Math.round((came * 1_000) / (now.time - before.time)));
      before = now;
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return rate;
}

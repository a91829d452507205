import { useEffect, useRef, useState } from 'react';

/** A value as it was at most `ms` milliseconds ago, for what costs more than every frame should. */
export function useThrottled<T extends object | string | number>(value: T, ms: number): T {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  }, [value]);
  useEffect(() => {
    const timer = setInterval(() => {
      setShown(latest.current);
    }, ms);
    return () => {
      clearInterval(timer);
    };
  }, [ms]);
  return shown;
}

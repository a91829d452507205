import { useCallback, useEffect, useState } from 'react';

/** How long a notice stands, in milliseconds. */
const STANDS = 2_500;

/** A word on what has come of a click; null for none. */
export function useNotice(): readonly [string | null, (text: string) => void] {
  // An object, so that the same text once more stands as long again.
  const [notice, setNotice] = useState<{ text: string } | null>(null);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => {
      setNotice(null);
    }, STANDS);
    return () => {
      clearTimeout(timer);
    };
  }, [notice]);
  const say = useCallback((text: string) => {
    setNotice({ text });
  }, []);
  return [notice?.text ?? null, say];
}

import { useEffect, useRef } from 'react';

/** Closes a store when its page is left. StrictMode leaves at once, and comes back. */
export function useClosed(store: { close: () => void }): void {
  const mounted = useRef(false);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
      queueMicrotask(() => {
        if (!mounted.current) store.close();
      });
    };
  }, [store]);
}

import { useCallback, useEffect, useState } from 'react';

/** The id of the line that the address names, as in `#L123`; null where it names none. */
function linkedId(): number | null {
  const number = /^#L([1-9]\d*)$/.exec(location.hash)?.[1];
  return number === undefined ? null : Number(number) - 1;
}

/** The line that the address names. It is to be brought into sight, unless the reader has begun to look around. */
export function useLinkedLine(follow: boolean) {
  const [id, setId] = useState(linkedId);
  const [targetId, setTargetId] = useState(id);
  if (!follow && targetId !== null) setTargetId(null);
  useEffect(() => {
    const onHash = () => {
      setId(linkedId());
      setTargetId(linkedId());
    };
    addEventListener('hashchange', onHash);
    return () => {
      removeEventListener('hashchange', onHash);
    };
  }, []);
  /** Names a line in the address; the one that is named already no longer. */
  const link = useCallback((next: number) => {
    const isOff = linkedId() === next;
    const { pathname, search } = location;
    history.replaceState(history.state, '', isOff ? pathname + search : `#L${next + 1}`);
    setId(isOff ? null : next);
    return !isOff;
  }, []);
  return { id, targetId, link };
}

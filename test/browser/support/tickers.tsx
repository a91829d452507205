import { createConnectionStore, useEventStream } from 'use-event-stream';
import { useEffect, useState, useSyncExternalStore } from 'react';

/** A component that shows the newest number of a stream, and tells of every commit. */
export type Ticker = (props: { url: string; onCommit: (count: number) => void }) => number;

/** The hook under test. */
export const StreamTicker: Ticker = ({ url, onCommit }) => {
  const { data } = useEventStream(url, {
    initial: 0,
    reduce: (count: number, events) => Number(events.at(-1)?.data ?? count),
  });
  useEffect(() => {
    onCommit(data);
  }, [data, onCommit]);
  return data;
};

/** Calls `publish` with the newest number of the stream, once a frame, as a good many hooks do. */
function everyFrame(url: string, publish: (count: number) => void): () => void {
  const store = createConnectionStore();
  let newest = 0;
  let frame: number | null = null;
  store.subscribe(
    { url },
    {
      onEvents(events) {
        newest = Number(events.at(-1)?.data);
        frame ??= requestAnimationFrame(() => {
          frame = null;
          publish(newest);
        });
      },
    },
  );
  return () => {
    store.close();
    if (frame !== null) cancelAnimationFrame(frame);
  };
}

const counts = new Map<string, number>();

/** The control: all goes through `useSyncExternalStore`. */
export const StoreTicker: Ticker = ({ url, onCommit }) => {
  const [subscribe] = useState(
    () => (listener: () => void) =>
      everyFrame(url, (count) => {
        counts.set(url, count);
        listener();
      }),
  );
  const data = useSyncExternalStore(subscribe, () => counts.get(url) ?? 0);
  useEffect(() => {
    onCommit(data);
  }, [data, onCommit]);
  return data;
};

/** The other control: one plain update a frame. */
export const StateTicker: Ticker = ({ url, onCommit }) => {
  const [data, setData] = useState(0);
  useEffect(() => everyFrame(url, setData), [url]);
  useEffect(() => {
    onCommit(data);
  }, [data, onCommit]);
  return data;
};

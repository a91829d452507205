import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useEventStream } from 'use-event-stream';

// Two hundred components of one page, each with a connection of its own.
const query = new URLSearchParams(location.search);
const count = Number(query.get('count'));
const feeds = Number(query.get('feeds'));

interface Seen {
  readonly feed: number;
  readonly ids: string[];
}
const seen = Array.from({ length: count }, (_, n): Seen => ({ feed: n % feeds, ids: [] }));
const open = new Set<number>();

function Feed({ n }: { n: number }) {
  const [{ feed, ids }] = useState(() => seen[n] ?? { feed: 0, ids: [] });
  const { status, events } = useEventStream(`/api/feeds/${String(feed)}`, {
    share: false,
    maxEvents: 1,
    onEvent: ({ lastEventId }) => {
      ids.push(lastEventId);
    },
  });
  if (status === 'open') open.add(n);
  else open.delete(n);
  return (
    <li data-status={status}>
      {feed}: {events.at(-1)?.lastEventId}
    </li>
  );
}

createRoot(document.body).render(
  <ol>
    {seen.map((_, n) => (
      <Feed key={n} n={n} />
    ))}
  </ol>,
);

/** What the run asks the page. */
export interface Cluster {
  open: () => number;
  seen: () => readonly Seen[];
}
Object.assign(globalThis, {
  cluster: { open: () => open.size, seen: () => seen } satisfies Cluster,
});

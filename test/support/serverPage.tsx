import { useEventStream } from 'use-event-stream';

/** A page that shows a stream's status and how many events came. */
export function Page({ url }: { url: string }) {
  const { status, data } = useEventStream(url, {
    initial: 0,
    reduce: (count: number, events) => count + events.length,
  });
  return <output>{`${status} ${String(data)}`}</output>;
}

/** What a server makes of it. */
export const serverHtml = '<output>idle 0</output>';

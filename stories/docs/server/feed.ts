/** One event; `id` counts from 1. */
export interface Update {
  id: number;
  data: unknown;
}

const kept = 1_000;
const history: Update[] = [];
/** Who listens now, each with what ends its stream after a last text. */
export const followers = new Map<(update: Update) => void, (last: string) => void>();
let lastId = 0;

/** Sends something to everybody who follows, and keeps it for those who come back. */
export function publish(data: unknown): void {
  const update = { id: ++lastId, data };
  history.push(update);
  if (history.length > kept) history.shift();
  for (const follow of followers.keys()) follow(update);
}

/** Gives what came after an event, then all that comes, until `end` is called; returns the way to stop. */
export function followAfter(
  lastEventId: string,
  follow: (update: Update) => void,
  end: (last: string) => void,
): () => void {
  if (lastEventId) history.filter(({ id }) => id > Number(lastEventId)).forEach(follow);
  followers.set(follow, end);
  return () => {
    followers.delete(follow);
  };
}

/** Ends every stream; clients come back one after another within `spread` milliseconds, each at its own time. */
export function shutDown(spread = 10_000): void {
  for (const end of followers.values()) {
    end(`retry: ${Math.round(1_000 + Math.random() * spread)}\n\n`);
  }
}

/** An update on the wire: an `id`, one line of JSON, an empty line. */
export const encode = ({ id, data }: Update): string =>
  `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

/** How every stream begins. Clients keep the last `retry` that they were told, also that of a shut-down. */
export const greeting = 'retry: 1000\n\n';

/** A line that clients skip. */
export const heartbeat = ': \n\n';

/** What every stream of events needs. */
export const headers = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

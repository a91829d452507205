/** One event; `id` counts from 1. */
export interface Update {
  id: number;
  data: unknown;
}

const kept = 1_000;
const history: Update[] = [];
/** Who listens now. */
export const followers = new Set<(update: Update) => void>();
let lastId = 0;

/** Sends something to everybody who follows, and keeps it for those who come back. */
export function publish(data: unknown): void {
  const update = { id: ++lastId, data };
  history.push(update);
  if (history.length > kept) history.shift();
  for (const follow of followers) follow(update);
}

/** Gives what came after an event, then all that comes; returns the way to stop. */
export function followAfter(lastEventId: string, follow: (update: Update) => void): () => void {
  if (lastEventId) history.filter(({ id }) => id > Number(lastEventId)).forEach(follow);
  followers.add(follow);
  return () => {
    followers.delete(follow);
  };
}

/** An update on the wire: an `id`, one line of JSON, an empty line. */
export const encode = ({ id, data }: Update): string =>
  `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

/** A line that clients skip. */
export const heartbeat = ': \n\n';

/** What every stream of events needs. */
export const headers = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

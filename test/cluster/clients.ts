import { createConnectionStore } from 'use-event-stream/core';
import { answer } from './messages.ts';

// Many clients of `use-event-stream/core` in one process.
interface Start {
  readonly base: string;
  readonly count: number;
  readonly feeds: number;
}

interface Client {
  readonly feed: number;
  readonly ids: string[];
  isOpen: boolean;
}

const clients: Client[] = [];
/** When the tries were due by which clients were open once more after a cut. */
const reopened: number[] = [];
const store = createConnectionStore();

function start({ base, count, feeds }: Start): void {
  for (let n = 0; n < count; n++) {
    const client: Client = { feed: n % feeds, ids: [], isOpen: false };
    let dueAt: number | null = null;
    clients.push(client);
    store.subscribe(
      // A connection each: none is shared.
      { url: `${base}/api/feeds/${String(client.feed)}`, share: false },
      {
        onEvents(events) {
          for (const { lastEventId, data } of events) if (data) client.ids.push(lastEventId);
        },
        onState({ status, retryAt }) {
          client.isOpen = status === 'open';
          if (status === 'reconnecting') dueAt = retryAt ?? dueAt ?? Date.now();
          if (!client.isOpen || dueAt === null) return;
          reopened.push(dueAt);
          dueAt = null;
        },
      },
    );
  }
}

interface RunResult {
  readonly parts: string[];
  isOver: boolean;
  resumed: number;
}
const runResults: RunResult[] = [];

function startRuns({ base, count }: Start): void {
  for (let n = 0; n < count; n++) void run(base);
}

async function run(base: string): Promise<void> {
  const result: RunResult = { parts: [], isOver: false, resumed: 0 };
  runResults.push(result);
  const events = store.events(`${base}/api/runs`, {
    method: 'POST',
    until: { data: '[DONE]' },
    resume({ response }) {
      result.resumed += 1;
      return { url: `${base}/api/runs/${response?.headers.get('x-run') ?? ''}` };
    },
  });
  try {
    for await (const { data, type } of events) result.parts.push(type === 'error' ? type : data);
  } catch (error) {
    result.parts.push(String(error));
  }
  result.isOver = true;
}

/** How many have exactly these ids of their feed, and what is wrong with the first that has not. */
function check(expected: readonly (readonly string[])[]) {
  let whole = 0;
  let wrong = '';
  for (const [n, { feed, ids, isOpen }] of clients.entries()) {
    const wanted = expected[feed] ?? [];
    if (ids.length === wanted.length && ids.every((id, index) => id === wanted[index])) whole += 1;
    else
      wrong ||= `client ${String(n)} of feed ${String(feed)}: ${String(ids.length)} of ${String(wanted.length)} events, ${String(new Set(ids).size)} of them different, ${isOpen ? 'open' : 'not open'}`;
  }
  return { whole, wrong };
}

answer({
  start,
  startRuns,
  check,
  open: () => clients.filter(({ isOpen }) => isOpen).length,
  reopened: () => reopened.splice(0),
  runs: () => runResults,
  report: () => ({ rss: process.memoryUsage.rss() }),
});
process.send?.('ready');

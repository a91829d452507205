// The script of a page on which a stream of numbers is open; `?stream=` says where.
import { createConnectionStore } from 'use-event-stream/core';

declare global {
  /** What the page has seen so far. */
  var seen: Seen;
}

export interface Seen {
  numbers: number[];
  /** The statuses, in order, and the times of the next try that were shown with them. */
  states: { status: string; retryAt: number | null }[];
  /** The events of the page's life. */
  life: string[];
}

globalThis.seen = { numbers: [], states: [], life: [] };
const { searchParams } = new URL(location.href);
const { numbers, states, life } = globalThis.seen;

addEventListener('pageshow', ({ persisted }) => {
  life.push(persisted ? 'restored' : 'loaded');
});
for (const name of ['freeze', 'resume', 'visibilitychange']) {
  document.addEventListener(name, () => {
    life.push(name === 'visibilitychange' ? document.visibilityState : name);
  });
}
for (const name of ['offline', 'online']) {
  addEventListener(name, () => {
    life.push(name);
  });
}

createConnectionStore().subscribe(
  {
    url: searchParams.get('stream') ?? '',
    suspendWhenHidden: searchParams.has('suspend'),
    reconnect: { delay: 100, maxDelay: 200 },
  },
  {
    onEvents(events) {
      for (const { data } of events) numbers.push(Number(data));
    },
    onState({ status, retryAt }) {
      states.push({ status, retryAt });
    },
  },
);

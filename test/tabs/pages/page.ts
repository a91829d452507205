import { createConnectionStore } from 'use-event-stream/core';
import { tabs } from 'use-event-stream/tabs';

/** What a test sees of a page. */
export interface TabPage {
  /** The numbers of each stream, in the order in which they came. */
  readonly heard: Record<string, number[]>;
  /** The streams that this page leads. */
  leads(): string[];
  /** Streams that are not open. */
  away(): string[];
  /** How often it has come out of the back/forward cache. */
  readonly shown: number;
}

const query = new URLSearchParams(location.search);
const worker = query.has('worker') ? new SharedWorker(query.get('worker') ?? '') : undefined;
const name = query.get('name') ?? '';
const store = createConnectionStore(query.has('alone') ? {} : tabs({ name, worker }));
const heard: Record<string, number[]> = {};

for (const path of query.getAll('path')) {
  const numbers: number[] = [];
  heard[path] = numbers;
  store.subscribe(
    { url: path },
    { onEvents: (events) => numbers.push(...events.map(({ data }) => Number(data))) },
  );
}

let shown = 0;
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) shown += 1;
});

const pathOf = (url: string) => new URL(url).pathname;

Object.assign(globalThis, {
  tab: {
    heard,
    get shown() {
      return shown;
    },
    leads: () =>
      store.connections().flatMap(({ tab, url }) => (tab === 'leads' ? [pathOf(url)] : [])),
    away: () =>
      store
        .connections()
        .flatMap(({ state, url }) => (state.status === 'open' ? [] : [pathOf(url)])),
  } satisfies TabPage,
});

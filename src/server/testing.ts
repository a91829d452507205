/**
 * What a history has to do, as cases for any test runner.
 *
 * @module use-event-stream/server/testing
 */

import type { History, StoredEvent } from './history.ts';

/** One case of the contract. */
export interface HistoryCase {
  readonly name: string;
  /** Rejects with what is wrong. */
  readonly run: () => Promise<void>;
}

type Check = (history: History, topic: string) => Promise<void>;

function same(found: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: found ${a}, but it has to be ${b}.`);
}

const dataOf = (events: readonly StoredEvent[] | null) => events?.map(({ data }) => data) ?? null;

/** All that follows an id, however many parts it comes in. */
async function all(history: History, topic: string, after: string): Promise<string[] | null> {
  const found: string[] = [];
  for (let last = after; ;) {
    const events = await history.read(topic, last);
    if (!events) return null;
    const end = events.at(-1);
    if (!end) return found;
    if (end.id === last) throw new Error(`What came after ${last} has the event ${last} in it.`);
    found.push(...events.map(({ data }) => data));
    last = end.id;
  }
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 5_000; !isTrue();) {
    if (Date.now() > end) throw new Error(`${what}: not within 5 seconds.`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const checks: Readonly<Record<string, Check>> = {
  async 'gives what came after an id, in order, with type and text as they were'(history, topic) {
    const { id: start } = await history.tail(topic, 0);
    const first = await history.append(topic, { data: 'one\ntwo ä' });
    const second = await history.append(topic, { data: '', type: '\nnote' });
    same(await all(history, topic, start), ['one\ntwo ä', ''], 'after the start');
    same(dataOf(await history.read(topic, first)), [''], 'after the first');
    const [note] = (await history.read(topic, first)) ?? [];
    same([note?.id, note?.type], [second, '\nnote'], 'id and type');
    same(await history.read(topic, second), [], 'after the last');
  },
  async 'gives the newest, and the end of a topic that has none'(history, topic) {
    const { id, events } = await history.tail(topic, 5);
    same(events, [], 'the newest of none');
    same(await history.read(topic, id), [], 'after the end of none');
    for (const data of ['a', 'b', 'c']) await history.append(topic, { data });
    const tail = await history.tail(topic, 2);
    same(dataOf(tail.events), ['b', 'c'], 'the newest two');
    same(await history.read(topic, tail.id), [], 'after the end');
    same(dataOf((await history.tail(topic, Infinity)).events), ['a', 'b', 'c'], 'all');
  },
  async 'keeps topics apart'(history, topic) {
    const mine = await history.append(topic, { data: 'mine' });
    await history.append(`${topic}:other`, { data: 'theirs' });
    same(await all(history, topic, mine), [], 'after mine');
    same(dataOf((await history.tail(topic, 9)).events), ['mine'], 'the newest of mine');
    same((await all(history, `${topic}:other`, mine))?.includes('mine') ?? false, false, 'theirs');
  },
  async 'never gives an id twice, and tells which came later'(history, topic) {
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(await history.append(topic, { data: String(n) }));
    await history.trim(topic);
    ids.push(await history.append(topic, { data: 'after it was trimmed' }));
    same(new Set(ids).size, ids.length, 'different ids');
    const isOrdered = ids.every((id, n) => n === 0 || history.isAfter(id, ids[n - 1] ?? ''));
    same(isOrdered, true, 'each is after the one before it');
    same(history.isAfter(ids[0] ?? '', ids[0] ?? ''), false, 'after itself');
    same(/[\r\n\0]/.test(ids.join('')), false, 'more than one line');
  },
  async 'does not know what followed ids that it has not given'(history, topic) {
    await history.append(topic, { data: 'a' });
    for (const id of ['nonsense', '', 'anotherepoch:1', '99999999999999-0'])
      same(await history.read(topic, id), null, `after ${JSON.stringify(id)}`);
  },
  async 'does not know what followed an id once that is trimmed'(history, topic) {
    const first = await history.append(topic, { data: 'a' });
    for (const data of ['b', 'c', 'd']) await history.append(topic, { data });
    await history.trim(topic, 1);
    same(dataOf((await history.tail(topic, 9)).events), ['d'], 'what is left');
    same(await history.read(topic, first), null, 'after the first');
    await history.trim(topic);
    same((await history.tail(topic, 9)).events, [], 'nothing is left');
    same(await history.read(topic, first), null, 'after the first, once more');
  },
  async 'tells who follows all that comes, in order, until that stops'(history, topic) {
    const heard: unknown[] = [];
    const others: unknown[] = [];
    const stop = await history.follow(topic, (event) => heard.push(event?.data));
    const stopOther = await history.follow(topic, (event) => others.push(event?.data));
    const wanted = Array.from({ length: 20 }, (_, n) => String(n));
    for (const data of wanted) {
      await history.append(topic, { data });
      await history.append(`${topic}:other`, { data: 'not of this topic' });
    }
    await until(() => heard.length >= 20, 'the first has heard all');
    stop();
    await history.append(topic, { data: 'more' });
    await until(() => others.length >= 21, 'the second has heard more');
    stopOther();
    same(heard, wanted, 'what the first has heard');
    same(others, [...wanted, 'more'], 'what the second has heard');
  },
  async 'tells who follows the ids that are read'(history, topic) {
    const heard: (StoredEvent | null)[] = [];
    const stop = await history.follow(topic, (event) => heard.push(event));
    const id = await history.append(topic, { data: 'a', type: 'note' });
    await until(() => heard.length > 0, 'heard');
    stop();
    same([heard[0]?.id, heard[0]?.type, heard[0]?.data], [id, 'note', 'a'], 'what was heard');
  },
};

/**
 * The cases that every history has to pass. `create` is called for each, and what it gives is closed after it. It may
 * have events before, and others may write to it: each case has a topic of its own.
 *
 * @example
 * ```ts
 * import { memoryHistory } from 'use-event-stream/server';
 * import { historyCases } from 'use-event-stream/server/testing';
 *
 * for (const { name, run } of historyCases(() => memoryHistory())) test(name, run);
 * ```
 */
export function historyCases(create: () => History | Promise<History>): readonly HistoryCase[] {
  return Object.entries(checks).map(([name, check]) => ({
    name,
    async run() {
      const history = await create();
      try {
        await check(history, `case:${Math.random().toString(36).slice(2)}`);
      } finally {
        await history.close();
      }
    },
  }));
}

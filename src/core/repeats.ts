import type { RawEvent } from './event.ts';

/** What an event of a new response is beside those that were delivered before. */
export type Verdict = 'repeat' | 'new' | 'restart';

/** An event before it is delivered. */
type Arrived = Pick<RawEvent, 'type' | 'data'>;

function textOf(data: object): unknown {
  try {
    return JSON.stringify(data);
  } catch {
    // Not to be told apart from itself only.
    return data;
  }
}

const isObject = (data: unknown): data is object => typeof data === 'object' && data !== null;

/** What a format of one's own makes is another object each time. */
const sameData = (one: unknown, other: unknown): boolean =>
  one === other || (isObject(one) && isObject(other) && textOf(one) === textOf(other));

/** Whether two events are the same to a reader. */
export const sameEvent = (one: Arrived, other: Arrived): boolean =>
  one.type === other.type && sameData(one.data, other.data);

/**
 * Tells, after a reconnect, which events the server sends again: those whose id, type and data all
 * equal one that was delivered.
 */
export class Repeats {
  readonly #byId = new Map<string, RawEvent[]>();
  /** Each id stands for one event; false where a server names, for example, the order and not the event. */
  readonly #areUnique: boolean;

  constructor({ events, ids }: { events: readonly RawEvent[]; ids: number }) {
    for (const event of events) {
      const known = this.#byId.get(event.lastEventId);
      if (known) known.push(event);
      else this.#byId.set(event.lastEventId, [event]);
    }
    this.#areUnique = ids <= this.#byId.size;
  }

  /** A known id with other content: the server has begun to count from the start. */
  judge(id: string, event: Arrived): Verdict {
    const known = this.#byId.get(id);
    if (!known) return 'new';
    const index = known.findIndex((each) => sameEvent(each, event));
    if (index === -1) return this.#areUnique ? 'restart' : 'new';
    // Under an id of many events, the same content may come again as news.
    if (!this.#areUnique) known.splice(index, 1);
    return 'repeat';
  }
}

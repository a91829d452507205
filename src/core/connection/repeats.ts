import type { RawEvent } from '../event.ts';

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
const sameEvent = (one: Arrived, other: Arrived): boolean =>
  one.type === other.type && sameData(one.data, other.data);

/**
 * Tells, after a reconnect, which events the server sends again: those whose id, type and data all
 * equal one that was delivered.
 */
export class Repeats {
  readonly #byId = new Map<string, RawEvent[]>();
  /** Each id stands for one event; false where a server names, for example, the order and not the event. */
  readonly #areUnique: boolean;

  constructor({
    events,
    ids,
    begins,
  }: {
    events: readonly RawEvent[];
    ids: number;
    begins: boolean;
  }) {
    for (const event of events) {
      const known = this.#byId.get(event.lastEventId);
      if (known) known.push(event);
      else this.#byId.set(event.lastEventId, [event]);
    }
    // No event came with an empty id, nor with that of one before all of these.
    this.#byId.delete('');
    const [first] = events;
    const inherited = !begins && first && first.lastEventId !== '' ? 1 : 0;
    this.#areUnique = ids <= this.#byId.size - inherited;
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

/**
 * The place of the event that came with this id; -1 if it is not there. It is the first that bears
 * the id, unless that one may have come before all of these (`mayBeginWithin`): rather one event too
 * many is taken for new than one too few.
 */
export function placeOfId(
  events: readonly { lastEventId: string | null }[],
  id: string,
  mayBeginWithin: boolean,
): number {
  const place = id === '' ? -1 : events.findIndex((event) => event.lastEventId === id);
  return place === 0 && mayBeginWithin ? -1 : place;
}

/** The place of an event of the same stream that somebody had, among those of another connection; -1 as above. */
export function placeOfEvent(events: readonly RawEvent[], had: RawEvent): number {
  const { lastEventId: id } = had;
  const isIt = (event: RawEvent) => event.lastEventId === id && sameEvent(event, had);
  let place = id === '' ? -1 : events.findLastIndex(isIt);
  // Without an id of its own, the same content may have come several times behind one id.
  for (let at = place - 1; events[at]?.lastEventId === id; at--) {
    const event = events[at];
    if (event && isIt(event)) place = at;
  }
  return place;
}

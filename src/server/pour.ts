import type { History, StoredEvent } from './history.ts';
import type { Stream } from './stream.ts';
import type { Topic } from './topic.ts';
import { bytesOf, encode, wireOf, wireOfItems, type ServerEvents } from './wire.ts';

/** Where the client begins in a topic, and where the stream ends. */
export interface Beginning {
  /** The id to go on after; empty for the newest events. */
  readonly after: string;
  /** How many of the newest events are sent where there is no id. */
  readonly replay: number;
  /** The name of the event that says that it is too late for that id. */
  readonly reset: string;
  /** Whether this event is the last one. */
  readonly isLast?: ((event: StoredEvent) => boolean) | undefined;
}

// Small events are sent together while a client is behind, in pieces of about this many characters.
const piece = 16_384;

let asked: { readonly event: StoredEvent; readonly last: string; readonly is: boolean } | undefined;

/** Whether an event comes after an id. All who are told of it have had the same before: it is asked for the first of them. */
function isNext(history: History, event: StoredEvent, last: string): boolean {
  if (asked?.event !== event || asked.last !== last)
    asked = { event, last, is: history.isAfter(event.id, last) };
  return asked.is;
}

/** A client on its way through a topic: behind it reads the history at its own pace, then it is told what comes. */
class Follower {
  #last = '';
  /** Has it read again; it is there once the client has had all, and is told what comes. */
  #lost: (() => void) | null = null;
  /** Something has come since the history was asked. */
  #isBehind = false;
  readonly #stream: Stream;
  readonly #topic: Topic<never>;
  readonly #beginning: Beginning;

  constructor(stream: Stream, topic: Topic<never>, beginning: Beginning) {
    this.#stream = stream;
    this.#topic = topic;
    this.#beginning = beginning;
  }

  readonly hear = (event: StoredEvent | null): void => {
    if (!this.#lost) this.#isBehind = true;
    else if (!event) this.#lost();
    else if (isNext(this.#topic.history, event, this.#last)) {
      this.#stream.write(bytesOf(event));
      this.#passed(event);
    }
  };

  async catchUp(): Promise<void> {
    let events = await this.#begin();
    for (;;) {
      await this.#send(events);
      if (this.#stream.isOver) return;
      // Nothing is waited for between the two: what comes from now on is heard.
      if (events.length === 0 && !this.#isBehind) await this.#live();
      this.#isBehind = false;
      events = await this.#read();
    }
  }

  /** Until events may not have been told. Nothing holds on to one whose client has left meanwhile. */
  #live(): Promise<void> {
    return new Promise((resolve) => {
      this.#lost = () => {
        this.#lost = null;
        resolve();
      };
    });
  }

  async #begin(): Promise<readonly StoredEvent[]> {
    const { after, replay } = this.#beginning;
    this.#last = after;
    if (after !== '') return this.#read();
    const { id, events } = await this.#topic.history.tail(this.#topic.name, replay);
    this.#last = id;
    // An id without an event: who is cut before the first one can go on, too.
    if (events.length === 0) this.#stream.write(encode(`id: ${id}\n\n`));
    return events;
  }

  /** What follows; where that is not known any more, the client is told so, and is at the present end. */
  async #read(): Promise<readonly StoredEvent[]> {
    const { history, name } = this.#topic;
    const { reset, isLast } = this.#beginning;
    const events = await history.read(name, this.#last);
    if (events) return events;
    const { id, events: newest } = await history.tail(name, 1);
    this.#last = id;
    this.#stream.write(encode(wireOf({ id, type: reset, data: 'null' })));
    // Nothing follows the last event: the stream would never end.
    return newest.filter((event) => isLast?.(event));
  }

  async #send(events: readonly StoredEvent[]): Promise<void> {
    let text = '';
    for (const [index, event] of events.entries()) {
      text += wireOf(event);
      if (text.length < piece && index < events.length - 1) continue;
      if (!this.#stream.write(encode(text))) await this.#stream.room();
      text = '';
      this.#passed(event);
      if (this.#stream.isOver) return;
    }
  }

  #passed(event: StoredEvent): void {
    this.#last = event.id;
    if (this.#beginning.isLast?.(event)) this.#stream.end();
  }
}

/** Sends a topic: what the client has missed, then what comes, without a gap and nothing twice. */
export async function pourTopic(
  stream: Stream,
  topic: Topic<never>,
  beginning: Beginning,
): Promise<void> {
  const follower = new Follower(stream, topic, beginning);
  const stop = await topic.history.follow(topic.name, follower.hear);
  // At once, where the client has left meanwhile.
  stream.onOver(stop);
  if (!stream.isOver) await follower.catchUp();
}

/** Sends what an iterable gives, at the pace of the client, and ends with it. */
export async function pourItems(stream: Stream, items: ServerEvents): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  stream.onOver(() => {
    // What it throws now concerns nobody.
    iterator.return?.().then(undefined, () => undefined);
  });
  while (!stream.isOver) {
    const next = await iterator.next();
    if (next.done) stream.end();
    else if (!stream.write(encode(wireOfItems(next.value)))) await stream.room();
  }
}

import type { History, HistoryTail, NewEvent, StoredEvent } from './history.ts';
import { checkNumbers } from './options.ts';

/** What a history in memory keeps. Of what goes beyond it the oldest is let go of. */
export interface MemoryHistoryOptions {
  /** How many events of a topic are kept. @defaultValue 1,000 */
  maxEvents?: number | undefined;
  /**
   * How large the events of a topic may be together, in characters; each counts 64 beside its text.
   * The newest one is kept whatever its size. @defaultValue 1 MiB
   */
  maxBytes?: number | undefined;
  /** How long an event is kept, in milliseconds. @defaultValue `Infinity` */
  maxAge?: number | undefined;
  /** How many topics are kept. The one that was silent for longest goes first. @defaultValue 10,000 */
  maxTopics?: number | undefined;
  /** How large the events of all topics may be together, counted as in `maxBytes`. @defaultValue 64 MiB */
  maxTotalBytes?: number | undefined;
}

type Limits = { readonly [K in keyof MemoryHistoryOptions]-?: number };

interface Kept extends StoredEvent {
  readonly offset: number;
  readonly time: number;
}

const sizeOf = ({ data, type = '' }: NewEvent): number => 64 + data.length + type.length;

/** The events of one topic. */
class Shelf {
  size = 0;
  #events: Kept[] = [];
  #first = 0;

  /** `lost` is the offset of the newest event that is not here any more. */
  constructor(public lost: number) {}

  get count(): number {
    return this.#events.length - this.#first;
  }

  get oldest(): Kept | undefined {
    return this.#events[this.#first];
  }

  get newest(): Kept | undefined {
    return this.#events.at(-1);
  }

  push(event: Kept): void {
    this.#events.push(event);
    this.size += sizeOf(event);
  }

  /** Lets go of the oldest event while a test says so. */
  drop(isTooMuch: (oldest: Kept) => boolean): void {
    for (let { oldest } = this; oldest && isTooMuch(oldest); { oldest } = this) {
      this.lost = oldest.offset;
      this.size -= sizeOf(oldest);
      this.#first += 1;
      // Not one by one: each would move all that are behind it.
      if (this.#first * 8 > this.#events.length) {
        this.#events.splice(0, this.#first);
        this.#first = 0;
      }
    }
  }

  after(offset: number): Kept[] {
    let at = this.#events.length;
    while (at > this.#first && (this.#events[at - 1]?.offset ?? 0) > offset) at -= 1;
    return this.#events.slice(at);
  }

  last(count: number): Kept[] {
    return count > 0 ? this.#events.slice(Math.max(this.#first, this.#events.length - count)) : [];
  }
}

/** A history that gives all at once, where others give promises. */
export interface MemoryHistory extends History<string> {
  read(topic: string, after: string): readonly StoredEvent[] | null;
  tail(topic: string, count: number): HistoryTail;
  follow(topic: string, listener: (event: StoredEvent) => void): () => void;
  trim(topic: string, keep?: number): void;
  close(): void;
}

class Shelves implements MemoryHistory {
  readonly #limits: Limits;
  // A history that was lost with its process is not taken for this one.
  readonly #epoch = Math.random().toString(36).slice(2, 10);
  /** One count for all topics: one that is let go of and comes back does not count from the start. */
  #count = 0;
  /** The newest event of each topic that was let go of, as many as there may be topics; and of all others of those. */
  readonly #lost = new Map<string, number>();
  #forgotten = 0;
  #size = 0;
  #isClosed = false;
  /** The one that was silent for longest is the first. */
  readonly #shelves = new Map<string, Shelf>();
  readonly #listeners = new Map<string, Set<(event: StoredEvent) => void>>();
  readonly #untold: [string, StoredEvent][] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  append(topic: string, event: NewEvent): string {
    if (this.#isClosed)
      throw new Error(
        `use-event-stream: nothing can be published to ${JSON.stringify(topic)}: its history is closed.`,
      );
    const offset = ++this.#count;
    const { data, type } = event;
    const kept = { id: this.#idOf(offset), data, type, offset, time: Date.now() };
    const shelf = this.#shelves.get(topic) ?? new Shelf(this.#lostOf(topic));
    // At the end of the map: it is the one that spoke last.
    this.#shelves.delete(topic);
    this.#shelves.set(topic, shelf);
    this.#add(shelf, kept);
    this.#tell(topic, kept);
    return kept.id;
  }

  read(topic: string, after: string): readonly StoredEvent[] | null {
    const offset = this.#offsetOf(after);
    const shelf = this.#aged(topic);
    if (!(offset <= this.#count) || offset < (shelf?.lost ?? this.#lostOf(topic))) return null;
    return shelf?.after(offset) ?? [];
  }

  tail(topic: string, count: number): HistoryTail {
    return { id: this.#idOf(this.#count), events: this.#aged(topic)?.last(count) ?? [] };
  }

  follow(topic: string, listener: (event: StoredEvent) => void): () => void {
    // The same function may follow twice.
    const own = (event: StoredEvent) => {
      listener(event);
    };
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(own));
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners)
        this.#listeners.delete(topic);
    };
  }

  isAfter(id: string, other: string): boolean {
    return this.#offsetOf(id) > this.#offsetOf(other);
  }

  trim(topic: string, keep = 0): void {
    const shelf = this.#shelves.get(topic);
    if (!shelf) return;
    if (keep === 0) this.#forget(topic, shelf);
    else
      this.#change(shelf, () => {
        shelf.drop(() => shelf.count > keep);
      });
  }

  close(): void {
    this.#isClosed = true;
    for (const [topic, shelf] of this.#shelves) this.#forget(topic, shelf);
    this.#listeners.clear();
  }

  /** All hear events in the same order: what a listener appends waits until all have heard what it was told. */
  #tell(topic: string, event: StoredEvent): void {
    if (this.#untold.push([topic, event]) > 1) return;
    try {
      for (const [name, next] of this.#untold)
        for (const listener of this.#listeners.get(name) ?? []) listener(next);
    } finally {
      this.#untold.length = 0;
    }
  }

  #idOf(offset: number): string {
    return `${this.#epoch}:${String(offset)}`;
  }

  /** NaN for an id of another history. */
  #offsetOf(id: string): number {
    const [, epoch, offset] = /^(\w+):(\d+)$/.exec(id) ?? [];
    return epoch === this.#epoch ? Number(offset) : NaN;
  }

  #change(shelf: Shelf, change: () => void): void {
    this.#size -= shelf.size;
    change();
    this.#size += shelf.size;
  }

  #forget(topic: string, shelf: Shelf): void {
    this.#size -= shelf.size;
    this.#shelves.delete(topic);
    this.#lost.delete(topic);
    this.#lost.set(topic, shelf.newest?.offset ?? shelf.lost);
    for (const [name, offset] of this.#lost) {
      if (this.#lost.size <= this.#limits.maxTopics) break;
      this.#forgotten = Math.max(this.#forgotten, offset);
      this.#lost.delete(name);
    }
  }

  #lostOf(topic: string): number {
    return this.#lost.get(topic) ?? this.#forgotten;
  }

  /** What is kept of a topic once what is too old is gone. */
  #aged(topic: string): Shelf | undefined {
    const shelf = this.#shelves.get(topic);
    const since = Date.now() - this.#limits.maxAge;
    if (shelf)
      this.#change(shelf, () => {
        shelf.drop(({ time }) => time < since);
      });
    return shelf;
  }

  /** Puts an event on a shelf, and lets go of what is too much then. */
  #add(shelf: Shelf, kept: Kept): void {
    const { maxEvents, maxBytes, maxAge, maxTopics, maxTotalBytes } = this.#limits;
    const since = Date.now() - maxAge;
    this.#change(shelf, () => {
      shelf.push(kept);
      shelf.drop(
        ({ time }) =>
          time < since || shelf.count > maxEvents || (shelf.size > maxBytes && shelf.count > 1),
      );
    });
    for (const [topic, silent] of this.#shelves) {
      const isTooMuch = this.#shelves.size > maxTopics || this.#size > maxTotalBytes;
      if (silent === shelf || !(isTooMuch || (silent.newest?.time ?? 0) < since)) return;
      this.#forget(topic, silent);
    }
  }
}

/**
 * A history in the memory of one process, for one server. After a restart it is empty, and begins with ids of another
 * epoch: who comes back with an id from before is told that it is too old.
 *
 * An id tells how many events all topics of the history have had.
 *
 * @example
 * ```ts
 * import { createTopic, memoryHistory } from 'use-event-stream/server';
 *
 * const history = memoryHistory({ maxEvents: 10_000, maxAge: 3_600_000 });
 * export const prices = createTopic<{ symbol: string; price: number }>({ name: 'prices', history });
 * ```
 */
export function memoryHistory(options: MemoryHistoryOptions = {}): MemoryHistory {
  checkNumbers(options, ['maxEvents', 'maxBytes', 'maxAge', 'maxTopics', 'maxTotalBytes']);
  const {
    maxEvents = 1_000,
    maxBytes = 1_048_576,
    maxAge = Infinity,
    maxTopics = 10_000,
    maxTotalBytes = 67_108_864,
  } = options;
  return new Shelves({ maxEvents, maxBytes, maxAge, maxTopics, maxTotalBytes });
}

/** How much a {@link BoundedList} holds. */
export interface ListBounds {
  /** How many items; Infinity for no bound. */
  maxItems: number;
  /** How much in all, in the unit of `sizeOf`; Infinity for no bound. The newest item always stays. */
  maxSize: number;
}

const largestChunk = 1_024;

/** Items that came one after another, and beside each of them what it is read with. */
export interface Chunk<K, N> {
  /** The place of the first one. */
  readonly start: number;
  readonly items: K[];
  readonly notes: (N | undefined)[];
  size: number;
}

/** Reads the item that stands at an index of a chunk. */
export type Read<T, K, N> = (chunk: Chunk<K, N>, index: number) => T | undefined;

const whole = (index: number) => Math.trunc(index) || 0;

/**
 * The newest items of a list that only grows at its end: immutable, and made in microseconds however
 * long the list is.
 *
 * It shares the chunks of the list that it was taken from and never reads past its own length.
 */
export class ListSnapshot<T, K = T, N = number> implements Iterable<T> {
  /** How many items there are. */
  readonly length: number;
  readonly #chunks: readonly Chunk<K, N>[];
  readonly #start: number;
  readonly #read: Read<T, K, N>;
  #array: readonly T[] | null = null;

  constructor(chunks: readonly Chunk<K, N>[], [start, end]: [number, number], read: Read<T, K, N>) {
    this.#chunks = chunks;
    this.#start = start;
    this.length = end - start;
    this.#read = read;
  }

  /** The item at an index from 0, or counted from the end if it is negative. */
  at(index: number): T | undefined {
    const wanted = Math.trunc(index) + (index < 0 ? this.length : 0);
    if (!(wanted >= 0 && wanted < this.length)) return undefined;
    const place = this.#start + wanted;
    const chunk = this.#chunks[this.#chunkOf(place)];
    return chunk && this.#read(chunk, place - chunk.start);
  }

  /** The items from `start` up to but not including `end`, as in an array. */
  slice(start = 0, end = this.length): T[] {
    const items: T[] = [];
    const take = (chunk: Chunk<K, N>, index: number) => {
      const item = this.#read(chunk, index);
      if (item !== undefined) items.push(item);
    };
    const [from, to] = [whole(start), whole(end)];
    this.each(take, from < 0 ? this.length + from : from, to < 0 ? this.length + to : to);
    return items;
  }

  /** Visits the place of each item, without an array of them. */
  each(visit: (chunk: Chunk<K, N>, index: number) => void, from = 0, to = this.length): void {
    let place = this.#start + Math.max(0, from);
    const end = this.#start + Math.min(this.length, to);
    for (let at = this.#chunkOf(place); place < end; at++) {
      const chunk = this.#chunks[at];
      if (!chunk) return;
      const stop = Math.min(end - chunk.start, chunk.items.length);
      for (let index = place - chunk.start; index < stop; index++) visit(chunk, index);
      place = chunk.start + stop;
    }
  }

  /** What `each` makes of every item, as in an array. */
  map<R>(each: (item: T, index: number, items: readonly T[]) => R, thisArg?: unknown): R[] {
    return this.toArray().map(each, thisArg);
  }

  /** All items; made once, when it is first asked for. */
  toArray(): readonly T[] {
    return (this.#array ??= this.slice());
  }

  [Symbol.iterator](): ArrayIterator<T> {
    return this.toArray()[Symbol.iterator]();
  }

  #chunkOf(place: number): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.start ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/**
 * A bounded list that only grows at its end and loses items at its front. Each item has a place, which
 * counts all that ever came.
 *
 * Items stand in sealed chunks and an append-only last one, so a snapshot copies nothing but the list
 * of chunks. What falls off the front is freed a chunk at a time: at most one chunk, an eighth of the
 * bounds, is held past them. An item may be kept as something smaller (`K`, with a note beside it) that
 * `read` makes it of.
 */
export class BoundedList<T, K = T, N = number> {
  /** How many items have fallen off the front since the list was made or cleared. */
  dropped = 0;
  /** The size of those items. */
  droppedSize = 0;
  /** The place of the next item. */
  end = 0;
  readonly #sizeOf: (item: K, note: N | undefined) => number;
  readonly #read: Read<T, K, N>;
  #bounds: ListBounds;
  #chunks: Chunk<K, N>[] = [];
  #length = 0;
  #size = 0;
  #snapshot: ListSnapshot<T, K, N> | null = null;

  /** Without `sizeOf` a note is a size; without `read` an item is kept as it is. */
  constructor(
    bounds: ListBounds,
    sizeOf = (_: K, note: N | undefined): number => (typeof note === 'number' ? note : 0),
    read: Read<T, K, N> = ({ items }: Chunk<unknown, unknown>, index) =>
      items[index] as T | undefined,
  ) {
    this.#bounds = bounds;
    this.#sizeOf = sizeOf;
    this.#read = read;
  }

  /** How many items are held. */
  get length(): number {
    return this.#length;
  }

  /** The place of the oldest item that is held, or of the next one where none is. */
  get start(): number {
    return this.end - this.#length;
  }

  /** The oldest item that is held. */
  get first(): T | undefined {
    const [chunk] = this.#chunks;
    return chunk && this.#read(chunk, this.start - chunk.start);
  }

  /** The newest item that is held. */
  get last(): T | undefined {
    const chunk = this.#chunks.at(-1);
    return chunk && this.#read(chunk, chunk.items.length - 1);
  }

  /** Sets new bounds; what is past them is dropped at once. */
  setBounds(bounds: ListBounds): void {
    this.#bounds = bounds;
    this.#trim();
  }

  /** Adds an item at the end. */
  push(item: K, note?: N): void {
    const chunk = this.#openChunk();
    const size = this.#sizeOf(item, note);
    chunk.items.push(item);
    chunk.notes.push(note);
    chunk.size += size;
    this.end += 1;
    this.#length += 1;
    this.#size += size;
    this.#snapshot = null;
    this.#trim();
  }

  /** Drops items from the front as long as `isOld` says so. */
  dropWhile(isOld: (item: T) => boolean): void {
    for (let item = this.first; item !== undefined && isOld(item); item = this.first) {
      this.#dropFirst();
    }
  }

  /** Counts items as dropped that are never pushed, and drops what stands before them: there are no gaps. */
  skip(count: number): void {
    this.dropped += this.#length + count;
    this.droppedSize += this.#size;
    this.end += count;
    this.#empty();
  }

  /** Empties the list and its counts. */
  clear(): void {
    this.dropped = this.droppedSize = 0;
    this.#empty();
  }

  #empty(): void {
    this.#chunks = [];
    this.#length = this.#size = 0;
    this.#snapshot = null;
  }

  /** The items as they are now; the same object until something changes. */
  snapshot(): ListSnapshot<T, K, N> {
    return (this.#snapshot ??= new ListSnapshot(
      [...this.#chunks],
      [this.start, this.end],
      this.#read,
    ));
  }

  #openChunk(): Chunk<K, N> {
    const last = this.#chunks.at(-1);
    const { maxItems, maxSize } = this.#bounds;
    const fullItems = Math.min(largestChunk, Math.ceil(maxItems / 8));
    if (last && last.items.length < fullItems && last.size < maxSize / 8) return last;
    const chunk: Chunk<K, N> = { start: this.end, items: [], notes: [], size: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }

  #trim(): void {
    const { maxItems, maxSize } = this.#bounds;
    while (this.#length > Math.max(0, maxItems) || (this.#size > maxSize && this.#length > 1)) {
      this.#dropFirst();
    }
  }

  #dropFirst(): void {
    const [chunk] = this.#chunks;
    if (!chunk) return;
    const index = this.start - chunk.start;
    const item = chunk.items[index];
    const size = item === undefined ? 0 : this.#sizeOf(item, chunk.notes[index]);
    this.dropped += 1;
    this.droppedSize += size;
    this.#length -= 1;
    this.#size -= size;
    this.#snapshot = null;
    if (index + 1 === chunk.items.length) this.#chunks.shift();
  }
}

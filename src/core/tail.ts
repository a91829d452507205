/** How much a {@link Tail} holds. */
export interface TailBounds {
  /** How many items; Infinity for no bound. */
  maxItems: number;
  /** How much in all, in the unit of `sizeOf`; Infinity for no bound. The newest item always stays. */
  maxSize: number;
}

const largestChunk = 1_024;

interface Chunk<T> {
  readonly items: T[];
  /** How much each of them counts. */
  readonly sizes: number[];
  size: number;
}

/**
 * The newest items of a list that only grows at its end: immutable, and made in microseconds however
 * long the list is.
 *
 * It shares the chunks of the tail that it was taken from and never reads past its own length.
 */
export class TailSnapshot<T> implements Iterable<T> {
  /** How many items there are. */
  readonly length: number;
  readonly #spine: readonly (readonly T[])[];
  readonly #offset: number;
  #starts: readonly number[] | null = null;
  #array: readonly T[] | null = null;

  constructor(spine: readonly (readonly T[])[], offset: number, length: number) {
    this.#spine = spine;
    this.#offset = offset;
    this.length = length;
  }

  /** The item at an index from 0, or counted from the end where it is negative. */
  at(index: number): T | undefined {
    const wanted = Math.trunc(index) + (index < 0 ? this.length : 0);
    if (!(wanted >= 0 && wanted < this.length)) return undefined;
    const chunk = this.#chunkOf(wanted);
    return this.#spine[chunk]?.[wanted - (this.#chunkStarts()[chunk] ?? 0)];
  }

  /** The items from `start` up to but not including `end`, as in an array. */
  slice(start = 0, end = this.length): T[] {
    const from = Math.max(0, start < 0 ? this.length + start : start);
    const to = Math.min(this.length, end < 0 ? this.length + end : end);
    const items: T[] = [];
    if (from >= to) return items;
    const starts = this.#chunkStarts();
    for (let chunk = this.#chunkOf(from); chunk < this.#spine.length; chunk++) {
      const first = starts[chunk] ?? 0;
      if (first >= to) break;
      const part = this.#spine[chunk]?.slice(Math.max(0, from - first), to - first);
      for (const item of part ?? []) items.push(item);
    }
    return items;
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

  /** The index of each chunk's first item; made when an item is first asked for. */
  #chunkStarts(): readonly number[] {
    if (this.#starts) return this.#starts;
    let start = -this.#offset;
    this.#starts = this.#spine.map((chunk) => {
      const first = start;
      start += chunk.length;
      return first;
    });
    return this.#starts;
  }

  #chunkOf(index: number): number {
    const starts = this.#chunkStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/**
 * A bounded list that only grows at its end and loses items at its front.
 *
 * Items stand in sealed chunks and an append-only last one, so a snapshot copies nothing but the list
 * of chunks. What falls off the front is freed a chunk at a time: at most one chunk, an eighth of the
 * bounds, is held past them.
 */
export class Tail<T> {
  /** How many items have fallen off the front since the tail was made or cleared. */
  dropped = 0;
  /** The size of those items. */
  droppedSize = 0;
  readonly #sizeOf: (item: T) => number;
  #bounds: TailBounds;
  #chunks: Chunk<T>[] = [];
  #offset = 0;
  #length = 0;
  #size = 0;
  #snapshot: TailSnapshot<T> | null = null;

  constructor(bounds: TailBounds, sizeOf: (item: T) => number = () => 0) {
    this.#bounds = bounds;
    this.#sizeOf = sizeOf;
  }

  /** How many items are held. */
  get length(): number {
    return this.#length;
  }

  /** The oldest item that is held. */
  get first(): T | undefined {
    return this.#chunks[0]?.items[this.#offset];
  }

  /** Sets new bounds; what is past them is dropped at once. */
  setBounds(bounds: TailBounds): void {
    this.#bounds = bounds;
    this.#trim();
  }

  /** Adds an item at the end; `size` says how much it counts where the item itself does not. */
  push(item: T, size = this.#sizeOf(item)): void {
    const chunk = this.#openChunk();
    chunk.items.push(item);
    chunk.sizes.push(size);
    chunk.size += size;
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
    this.#empty();
  }

  /** Empties the tail and its counts. */
  clear(): void {
    this.dropped = this.droppedSize = 0;
    this.#empty();
  }

  #empty(): void {
    this.#chunks = [];
    this.#offset = this.#length = this.#size = 0;
    this.#snapshot = null;
  }

  /** The items as they are now; the same object until something changes. */
  snapshot(): TailSnapshot<T> {
    return (this.#snapshot ??= new TailSnapshot(
      this.#chunks.map((chunk) => chunk.items),
      this.#offset,
      this.#length,
    ));
  }

  #openChunk(): Chunk<T> {
    const last = this.#chunks.at(-1);
    const { maxItems, maxSize } = this.#bounds;
    const fullItems = Math.min(largestChunk, Math.ceil(maxItems / 8));
    if (last && last.items.length < fullItems && last.size < maxSize / 8) return last;
    const chunk: Chunk<T> = { items: [], sizes: [], size: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }

  #trim(): void {
    const { maxItems, maxSize } = this.#bounds;
    while (this.#length > maxItems || (this.#size > maxSize && this.#length > 1)) this.#dropFirst();
  }

  #dropFirst(): void {
    const size = this.#chunks[0]?.sizes[this.#offset] ?? 0;
    this.dropped += 1;
    this.droppedSize += size;
    this.#length -= 1;
    this.#size -= size;
    this.#offset += 1;
    this.#snapshot = null;
    if (this.#offset < (this.#chunks[0]?.items.length ?? 0)) return;
    this.#chunks.shift();
    this.#offset = 0;
  }
}

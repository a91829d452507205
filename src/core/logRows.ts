import type { LineCount } from './logInputs.ts';
import {
  compileFilter,
  sameFilter,
  type LineTest,
  type LogFilter,
  type LogRow,
} from './logLines.ts';
import { asker } from './report.ts';
import { byteLength, itemCost } from './size.ts';
import { Tail, type TailBounds } from './tail.ts';

/**
 * The rows of a log as they were at one moment: an immutable list that is handed over in microseconds, however
 * long it is. `map`, `toArray` and iterating make an array of all of it; `at` and `slice` do not.
 *
 * @example
 * ```tsx
 * import { useLogTail } from 'use-event-stream';
 *
 * export function LastLine({ url }: { url: string }) {
 *   const { lines } = useLogTail(url);
 *   return <p>{lines.at(-1)?.text}</p>;
 * }
 * ```
 */
export type LineList = Pick<
  readonly LogRow[],
  'length' | 'slice' | 'map' | typeof Symbol.iterator
> & {
  /** One row. A negative index counts from the end. */
  // Spelled out: an app whose `lib` is ES2020 has arrays without it.
  at(index: number): LogRow | undefined;
  /** All rows. The array is made once, when it is first asked for. */
  toArray(): readonly LogRow[];
};

/** Of the rows that pass a filter: what they count, they count among all. */
const shownBounds = ({ maxItems }: TailBounds): TailBounds => ({ maxItems, maxSize: Infinity });

const sizeOf = ({ text }: LogRow) => itemCost + byteLength(text);

const sliceLength = 1_024;

/** Calls `visit` with each row, without an array of all of them. */
function eachRow(rows: LineList, visit: (row: LogRow) => void): void {
  for (let start = 0; start < rows.length; start += sliceLength) {
    for (const row of rows.slice(start, start + sliceLength)) visit(row);
  }
}

/** Whether two lists hold the same rows. */
export function sameRows(one: LineList, other: LineList): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let start = 0; start < one.length; start += sliceLength) {
    const part = other.slice(start, start + sliceLength);
    if (one.slice(start, start + sliceLength).some((row, index) => row !== part[index])) {
      return false;
    }
  }
  return true;
}

/** How many rows have this id or a later one. */
export function countFrom(rows: LineList, id: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows.at(middle)?.id ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return rows.length - low;
}

/** The bounded rows of a log, and beside them those that pass its filter. */
export class LogRows {
  /** What rows are picked with; null where all pass. */
  passes: LineTest | null = null;
  /** How many rows came, kept or dropped. */
  nextId = 0;
  readonly #all: Tail<LogRow>;
  /** The rows that pass the filter; null where all do. */
  #shown: Tail<LogRow> | null = null;
  readonly #askTest = asker('filter.test');
  #filter: LogFilter | undefined;
  #bounds: TailBounds;
  /** Gap markers among the rows that were dropped. */
  #droppedGaps = 0;
  #gaps: number[] = [];

  constructor(bounds: TailBounds) {
    this.#bounds = bounds;
    this.#all = new Tail(bounds, sizeOf);
  }

  /** The id of the oldest row that is kept, or the next id where none is. */
  get firstId(): number {
    return this.#all.first?.id ?? this.nextId;
  }

  /** Lines that came since the last `clear`, kept or dropped; gap markers are none. */
  get total(): number {
    return this.#all.length + this.#all.dropped - this.#droppedGaps - this.#gaps.length;
  }

  /** What the bounds have dropped since the last `clear`: lines, and the bytes of their text. */
  get dropped(): { lines: number; bytes: number } {
    const { dropped, droppedSize } = this.#all;
    return { lines: dropped - this.#droppedGaps, bytes: droppedSize - dropped * itemCost };
  }

  /** Whether no row is kept. */
  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** All rows that are kept. */
  all(): LineList {
    return this.#all.snapshot();
  }

  /** The rows that pass the filter. */
  shown(): LineList {
    return (this.#shown ?? this.#all).snapshot();
  }

  /** Adds a row; its id is {@link nextId}. */
  push(row: LogRow): void {
    this.nextId = row.id + 1;
    if (row.kind === 'gap') this.#gaps.push(row.id);
    this.#all.push(row);
    if (this.passes?.(row)) this.#shown?.push(row);
  }

  /** Counts lines that came and are dropped at once, with all rows before them: they need no row. */
  skip({ lines, bytes }: LineCount): void {
    this.nextId += lines;
    this.#all.skip(lines);
    this.#all.droppedSize += bytes + lines * itemCost;
    this.evict();
  }

  /** Drops from the filtered rows, and from the count of gaps, what has fallen out of the whole. */
  evict(): void {
    const first = this.firstId;
    this.#shown?.dropWhile(({ id }) => id < first);
    while ((this.#gaps[0] ?? first) < first) {
      this.#gaps.shift();
      this.#droppedGaps += 1;
    }
  }

  /** Sets new bounds; true where they are others than before. */
  setBounds(bounds: TailBounds): boolean {
    const { maxItems, maxSize } = this.#bounds;
    if (bounds.maxItems === maxItems && bounds.maxSize === maxSize) return false;
    this.#bounds = bounds;
    this.#all.setBounds(bounds);
    this.#shown?.setBounds(shownBounds(bounds));
    this.evict();
    return true;
  }

  /** Sets the filter; true where other rows pass it. A filter of the same value changes nothing. */
  setFilter(filter: LogFilter | undefined): boolean {
    if (sameFilter(filter, this.#filter)) return false;
    const before = this.shown();
    this.#filter = filter && { ...filter };
    this.passes = compileFilter(filter, this.#askTest);
    this.#shown = this.passes && this.#pick(this.all(), this.passes);
    // A predicate that is made again in every render would otherwise cause the next render, without end.
    return !sameRows(before, this.shown());
  }

  /** Those of these rows that pass the filter. */
  pick(rows: LineList): LineList {
    return this.passes ? this.#pick(rows, this.passes).snapshot() : rows;
  }

  /** Empties the rows and their counts; ids go on. */
  clear(): void {
    this.#all.clear();
    this.#shown?.clear();
    this.#gaps = [];
    this.#droppedGaps = 0;
  }

  #pick(rows: LineList, passes: LineTest): Tail<LogRow> {
    const tail = new Tail<LogRow>(shownBounds(this.#bounds));
    eachRow(rows, (row) => {
      if (passes(row)) tail.push(row);
    });
    return tail;
  }
}

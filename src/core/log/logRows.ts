import { compact } from '../event.ts';
import type { LineCount } from './logInputs.ts';
import type { LogLevel } from './logLevel.ts';
import {
  compileFilter,
  sameFilter,
  type LineTest,
  type LogFilter,
  type LogLine,
  type LogRow,
} from './logLines.ts';
import { asker } from '../report.ts';
import { byteLength, itemCost } from '../size.ts';
import {
  BoundedList,
  type Chunk,
  type ListBounds,
  type ListSnapshot,
} from '../observer/boundedList.ts';

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
const shownBounds = ({ maxItems }: ListBounds): ListBounds => ({ maxItems, maxSize: Infinity });

/** What a line has in common with those that came with it. */
type Note = Omit<LogLine, 'id' | 'text'>;

/** A line is kept as its text, until somebody asks for its row. */
type Kept = string | LogRow;

/** All rows of a log at one moment. */
export type RowSnapshot = ListSnapshot<LogRow, Kept, Note>;

const sizeOf = (kept: Kept) => itemCost + byteLength(typeof kept === 'string' ? kept : kept.text);

/** The row at an index of a chunk, whose places are ids. */
function peek({ start, items, notes }: Chunk<Kept, Note>, index: number): LogRow | undefined {
  const kept = items[index];
  if (typeof kept !== 'string') return kept;
  const note = notes[index];
  return note && { ...note, id: start + index, text: kept };
}

/** Has a row stay: components know rows by their identity. What it was cut from does not stay with it. */
function hold(chunk: Chunk<Kept, Note>, index: number, row: LogRow): LogRow {
  if (row.kind === 'gap' || row === chunk.items[index]) return row;
  row.text = compact(row.text);
  chunk.items[index] = row;
  return row;
}

/** The row at an index, the same one each time. */
function read(chunk: Chunk<Kept, Note>, index: number): LogRow | undefined {
  const row = peek(chunk, index);
  return row && hold(chunk, index, row);
}

/** Whether two lists hold the same rows. */
function sameRows(one: LineList, other: LineList): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  const rows = other.slice();
  return one.slice().every((row, index) => row === rows[index]);
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

/** What a log has come to. */
export interface LogValue {
  /** The rows that pass the filter. */
  lines: LineList;
  /** All rows that are kept. */
  all: RowSnapshot;
  /** The line that is not finished. */
  partial: string;
  /** How many lines have come since the beginning or the last `clear`. */
  total: number;
  /** The id of the oldest row that is kept, or the next id where none is. */
  firstId: number;
  /** The id that the next row will have. */
  nextId: number;
  /** Rows that wait for the end of a pause. */
  pending: number;
  /** Lines that came and went during a pause. */
  missed: number;
  dropped: { lines: number; bytes: number };
  /** What `lines` were picked with. */
  filter: LineTest | null;
}

/** The bounded rows of a log, and beside them those that pass its filter. */
export class LogRows {
  /** What rows are picked with; null where all pass. */
  passes: LineTest | null = null;
  readonly #all: BoundedList<LogRow, Kept, Note>;
  /** The rows that pass the filter; null where all do. */
  #shown: BoundedList<LogRow> | null = null;
  readonly #askTest = asker('filter.test');
  #filter: LogFilter | undefined;
  #bounds: ListBounds;
  /** Gap markers among the rows that were dropped. */
  #droppedGaps = 0;
  #gaps: number[] = [];
  /** The newest of each level. */
  readonly #notes = new Map<LogLevel | null, Note>();

  constructor(bounds: ListBounds) {
    this.#bounds = bounds;
    this.#all = new BoundedList(bounds, sizeOf, read);
  }

  /** The id of the oldest row that is kept, or the next id where none is. */
  get firstId(): number {
    return this.#all.start;
  }

  /** The id of the next row: how many came, kept or dropped. */
  get nextId(): number {
    return this.#all.end;
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
  all(): RowSnapshot {
    return this.#all.snapshot();
  }

  /** The rows that pass the filter. */
  shown(): LineList {
    return (this.#shown ?? this.#all).snapshot();
  }

  /** Adds a line. */
  push(text: string, level: LogLevel | null, origin: Pick<Note, 'receivedAt' | 'truncated'>): void {
    const note = this.#noteOf(level, origin);
    const isShown = this.passes?.({ ...note, id: this.nextId, text });
    this.#all.push(text, note);
    const row = isShown && this.#all.last;
    if (row) this.#shown?.push(row);
  }

  /** Adds a place where lines are missing. */
  pushGap(missing: number | null, receivedAt: number): void {
    const row: LogRow = { kind: 'gap', id: this.nextId, text: '', receivedAt, missing };
    this.#gaps.push(row.id);
    this.#all.push(row);
    this.#shown?.push(row);
  }

  /** Counts lines that came and are dropped at once, with all rows before them: they need no row. */
  skip({ lines, bytes }: LineCount): void {
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
  setBounds(bounds: ListBounds): boolean {
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

  /** Those of these rows that pass the filter; the list of before where it has the same. */
  pick(rows: RowSnapshot, before: LineList): LineList {
    const picked = this.passes ? this.#pick(rows, this.passes).snapshot() : rows;
    return sameRows(picked, before) ? before : picked;
  }

  /** Empties the rows and their counts; ids go on. */
  clear(): void {
    this.#all.clear();
    this.#shown?.clear();
    this.#gaps = [];
    this.#droppedGaps = 0;
  }

  /** The same note for the lines of a level that came together. */
  #noteOf(
    level: LogLevel | null,
    { receivedAt, truncated }: Pick<Note, 'receivedAt' | 'truncated'>,
  ): Note {
    const known = this.#notes.get(level);
    if (known?.receivedAt === receivedAt && known.truncated === truncated) return known;
    const note: Note = { kind: 'line', level, receivedAt, truncated };
    this.#notes.set(level, note);
    return note;
  }

  #pick(rows: RowSnapshot, passes: LineTest): BoundedList<LogRow> {
    const list = new BoundedList<LogRow>(shownBounds(this.#bounds));
    rows.each((chunk, index) => {
      const row = peek(chunk, index);
      if (row && passes(row)) list.push(hold(chunk, index, row));
    });
    return list;
  }
}

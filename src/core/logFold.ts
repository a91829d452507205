import type { ConnectionState } from './connectionState.ts';
import { flat, type RawEvent, type StreamEvent } from './event.ts';
import type { Fold } from './fold.ts';
import type { Format } from './format/format.ts';
import {
  byteLength,
  carriageReturns,
  checkFilter,
  compileFilter,
  cutLine,
  levelOf,
  LineSplitter,
  linesOf,
  sameFilter,
  stripAnsi,
  toLevel,
  type CarriageReturn,
  type LineTest,
  type LogFilter,
  type LogInput,
  type LogLevel,
  type LogRow,
  type SplitOptions,
} from './logLines.ts';
import {
  booleanOption,
  functionOption,
  namesOption,
  numberOption,
  refuse,
  wordOption,
} from './option.ts';
import { guarded } from './report.ts';
import { Tail, type TailBounds } from './tail.ts';
import { checkUntil, endOfStream, type Until } from './until.ts';

/**
 * The rows of a log as they were at one moment: an immutable list that is handed over in microseconds
 * however long it is. `map`, `toArray` and iterating make an array of all of it; `at` and `slice` do not.
 */
export type LineList = Pick<
  readonly LogRow[],
  'length' | 'at' | 'slice' | 'map' | typeof Symbol.iterator
> & {
  /** All rows; made once, when it is first asked for. */
  toArray(): readonly LogRow[];
};

/** The options of a fold of lines; they are read anew for every batch. */
export interface LogFoldOptions {
  format?: Format | undefined;
  events?: readonly string[] | undefined;
  until?: Until<StreamEvent> | undefined;
  parse?: ((data: string, event: StreamEvent) => LogInput | null) | undefined;
  maxLines?: number | undefined;
  maxBytes?: number | undefined;
  maxLineLength?: number | undefined;
  maxEventSize?: number | undefined;
  cr?: CarriageReturn | undefined;
  stripAnsi?: boolean | undefined;
  filter?: LogFilter | undefined;
}

/** What a log has come to. */
export interface LogValue {
  /** The rows that pass the filter. */
  lines: LineList;
  /** All rows that are kept. */
  all: LineList;
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

const defaultLines = 10_000;
const defaultBytes = 8 * 1024 * 1024;
const defaultLineLength = 16_384;
const defaultEventSize = 16 * 1024 * 1024;

/** Whether the lines of this format are cut here, not by the connection, so that the unfinished one is known. */
export const isPlainText = (format: Format | undefined): boolean =>
  format === 'lines' || format === 'text';

/** Checks the options; a TypeError names the option, the value and what is allowed. */
export function checkLogOptions(options: LogFoldOptions): void {
  const { format } = options;
  if (format === 'bytes') refuse('format', format, 'a format of text');
  namesOption('events', options.events);
  booleanOption('stripAnsi', options.stripAnsi);
  numberOption('maxLines', options.maxLines, { otherwise: 0, integer: true });
  numberOption('maxBytes', options.maxBytes, { otherwise: 0 });
  numberOption('maxLineLength', options.maxLineLength, { otherwise: 0, min: 1, integer: true });
  wordOption('cr', options.cr, carriageReturns);
  functionOption('parse', options.parse);
  checkFilter(options.filter);
  checkUntil(options.until);
}

const isText = (event: RawEvent): event is StreamEvent => typeof event.data === 'string';

/** The event as text: what a format of one's own makes is shown as JSON. */
export function textEvent(event: RawEvent): StreamEvent {
  if (isText(event)) return event;
  // Undefined and functions have no JSON.
  const json = JSON.stringify(event.data) as string | undefined;
  return { ...event, data: json ?? String(event.data) };
}

/** The option `until` as a test of events of any data. */
export function untilText(until: Until<StreamEvent> | undefined): Until<RawEvent> | undefined {
  return typeof until === 'function' ? (event) => until(textEvent(event)) : until;
}

const boundsOf = ({ maxLines = defaultLines, maxBytes = defaultBytes }: LogFoldOptions) => ({
  maxItems: maxLines,
  maxSize: maxBytes,
});

function splitOptionsOf(options: LogFoldOptions): SplitOptions {
  const { cr = 'overwrite', maxLineLength = defaultLineLength } = options;
  // A parser and the look for escapes need the whole line; otherwise what is cut off need not be held.
  const needsAll = options.parse !== undefined || options.stripAnsi === true;
  const { maxEventSize = defaultEventSize } = options;
  return { cr, limit: needsAll ? Math.max(maxLineLength, maxEventSize) : maxLineLength };
}

const sizeOf = ({ text }: LogRow) => byteLength(text);

const newTail = ({ maxItems }: TailBounds): Tail<LogRow> =>
  new Tail({ maxItems, maxSize: Infinity });

const sliceLength = 1_024;

/** Calls `visit` with each row, without an array of all of them. */
function eachRow(rows: LineList, visit: (row: LogRow, index: number) => void): void {
  for (let start = 0; start < rows.length; start += sliceLength) {
    const part = rows.slice(start, start + sliceLength);
    for (const [index, row] of part.entries()) visit(row, start + index);
  }
}

function sameRows(one: LineList, other: LineList): boolean {
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
function countFrom(rows: LineList, id: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows.at(middle)?.id ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return rows.length - low;
}

/** A line as it is to be kept. */
interface Draft {
  surplus: number;
  level: LogLevel | null;
  receivedAt: number;
}

/** Folds the events of a stream, or its plain text, into bounded lines. */
export class LogFold implements Fold<LogValue> {
  readonly #options: () => LogFoldOptions;
  readonly #splitter = new LineSplitter();
  readonly #all: Tail<LogRow>;
  /** The rows that pass the filter; null where all do. */
  #shown: Tail<LogRow> | null = null;
  #filter: LogFilter | undefined;
  #passes: LineTest | null = null;
  #bounds: TailBounds;
  #nextId = 0;
  /** The event that the unfinished line came with last, without its text. */
  #origin: StreamEvent | null = null;
  #value: LogValue | null = null;
  #paused: { frozen: LogValue; value: LogValue } | null = null;

  constructor(options: () => LogFoldOptions) {
    this.#options = options;
    this.#bounds = boundsOf(options());
    this.#all = new Tail(this.#bounds, sizeOf);
  }

  push(events: readonly RawEvent[]): boolean {
    const options = this.#follow();
    const ended = events.some((event) => this.#take(event, options));
    this.#evict();
    return ended;
  }

  stateChanged({ status }: ConnectionState): boolean {
    const origin = this.#origin;
    if (status === 'open' || !origin) return false;
    // What comes next is another response: the line that this one has begun ends here.
    const options = this.#options();
    this.#origin = null;
    this.#splitter.end(splitOptionsOf(options), (line, surplus) =>
      this.#endsWith({ ...origin, data: line }, surplus, options),
    );
    this.#evict();
    this.#value = null;
    return false;
  }

  value(): LogValue {
    this.#follow();
    return (this.#value ??= this.#makeValue());
  }

  whilePaused(frozen: LogValue): LogValue {
    this.#follow();
    const before = this.#paused?.frozen === frozen ? this.#paused.value : frozen;
    const pending = countFrom(this.#shownRows(), frozen.nextId);
    const missed = Math.max(0, this.#firstId - frozen.nextId);
    const lines = before.filter === this.#passes ? before.lines : this.#linesOf(frozen, before);
    if (lines === before.lines && pending === before.pending && missed === before.missed) {
      return before;
    }
    const value = { ...frozen, lines, pending, missed, filter: this.#passes };
    this.#paused = { frozen, value };
    return value;
  }

  /** The line that is not finished stays: what is still to come of it would otherwise look whole. */
  clear(): void {
    this.#all.clear();
    this.#shown?.clear();
    this.#value = null;
    this.#paused = null;
  }

  get #firstId(): number {
    return this.#all.first?.id ?? this.#nextId;
  }

  #shownRows(): LineList {
    return (this.#shown ?? this.#all).snapshot();
  }

  #makeValue(): LogValue {
    const { stripAnsi: strip = false, maxLineLength = defaultLineLength } = this.#options();
    const { held, surplus } = this.#splitter;
    const { length, dropped, droppedSize } = this.#all;
    return {
      lines: this.#shownRows(),
      all: this.#all.snapshot(),
      partial: cutLine(strip ? stripAnsi(held) : held, surplus, maxLineLength),
      total: length + dropped,
      firstId: this.#firstId,
      nextId: this.#nextId,
      pending: 0,
      missed: 0,
      dropped: { lines: dropped, bytes: droppedSize },
      filter: this.#passes,
    };
  }

  /** Takes over what has changed among the options. */
  #follow(): LogFoldOptions {
    const options = this.#options();
    const bounds = boundsOf(options);
    const { maxItems, maxSize } = this.#bounds;
    if (bounds.maxItems !== maxItems || bounds.maxSize !== maxSize) {
      this.#bounds = bounds;
      this.#all.setBounds(bounds);
      this.#evict();
      this.#value = null;
    }
    if (!sameFilter(options.filter, this.#filter)) this.#refilter(options.filter);
    return options;
  }

  #refilter(filter: LogFilter | undefined): void {
    const passes = compileFilter(filter);
    const before = this.#shownRows();
    const all = this.#all.snapshot();
    this.#filter = filter && { ...filter };
    this.#passes = passes;
    this.#shown = passes && this.#pick(all, passes);
    // A predicate that is made anew in every render would otherwise cause the next render, for ever.
    if (!sameRows(before, this.#shownRows())) this.#value = null;
  }

  #pick(rows: LineList, passes: LineTest): Tail<LogRow> {
    const tail = newTail(this.#bounds);
    eachRow(rows, (row) => {
      if (passes(row)) tail.push(row);
    });
    return tail;
  }

  /** The rows that a paused view was frozen with, through the filter of now. */
  #linesOf(frozen: LogValue, before: LogValue): LineList {
    const lines = this.#passes ? this.#pick(frozen.all, this.#passes).snapshot() : frozen.all;
    return sameRows(lines, before.lines) ? before.lines : lines;
  }

  /** Drops from the filtered rows what has fallen out of the whole. */
  #evict(): void {
    const first = this.#firstId;
    this.#shown?.dropWhile(({ id }) => id < first);
  }

  /** Takes an event; true where `until` ends the stream with a line of it. */
  #take(raw: RawEvent, options: LogFoldOptions): boolean {
    if (options.events && !options.events.includes(raw.type)) return false;
    const event = textEvent(raw);
    if (isPlainText(options.format)) return this.#takeText(event, options);
    this.#takeLine(event, 0, options);
    return false;
  }

  #takeText(event: StreamEvent, options: LogFoldOptions): boolean {
    this.#origin = { ...event, data: '' };
    this.#value = null;
    return this.#splitter.push(event.data, splitOptionsOf(options), (line, surplus) =>
      this.#endsWith({ ...event, data: line }, surplus, options),
    );
  }

  /** Takes one line of plain text; true where `until` ends the stream with it. */
  #endsWith(event: StreamEvent, surplus: number, options: LogFoldOptions): boolean {
    const end = endOfStream(untilText(options.until), [event]);
    if (end !== 0) this.#takeLine(event, surplus, options);
    return end !== null;
  }

  #takeLine(event: StreamEvent, surplus: number, options: LogFoldOptions): void {
    const { parse, cr = 'overwrite' } = options;
    const { data, receivedAt } = event;
    // A parser that throws loses no line: the line is shown as it came.
    const input = parse ? guarded(() => parse(data, event), data) : data;
    if (input === null) return;
    const text = typeof input === 'string' ? input : input.text;
    const level = typeof input === 'string' ? null : toLevel(input.level);
    if (isPlainText(options.format) && !parse) {
      this.#keep(text, { surplus, level, receivedAt }, options);
      return;
    }
    for (const line of linesOf(text, cr)) {
      this.#keep(line, { surplus, level, receivedAt }, options);
    }
  }

  #keep(raw: string, { surplus, level, receivedAt }: Draft, options: LogFoldOptions): void {
    const { stripAnsi: strip = false, maxLineLength = defaultLineLength } = options;
    const whole = strip ? stripAnsi(raw) : raw;
    const text = cutLine(whole, surplus, maxLineLength);
    const row: LogRow = {
      kind: 'line',
      id: this.#nextId++,
      text: flat(text),
      level: level ?? levelOf(whole),
      receivedAt,
      truncated: whole.length - text.length + surplus,
    };
    this.#all.push(row);
    if (this.#passes?.(row)) this.#shown?.push(row);
    this.#value = null;
  }
}

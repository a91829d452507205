import { stripAnsi } from './ansi.ts';
import { compact } from '../event.ts';
import { logLevels, type LogLevel } from './logLevel.ts';
import type { Ask } from '../report.ts';

/** What a parser makes of a line: its text, or its text and its level. */
export type LogInput = string | { text: string; level?: LogLevel | undefined };

/** One line of a log. */
export interface LogLine {
  kind: 'line';
  /** Counts from 0, and never changes. It is the key of a row. */
  id: number;
  /** The line without its line break; escape sequences are left in it, unless `stripAnsi` is set. */
  text: string;
  /**
   * How grave it is; null if that is not clear. A line that continues the one before it, as a stack trace does,
   * has the level of that line. A line that begins a trace, such as `Traceback`, is at least an error.
   */
  level: LogLevel | null;
  /** When it was read, in milliseconds since the epoch. */
  receivedAt: number;
  /** How many UTF-16 code units `maxLineLength` has cut off its end; 0 if none. */
  truncated: number;
}

/** A place where lines are known to be missing. */
export interface LogGap {
  kind: 'gap';
  /** Counts with the ids of the lines. */
  id: number;
  text: '';
  /** When it was noticed, in milliseconds since the epoch. */
  receivedAt: number;
  /** How many lines are missing; null if that is unknown. */
  missing: number | null;
}

/** What stands in a row of a log. */
export type LogRow = LogLine | LogGap;

/** Which lines to show: those that pass everything that is given. Gaps always show. */
export interface LogFilter {
  /** What the visible text must contain, in upper or lower case. @defaultValue anything */
  text?: string | undefined;
  /** What the visible text must match; the flags `g` and `y` make no difference. @defaultValue anything */
  pattern?: RegExp | undefined;
  /** How grave a line must be at least. A line whose level is not clear passes. @defaultValue any */
  minLevel?: LogLevel | undefined;
  /**
   * A test of your own. A line passes if it throws; a promise hides the line. Keep the same function between
   * renders: another one is another filter.
   */
  test?: ((line: LogLine) => boolean) | undefined;
}

/** What a `\r` means if no `\n` follows. */
export type CarriageReturn = 'overwrite' | 'newline' | 'keep';

/** What the option `cr` may be, its default first. */
export const carriageReturns: readonly CarriageReturn[] = ['overwrite', 'newline', 'keep'];

/** How {@link LineSplitter} cuts. */
export interface SplitOptions {
  /** What a bare `\r` does: begins the line again, ends it, or stays in it. */
  cr: CarriageReturn;
  /** How much of one line is held, in UTF-16 code units; the rest is only counted. */
  limit: number;
}

/** Takes a line without its break, and how many code units of it were not held; true to stop. */
export type OnLine = (line: string, surplus: number) => boolean;

/** Cuts text that comes in pieces into lines, and holds the line that is not finished. */
export class LineSplitter {
  #held = '';
  #surplus = 0;
  /** A `\r` at the end of what has come: bare, or half of a `\r\n`. */
  #return = '';
  /** The last piece ended in a `\r` that has ended its line. */
  #endedByReturn = false;

  /** What is held of the unfinished line. */
  get held(): string {
    return this.#held;
  }

  /** How many code units of the unfinished line are not held. */
  get surplus(): number {
    return this.#surplus;
  }

  /** Takes the next piece of text; calls `onLine` for every line that ends in it. True where that stopped it. */
  push(piece: string, options: SplitOptions, onLine: OnLine): boolean {
    const text = options.cr === 'newline' ? this.#unified(piece) : piece;
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#hold(text.slice(start, end), options);
      if (this.#emit(onLine)) return true;
      start = end + 1;
    }
    // The unfinished line may stay for long: it must not keep its piece.
    if (start < text.length) this.#hold(compact(text.slice(start)), options);
    return false;
  }

  /** Nothing more will come: what is held is a line. */
  end({ cr, limit }: SplitOptions, onLine: OnLine): void {
    if (cr === 'keep') this.#add(this.#return, limit);
    if (this.#held !== '' || this.#surplus > 0) this.#emit(onLine);
    this.reset();
  }

  /** Forgets what is held. */
  reset(): void {
    this.#held = this.#return = '';
    this.#surplus = 0;
    this.#endedByReturn = false;
  }

  #emit(onLine: OnLine): boolean {
    const line = this.#held;
    const surplus = this.#surplus;
    this.#held = this.#return = '';
    this.#surplus = 0;
    return onLine(line, surplus);
  }

  #unified(piece: string): string {
    if (piece === '') return piece;
    const text = this.#endedByReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
    this.#endedByReturn = piece.endsWith('\r');
    return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  }

  #hold(piece: string, { cr, limit }: SplitOptions): void {
    if (piece === '') return;
    const plain = this.#return === '' && !piece.includes('\r');
    this.#add(plain ? piece : this.#withoutReturns(piece, cr), limit);
  }

  #add(text: string, limit: number): void {
    const room = limit - this.#held.length;
    if (text.length <= room) {
      this.#held += text;
    } else {
      this.#held += text.slice(0, room);
      this.#surplus += text.length - room;
    }
  }

  /** What the piece adds to the line: a `\r` at its end waits for what comes next. */
  #withoutReturns(piece: string, cr: CarriageReturn): string {
    const text = this.#return + piece;
    let end = text.length;
    const isReturn = () => text.charAt(end - 1) === '\r';
    if (cr === 'overwrite') while (isReturn()) end -= 1;
    else if (isReturn()) end -= 1;
    this.#return = end < text.length ? '\r' : '';
    const overwritten = cr === 'overwrite' ? text.lastIndexOf('\r', end - 1) : -1;
    if (end === 0 || overwritten === -1) return text.slice(0, end);
    this.#held = '';
    this.#surplus = 0;
    return text.slice(overwritten + 1, end);
  }
}

/** The lines of a text that is complete: at least one, and a break at its end begins no other. */
export function linesOf(text: string, cr: CarriageReturn): string[] {
  if (!text.includes('\n') && !text.includes('\r')) return [text];
  const lines: string[] = [];
  const splitter = new LineSplitter();
  const options = { cr, limit: Infinity };
  const keep = (line: string) => {
    lines.push(line);
    return false;
  };
  splitter.push(text, options, keep);
  splitter.end(options, keep);
  return lines.length === 0 ? [''] : lines;
}

// A row may keep so much text that has fallen out of its list.
const largestPiece = 65_536;

/** Whether all that a piece of text holds stays in its lines: then they can be slices of it, and no copies. */
export function isKeptWhole(piece: string, limit: number): boolean {
  if (piece.length > largestPiece || piece.includes('\r')) return false;
  let start = 0;
  for (let end = 0; end !== -1; start = end + 1) {
    end = piece.indexOf('\n', start);
    if ((end === -1 ? piece.length : end) - start > limit) return false;
    if (end === -1) return true;
  }
  return true;
}

/** The first `limit` code units of a line, never half of a surrogate pair. */
export function cutLine(line: string, surplus: number, limit: number): string {
  if (line.length <= limit && surplus === 0) return line;
  const end = Math.min(limit, line.length);
  const last = line.charCodeAt(end - 1);
  return line.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
}

/** A filter ready for use. */
export type LineTest = (row: LogRow) => boolean;

const visible = (row: LogRow) => stripAnsi(row.text);

/** One test of all that a filter asks for, or null where it asks for nothing; `ask` asks its `test`. */
export function compileFilter(filter: LogFilter | undefined, ask: Ask): LineTest | null {
  const { text, pattern, minLevel, test } = filter ?? {};
  const tests: ((line: LogLine) => boolean)[] = [];
  if (minLevel) {
    const least = logLevels.indexOf(minLevel);
    tests.push(({ level }) => level === null || logLevels.indexOf(level) >= least);
  }
  if (text) {
    const found = new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu');
    tests.push((line) => found.test(visible(line)));
  }
  if (pattern) {
    const { source, flags } = pattern;
    const found = new RegExp(source, flags.replace(/[gy]/g, ''));
    tests.push((line) => found.test(visible(line)));
  }
  // A test that throws hides nothing.
  if (test) tests.push((line) => ask(() => test(line), true, false));
  if (tests.length === 0) return null;
  return (row) => row.kind === 'gap' || tests.every((passes) => passes(row));
}

/** Whether two filters ask for the same: by value, `test` by identity. */
export function sameFilter(one: LogFilter | undefined, other: LogFilter | undefined): boolean {
  return (
    (one?.text ?? '') === (other?.text ?? '') &&
    one?.pattern?.source === other?.pattern?.source &&
    one?.pattern?.flags === other?.pattern?.flags &&
    one?.minLevel === other?.minLevel &&
    one?.test === other?.test
  );
}

import { toLevel, type LogLevel } from './logLevel.ts';
import type { CarriageReturn } from './logLines.ts';
import { atOnce, BadValue, isThenable, tried, type Ask } from '../report.ts';
import { isSendableId } from '../request/headers.ts';
import { byteLength } from '../size.ts';

/** A line as it was read, once: what a caller's object gives later may be something else. */
export type LineInput = string | { text: string; level: LogLevel | null };

/** What should be lines, and what stands there for a value that is none. */
export interface LineInputs {
  values: readonly unknown[];
  /** Tells, once, that a value is none. */
  tell: () => void;
  /** Null for nothing; of what is not kept only that it is a line counts. */
  instead: (bad: unknown, isKept: boolean) => string | null;
  /** How many lines a value counts as that nobody has looked at. */
  unseen: 0 | 1;
}

/** A value as text: that itself, or its JSON. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  // Undefined and functions have no JSON.
  const toJson = () => JSON.stringify(value) as string | undefined;
  return tried(toJson, undefined) ?? tried(() => String(value), '');
}

/** What a value is as a line; null if it is none. */
function lineOf(value: unknown): LineInput | null {
  if (typeof value === 'string') return value;
  const read = (): LineInput | null => {
    const { text, level } = value as { text?: unknown; level?: unknown };
    // Each is asked, or one more would reject unheard.
    const isLate = [value, text, level].filter(isThenable).length > 0;
    return typeof text === 'string' && !isLate ? { text, level: toLevel(level) } : null;
  };
  return tried(read, null);
}

function tellOnce(name: string, ask: Ask): () => void {
  let isTold = false;
  return () => {
    if (isTold) return;
    isTold = true;
    ask(() => {
      throw new BadValue(name, 'a line that is no text and has no `text`; it is shown as it came');
    }, null);
  };
}

/** The lines that a parser has made of a text: for what is none that text stands there, once. */
export function inputsOf(parsed: unknown, data: string, ask: Ask): LineInputs {
  // A list that does not say how long it is has no lines.
  const isList = tried(() => Array.isArray(parsed) && parsed.length >= 0, false);
  const none: readonly unknown[] = [];
  const shown = [data];
  return {
    values: parsed === null ? none : isList ? (parsed as readonly unknown[]) : [parsed],
    tell: tellOnce('parse', ask),
    instead: () => shown.pop() ?? null,
    unseen: 0,
  };
}

/** The lines of a history. */
export const historyLines = (values: readonly unknown[], ask: Ask): LineInputs => ({
  values,
  tell: tellOnce('history', ask),
  instead: (bad, isKept) => (isKept ? asText(bad) : ''),
  unseen: 1,
});

/** The lines of a first batch: a JSON list of them, or text. */
export function backlogOf(data: string, ask: Ask): LineInputs {
  const value = tried(() => JSON.parse(data) as unknown, null);
  return historyLines(Array.isArray(value) ? value : [data], ask);
}

/** A history as it was given, its lines not looked at. */
export interface GivenHistory {
  lines: readonly unknown[];
  lastEventId: string;
}

/** The last id of a history; throws where no request can ask to go on after it. */
function lastIdOf(given: object): string {
  const { lastEventId = '' } = given as { lastEventId?: unknown };
  atOnce('history', lastEventId);
  if (typeof lastEventId !== 'string') {
    throw new BadValue('history', 'a `lastEventId` that is no text; it counts as none');
  }
  if (isSendableId(lastEventId)) return lastEventId;
  const problem = 'a control character in it or is longer than 8,000 bytes';
  throw new BadValue('history', `a \`lastEventId\` that has ${problem}; it counts as none`);
}

/** What the function of the option `history` gave; throws if it is no history. */
export function historyOf(value: unknown, ask: Ask): GivenHistory {
  const given = Object(value) as { lines?: unknown };
  const lines = atOnce('history', given.lines);
  if (!Array.isArray(lines)) throw new BadValue('history', 'no list of `lines`');
  return { lines, lastEventId: ask(() => lastIdOf(given), '') };
}

/** How much a text is: its lines, and their bytes in UTF-8 without line breaks. */
export interface LineCount {
  lines: number;
  bytes: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Whether a line ends with this code unit. */
function isBreak(text: string, index: number, cr: CarriageReturn): boolean {
  const unit = text.charCodeAt(index);
  if (unit === lineFeed) return true;
  return cr === 'newline' && unit === carriageReturn && text.charCodeAt(index + 1) !== lineFeed;
}

function countLines(text: string, cr: CarriageReturn): LineCount {
  // Mostly it is one line, as a search finds out sooner.
  if (!text.includes('\n') && !text.includes('\r')) return { lines: 1, bytes: byteLength(text) };
  let breaks = 0;
  let signs = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit !== lineFeed && unit !== carriageReturn) continue;
    signs += 1;
    if (unit === lineFeed || isBreak(text, index, cr)) breaks += 1;
  }
  // A break at the end begins no other line.
  const isEnded = text !== '' && isBreak(text, text.length - 1, cr);
  return { lines: isEnded ? breaks : breaks + 1, bytes: byteLength(text) - signs };
}

/** Where the newest lines of a text begin, at most `most` of them, and how many there are. */
function newestLines(text: string, most: number, cr: CarriageReturn) {
  const before = (start: number): number => {
    if (cr !== 'newline') return start < 1 ? -1 : text.lastIndexOf('\n', start - 1);
    let index = start - 1;
    while (index >= 0 && !isBreak(text, index, cr)) index -= 1;
    return index;
  };
  // A break at the end begins no other line.
  let start = text.length - 1;
  for (let lines = 1; ; lines++) {
    start = before(start);
    if (start < 0 || lines === most) return { start: start + 1, lines };
  }
}

const valueAt = (values: readonly unknown[], index: number): unknown =>
  tried(() => values[index], undefined);

// A list may be as long as it says without a line in it: so many values of no use are looked at.
const mostUseless = 10_000;

/** Calls `take` with each line, the newest first; returns how many values it has not looked at. */
function forEachNewest(
  { values, tell, instead }: LineInputs,
  hasRoom: () => boolean,
  take: (line: LineInput, isOldest: boolean) => void,
): number {
  let index = values.length;
  for (let useless = 0; index > 0 && useless < mostUseless;) {
    index -= 1;
    const value = valueAt(values, index);
    const line = lineOf(value);
    if (line === null) tell();
    const shown = line ?? instead(value, hasRoom());
    if (line === null && !shown) useless += 1;
    if (shown !== null) take(shown, index === 0);
  }
  return index;
}

/**
 * What can be kept where the newest `most` lines are, and how much is not: of a batch of millions of
 * lines no more are made than that. `skipped` is null where all can be kept.
 */
export function newestInputs(
  inputs: LineInputs,
  most: number,
  cr: CarriageReturn,
): { kept: readonly LineInput[]; skipped: LineCount | null } {
  const kept: LineInput[] = [];
  const skipped = { lines: 0, bytes: 0 };
  let room = most;
  const skip = (text: string) => {
    const { lines, bytes } = countLines(text, cr);
    skipped.lines += lines;
    skipped.bytes += bytes;
  };
  const take = (line: LineInput, isOldest: boolean) => {
    const text = typeof line === 'string' ? line : line.text;
    // A text has no more lines than characters.
    if (isOldest && text.length < room) kept.push(line);
    else if (room === 0) skip(text);
    else {
      const { start, lines } = newestLines(text, room, cr);
      room -= lines;
      if (start > 0) skip(text.slice(0, start));
      const rest = text.slice(start);
      kept.push(typeof line === 'string' ? rest : { ...line, text: rest });
    }
  };
  const unseen = forEachNewest(inputs, () => room > 0, take);
  skipped.lines += unseen * inputs.unseen;
  return { kept: kept.reverse(), skipped: skipped.lines > 0 ? skipped : null };
}

import type { CarriageReturn, LogInput } from './logLines.ts';
import type { LogHistory } from './logOptions.ts';
import { BadValue, guarded, type Ask } from './report.ts';
import { byteLength } from './size.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isInput = (value: unknown): value is LogInput =>
  typeof value === 'string' ||
  (isObject(value) && 'text' in value && typeof value.text === 'string');

/** A value as text: that itself, or its JSON. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  // Undefined and functions have no JSON.
  const toJson = () => JSON.stringify(value) as string | undefined;
  return guarded(toJson, undefined) ?? guarded(() => String(value), '');
}

/** The lines among these values; what is none is told of, and stands there as `instead` has it. */
function linesAmong(
  values: readonly unknown[],
  instead: (bad: unknown) => readonly LogInput[],
  { name, ask }: { name: string; ask: Ask },
): readonly LogInput[] {
  // `every` would pass over what was never set.
  if (values.findIndex((value) => !isInput(value)) === -1) return values as readonly LogInput[];
  ask(() => {
    throw new BadValue(name, 'a line that is no text and has no `text`; it is shown as it came');
  }, null);
  return [...values].flatMap((value) => (isInput(value) ? [value] : instead(value)));
}

/** The lines that a parser has made of a text: for what is none that text stands there, once. */
export function inputsOf(parsed: unknown, data: string, ask: Ask): readonly LogInput[] {
  if (parsed === null) return [];
  const shown = [data];
  const values: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return linesAmong(values, () => shown.splice(0), { name: 'parse', ask });
}

/** The lines of a history. */
const historyLines = (values: readonly unknown[], ask: Ask): readonly LogInput[] =>
  linesAmong(values, (bad) => [asText(bad)], { name: 'history', ask });

/** The lines of a first batch: a JSON list of them, or text. */
export function backlogOf(data: string, ask: Ask): readonly LogInput[] {
  try {
    const value: unknown = JSON.parse(data);
    if (Array.isArray(value)) return historyLines(value, ask);
  } catch {
    // Text it is, then.
  }
  return [data];
}

/** What the function of the option `history` gave; throws where it is no history. */
export function historyOf(value: unknown, ask: Ask): LogHistory {
  const given: { lines?: unknown; lastEventId?: unknown } = isObject(value) ? value : {};
  const { lines, lastEventId = '' } = given;
  if (!Array.isArray(lines)) throw new BadValue('history', 'no list of `lines`');
  const isId = typeof lastEventId === 'string';
  if (!isId) {
    ask(() => {
      throw new BadValue('history', 'a `lastEventId` that is no text; it counts as none');
    }, null);
  }
  return { lines: historyLines(lines, ask), lastEventId: isId ? lastEventId : '' };
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

/** How much stands before `end`. */
function countLines(text: string, end: number, cr: CarriageReturn): LineCount {
  let breaks = 0;
  let signs = 0;
  for (let index = 0; index < end; index++) {
    const unit = text.charCodeAt(index);
    if (unit !== lineFeed && unit !== carriageReturn) continue;
    signs += 1;
    if (unit === lineFeed || isBreak(text, index, cr)) breaks += 1;
  }
  // A break at the end begins no other line.
  const isEnded = end > 0 && isBreak(text, end - 1, cr);
  return {
    lines: isEnded ? breaks : breaks + 1,
    bytes: byteLength(text.slice(0, end)) - signs,
  };
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

const textOf = (input: LogInput) => (typeof input === 'string' ? input : input.text);

const withText = (input: LogInput, text: string): LogInput =>
  typeof input === 'string' ? text : { ...input, text };

/**
 * What can be kept where the newest `most` lines are, and how much is not: of a batch of millions of
 * lines no more are made than that. `skipped` is null where all can be kept.
 */
export function newestInputs(
  inputs: readonly LogInput[],
  most: number,
  cr: CarriageReturn,
): { kept: readonly LogInput[]; skipped: LineCount | null } {
  // A text has no more lines than characters.
  const longest = inputs.reduce((sum, input) => sum + Math.max(1, textOf(input).length), 0);
  if (longest <= most) return { kept: inputs, skipped: null };
  let first = inputs.length;
  let start = 0;
  let room = most;
  while (first > 0 && room > 0) {
    first -= 1;
    const newest = newestLines(textOf(inputs[first] ?? ''), room, cr);
    start = newest.start;
    room -= newest.lines;
  }
  if (first === 0 && start === 0) return { kept: inputs, skipped: null };
  const skipped = { lines: 0, bytes: 0 };
  const count = (text: string, end = text.length) => {
    const { lines, bytes } = countLines(text, end, cr);
    skipped.lines += lines;
    skipped.bytes += bytes;
  };
  for (let index = 0; index < first; index++) count(textOf(inputs[index] ?? ''));
  const cut = inputs[first];
  if (cut === undefined || start === 0) return { kept: inputs.slice(first), skipped };
  count(textOf(cut), start);
  const rest = withText(cut, textOf(cut).slice(start));
  return { kept: [rest, ...inputs.slice(first + 1)], skipped };
}

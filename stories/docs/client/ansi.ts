// Needs `npm install ansi-sequence-parser`, and `ansi.css` for the looks.
import { createColorPalette, parseAnsiSequences, type ParseToken } from 'ansi-sequence-parser';
import type { CSSProperties } from 'react';

/** A part of a line that looks the same all over. */
export interface Piece {
  text: string;
  /** The classes that its escape sequences ask for; empty for none. */
  className: string;
  style: CSSProperties;
  /** Whether it is part of a match of the search. */
  isMatch: boolean;
}

const { value: colourOf } = createColorPalette();

const escape = '\u001b';
const colouring = new RegExp(`(${escape}\\[[\\d;]*m)`);
const otherSequence = new RegExp(
  `${escape}(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^\u0007${escape}]*(?:\u0007|${escape}\\\\)?|[ -/]*[0-~])?`,
  'g',
);

/** The text without escape sequences but those that colour it: the parser knows no others. */
function onlyColours(text: string): string {
  if (!text.includes(escape)) return text;
  return text
    .split(colouring)
    .map((part, index) => (index % 2 === 0 ? part.replace(otherSequence, '') : part))
    .join('');
}

function styledBy({
  foreground,
  background,
  decorations,
}: ParseToken): Omit<Piece, 'text' | 'isMatch'> {
  const classes = [...decorations].map((decoration) => `ansi-${decoration}`);
  const style: CSSProperties = {};
  if (foreground?.type === 'named') classes.push(`ansi-${foreground.name}`);
  else if (foreground) style.color = colourOf(foreground);
  if (background?.type === 'named') classes.push(`ansi-on-${background.name}`);
  else if (background) style.backgroundColor = colourOf(background);
  return { className: classes.join(' '), style };
}

/** A stretch of a text. */
interface Span {
  start: number;
  end: number;
}

/** What finds a text as it stands, in upper or lower case. */
export function searchOf(query: string): RegExp {
  return new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
}

function matchesIn(text: string, query: string): Span[] {
  if (query === '') return [];
  return [...text.matchAll(searchOf(query))].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

/** Cuts a stretch where matches begin and end. */
function* cutAt(matches: readonly Span[], { start, end }: Span) {
  let done = start;
  for (const match of matches) {
    const span = { start: Math.max(match.start, done), end: Math.min(match.end, end) };
    if (span.start >= span.end) continue;
    if (span.start > done) yield { start: done, end: span.start, isMatch: false };
    yield { ...span, isMatch: true };
    done = span.end;
  }
  if (done < end) yield { start: done, end, isMatch: false };
}

/** A line as it is to be seen: cut where its colours change, and where a match begins and ends. */
export function piecesOf(line: string, query: string): Piece[] {
  const tokens = parseAnsiSequences(onlyColours(line));
  const text = tokens.map(({ value }) => value).join('');
  const matches = matchesIn(text, query);
  const pieces: Piece[] = [];
  let start = 0;
  for (const token of tokens) {
    const look = styledBy(token);
    const end = start + token.value.length;
    for (const span of cutAt(matches, { start, end })) {
      pieces.push({ ...look, text: text.slice(span.start, span.end), isMatch: span.isMatch });
    }
    start = end;
  }
  return pieces;
}

/** The text of a line without its escape sequences. */
export const plainText = (line: string): string =>
  line.includes(escape) ? line.replace(otherSequence, '') : line;

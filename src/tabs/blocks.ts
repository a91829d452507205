/** Bytes of a stream. */
export type Bytes = Uint8Array<ArrayBuffer>;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;
const [letterI, letterD, space] = [0x69, 0x64, 0x20];

const isBreak = (byte: number | undefined) => byte === lineFeed || byte === carriageReturn;

export function join(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Whether a block has ended before this place: by an empty line. */
function endsAt(bytes: Uint8Array, place: number): boolean {
  const [before, last] = [bytes[place - 2], bytes[place - 1]];
  if (!isBreak(last) || !isBreak(before)) return false;
  return before === last || before === lineFeed || isBreak(bytes[place - 3]);
}

/** The place behind the line that begins here; -1 if it has not ended. */
function lineEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && !isBreak(bytes[at])) at += 1;
  if (at === bytes.length) return -1;
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? at + 2 : at + 1;
}

/** How many of the bytes are whole blocks. A comment that stands alone is one. */
function wholeLength(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && !endsAt(bytes, end)) end -= 1;
  while (bytes[end] === colon) {
    const next = lineEnd(bytes, end);
    if (next === -1) break;
    end = next;
  }
  return end;
}

/** Cuts a `text/event-stream` where no event is cut in two. */
export class Blocks {
  #rest: Uint8Array[] = [];

  /** Takes a chunk; gives the blocks that it completes, or null. */
  push(chunk: Uint8Array): Bytes | null {
    // The break before it may be the first half of an empty line.
    const held = join(this.#rest);
    const bytes = held.length > 0 ? join([held, chunk]) : new Uint8Array(chunk);
    const length = wholeLength(bytes);
    this.#rest = length < bytes.length ? [bytes.subarray(length)] : [];
    return length > 0 ? bytes.slice(0, length) : null;
  }
}

/** The id that a line sets, or undefined. */
function idOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (bytes[start] !== letterI || bytes[start + 1] !== letterD) return undefined;
  const after = bytes[start + 2];
  if (after !== undefined && after !== colon && !isBreak(after)) return undefined;
  const from = start + 3 + (bytes[start + 3] === space ? 1 : 0);
  let to = end;
  while (to > from && isBreak(bytes[to - 1])) to -= 1;
  const id = after === colon ? new TextDecoder().decode(bytes.subarray(from, to)) : '';
  // "If the field value does not contain U+0000 NULL".
  return id.includes('\0') ? undefined : id;
}

/** A block, and the id that it sets. */
export interface Block {
  readonly end: number;
  readonly id: string | undefined;
  /** It has data. */
  readonly isEvent: boolean;
}

/** The blocks of bytes that are whole blocks. */
export function blocksOf(bytes: Uint8Array): Block[] {
  const blocks: Block[] = [];
  let id: string | undefined;
  let isEvent = false;
  let next = 0;
  while (next < bytes.length) {
    const start = next;
    const end = lineEnd(bytes, start);
    if (end === -1) break;
    next = end;
    id = idOf(bytes, start, end) ?? id;
    isEvent ||= bytes[start] === letterD;
    if (!isBreak(bytes[start]) && end < bytes.length) continue;
    blocks.push({ end, id, isEvent });
    id = undefined;
    isEvent = false;
  }
  return blocks;
}

/** The last id that whole blocks set, or undefined. */
export function lastIdOf(bytes: Uint8Array): string | undefined {
  for (let at = bytes.length - 1; at >= 0; at--) {
    if (bytes[at] !== letterI || (at > 0 && !isBreak(bytes[at - 1]))) continue;
    const end = lineEnd(bytes, at);
    const id = idOf(bytes, at, end === -1 ? bytes.length : end);
    if (id !== undefined) return id;
  }
  return undefined;
}

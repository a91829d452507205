import type { Bytes } from '../core/format/streamFormat.ts';
import { tried } from '../core/report.ts';
import { mostBytes, type Piece, type StreamRecord } from './recording.ts';

/** One block as it came. */
export interface Block {
  readonly key: number;
  readonly at: number;
  /** Without the blank line that ends it. */
  readonly text: string;
  /** It is longer than what is shown of it. */
  readonly isCut: boolean;
}

export const mostBlocks = 200;
const longestBlock = 8_192;

/** Cuts what comes on the line of one stream into the blocks that it was sent in. */
export class Wire {
  /** The newest first. */
  blocks: readonly Block[] = [];
  #decoder = new TextDecoder();
  #rest = '';
  #count = 0;
  #response: StreamRecord['response'] = null;

  /** Takes over what has come since the last time. */
  read(record: StreamRecord): void {
    const { pieces, isCutShort } = record;
    if (pieces.length === 0) return;
    record.pieces = [];
    record.waiting = 0;
    record.isCutShort = false;
    if (isCutShort) this.#begin(null);
    const fresh = pieces.flatMap((piece) => this.#blocks(piece));
    // After a gap it begins in the middle of a block.
    if (isCutShort) fresh.shift();
    const last = pieces.at(-1);
    if (last && kindOf(last) === 'text' && this.#rest !== '') {
      fresh.push(this.#block(last.at, this.#rest));
      this.#rest = '';
    }
    this.blocks = bounded([...fresh.reverse(), ...this.blocks]);
  }

  /** Forgets all. */
  clear(): void {
    this.blocks = [];
  }

  /** What was left of an answer before belongs to no block of this one. */
  #begin(response: Piece['response']): void {
    this.#response = response;
    this.#rest = '';
    this.#decoder = new TextDecoder();
  }

  #blocks(piece: Piece): Block[] {
    const { at, content, response } = piece;
    if (response !== this.#response) this.#begin(response);
    if (!ArrayBuffer.isView(content))
      return content.slice(-mostBlocks).map((event) => this.#block(at, rebuilt(event)));
    const kind = kindOf(piece);
    if (kind === 'bytes') return [this.#block(at, hexOf(content))];
    const text = this.#rest + this.#decoder.decode(content, { stream: true });
    const parts = text.split(kind === 'events' ? /\r\n\r\n|\n\n|\r\r/ : /\r?\n/);
    this.#rest = (parts.pop() ?? '').slice(-mostBytes);
    // One more than are shown: the first may be half of one.
    const blocks = parts.slice(-mostBlocks - 1).map((part) => this.#block(at, part));
    return blocks.filter((block) => block.text.trim() !== '');
  }

  #block(at: number, text: string): Block {
    this.#count += 1;
    const isCut = text.length > longestBlock;
    return { key: this.#count, at, text: isCut ? text.slice(0, longestBlock) : text, isCut };
  }
}

/** In what it comes: blocks of lines with a blank line between them, JSON on lines, a text, or bytes that are none. */
function kindOf({ response }: Pick<Piece, 'response'>): 'events' | 'json' | 'text' | 'bytes' {
  const type = response?.headers['content-type'] ?? 'text/event-stream';
  if (/^text\/event-stream/i.test(type)) return 'events';
  if (/json/i.test(type)) return 'json';
  return /^(text\/|application\/(xml|yaml)|$)/i.test(type) ? 'text' : 'bytes';
}

const shownBytes = 64;

/** The first bytes as numbers. */
function hexOf(bytes: Bytes): string {
  const hex = [...bytes.subarray(0, shownBytes)].map((byte) => byte.toString(16).padStart(2, '0'));
  const more = bytes.length > shownBytes ? ' …' : '';
  return `${bytes.length} bytes\n${hex.join(' ')}${more}`;
}

/** A value as JSON, if JSON can hold it: what a source gives may be anything. */
const jsonOf = (data: unknown): string =>
  tried(() => (JSON.stringify(data) as string | undefined) ?? '', String(Object(data)));

/** A block like the one that an event came in, where the browser does not show it. */
function rebuilt({ type, id, data }: { type: string; id: string | null; data: unknown }): string {
  const text = typeof data === 'string' ? data : jsonOf(data);
  const fields = [
    ...(id ? [`id: ${id}`] : []),
    ...(type === 'message' ? [] : [`event: ${type}`]),
    ...text.split('\n').map((line) => `data: ${line}`),
  ];
  return fields.join('\n');
}

function bounded(blocks: readonly Block[]): readonly Block[] {
  let size = 0;
  const end = blocks.findIndex(({ text }) => (size += text.length) > mostBytes);
  return blocks.slice(0, Math.min(mostBlocks, end === -1 ? mostBlocks : Math.max(1, end)));
}

/** One line of a block: a field with its value, or a comment. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** The lines of a block; the name of a line that is no field is empty. */
export function fieldsOf(text: string): readonly Field[] {
  return text.split(/\r\n|\n|\r/).map((line) => {
    const [, name, value] = /^(id|event|data|retry)?(?::|$) ?(.*)$/.exec(line) ?? [];
    if (value === undefined) return { name: '', value: line };
    return { name: name ?? ':', value };
  });
}

/** The value that a block carries, as JSON tells it; undefined if it is no JSON, or a plain text. */
export function valueOf(text: string): unknown {
  const fields = fieldsOf(text);
  const data = fields.filter(({ name }) => name === 'data' || name === '');
  const isPlain = data.every(({ name }) => name === '');
  const lines = isPlain ? [text] : data.map(({ value }) => value);
  try {
    return JSON.parse(lines.join('\n')) as unknown;
  } catch {
    return undefined;
  }
}

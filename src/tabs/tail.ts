import { blocksOf, join, lastIdOf, type Bytes } from './blocks.ts';

/** How much of a stream each tab keeps, in bytes: for those that join, and for those that were behind when it begins to lead. */
const largest = 1_048_576;

const encoder = /* @__PURE__ */ new TextEncoder();

/** Tells a parser the id that events without one of their own inherit. */
const idBlock = (id: string): Uint8Array =>
  id === '' ? new Uint8Array() : encoder.encode(`id: ${id}\n\n`);

/** The newest blocks of a stream, and the id behind which they stand. */
export class Tail {
  #base: string;
  /** All that came to a request without an id is there. */
  #isWhole: boolean;
  #pieces: Bytes[] = [];
  #size = 0;

  constructor(base: string) {
    this.#base = base;
    this.#isWhole = base === '';
  }

  /** Takes whole blocks. */
  push(bytes: Bytes): void {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
    while (this.#size > largest) {
      const [oldest] = this.#pieces.splice(0, 1);
      if (!oldest) return;
      this.#size -= oldest.length;
      this.#base = lastIdOf(oldest) ?? this.#base;
      this.#isWhole = false;
    }
  }

  /** The id of the newest block that has one; empty where there is none. */
  get lastId(): string {
    for (let index = this.#pieces.length - 1; index >= 0; index--) {
      const id = lastIdOf(this.#pieces[index] ?? new Uint8Array());
      if (id !== undefined) return id;
    }
    return this.#base;
  }

  /** What came before is not known. */
  begunLate(): void {
    this.#isWhole = false;
  }

  /** What came behind an id; null where that is not known. */
  after(id: string): Bytes | null {
    const bytes = join(this.#pieces);
    const found = blocksOf(bytes).findLast((block) => block.id === id);
    if (found) return bytes.slice(found.end);
    return this.#base === id && id !== '' ? bytes : null;
  }

  /** All of the stream; null where its beginning is gone. */
  whole(): Bytes | null {
    return this.#isWhole ? join(this.#pieces) : null;
  }

  /** The newest events, so many of them. */
  recent(count: number): Bytes {
    const bytes = join(this.#pieces);
    const blocks = blocksOf(bytes);
    let kept = 0;
    let first = blocks.length;
    while (first > 0 && kept < count) {
      first -= 1;
      if (blocks[first]?.isEvent) kept += 1;
    }
    const before = blocks.slice(0, first);
    const id = before.findLast((block) => block.id !== undefined)?.id ?? this.#base;
    return join([idBlock(id), bytes.subarray(before.at(-1)?.end ?? 0)]);
  }

  /** Forgets what came behind an id: it will come again. */
  cut(id: string): Tail {
    const tail = new Tail(id);
    const rest = id === '' ? null : this.after(id);
    if (!rest) return tail;
    const bytes = join(this.#pieces);
    tail.#base = this.#base;
    tail.#isWhole = this.#isWhole;
    const kept = bytes.slice(0, bytes.length - rest.length);
    if (kept.length > 0) tail.push(kept);
    return tail;
  }
}

import { retained, type RawEvent } from './event.ts';
import { Tail } from './tail.ts';

const largestReplay = 1024 * 1024;

const dataSize = (data: unknown) =>
  typeof data === 'string' || data instanceof Uint8Array ? data.length : 1;

const sizeOf = ({ data, type, lastEventId }: RawEvent) =>
  dataSize(data) + type.length + lastEventId.length;

/** The newest events of a shared connection, for those who join late; bounded in number and size. */
export class Recent {
  readonly #count: number;
  readonly #tail: Tail<RawEvent>;
  /** The end of a burst, not yet copied: where as many come with the next batch, it never needs to be. */
  #newest: readonly RawEvent[] = [];
  #next = 1;

  constructor(count: number) {
    this.#count = count;
    this.#tail = new Tail({ maxItems: count, maxSize: largestReplay }, sizeOf);
  }

  /** Takes what was delivered. */
  push(events: readonly RawEvent[]): void {
    if (events.length >= this.#count) this.#tail.clear();
    else this.#settle();
    this.#newest = this.#count === 0 ? [] : events.slice(-this.#count);
    const isBurst = this.#newest.length === this.#count && this.#newest.every(this.#isShort);
    if (!isBurst) this.#settle();
    this.#next = (events.at(-1)?.sequence ?? this.#next - 1) + 1;
  }

  /** Whether nothing is missing after the event of this sequence number. */
  covers(sequence: number): boolean {
    return this.missingAfter(sequence) === 0;
  }

  /** How many of the events after this sequence number are not there any more. */
  missingAfter(sequence: number): number {
    return Math.max(0, (this.#events()[0]?.sequence ?? this.#next) - sequence - 1);
  }

  /** Whether an event of this id is among them. */
  has(id: string): boolean {
    if (id === '') return false;
    return this.#events().some(({ lastEventId }) => lastEventId === id);
  }

  /** The events after this sequence number. */
  after(sequence: number): readonly RawEvent[] {
    return this.#events().filter((event) => event.sequence > sequence);
  }

  readonly #isShort = (event: RawEvent) => sizeOf(event) * this.#count <= largestReplay;

  #settle(): void {
    const events = this.#newest;
    this.#newest = [];
    for (const event of events) this.#tail.push(retained(event));
  }

  #events(): readonly RawEvent[] {
    this.#settle();
    return this.#tail.snapshot().toArray();
  }
}

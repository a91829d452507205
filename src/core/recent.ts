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
  #next = 1;

  constructor(count: number) {
    this.#count = count;
    this.#tail = new Tail({ maxItems: count, maxSize: largestReplay }, sizeOf);
  }

  /** Takes what was delivered. */
  push(events: readonly RawEvent[]): void {
    for (const event of this.#count === 0 ? [] : events.slice(-this.#count)) {
      this.#tail.push(retained(event));
    }
    this.#next = (events.at(-1)?.sequence ?? this.#next - 1) + 1;
  }

  /** Whether nothing is missing after the event of this sequence number. */
  covers(sequence: number): boolean {
    return this.missingAfter(sequence) === 0;
  }

  /** How many of the events after this sequence number are not there any more. */
  missingAfter(sequence: number): number {
    return Math.max(0, (this.#tail.first?.sequence ?? this.#next) - sequence - 1);
  }

  /** Whether an event of this id is among them. */
  has(id: string): boolean {
    if (id === '') return false;
    return this.#tail
      .snapshot()
      .toArray()
      .some(({ lastEventId }) => lastEventId === id);
  }

  /** The events after this sequence number. */
  after(sequence: number): readonly RawEvent[] {
    return this.#tail
      .snapshot()
      .toArray()
      .filter((event) => event.sequence > sequence);
  }
}

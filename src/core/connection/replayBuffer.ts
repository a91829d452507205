import type { RawEvent } from '../event.ts';
import { itemCost } from '../size.ts';

// In bytes of the stream, which the texts of its events keep alive, and what each event costs.
const largestSize = 8_388_608;
// Without ids nothing that is sent again can be recognised: then this is all.
const largestReplay = 1_048_576;

/** The events of one chunk, as they were delivered. */
interface Batch {
  readonly events: readonly RawEvent[];
  /** How many bytes of the stream they keep alive. */
  readonly size: number;
  /** How many of them came with an id of their own. */
  readonly ids: number;
  /** Whether the first did. */
  readonly begins: boolean;
}

/**
 * The newest events of a connection: for subscribers that join late, and to recognise what a server
 * sends again. Bounded in number and in bytes.
 *
 * It holds the batches as they came, so an event costs nothing on its way.
 */
export class ReplayBuffer {
  /** How many events are kept, as far as their size allows; the oldest batch may hold some more. */
  capacity: number;
  #batches: Batch[] = [];
  #count = 0;
  #size = 0;
  #next = 1;
  /** The first event since the server has begun from the start. */
  #epoch = 1;
  #hasIds = false;
  #events: readonly RawEvent[] | null = null;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** All events that are kept, oldest first. */
  get events(): readonly RawEvent[] {
    return (this.#events ??= this.#batches.flatMap(({ events }) => events));
  }

  /** Those of them by which what is sent again can be recognised, and how many came with an id of their own. */
  get recognisable(): { events: readonly RawEvent[]; ids: number; begins: boolean } {
    const batches = this.#batches.filter(({ events }) => this.#isPresent(events));
    const ids = batches.reduce((sum, batch) => sum + batch.ids, 0);
    const events = batches.flatMap((batch) => batch.events);
    return { events, ids, begins: batches[0]?.begins ?? false };
  }

  /** Whether they came since the server has begun from the start. */
  #isPresent(events: readonly RawEvent[]): boolean {
    return (events[0]?.sequence ?? 0) >= this.#epoch;
  }

  /** Takes what was delivered. */
  push(batch: Batch): void {
    const { events } = batch;
    const size = batch.size + events.length * itemCost;
    this.#next = (events.at(-1)?.sequence ?? this.#next - 1) + 1;
    if (this.capacity === 0) return;
    this.#hasIds ||= events.at(-1)?.lastEventId !== '';
    this.#batches.push({ ...batch, size });
    this.#count += events.length;
    this.#size += size;
    this.#events = null;
    this.#evict();
  }

  /** What comes from now on has ids of its own, and says nothing about what came before. */
  restart(epoch = this.#next): void {
    this.#epoch = Math.max(this.#epoch, epoch);
  }

  /** The events after this sequence number, and how many before those are not there any more. */
  after(sequence: number): { events: readonly RawEvent[]; missing: number } {
    if (sequence >= this.#next - 1) return { events: [], missing: 0 };
    const first = this.#next - this.#count;
    return {
      events: this.events.slice(Math.max(0, sequence + 1 - first)),
      missing: Math.max(0, first - sequence - 1),
    };
  }

  /** So many of the newest events since a restart, as far as their size allows, and whether there never were others. */
  newest(count: number): { events: readonly RawEvent[]; isAll: boolean } {
    let kept = 0;
    let size = 0;
    for (let index = this.#batches.length - 1; index >= 0 && kept < count; index--) {
      const batch = this.#batches[index];
      size += batch?.size ?? 0;
      if (!batch || size > largestReplay || !this.#isPresent(batch.events)) break;
      kept += batch.events.length;
    }
    kept = Math.min(count, kept);
    return { events: this.events.slice(this.#count - kept), isAll: kept === this.#next - 1 };
  }

  #evict(): void {
    let surplus = 0;
    const largest = this.#hasIds ? largestSize : largestReplay;
    for (const { events, size } of this.#batches) {
      const isNeeded = this.#count - events.length < this.capacity;
      if (isNeeded && this.#size <= largest) break;
      this.#count -= events.length;
      this.#size -= size;
      surplus += 1;
    }
    if (surplus > 0) this.#batches.splice(0, surplus);
  }
}

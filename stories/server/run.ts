import type { ServerEvent } from './eventStream.ts';
import type { Recording } from './recording.ts';

interface RunParts {
  readonly events: readonly ServerEvent[];
  /** What ends it where it is stopped. */
  readonly end: readonly ServerEvent[];
  /** Milliseconds from one event to the next. */
  readonly interval: number;
}

/** An answer that is written whether or not somebody reads it, and kept. */
export class Run implements Recording {
  readonly id: string;
  readonly #parts: RunParts;
  readonly #stopped = new AbortController();
  readonly #startedAt = Date.now();
  #events: readonly ServerEvent[];

  constructor(id: string, parts: RunParts) {
    this.id = id;
    this.#parts = parts;
    this.#events = parts.events;
  }

  get length(): number {
    return this.#events.length;
  }

  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  event(n: number): ServerEvent | null {
    const event = this.#events[n - 1];
    return event ? { id: String(n), ...event } : null;
  }

  waitFor(n: number): number {
    if (this.#stopped.signal.aborted) return 0;
    return this.#startedAt + n * this.#parts.interval - Date.now();
  }

  /** Writes no more: what is written stays, and the answer has its end. */
  stop(): void {
    if (this.waitFor(this.length) <= 0) return;
    const written = this.#events.filter((_, index) => this.waitFor(index + 1) <= 0);
    this.#events = [...written, ...this.#parts.end];
    this.#stopped.abort();
  }
}

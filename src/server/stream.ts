import type { History } from './history.ts';
import { encode } from './wire.ts';

/** Where the bytes of one client go. */
export interface Sink {
  /** Takes bytes; false if it has enough for now. It calls `drained` of the stream when it wants more. */
  write(bytes: Uint8Array): boolean;
  /** How many bytes wait for the client. */
  waiting(): number;
  /** Ends the answer. */
  end(): void;
  /** Breaks the answer off, and lets go of what waits. */
  cut(error: unknown): void;
}

/** All streams that are open in this process, and until when no more are taken. */
const open = /* @__PURE__ */ new Set<Stream>();
let drainedUntil = 0;

/** How many streams each topic has. */
const followed = /* @__PURE__ */ new WeakMap<History, Map<string, number>>();

/** A topic, as far as its streams are counted. */
interface Counted {
  readonly name: string;
  readonly history: History;
}

/** How many streams are open: all, or those of a topic. */
export const openStreams = (topic?: Counted): number =>
  topic ? (followed.get(topic.history)?.get(topic.name) ?? 0) : open.size;

/** Whether the streams have been sent away. */
export const isDraining = (): boolean => Date.now() < drainedUntil;

/** Counts a stream of a topic, and gives the way to count it no more. */
export function count({ name, history }: Counted): () => void {
  const counts = followed.get(history) ?? new Map<string, number>();
  followed.set(history, counts);
  counts.set(name, (counts.get(name) ?? 0) + 1);
  return () => {
    const left = (counts.get(name) ?? 1) - 1;
    if (left > 0) counts.set(name, left);
    else counts.delete(name);
  };
}

/** One client, until one of the two leaves. */
export class Stream {
  readonly #sink: Sink;
  readonly #maxBuffer: number;
  /** What is to be let go of at the end; null once it is over. */
  #held: (() => void)[] | null = [];
  #wake: (() => void) | null = null;

  constructor(sink: Sink, maxBuffer: number) {
    this.#sink = sink;
    this.#maxBuffer = maxBuffer;
    open.add(this);
  }

  get isOver(): boolean {
    return this.#held === null;
  }

  /** Calls once it is over; at once if it is. */
  onOver(run: () => void): void {
    if (this.#held) this.#held.push(run);
    else run();
  }

  /** Sends bytes; false where no more are wanted for now. Who is too far behind is cut, and may come back. */
  write(bytes: Uint8Array): boolean {
    if (this.isOver) return false;
    // Looked at before: one event that is larger than all that may wait is to arrive at last.
    if (this.#sink.waiting() <= this.#maxBuffer) return this.#sink.write(bytes);
    this.cut(
      new Error(
        `use-event-stream: a client left ${String(this.#sink.waiting())} bytes unread, more than \`maxBuffer\`; it was cut.`,
      ),
    );
    return false;
  }

  /** Waits until the client wants more, or it is over. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isOver) resolve();
      else this.#wake = resolve;
    });
  }

  /** The client wants more. */
  readonly drained = (): void => {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  };

  /** Ends the answer after a last text. */
  end(last = ''): void {
    if (this.isOver) return;
    if (last) this.#sink.write(encode(last));
    this.stop();
    this.#sink.end();
  }

  /** Breaks the answer off. */
  cut(error: unknown): void {
    if (this.isOver) return;
    this.stop();
    this.#sink.cut(error);
  }

  /** The client has left. */
  readonly stop = (): void => {
    const held = this.#held ?? [];
    this.#held = null;
    open.delete(this);
    for (const letGo of held) letGo();
    this.drained();
  };
}

/**
 * Sends all clients of this process away, each with a time of its own to come back, spread over a window: for a deploy.
 * For as long as the window, new streams are answered with 503. Runs go on.
 *
 * A client waits no longer than its `maxDelay`, 30 seconds by default: choose a window below that.
 *
 * @param window - in milliseconds
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createTopic, drain, memoryHistory, nodeEventStream } from 'use-event-stream/server';
 *
 * const prices = createTopic<number>({ name: 'prices', history: memoryHistory() });
 * const server = createServer((request, response) => {
 *   nodeEventStream(request, response, prices);
 * }).listen(3000);
 *
 * process.once('SIGTERM', () => {
 *   drain(10_000);
 *   server.close();
 * });
 * ```
 */
export function drain(window = 10_000): void {
  drainedUntil = Date.now() + window;
  for (const stream of open) stream.end(`retry: ${String(Math.round(Math.random() * window))}\n\n`);
}

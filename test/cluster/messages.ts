import type { ChildProcess } from 'node:child_process';

/** What a process of the cluster is asked. */
export interface Ask {
  readonly id: number;
  readonly what: string;
  readonly with?: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Answers what the parent asks; a handler that throws is an error there. */
export function answer(handlers: Readonly<Record<string, (input: never) => unknown>>): void {
  process.on('message', ({ id, what, with: input }: Ask) => {
    void respond(id, () => handlers[what]?.(input as never));
  });
  // A process that has lost its parent does not go on by itself.
  process.on('disconnect', () => process.exit());
}

async function respond(id: number, run: () => unknown): Promise<void> {
  const tell = (rest: Omit<Answer, 'id'>) => process.send?.({ id, ...rest });
  try {
    tell({ result: await run() });
  } catch (error) {
    tell({ error: String(error) });
  }
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Asks child processes; what waits when a child ends is rejected. */
export class Asker {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, result, error }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The process has ended.'));
      this.#waiting.clear();
    });
  }

  ask<T>(what: string, input?: unknown): Promise<T> {
    const answered = new Promise<unknown>((resolve, reject) => {
      if (!this.#child.connected) throw new Error('The process has ended.');
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      // One that was killed just now can still be written to, and nobody reads it.
      this.#child.send({ id, what, with: input } satisfies Ask, (error) => {
        if (error) reject(error);
      });
    });
    return answered as Promise<T>;
  }
}

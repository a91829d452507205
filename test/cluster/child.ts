import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Asker } from './messages.ts';

/** A process of the cluster that is asked over its channel. */
export class Child extends Asker {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    super(child);
    this.#process = child;
  }

  /** Runs a file of this folder until it says that it is ready. */
  static async start(file: string, args: readonly string[] = []): Promise<Child> {
    const child = fork(path.join(import.meta.dirname, file), args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${file} ended before it was ready.`);
    });
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => undefined);
    return new Child(child);
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async ended(): Promise<void> {
    if (!this.hasEnded) await once(this.#process, 'exit');
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended();
  }
}

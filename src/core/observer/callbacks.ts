import { guarded } from '../report.ts';
import type { ViewHandlers } from './snapshot.ts';

/** The callbacks of the hooks that watch a view. */
export class Callbacks<V> {
  readonly #hooks = new Set<() => ViewHandlers<V>>();

  /** Adds a hook's; returns the way to take them away. */
  add(hook: () => ViewHandlers<V>): () => void {
    this.#hooks.add(hook);
    return () => {
      this.#hooks.delete(hook);
    };
  }

  /** Whether a hook has what `of` picks. */
  has(of: (handlers: ViewHandlers<V>) => unknown): boolean {
    for (const hook of this.#hooks) if (of(hook()) !== undefined) return true;
    return false;
  }

  /** Calls each hook's; one that throws hurts nobody else. */
  call(call: (handlers: ViewHandlers<V>) => void): void {
    for (const hook of this.#hooks) {
      guarded(() => {
        call(hook());
      }, undefined);
    }
  }
}

import { callSafely } from '../report.ts';
import type { ObserverCallbacks } from './snapshot.ts';

/** The callbacks of the hooks that watch an observer. */
export class Callbacks<V> {
  readonly #hooks = new Set<() => ObserverCallbacks<V>>();

  /** Adds a hook's; returns the way to take them away. */
  add(hook: () => ObserverCallbacks<V>): () => void {
    this.#hooks.add(hook);
    return () => {
      this.#hooks.delete(hook);
    };
  }

  /** Whether a hook has what `of` picks. */
  has(of: (handlers: ObserverCallbacks<V>) => unknown): boolean {
    for (const hook of this.#hooks) if (of(hook()) !== undefined) return true;
    return false;
  }

  /** Calls each hook's; one that throws hurts nobody else. */
  call(call: (handlers: ObserverCallbacks<V>) => void): void {
    for (const hook of this.#hooks) {
      callSafely(() => {
        call(hook());
      }, undefined);
    }
  }
}

import { useState } from 'react';
import { useCommitEffect } from './latest.ts';

const mostChanges = 10;

/** Counts how often a function is another one in the next render. */
class Steadiness {
  #last: unknown;
  #changes = 0;

  see(test: unknown): void {
    this.#changes = test === this.#last || test === undefined ? 0 : this.#changes + 1;
    this.#last = test;
    if (this.#changes !== mostChanges) return;
    console.warn(
      'use-event-stream: `filter.test` is another function in every render, so that all lines are filtered again each time; keep it in a constant or in useCallback.',
    );
  }
}

/** Warns, in development, where the filter's predicate is made again in every render. */
export function useSteadyTest(test: unknown): void {
  const [steadiness] = useState(() => new Steadiness());
  useCommitEffect(() => {
    steadiness.see(test);
  });
}

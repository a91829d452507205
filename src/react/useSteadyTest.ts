import { useState } from 'react';
import { useCommitEffect } from './latest.ts';

/** Of Node; in a browser only what a bundler makes of it. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

const mostChanges = 10;

/** Whether this is a production build. Bundlers put a text in the place of the whole expression. */
export function isProduction(): boolean {
  try {
    return process.env.NODE_ENV === 'production';
  } catch {
    // A browser that loads the package as it is has no `process`.
    return false;
  }
}

/** Counts how often a function is another one in the next render. */
class Steadiness {
  #last: unknown;
  #changes = 0;

  see(test: unknown): void {
    this.#changes = test === this.#last || test === undefined ? 0 : this.#changes + 1;
    this.#last = test;
    if (this.#changes !== mostChanges || isProduction()) return;
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

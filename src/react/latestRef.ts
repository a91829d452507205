import { useEffect, useLayoutEffect } from 'react';

/** Holds what a component rendered last, for those who ask later than a render. */
export class Latest<T> {
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value of the last render that was committed. */
  readonly get = (): T => this.#value;

  /** Called when a render is committed, never while rendering. */
  set(value: T): void {
    this.#value = value;
  }
}

/** Runs before anything is painted; silent on a server, where React 17 and 18 would warn. */
export const useCommitEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;

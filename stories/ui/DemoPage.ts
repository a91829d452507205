import type { StreamPage } from 'use-event-stream';

/** The part of a page that a demo stands in, for its store: hidden while it is out of sight. */
export class DemoPage implements StreamPage {
  #visible: boolean;
  readonly #listeners = new Set<() => void>();

  constructor(visible: boolean) {
    this.#visible = visible;
  }

  isOnline = (): boolean => navigator.onLine;

  isHidden = (): boolean => !this.#visible;

  /** Says that the demo has come into sight, or left it. */
  show = (visible: boolean): void => {
    this.#visible = visible;
    for (const listener of this.#listeners) listener();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    addEventListener('online', listener);
    addEventListener('offline', listener);
    return () => {
      this.#listeners.delete(listener);
      removeEventListener('online', listener);
      removeEventListener('offline', listener);
    };
  };
}

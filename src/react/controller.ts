import type { Observer } from '../core/observer/observer.ts';
import type { Clock } from '../core/clock.ts';
import type { Snapshot, StartOverrides } from '../core/observer/snapshot.ts';
import { checkHookOptions } from './optionTables.ts';
import type { Start } from './streamOptions.ts';

/** The functions of one hook; they reach whichever observer it shows. */
export class Controller<V> {
  #observer: Observer<V>;

  constructor(observer: Observer<V>) {
    this.#observer = observer;
  }

  /** Called when a render is committed, never while rendering. */
  aim(observer: Observer<V>): void {
    this.#observer = observer;
  }

  /** The time of its store. */
  get clock(): Clock {
    return this.#observer.store.clock;
  }

  /** What was published last, for functions that are called between renders. */
  readonly snapshot = (): Snapshot<V> => this.#observer.getSnapshot();
  readonly start: Start = (overrides) => {
    // onClick={start} hands over its event.
    const isEvent = Object(overrides) === overrides && 'target' in (overrides ?? {});
    const given = isEvent ? undefined : (overrides as StartOverrides | undefined);
    if (__DEV__) checkHookOptions('start', given ?? {});
    this.#observer.start(given);
  };
  readonly retry = (): void => {
    this.#observer.retry();
  };
  readonly close = (): void => {
    this.#observer.close();
  };
  readonly reconnect = (): void => {
    this.#observer.reconnect();
  };
  readonly reset = (): void => {
    this.#observer.reset();
  };
  readonly clear = (): void => {
    this.#observer.clear();
  };
  readonly pause = (): void => {
    this.#observer.pause();
  };
  readonly resume = (): void => {
    this.#observer.resume();
  };
}

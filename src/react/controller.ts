import type { View } from '../core/observer/view.ts';
import type { Clock } from '../core/clock.ts';
import type { Snapshot, StartOverrides } from '../core/observer/snapshot.ts';
import { checkHookOptions } from './optionTables.ts';
import type { Start } from './streamOptions.ts';

/** The functions of one hook; they reach whichever view it shows. */
export class Controller<V> {
  #view: View<V>;

  constructor(view: View<V>) {
    this.#view = view;
  }

  /** Called when a render is committed, never while rendering. */
  aim(view: View<V>): void {
    this.#view = view;
  }

  /** The time of its store. */
  get clock(): Clock {
    return this.#view.store.clock;
  }

  /** What was published last, for functions that are called between renders. */
  readonly snapshot = (): Snapshot<V> => this.#view.getSnapshot();
  readonly start: Start = (overrides) => {
    // onClick={start} hands over its event.
    const isEvent = Object(overrides) === overrides && 'target' in (overrides ?? {});
    const given = isEvent ? undefined : (overrides as StartOverrides | undefined);
    if (__DEV__) checkHookOptions('start', given ?? {});
    this.#view.start(given);
  };
  readonly retry = (): void => {
    this.#view.retry();
  };
  readonly close = (): void => {
    this.#view.close();
  };
  readonly reconnect = (): void => {
    this.#view.reconnect();
  };
  readonly reset = (): void => {
    this.#view.reset();
  };
  readonly clear = (): void => {
    this.#view.clear();
  };
  readonly pause = (): void => {
    this.#view.pause();
  };
  readonly resume = (): void => {
    this.#view.resume();
  };
}

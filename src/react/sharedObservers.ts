import type { StoreInternals } from '../core/store/storeInternals.ts';
import type { EventAccumulator, EventValue } from '../core/events/eventAccumulator.ts';
import type { RequestKey } from '../core/request/requestKey.ts';
import type { Observer } from '../core/observer/observer.ts';
import type { ObserverCallbacks } from '../core/observer/snapshot.ts';
import { handlersOf, newest, type Recipe } from './recipe.ts';
import type { DefinedObservers } from './useStream.ts';

type EventObserver = Observer<EventValue, EventAccumulator>;

/** The observers that stand for one defined stream, by store and connection, while somebody watches them. */
export class SharedObservers implements DefinedObservers<EventValue, EventAccumulator> {
  readonly #recipe: Recipe;
  readonly #places = new WeakMap<StoreInternals, Map<RequestKey, EventObserver>>();

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
  }

  find(store: StoreInternals, key: RequestKey): EventObserver | undefined {
    const observer = this.#places.get(store)?.get(key);
    return observer?.isOver ? undefined : observer;
  }

  register(store: StoreInternals, key: RequestKey, observer: EventObserver): EventObserver {
    const observers = this.#places.get(store) ?? new Map<RequestKey, EventObserver>();
    this.#places.set(store, observers);
    const found = this.find(store, key) ?? observer;
    observers.set(key, found);
    return found;
  }

  remove(store: StoreInternals, key: RequestKey, observer: EventObserver): void {
    const observers = this.#places.get(store);
    if (observers?.get(key) === observer) observers.delete(key);
  }

  handlers(): ObserverCallbacks<EventValue> {
    return handlersOf(this.#recipe, newest);
  }
}

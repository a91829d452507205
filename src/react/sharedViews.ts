import type { StoreInternals } from '../core/store/storeInternals.ts';
import type { EventFold, EventValue } from '../core/events/eventFold.ts';
import type { RequestKey } from '../core/request/requestKey.ts';
import type { View } from '../core/observer/view.ts';
import type { ViewHandlers } from '../core/observer/snapshot.ts';
import { handlersOf, newest, type Recipe } from './recipe.ts';
import type { DefinedViews } from './useStream.ts';

type EventView = View<EventValue, EventFold>;

/** The views that stand for one defined stream, by store and connection, while somebody watches them. */
export class SharedViews implements DefinedViews<EventValue, EventFold> {
  readonly #recipe: Recipe;
  readonly #places = new WeakMap<StoreInternals, Map<RequestKey, EventView>>();

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
  }

  find(store: StoreInternals, key: RequestKey): EventView | undefined {
    const view = this.#places.get(store)?.get(key);
    return view?.isOver ? undefined : view;
  }

  register(store: StoreInternals, key: RequestKey, view: EventView): EventView {
    const views = this.#places.get(store) ?? new Map<RequestKey, EventView>();
    this.#places.set(store, views);
    const found = this.find(store, key) ?? view;
    views.set(key, found);
    return found;
  }

  remove(store: StoreInternals, key: RequestKey, view: EventView): void {
    const views = this.#places.get(store);
    if (views?.get(key) === view) views.delete(key);
  }

  handlers(): ViewHandlers<EventValue> {
    return handlersOf(this.#recipe, newest);
  }
}

import type { StoreInternals } from '../core/connectionStore.ts';
import type { RequestKey } from '../core/requestKey.ts';
import type { View } from '../core/view.ts';
import type { SharedPlace } from './useStreamView.ts';

type Places<V> = WeakMap<StoreInternals, Map<RequestKey, View<V>>>;

/** The views that stand for one defined stream, by store and connection, while somebody watches them. */
export class SharedViews<V> {
  readonly #places: Places<V> = new WeakMap();

  /** Where the view for one connection is found and registered. */
  place(store: StoreInternals, key: RequestKey): SharedPlace<V> {
    return {
      find: () => this.#find(store, key),
      register: (view) => {
        const views = this.#places.get(store) ?? new Map<RequestKey, View<V>>();
        this.#places.set(store, views);
        const found = this.#find(store, key) ?? view;
        views.set(key, found);
        return found;
      },
    };
  }

  #find(store: StoreInternals, key: RequestKey): View<V> | undefined {
    const view = this.#places.get(store)?.get(key);
    return view?.isOver ? undefined : view;
  }

  /** The view stands for nothing any more. */
  remove(store: StoreInternals, key: RequestKey, view: View<V>): void {
    const views = this.#places.get(store);
    if (views?.get(key) === view) views.delete(key);
  }
}

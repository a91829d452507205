import type { StoreInternals } from './storeInternals.ts';

// An app may hold the package twice, imported and required: a store may come from the other copy of this module.
const internals = Symbol.for('use-event-stream.store');

/** A store as the hooks hold it, also one that nobody else does. */
export interface HeldStore {
  close(): void;
}

/** What the hooks need of a store; a TypeError if it is another object. */
export function internalsOf(store: HeldStore): StoreInternals {
  const { [internals]: found } = store as { [internals]?: StoreInternals };
  if (!found) {
    throw new TypeError(
      'use-event-stream: the store was not made by createConnectionStore; make it with that function.',
    );
  }
  return found;
}

/** A store over its internals. What only a page calls is not in it: the hooks would bring it along. */
export function storeOf(own: StoreInternals): HeldStore {
  const store = {
    [internals]: own,
    close() {
      own.close();
    },
  };
  return store;
}

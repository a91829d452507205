import { checkOptions } from './options.ts';
import { storeTable } from './optionTables.ts';
import { StoreInternals } from './storeInternals.ts';
import type {
  ConnectionStore,
  StoreOptions,
  StreamSubscriber,
  SubscribeRequest,
} from './storeOptions.ts';
import { subscribeTo } from './subscribe.ts';

// The entries `.` and `./core` are built apart, so a store may come from the other copy of this module.
const internals = Symbol.for('use-event-stream.store');

/** What the hooks need of a store; a TypeError where it is not one of ours. */
export function internalsOf(store: ConnectionStore): StoreInternals {
  const { [internals]: found } = store as { [internals]?: StoreInternals };
  if (!found) {
    throw new TypeError(
      'use-event-stream: the store was not made by createConnectionStore; make it with that function.',
    );
  }
  return found;
}

/** A public store over its internals. */
export function storeOf(own: StoreInternals): ConnectionStore {
  const store = {
    [internals]: own,
    close() {
      own.close();
    },
    onChange: (listener: () => void) => own.onChange(listener),
    connections: () => own.connections(),
    subscribe: (request: SubscribeRequest, subscriber: StreamSubscriber) =>
      subscribeTo(own, request, subscriber),
  };
  return store;
}

/** Makes a store of connections. Hooks use one of their own where no provider gives them another. */
export function createConnectionStore(options: StoreOptions = {}): ConnectionStore {
  if (__DEV__) checkOptions('createConnectionStore', [storeTable], options);
  return storeOf(new StoreInternals(options));
}

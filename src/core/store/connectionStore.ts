import { checkOptions } from '../options.ts';
import { storeTable } from './optionTables.ts';
import { StoreInternals } from './storeInternals.ts';
import type {
  ConnectionStore,
  StoreOptions,
  StreamSubscriber,
  SubscribeRequest,
} from './storeOptions.ts';
import { subscribeTo } from './subscribe.ts';

// An app may hold the package twice, imported and required: a store may come from the other copy of this module.
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

/**
 * Makes a store of connections. Hooks use one of their own unless a `StreamProvider` gives them another.
 *
 * @example
 * ```tsx
 * import type { ReactNode } from 'react';
 * import { createConnectionStore, StreamProvider } from 'use-event-stream';
 *
 * const store = createConnectionStore({ baseUrl: 'https://api.example.com' });
 *
 * export const Streams = ({ children }: { children: ReactNode }) => (
 *   <StreamProvider store={store}>{children}</StreamProvider>
 * );
 * ```
 *
 * @throws A `TypeError`, in development, on a bad option.
 */
export function createConnectionStore(options: StoreOptions = {}): ConnectionStore {
  if (__DEV__) checkOptions('createConnectionStore', [storeTable], options);
  return storeOf(new StoreInternals(options));
}

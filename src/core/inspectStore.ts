import type { ConnectionStore } from './createConnectionStore.ts';
import { isObject } from './options.ts';
import { internalsOf } from './store/connectionStore.ts';
import { inspect } from './store/inspect.ts';
import type { StreamInspector } from './store/inspector.ts';

/**
 * Tells an inspector of all that the streams of a store do, down to the bytes, and of those of the providers below
 * that inherit from it. Streams that are open already are told first, with what comes from then on. Returns the
 * function that stops it. While nobody inspects a store, its streams pay nothing for it.
 *
 * What may be a secret is hidden: the values of the query, and of all headers but a few. The events themselves are
 * not hidden.
 *
 * @example
 * ```ts
 * import { createConnectionStore, inspectStore } from 'use-event-stream/core';
 *
 * export const store = createConnectionStore();
 *
 * export const stop = inspectStore(store, {
 *   onState: ({ url, state }) => console.log(url, state.status),
 *   onRequest: ({ url }, { lastEventId }) => console.log('asked', url, 'after', lastEventId),
 *   onChunk: ({ url }, bytes) => console.log(url, new TextDecoder().decode(bytes)),
 * });
 * ```
 *
 * @throws A `TypeError` if the store was not made by `createConnectionStore`; in development also if the inspector is
 * no object.
 */
export function inspectStore(store: ConnectionStore, inspector: StreamInspector): () => void {
  if (__DEV__ && !isObject(inspector)) {
    throw new TypeError(
      'use-event-stream: the inspector of inspectStore is no object; give it one with functions such as `onState`.',
    );
  }
  return inspect(internalsOf(store), inspector);
}

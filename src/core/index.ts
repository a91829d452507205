/**
 * The connection store, without React.
 *
 * @module use-event-stream/core
 */

export * from './publicNames.ts';
export { FetchEventSource } from './store/fetchEventSource.ts';
export type { FetchEventSourceInit } from './store/storeOptions.ts';

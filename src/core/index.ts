/**
 * The connection store, without React.
 *
 * @module use-event-stream/core
 */

export * from './publicNames.ts';
export { FetchEventSource, type FetchEventSourceInit } from './fetchEventSource.ts';

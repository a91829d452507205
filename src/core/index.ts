/**
 * The connection store, without React.
 *
 * @module use-event-stream/core
 */

export * from './exports.ts';
export { FetchEventSource } from './store/fetchEventSource.ts';
export type { FetchEventSourceInit } from './store/storeOptions.ts';
export { inspectStore } from './inspectStore.ts';
export type {
  InspectedAttempt,
  InspectedEvent,
  InspectedHook,
  InspectedRequest,
  InspectedResponse,
  InspectedStream,
  StreamInspector,
} from './store/inspector.ts';

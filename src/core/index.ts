export * from './publicNames.ts';
export { FetchEventSource, type FetchEventSourceInit } from './fetchEventSource.ts';

/**
 * Scripted streams for tests.
 *
 * @module use-event-stream/testing
 */

export type { RequestMatcher, RequestToMatch } from './matcher.ts';
export type { MockAnswer, MockRequest } from './mockConnection.ts';
export type { MockEvent } from './mockEvent.ts';
export { mockStream } from './mockStream.ts';
export { mockTabs } from './mockTabs.ts';
export type { MockStream, MockStreamOptions } from './mockStreamTypes.ts';
export { expectNoOpenConnections } from './network.ts';

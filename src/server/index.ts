/**
 * The server's half: histories, topics, streams that resume, and runs. It runs wherever `Request` and `Response` do,
 * and in Node 20 or newer.
 *
 * @module use-event-stream/server
 */

export type { EventSourceOf, EventStreamOptions, StreamClient } from './answer.ts';
export { eventStream } from './eventStream.ts';
export type { History, HistoryTail, NewEvent, StoredEvent } from './history.ts';
export { memoryHistory, type MemoryHistory, type MemoryHistoryOptions } from './memoryHistory.ts';
export { nodeEventStream, type NodeRequest, type NodeResponse } from './nodeEventStream.ts';
export {
  createRuns,
  type Run,
  type Runs,
  type RunScope,
  type RunStart,
  type RunsOptions,
  type Work,
} from './runs.ts';
export { drain } from './stream.ts';
export { createTopic, type Topic, type TopicOptions } from './topic.ts';
export type { ServerEvent, ServerEvents } from './wire.ts';

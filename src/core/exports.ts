export type { Clock } from './clock.ts';
export type { OpenInfo } from './connection/connectionListener.ts';
export type { CloseReason, ConnectionState } from './connection/connectionState.ts';
export { createConnectionStore, type ConnectionStore } from './createConnectionStore.ts';
export type { EventIterator, EventIteratorOptions } from './events/eventIteratorOptions.ts';
export type {
  ConnectionInfo,
  StoreOptions,
  StreamSubscriber,
  SubscribeRequest,
} from './store/storeOptions.ts';
export { json, type EventMap, type Parse } from './observer/decode.ts';
export { StreamError, type StreamErrorDetails, type StreamErrorOf } from './error.ts';
export type { StreamEvent } from './event.ts';
export type { Format, FormatName } from './format/format.ts';
export type { Bytes, DecodeContext, Decoder, StreamFormat } from './format/streamFormat.ts';
export type { StreamPage } from './page.ts';
export type { ReconnectPolicy } from './request/reconnectPolicy.ts';
export type {
  Attempt,
  HeadersOption,
  RequestOptions,
  ResumeAttempt,
  ResumeRequest,
  SourceEvent,
  StreamSource,
  StreamUrl,
} from './request/requestOptions.ts';
export type { StandardSchemaV1 } from './standardSchema.ts';

export type { Clock } from './clock.ts';
export type { OpenInfo } from './connectionListener.ts';
export type { CloseReason, ConnectionState } from './connectionState.ts';
export { createConnectionStore } from './connectionStore.ts';
export type {
  ConnectionInfo,
  ConnectionStore,
  StoreOptions,
  StreamSubscriber,
  SubscribeRequest,
} from './storeOptions.ts';
export { json, type EventMap, type Parse } from './decode.ts';
export { StreamError, type StreamErrorDetails, type StreamErrorOf } from './error.ts';
export type { StreamEvent } from './event.ts';
export type { Format, FormatName } from './format/format.ts';
export type { Bytes, DecodeContext, Decoder, StreamFormat } from './format/streamFormat.ts';
export type { StreamPage } from './page.ts';
export type { ReconnectPolicy } from './reconnection.ts';
export type { Attempt, HeadersOption, RequestOptions, StreamUrl } from './requestOptions.ts';
export type { StandardSchemaV1 } from './standardSchema.ts';

/**
 * WebSockets as a source of a stream.
 *
 * @module use-event-stream/websocket
 */

export {
  webSocket,
  type SocketData,
  type SocketMessage,
  type WebSocketOptions,
} from './webSocket.ts';
export type { SocketUrl } from './target.ts';

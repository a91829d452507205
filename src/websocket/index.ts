/**
 * WebSockets as a source of a stream.
 *
 * @module use-event-stream/websocket
 */

export {
  webSocket,
  type SocketAttempt,
  type SocketData,
  type SocketMessage,
  type SocketSource,
  type WebSocketOptions,
} from './webSocket.ts';
export type { SocketUrl } from './target.ts';

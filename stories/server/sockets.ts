import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { PRICE_SOCKET, sendPrices, type Peer } from './priceSocket.ts';

type OnUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A server that can hand a connection over. */
export interface Upgrading {
  on: (event: 'upgrade', listener: OnUpgrade) => unknown;
}

/** More than this waits for no reader, in bytes. */
const MOST_WAITING = 1024 * 1024;

/** Serves the demos' WebSockets with a server that serves other things too. */
export function serveSockets(server: Upgrading): void {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (incoming, socket, head) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    // The dev server has sockets of its own.
    if (url.pathname !== PRICE_SOCKET) return;
    sockets.handleUpgrade(incoming, socket, head, (opened) => {
      sendPrices(new Request(url), peerOf(opened)).catch(() => {
        opened.terminate();
      });
    });
  });
}

function peerOf(socket: WebSocket): Peer {
  const cut = () => {
    socket.terminate();
  };
  socket.on('error', cut);
  return {
    send: (message) => {
      if (socket.bufferedAmount > MOST_WAITING) cut();
      else socket.send(message);
    },
    end: () => {
      socket.close(1000);
    },
    cut,
    onClose: (listener) => {
      socket.once('close', listener);
    },
  };
}

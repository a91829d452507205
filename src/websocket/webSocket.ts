import { StreamError } from '../core/error.ts';
import { isThenable } from '../core/report.ts';
import type { Attempt, SourceEvent, StreamSource } from '../core/request/requestOptions.ts';
import { Messages } from './messages.ts';
import { targetOf, type SocketUrl } from './target.ts';

/** One message: a text as it came, or bytes. */
export type SocketMessage = string | Uint8Array;

/** What can be sent. */
export type SocketData = Parameters<WebSocket['send']>[0];

/** How a WebSocket is opened. */
export interface WebSocketOptions {
  /** The subprotocols to offer, as in `new WebSocket(url, protocols)`. @defaultValue none */
  protocols?: string | readonly string[] | undefined;
  /**
   * Is called each time the socket is open. It may `send` one message, such as a subscription; with
   * `attempt.lastEventId` it can say where to go on. It may wait for something first, and return a promise. If
   * it throws, the same happens as with `headers`: the attempt has failed and is tried again, unless it is a
   * `StreamError` of the kind `aborted`.
   */
  onOpen?:
    ((send: (data: SocketData) => void, attempt: Attempt) => void | Promise<void>) | undefined;
}

const asFailure = (cause: unknown, url: string, what: string): StreamError =>
  cause instanceof StreamError
    ? cause
    : new StreamError('network', `${what}; see the \`cause\` of this error.`, { url, cause });

/** Opens the socket, or tells why there can be none. */
function socketTo(href: string, shown: string, { protocols = [] }: WebSocketOptions): WebSocket {
  const { WebSocket: Socket } = globalThis as { WebSocket?: typeof WebSocket };
  if (!Socket) {
    const message =
      'There is no WebSocket here; use Node 22 or newer, or set `globalThis.WebSocket` to the one of a package such as `ws`.';
    throw new StreamError('aborted', message, { url: shown });
  }
  try {
    return new Socket(href, typeof protocols === 'string' ? protocols : [...protocols]);
  } catch (cause) {
    const message = `No WebSocket can be opened to ${shown}: the page's rules forbid it, or \`protocols\` has a name that is not allowed or stands there twice.`;
    throw new StreamError('aborted', message, { url: shown, cause });
  }
}

/** Sends one message and no other: what comes is read, and nobody is talked with. */
function sender(socket: WebSocket): (data: SocketData) => void {
  let hasSent = false;
  return (data) => {
    if (hasSent) {
      throw new TypeError(
        'use-event-stream: `onOpen` of webSocket has sent a message before; it may send one. For more use a WebSocket of your own.',
      );
    }
    hasSent = true;
    socket.send(data);
  };
}

async function* read(
  url: SocketUrl,
  options: WebSocketOptions,
  { attempt, isOpen }: { attempt: Attempt; isOpen: () => void },
): AsyncGenerator<SocketMessage, undefined> {
  const { signal } = attempt;
  const target = await targetOf(url, signal).catch((cause: unknown) => {
    // Nobody waits for it any more.
    if (signal.aborted) return null;
    throw asFailure(cause, '', 'The `url` function of webSocket threw');
  });
  if (!target || signal.aborted) return;
  const { href, shown } = target;
  const socket = socketTo(href, shown, options);
  const messages = new Messages(socket, shown);
  const failed = (cause: unknown) => {
    messages.end(asFailure(cause, shown, '`onOpen` of webSocket threw'));
  };
  socket.onopen = () => {
    isOpen();
    try {
      const done = options.onOpen?.(sender(socket), attempt);
      if (isThenable(done)) done.then(undefined, failed);
    } catch (cause) {
      failed(cause);
    }
  };
  const abort = () => {
    messages.drop();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    yield* messages.read();
  } finally {
    signal.removeEventListener('abort', abort);
    messages.drop();
  }
}

/** What was begun, item by item; bytes as data of their own, for as they are they would be read as a format says. */
async function* itemsOf<T extends SocketMessage>(
  first: Promise<IteratorResult<SocketMessage, undefined>>,
  messages: AsyncGenerator<SocketMessage, undefined>,
): AsyncGenerator<T | SourceEvent<T>, undefined> {
  try {
    for (let read = await first; !read.done; read = await messages.next()) {
      const data = read.value as T;
      yield typeof data === 'string' ? data : { data };
    }
  } finally {
    await messages.return(undefined);
  }
}

/**
 * A WebSocket as a source: every message is one event. Nothing is sent but what `onOpen` sends.
 *
 * A relative url, or one of `http:` or `https:`, is made one of `ws:` or `wss:`. A function is called for each
 * attempt, such as for a fresh ticket in the query: a browser sends no headers with a WebSocket.
 *
 * How the server closes it says what follows. The code 1000 is the end: the stream is done. 1008 and 4000 to 4999
 * fail it (`aborted`, with the server's `reason`). After any other code, and if the connection breaks off, it is
 * tried again (`network`).
 *
 * A text is the data of its event; of a server that sends bytes say so: `webSocket<Uint8Array>(url)`.
 *
 * A WebSocket cannot hold its server back. If more than 16 MiB of messages wait unread, each counted as 64 bytes
 * more than it has, the socket is closed, and the stream fails (`size`).
 *
 * @example
 * ```ts
 * import { json, useEventStream } from 'use-event-stream';
 * import { webSocket } from 'use-event-stream/websocket';
 *
 * type Price = { symbol: string; price: number };
 *
 * const source = webSocket('/api/prices', {
 *   protocols: 'prices.v1',
 *   onOpen: (send) => send(JSON.stringify({ subscribe: 'EURUSD' })),
 * });
 *
 * export const usePrices = () => useEventStream('/api/prices', { source, parse: json<Price> });
 * ```
 */
export function webSocket<T extends SocketMessage = string>(
  url: SocketUrl,
  options: WebSocketOptions = {},
): StreamSource<T> {
  return async (attempt) => {
    let isOpen: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (isOpen = resolve));
    const messages = read(url, options, { attempt, isOpen });
    const first = messages.next();
    await Promise.race([opened, first]);
    return itemsOf<T>(first, messages);
  };
}

import { StreamError } from '../core/error.ts';
import { quoted } from '../core/excerpt.ts';
import { itemCost } from '../core/size.ts';
import type { SocketMessage } from './webSocket.ts';

/** How much may wait to be read, as `sizeOf` counts it. */
const mostWaiting = 16_777_216;

const mostRead = 1_000;

const done = 1000;
const policyViolation = 1008;

/** Whether the server has said that it will not do: for good, as its own codes do (RFC 6455, section 7.4.2). */
const isRefusal = (code: number): boolean =>
  code === policyViolation || (code >= 4000 && code <= 4999);

/** Why a close code ends the reading; null where all has come. */
function closeError({ code, reason }: CloseEvent, url: string): StreamError | null {
  if (code === done) return null;
  const said = `${String(code)}${reason === '' ? '' : `, ${quoted(reason)}`}`;
  if (isRefusal(code)) {
    const message = `${url} closed the WebSocket with the code ${said}: it will not have it, so it is not tried again.`;
    return new StreamError('aborted', message, { url, reason });
  }
  const message =
    code === 1006
      ? `The WebSocket to ${url} could not be opened, or broke off (code 1006); a browser tells no more: see what its console or the server's log says.`
      : `${url} closed the WebSocket with the code ${said}.`;
  return new StreamError('network', message, { url, reason });
}

function tooMuch(url: string): StreamError {
  const message = `Of what ${url} has sent more than ${String(mostWaiting)} bytes wait unread, and a WebSocket cannot hold its server back; have the server send less, or read faster.`;
  return new StreamError('size', message, { limit: mostWaiting, url });
}

const sizeOf = (message: SocketMessage): number =>
  itemCost + (typeof message === 'string' ? message.length : message.byteLength);

/** What has come on a socket and waits to be read. */
export class Messages {
  readonly #socket: WebSocket;
  #waiting: SocketMessage[] = [];
  /** How many of those are read already, and how much the others are. */
  #read = 0;
  #size = 0;
  #end: { error: StreamError | null } | null = null;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket, url: string) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#push(typeof data === 'string' ? data : new Uint8Array(data), url);
    };
    // An error is followed by a close, which says as much.
    socket.onclose = (event) => {
      this.end(closeError(event, url));
    };
  }

  /** Gives the messages in order; then ends, or throws what has ended it. */
  async *read(): AsyncGenerator<SocketMessage, undefined> {
    for (;;) {
      const next = this.#take();
      if (next !== undefined) yield next;
      else if (!this.#end) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (this.#end.error) throw this.#end.error;
      else return;
    }
  }

  /** Ends once what waits is read, and closes the socket. */
  end(error: StreamError | null): void {
    this.#end ??= { error };
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(done);
    this.#wake();
  }

  /** Ends at once. */
  drop(): void {
    this.#waiting = [];
    this.end(null);
  }

  #push(message: SocketMessage, url: string): void {
    this.#waiting.push(message);
    this.#size += sizeOf(message);
    // One that is larger than that by itself is for its reader to refuse.
    const isOne = this.#waiting.length - this.#read === 1;
    if (this.#size > mostWaiting && !isOne) this.end(tooMuch(url));
    else this.#wake();
  }

  #take(): SocketMessage | undefined {
    const message = this.#waiting[this.#read];
    if (message === undefined) {
      this.#waiting = [];
      this.#read = 0;
      return undefined;
    }
    this.#read += 1;
    this.#size -= sizeOf(message);
    // A reader that never comes to the end of what waits is not to hold all that it has read.
    if (this.#read >= mostRead) this.#read -= this.#waiting.splice(0, this.#read).length;
    return message;
  }
}

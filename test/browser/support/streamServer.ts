import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** What one path of a server has seen. */
export interface Traffic {
  requests: number;
  /** Connections that are open now. */
  open: number;
  /** The most that were open at one time. */
  mostOpen: number;
  /** The `Last-Event-ID` of each request, in order; empty where there was none. */
  lastEventIds: string[];
}

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*, authorization, last-event-id',
  'access-control-max-age': '600',
};

const withoutIds = { ...cors, 'access-control-allow-headers': 'authorization' };

const stream = { ...cors, 'content-type': 'text/event-stream', 'cache-control': 'no-store' };

const textOf = (first: number, last: number, padding = '') => {
  let text = '';
  for (let number = first; number <= last; number++) {
    text += `id: ${String(number)}\ndata: ${String(number)}${padding}\n\n`;
  }
  return text;
};

const closing = { ...stream, connection: 'close' };

/** Answers with something else than a stream. */
function refuse(kind: string, response: ServerResponse): void {
  if (kind === 'drop') response.destroy();
  else if (kind === 'end') response.writeHead(200, closing).end('retry: 100\n\n');
  else if (kind === 'html') {
    response.writeHead(200, { ...cors, 'content-type': 'text/html' }).end('<h1>Hello</h1>');
  } else response.writeHead(Number(kind), cors).end();
}

/** Writes every byte as a chunk of its own. */
async function writeBytes(text: string, response: ServerResponse): Promise<void> {
  for (const byte of Buffer.from(text)) {
    await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
    if (response.destroyed) return;
  }
}

/** The numbers that are due at one moment. */
class Pace {
  readonly #start = performance.now();
  readonly #rate: number;
  #sent = 0;

  constructor(rate: number) {
    this.#rate = rate;
  }

  async due(): Promise<number> {
    for (;;) {
      const elapsed = performance.now() - this.#start;
      const owed = 1 + Math.floor((elapsed * this.#rate) / 1_000) - this.#sent;
      if (owed > 0) {
        this.#sent += owed;
        return owed;
      }
      await setTimeout(Math.max(1, (this.#sent * 1_000) / this.#rate - elapsed));
    }
  }
}

/**
 * A server of event streams on loopback that can be killed in mid-stream and brought back on its port.
 *
 * - `numbers`: events 1, 2, 3, ..., after `Last-Event-ID` or `?after=`, up to `?count=`, `?rate=` a second (default as
 *   fast as they are read), or `?burst=` in one write; then nothing, with the stream left open. `?answers=` says how
 *   the first requests are refused, in order: with a status, as `html`, by a stream that ends at once (`end`) or by a
 *   connection that does (`drop`). With `?forbids` its CORS rules allow no `Last-Event-ID`. After `?each=` numbers a response is cut off, after `?first=` the first. `?bytes` sends each byte by itself.
 * - `text`: `?body=` as it is, then nothing.
 * - `silence`: the request is never answered.
 * - `endless`: a page in HTML that never ends.
 * - anything else: 404.
 *
 * What comes before these names in the path, and `?name=`, tells streams apart.
 */
export class StreamServer {
  readonly #killAfter: number[];
  readonly #traffic = new Map<string, Traffic>();
  #server = createServer();
  #port = 0;

  /** `killAfter`: the server dies in the middle of the event after each of these numbers. */
  constructor(killAfter: readonly number[]) {
    this.#killAfter = [...killAfter];
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Listens, on the same port as before. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address && typeof address === 'object') this.#port = address.port;
  }

  /** Destroys every connection and stops listening. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** What the path and query have seen so far. */
  traffic(target: string): Traffic {
    const found = this.#traffic.get(target);
    if (found) return found;
    const traffic = { requests: 0, open: 0, mostOpen: 0, lastEventIds: [] };
    this.#traffic.set(target, traffic);
    return traffic;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (request.method === 'OPTIONS') {
      const allowed = url.searchParams.has('forbids') ? withoutIds : cors;
      response.writeHead(204, allowed).end();
      return;
    }
    const { requests } = this.#count(url.pathname + url.search, request, response);
    const refusal = url.searchParams.get('answers')?.split(',')[requests - 1];
    if (refusal) {
      refuse(refusal, response);
      return;
    }
    switch (url.pathname.split('/').at(-1)) {
      case 'numbers':
        response.writeHead(200, stream);
        await this.#sendNumbers(url.searchParams, request.headers, response);
        return;
      case 'text':
        response.writeHead(200, stream);
        response.write(url.searchParams.get('body'));
        return;
      case 'silence':
        return;
      case 'endless':
        response.writeHead(200, { ...cors, 'content-type': 'text/html' });
        response.write('<!doctype html>');
        return;
      default:
        response.writeHead(404, cors).end();
    }
  }

  #count(target: string, request: IncomingMessage, response: ServerResponse): Traffic {
    const traffic = this.traffic(target);
    traffic.requests += 1;
    traffic.open += 1;
    traffic.mostOpen = Math.max(traffic.mostOpen, traffic.open);
    traffic.lastEventIds.push(String(request.headers['last-event-id'] ?? ''));
    response.once('close', () => {
      traffic.open -= 1;
    });
    return traffic;
  }

  async #sendNumbers(
    query: URLSearchParams,
    headers: IncomingHttpHeaders,
    response: ServerResponse,
  ): Promise<void> {
    const count = Number(query.get('count') ?? Infinity);
    const burst = Number(query.get('burst') ?? 100);
    const rate = query.get('rate');
    const padding = ' '.repeat(Number(query.get('pad') ?? 0));
    const pace = rate === null ? null : new Pace(Number(rate));
    let sent = Number(headers['last-event-id'] ?? query.get('after') ?? 0);
    const isFirst = headers['last-event-id'] === undefined;
    const each = query.get('each') ?? (isFirst ? query.get('first') : null);
    const end = Math.min(count, sent + Number(each ?? Infinity));
    response.write(`retry: ${query.get('retry') ?? '100'}\n\n`);
    while (sent < end && !response.destroyed) {
      const [death = Infinity] = this.#killAfter;
      const last = Math.min(sent + (pace ? await pace.due() : burst), end, Math.max(death, sent));
      const isDeath = last >= death;
      const text =
        textOf(sent + 1, last, padding) + (isDeath ? `id: ${String(last + 1)}\ndata: ` : '');
      sent = last;
      if (isDeath) {
        this.#killAfter.shift();
        response.write(text, () => void this.kill());
        return;
      }
      if (query.has('bytes')) await writeBytes(text, response);
      else if (!response.write(text)) await once(response, 'drain');
    }
    if (sent < count && !response.destroyed) response.write(' ', () => response.destroy());
  }
}

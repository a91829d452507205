import type { IncomingMessage, ServerResponse } from 'node:http';

const head = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
};

interface FeedOptions {
  /** Events have ids, and a request goes on after the one that it names. @defaultValue true */
  readonly hasIds?: boolean;
}

/** The server of streams that count: one for each path, and all that was published can be asked for again. */
export class Feed {
  readonly #counts = new Map<string, number>();
  readonly #open = new Map<ServerResponse, string>();
  readonly #hasIds: boolean;
  /** The most connections that were open at one time. */
  mostOpen = 0;
  /** The most that were open on one path. */
  mostOfOne = 0;
  /** What came, as `path after`. */
  readonly asked: string[] = [];
  /** The header `authorization` of each request. */
  readonly tokens: (string | undefined)[] = [];

  constructor({ hasIds = true }: FeedOptions = {}) {
    this.#hasIds = hasIds;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#open.size;
  }

  count(path: string): number {
    return this.#counts.get(path) ?? 0;
  }

  readonly handler = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    const after = request.headers['last-event-id'];
    this.asked.push(`${path} ${String(after ?? '-')}`);
    this.tokens.push(request.headers.authorization);
    response.writeHead(200, head);
    response.write(':\n\n');
    this.#open.set(response, path);
    this.mostOpen = Math.max(this.mostOpen, this.open);
    const open = [...this.#open.values()].filter((each) => each === path).length;
    this.mostOfOne = Math.max(this.mostOfOne, open);
    response.once('close', () => this.#open.delete(response));
    if (after !== undefined) this.#send(response, Number(after), this.count(path));
  };

  /** Publishes so many events on a path. */
  publish(path: string, events = 1): void {
    const before = this.count(path);
    this.#counts.set(path, before + events);
    for (const [response, of] of this.#open) {
      if (of === path) this.#send(response, before, before + events);
    }
  }

  /** Cuts all connections. */
  cut(): void {
    for (const response of this.#open.keys()) response.destroy();
  }

  #send(response: ServerResponse, after: number, last: number): void {
    let text = '';
    for (let number = after + 1; number <= last; number++) {
      text += `${this.#hasIds ? `id: ${String(number)}\n` : ''}data: ${String(number)}\n\n`;
    }
    response.write(text);
  }
}

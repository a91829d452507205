/** Something that was seen on the wire of a demo. */
export interface WireEntry {
  readonly id: number;
  /** Which of the streams, by the first part of its path, such as `log`. */
  readonly stream: string;
  readonly kind: 'request' | 'block' | 'lost' | 'end';
  readonly text: string;
}

const MOST = 200;

/** What passes between a demo's store and its server: it stands in for `fetch`, and looks at what it hands on. */
export class Wire {
  #entries: readonly WireEntry[] = [];
  #count = 0;
  #frame = 0;
  #waiting: WireEntry[] = [];
  readonly #listeners = new Set<() => void>();

  readonly entries = (): readonly WireEntry[] => this.#entries;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Asks as `fetch` does. */
  async fetch(url: string, init: RequestInit | undefined): Promise<Response> {
    const stream = /\/api\/([\w.]+)/.exec(url)?.[1] ?? '';
    this.#see(stream, 'request', requestText(url, init));
    try {
      return this.#watched(stream, await fetch(url, init));
    } catch (error) {
      const isMeant = init?.signal?.aborted;
      if (!isMeant) this.#see(stream, 'lost', 'no server: the connection was refused');
      throw error;
    }
  }

  #watched(stream: string, response: Response): Response {
    if (!response.body) return response;
    const reader = response.body.getReader();
    const blocks = blocksOf((block) => {
      this.#see(stream, 'block', block);
    });
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            blocks(value);
            controller.enqueue(value);
            return;
          }
          this.#see(stream, 'end', 'the server has ended the stream');
          controller.close();
        } catch (error) {
          this.#see(stream, 'lost', 'the line was cut in the middle of the stream');
          controller.error(error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    });
    const { status, headers } = response;
    return new Response(body, { status, headers });
  }

  #see(stream: string, kind: WireEntry['kind'], text: string): void {
    this.#waiting.push({ id: this.#count++, stream, kind, text });
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#entries = [...this.#entries, ...this.#waiting].slice(-MOST);
      this.#waiting = [];
      for (const listener of this.#listeners) listener();
    });
  }
}

function requestText(url: string, { method = 'GET', headers }: RequestInit = {}): string {
  const id = new Headers(headers).get('last-event-id');
  const path = new URL(url, location.href).pathname;
  return `${method} ${path}${id === null ? '' : `  Last-Event-ID: ${id}`}`;
}

/** Tells of every block of a `text/event-stream`, in one line each. */
function blocksOf(tell: (block: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) tell(block.split('\n').join('  '));
  };
}

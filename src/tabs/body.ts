import { handover } from '../core/connection/source.ts';
import type { Bytes } from './blocks.ts';
import type { Head } from './messages.ts';

/** How much may wait for a reader, in bytes; of a tab that does not lead, which is cut then and resumes. */
const mostWaiting = 4_194_304;

/** The stream goes on elsewhere: the core asks for it again at once. */
export function handedOver(): Error {
  const error = new Error('use-event-stream/tabs: another tab reads the stream now.');
  error.name = handover;
  return error;
}

/** What makes the length of a body another one than it was on the way. */
const ofTransfer = ['content-length', 'content-encoding', 'transfer-encoding'];

/** What of an answer other tabs need. `since` is when it came: a date that is old by now says so. */
export function headOf(response: Response, since: number): Head {
  const headers = new Headers(response.headers);
  for (const name of ofTransfer) headers.delete(name);
  const passed = Math.max(0, Math.round((Date.now() - since) / 1_000));
  if (headers.has('date')) headers.set('age', String(Number(headers.get('age') ?? 0) + passed));
  return { url: response.url, headers: [...headers] };
}

/** Whether what an answer brings can be shared: the stream itself, of Server-Sent Events. */
export const isShareable = ({ status, headers, body }: Response): boolean =>
  status === 200 &&
  body !== null &&
  /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');

/** The body of the answer that a store is given. */
export class Body {
  readonly #stream: ReadableStream<Bytes>;
  #controller: ReadableStreamDefaultController<Bytes> | null = null;
  #wake: () => void = () => undefined;

  /** `left`: nobody reads it any more. */
  constructor(left: () => void) {
    this.#stream = new ReadableStream<Bytes>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          this.#wake();
        },
        cancel: left,
      },
      { highWaterMark: mostWaiting, size: ({ length }) => length },
    );
  }

  /** There is no room for more. */
  get isFull(): boolean {
    return (this.#controller?.desiredSize ?? 1) <= 0;
  }

  push(bytes: Bytes): void {
    if (bytes.length > 0) this.#controller?.enqueue(bytes);
  }

  /** Resolves when there is room. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (!this.isFull) resolve();
    });
  }

  /** Ends it: cleanly, or with an error. */
  end(error?: unknown): void {
    const controller = this.#controller;
    this.#controller = null;
    this.#wake();
    if (error === undefined) controller?.close();
    else controller?.error(error);
  }

  /** The answer with this body; `tab` says what the tab is at any time. */
  response({ url, headers }: Head, tab: () => 'leads' | 'follows'): Response {
    const response = new Response(this.#stream, {
      headers: headers.map(([name, value]) => [name, value]),
    });
    Object.defineProperties(response, { url: { value: url }, tab: { get: tab } });
    return response;
  }
}

import { handover } from '../core/connection/source.ts';
import type { SharedResponse } from '../core/connection/answer.ts';
import type { Bytes } from './blocks.ts';
import type { Head } from './messages.ts';

/** How much may wait for a reader, in bytes; of a tab that does not lead, which is cut then and resumes. */
export const mostWaiting = 4_194_304;

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

/** As the page's own requests have it. */
export function absolute(url: string): string {
  const { document } = globalThis as { document?: { baseURI: string } };
  return new URL(url, document?.baseURI).href;
}

/** Whether what an answer brings can be shared: the stream itself, of Server-Sent Events. */
export const isShareable = ({ status, headers, body }: Response): boolean =>
  status === 200 &&
  body !== null &&
  /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');

/** Statuses of answers without a body. */
const noBody = [204, 205, 304];

/** What an answer says beside its headers. */
export type AnswerInit = Partial<Pick<Response, 'status' | 'statusText' | 'type' | 'redirected'>>;

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

  /** The answer with this body; `tab` says what the tab is at any time. What of `init` no answer can be made with is put on. */
  response(
    { url, headers }: Head,
    tab: () => SharedResponse['tab'],
    init: AnswerInit = {},
  ): Response {
    const { status = 200, statusText = '', ...seen } = init;
    const response = new Response(noBody.includes(status) ? null : this.#stream, {
      headers: headers.map(([name, value]) => [name, value]),
      // That of a redirect which was not followed is 0.
      status: status || 200,
      statusText,
    });
    const own = { ...seen, status, ok: status >= 200 && status < 300, url };
    for (const [name, value] of Object.entries(own))
      Object.defineProperty(response, name, { value });
    return Object.defineProperty(response, 'tab', { get: tab });
  }
}

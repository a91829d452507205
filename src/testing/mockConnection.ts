/** One request as it came to the mock. */
export interface MockRequest {
  /** The absolute url. */
  readonly url: string;
  /** In capitals. */
  readonly method: string;
  /** All that was sent, `Accept` and `Last-Event-ID` included; with EventSource too. */
  readonly headers: Headers;
  /** As it was given to `fetch`; null if there is none. */
  readonly body: BodyInit | null;
  /** 0 for the first try of a connection, then the tries since its last healthy period. */
  readonly attempt: number;
  readonly transport: 'fetch' | 'eventsource';
}

/** How a request is answered. */
export interface MockAnswer {
  /** @defaultValue 200 */
  status?: number | undefined;
  /** @defaultValue the content type that the request accepts */
  headers?: HeadersInit | undefined;
}

/** What stands in for the network's error. */
const broken = () => new TypeError('network error');

const acceptedType = ({ headers }: MockRequest): string => {
  const [first = ''] = (headers.get('accept') ?? '').split(',', 1);
  return first === '' || first.includes('*') ? 'application/octet-stream' : first.trim();
};

function checkStatus(status: number): void {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return;
  throw new RangeError(
    `use-event-stream/testing: an answer was given the status ${String(status)}; it must be from 200 to 599.`,
  );
}

const withoutBody = [204, 205, 304];

function toHeaders(init: HeadersInit | undefined): Headers {
  try {
    return new Headers(init);
  } catch (cause) {
    throw new TypeError(
      `use-event-stream/testing: an answer was given \`headers\` that HTTP does not allow: ${String(cause)}`,
      { cause },
    );
  }
}

/** One request and its answer, whose bytes a script sends. */
export class MockConnection {
  readonly request: MockRequest;
  /** Settles with the answer, or rejects as `fetch` does. */
  readonly response: Promise<Response>;
  /** Bytes that the client has not asked for yet. */
  #queue: Uint8Array<ArrayBuffer>[] = [];
  /** How many of them were handed over; taking each off the front would cost the length of the queue. */
  #taken = 0;
  #status: 'waiting' | 'open' | 'over' = 'waiting';
  #isStalled = false;
  /** What the answer ends with once its bytes are read. */
  #ending: 'clean' | 'broken' | null = null;
  #contentType = '';
  #resolve: (response: Response) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #body: ReadableStreamDefaultController<Uint8Array> | null = null;
  #pull: (() => void) | null = null;

  constructor(request: MockRequest, signal: AbortSignal | null | undefined) {
    this.request = request;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const giveUp = () => {
      this.#status = 'over';
      this.#clear();
      this.#reject(signal?.reason ?? broken());
    };
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
  }

  /** Neither answered to the end nor given up. */
  get isLive(): boolean {
    return this.#status !== 'over';
  }

  /** Not answered yet. */
  get isWaiting(): boolean {
    return this.#status === 'waiting' && !this.#isStalled;
  }

  /** Answered, and not over. */
  get isOpen(): boolean {
    return this.#status === 'open' && this.#ending === null;
  }

  /** The client still has to read something. */
  get isBusy(): boolean {
    if (this.#status !== 'open' || this.#isStalled) return false;
    return this.#queue.length > this.#taken || this.#ending !== null;
  }

  /** What the answer says that it is. */
  get contentType(): string {
    return this.#contentType;
  }

  /** Answers with a stream that stays open. */
  open({ status = 200, headers }: MockAnswer): void {
    checkStatus(status);
    if (withoutBody.includes(status)) {
      throw new RangeError(
        `use-event-stream/testing: an answer of status ${String(status)} has no body to stream; use \`reject(${String(status)})\`.`,
      );
    }
    const sent = toHeaders(headers);
    if (!sent.has('content-type')) sent.set('content-type', acceptedType(this.request));
    this.#contentType = sent.get('content-type') ?? '';
    const response = new Response(this.#makeBody(), { status, headers: sent });
    this.#status = 'open';
    this.#resolve(response);
  }

  /** Answers with a whole body. */
  reject(status: number, headers: HeadersInit | undefined, body: string): void {
    checkStatus(status);
    const sent = withoutBody.includes(status) ? null : body;
    const response = new Response(sent, { status, headers: toHeaders(headers) });
    this.#status = 'over';
    this.#resolve(response);
  }

  /** Sends bytes in pieces of this size. */
  send(bytes: Uint8Array<ArrayBuffer>, size: number): void {
    if (this.#isStalled) return;
    for (let start = 0; start < bytes.length; start += size) {
      this.#queue.push(bytes.slice(start, start + size));
    }
    this.#pass();
  }

  /** Nothing passes any more, though the connection stays. */
  stall(): void {
    this.#isStalled = true;
  }

  /** Ends the answer once what was sent is read: cleanly, or as a connection that breaks. */
  end(how: 'clean' | 'broken'): void {
    this.#isStalled = false;
    this.#ending = how;
    if (this.#status === 'waiting') {
      this.#status = 'over';
      this.#reject(broken());
    } else this.#pass();
  }

  #makeBody(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#body = controller;
        },
        pull: () =>
          new Promise<void>((resolve) => {
            this.#pull = resolve;
            this.#pass();
          }),
        cancel: () => {
          this.#status = 'over';
          this.#clear();
        },
      },
      // Nothing is handed over before it is asked for: what was asked for is what has been read.
      { highWaterMark: 0 },
    );
  }

  #take(): Uint8Array<ArrayBuffer> | undefined {
    const next = this.#queue[this.#taken];
    this.#taken += 1;
    if (this.#taken >= this.#queue.length) this.#clear();
    return next;
  }

  #clear(): void {
    this.#queue = [];
    this.#taken = 0;
  }

  /** Hands over the next bytes, or the end, where the client waits for them. */
  #pass(): void {
    const pull = this.#pull;
    if (!pull || !this.#body || this.#isStalled || this.#status !== 'open') return;
    const next = this.#take();
    if (!next && !this.#ending) return;
    this.#pull = null;
    if (next) this.#body.enqueue(next);
    else {
      this.#status = 'over';
      if (this.#ending === 'clean') this.#body.close();
      else this.#body.error(broken());
    }
    pull();
  }
}

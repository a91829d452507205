/** One request that a component under test has made, and the answer's body in a test's hand. */
export class FakeRequest {
  readonly url: string;
  readonly init: RequestInit;
  readonly headers: Headers;
  /** The client has given up. */
  cancelled = false;
  readonly #answer: (response: Response) => void;
  readonly #fail: (error: unknown) => void;
  #body: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(
    request: { url: string; init: RequestInit },
    answer: (response: Response) => void,
    fail: (error: unknown) => void,
  ) {
    this.url = request.url;
    this.init = request.init;
    this.headers = new Headers(request.init.headers);
    this.#answer = answer;
    this.#fail = fail;
    request.init.signal?.addEventListener('abort', () => {
      this.cancelled = true;
      fail(new DOMException('aborted', 'AbortError'));
    });
  }

  /** Answers with a stream that stays open. */
  open(headers: Record<string, string> = { 'content-type': 'text/event-stream' }): void {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#body = controller;
      },
      cancel: () => {
        this.cancelled = true;
      },
    });
    this.#answer(new Response(body, { headers }));
  }

  /** Answers with a status and no stream. */
  refuse(status: number, headers: Record<string, string> = {}, body = ''): void {
    this.#answer(new Response(status === 204 ? null : body, { status, headers }));
  }

  /** Sends text, or bytes. */
  send(data: string | Uint8Array): void {
    this.#body?.enqueue(typeof data === 'string' ? new TextEncoder().encode(data) : data);
  }

  /** Ends the answer cleanly. */
  end(): void {
    this.#body?.close();
  }

  /** Breaks the connection, before or within the answer. */
  drop(): void {
    this.#fail(new TypeError('network error'));
    this.#body?.error(new TypeError('network error'));
  }
}

/** Stands in for `fetch` where a test is about time and not about bytes. */
export class FakeServer {
  readonly requests: FakeRequest[] = [];

  readonly fetch = (input: string | URL | Request, init: RequestInit = {}): Promise<Response> =>
    new Promise((resolve, reject) => {
      const url = input instanceof Request ? input.url : String(input);
      this.requests.push(new FakeRequest({ url, init }, resolve, reject));
    });

  /** The newest request. */
  get last(): FakeRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error('Nothing was requested yet.');
    return request;
  }

  /** How many requests are neither answered to the end nor given up. */
  get live(): number {
    return this.requests.filter(({ cancelled }) => !cancelled).length;
  }
}

import { task } from './clock.ts';
import { StreamError } from './error.ts';
import { describeUrl } from './url.ts';
import { byteLength, isTooLong } from './size.ts';
import {
  arriving,
  sizeError,
  type ArrivingEvent,
  type SourceAttempt,
  type SourceEnvironment,
  type SourceSignal,
} from './source.ts';

/**
 * Gathers what EventSource dispatches and hands it over in a task of its own: inside a dispatch React
 * would take the priority of its updates from `window.event`.
 */
class SignalQueue {
  #signals: SourceSignal[] = [];
  #batch: (SourceSignal & { type: 'batch' }) | null = null;
  #failure: StreamError | null = null;
  #ended = false;
  #wake: (() => void) | null = null;
  #cancelTask: (() => void) | null = null;

  push(signal: SourceSignal): void {
    this.#batch = null;
    this.#signals.push(signal);
    this.#wakeSoon();
  }

  pushEvent(event: ArrivingEvent, size: number): void {
    if (!this.#batch) {
      const batch = { type: 'batch' as const, events: [], size: 0 };
      this.push(batch);
      this.#batch = batch;
    }
    this.#batch.events.push(event);
    this.#batch.size += size;
  }

  fail(error: StreamError): void {
    this.#failure = error;
    this.#wakeSoon();
  }

  end(): void {
    this.#ended = true;
    this.#cancelTask?.();
    this.#wake?.();
  }

  async *read(): AsyncGenerator<SourceSignal> {
    while (!this.#ended) {
      const signals = this.#signals;
      this.#signals = [];
      this.#batch = null;
      yield* signals;
      if (this.#signals.length > 0) continue;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        // The taker of a signal may have ended the reading.
        if (this.#ended) resolve();
      });
    }
  }

  #wakeSoon(): void {
    this.#cancelTask ??= task(() => {
      this.#cancelTask = null;
      this.#wake?.();
    });
  }
}

/** Whether it carries data. A stand-in for EventSource may bring a MessageEvent of its own. */
const isMessage = (event: Event): event is MessageEvent<string> => 'data' in event;

/** Stand-ins know one of both ways, browsers both: there an event is heard once. */
function hear(source: EventSource, name: 'open' | 'error', listener: (event: Event) => void): void {
  let heard: Event | null = null;
  const listenOnce = (event: Event) => {
    if (event !== heard) listener(event);
    heard = event;
  };
  source.addEventListener(name, listenOnce);
  source[`on${name}`] = listenOnce;
}

function listen(source: EventSource, attempt: SourceAttempt, queue: SignalQueue): void {
  const { request } = attempt;
  const url = describeUrl(request.url);
  hear(source, 'open', (event) => {
    // A server's own event of the name "open" reaches this listener, as one of the name "error" the next.
    if (isMessage(event)) return;
    queue.push({ type: 'open', response: null, endless: true });
  });
  hear(source, 'error', (event) => {
    if (isMessage(event)) return;
    if (source.readyState === source.CONNECTING) queue.push({ type: 'reconnecting' });
    else {
      queue.fail(
        new StreamError(
          'network',
          `The browser's EventSource gave up on ${url}; it hides why: a status, a wrong content type, CORS or the network.`,
          { url },
        ),
      );
    }
  });
  attempt.eventNames.each((name) => {
    source.addEventListener(name, (event) => {
      if (!isMessage(event) || source.readyState === source.CLOSED) return;
      // EventSource does not tell whether the id is the block's own: only the stream's last one is known.
      const { data, lastEventId: id } = event;
      const { maxEventSize } = request;
      if (isTooLong(data, maxEventSize) || id.length > maxEventSize) {
        source.close();
        queue.fail(sizeError(request.url, maxEventSize));
      } else queue.pushEvent(arriving({ type: name, data, id }), byteLength(data) + byteLength(id));
    });
  });
}

/** Reads a stream with the browser's own EventSource (HTML standard, section 9.2). */
export async function* nativeSource(
  attempt: SourceAttempt,
  environment: SourceEnvironment,
): AsyncGenerator<SourceSignal> {
  const { request, signal } = attempt;
  const { EventSource } = environment;
  if (!EventSource) {
    throw new StreamError(
      'aborted',
      "There is no EventSource here, nor a `fetch` that streams; give the store one of them (`fetch`, such as the one of expo/fetch, or `EventSource`), or use the transport 'fetch'.",
      { url: describeUrl(request.url) },
    );
  }
  if (signal.aborted) return;
  const queue = new SignalQueue();
  const source = new EventSource(request.url, {
    withCredentials: request.credentials === 'include',
  });
  const close = () => {
    source.close();
    queue.end();
  };
  signal.addEventListener('abort', close);
  listen(source, attempt, queue);
  yield* queue.read();
}

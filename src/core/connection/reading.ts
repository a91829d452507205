import { leastLength } from './answer.ts';
import type { Attempt } from './attempt.ts';
import type { Clock } from '../clock.ts';
import { StreamError } from '../error.ts';
import { charsetOf } from '../format/charset.ts';
import { takesWholeChunks, type WireFormat } from '../format/format.ts';
import type { Bytes, Decoder } from '../format/streamFormat.ts';
import { arriving, sizeError, type ArrivingEvent } from './source.ts';
import { describeUrl } from '../request/url.ts';

// The reader hands over up to 2 MB at once; parsing that in one go would cost frames.
const sliceSize = 65_536;
export const sliceTime = 8;
// One task's turn is not enough: a stream that never ends would leave React a third of the time.
const longestPause = 50;

/** The body has ended cleanly, as it seems, and lacks some of the bytes that were announced. */
function cutShort(format: WireFormat, url: string, bytes: string): StreamError {
  const kind = takesWholeChunks(format) ? 'incomplete' : 'network';
  return new StreamError(kind, `The connection to ${url} broke off after ${bytes} bytes.`, { url });
}

type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Bytes>['read']>>;

/**
 * Whether a server may be faster than the page: WebKit alone has this vendor (HTML standard, section 8.9.1.1). An
 * answer that was made in the page, as in a test, gives what is asked for.
 */
function holdsNothingBack({ type }: Response): boolean {
  const { navigator = {} } = globalThis as { navigator?: Partial<Navigator> };
  return navigator.vendor === 'Apple Computer, Inc.' && (type === 'basic' || type === 'cors');
}

const mostAhead = 67_108_864;

/**
 * Reads all that comes at once, where the engine does not hold a server back that is faster than the page: what waits
 * in WebKit itself makes each further piece slower, until the page stands still. A stream that goes too far ahead is
 * cut where it can be taken up again, once what has come is decoded.
 */
function readingAhead(
  reader: ReadableStreamDefaultReader<Bytes>,
  attempt: Attempt,
): () => Promise<Read> {
  const ahead: Promise<Read>[] = [];
  let size = 0;
  let isCut = false;
  const read = () => {
    const result = reader.read();
    ahead.push(result);
    result.then(
      ({ value }) => {
        if (!value) return;
        size += value.length;
        isCut = size > mostAhead && attempt.parts.resumption.canResume;
        if (isCut) reader.cancel().catch(() => null);
        else read();
      },
      () => null,
    );
  };
  read();
  return async () => {
    const result = await (ahead.shift() ?? reader.read());
    size -= result.value?.length ?? 0;
    // The rest is left to another attempt.
    if (result.done && isCut) attempt.suspend();
    return result;
  };
}

/** Lets the page do all that waits, or as much of it as a short while allows. */
export function quietMoment(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const settled = () => {
      cancelIdle();
      cancelTimer();
      resolve();
    };
    const cancelIdle = clock.idle(settled);
    const cancelTimer = clock.timeout(settled, longestPause);
  });
}

/** Decodes one response, slice by slice, and tells the attempt what came of each; the page has its turns in between. */
export class Decoding {
  readonly #attempt: Attempt;
  readonly #clock: Clock;
  readonly #decoder: Decoder;
  /** How many bytes to decode in one go. */
  readonly #sliceSize: number;
  #comments: string[] = [];
  #retry: number | null = null;
  #events: ArrivingEvent[] = [];
  #size = 0;
  /** When the page had its last turn, and when the last chunk was done. */
  #begun: number;
  #finished: number;

  constructor(attempt: Attempt, format: WireFormat, charset: string) {
    const { url, maxEventSize } = attempt.request;
    const { environment, listener } = attempt.parts;
    this.#attempt = attempt;
    this.#clock = environment.clock;
    this.#begun = this.#finished = this.#clock.now();
    this.#sliceSize = takesWholeChunks(format) ? Infinity : sliceSize;
    this.#decoder = format.decode((event) => this.#events.push(arriving(event)), {
      maxEventSize,
      charset,
      setRetry: (delay) => (this.#retry = delay),
      onComment: listener.wantsComments() ? (text) => this.#comments.push(text) : undefined,
      tooLong() {
        throw sizeError(url, maxEventSize);
      },
    });
  }

  async chunk(chunk: Bytes): Promise<void> {
    const clock = this.#clock;
    this.#attempt.tap?.chunk(chunk);
    // Where it had to wait for the chunk, the browser has had its turn already.
    if (Math.abs(clock.now() - this.#finished) > 1) this.#begun = clock.now();
    for (let start = 0; start < chunk.length; start += this.#sliceSize) {
      const slice = chunk.subarray(start, start + this.#sliceSize);
      this.#size += slice.length;
      this.#decode(() => {
        this.#decoder.chunk(slice);
      });
      if (this.#attempt.signal.aborted) return;
      // The clock may be set back meanwhile.
      if (Math.abs(clock.now() - this.#begun) < sliceTime) continue;
      await quietMoment(clock);
      this.#begun = clock.now();
    }
    this.#finished = clock.now();
  }

  end(): void {
    this.#decode(() => {
      this.#decoder.end();
    });
  }

  /** Tells what was decoded; where the decoder threw, what came before. An empty batch is a sign of life too. */
  #decode(run: () => void): void {
    try {
      run();
    } finally {
      const [delay, texts, events, size] = [this.#retry, this.#comments, this.#events, this.#size];
      this.#retry = null;
      this.#comments = [];
      this.#events = [];
      if (events.length > 0) this.#size = 0;
      if (delay !== null) this.#attempt.retry(delay);
      if (texts.length > 0) this.#attempt.comments(texts);
      this.#attempt.events(events, size);
    }
  }
}

/** Reads the body of a stream until it ends or the attempt's signal is aborted. */
export async function readBody(
  attempt: Attempt,
  response: Response,
  format: WireFormat,
): Promise<void> {
  const { request, signal } = attempt;
  // What answers a HEAD tells the length of a body that it does not have.
  if (!response.body || request.method === 'HEAD') return;
  const url = describeUrl(request.url);
  const length = leastLength(response);
  const decoding = new Decoding(attempt, format, charsetOf(response.headers.get('content-type')));
  const reader = response.body.getReader();
  const next = holdsNothingBack(response) ? readingAhead(reader, attempt) : () => reader.read();
  const cancel = () => void reader.cancel().catch(() => null);
  signal.addEventListener('abort', cancel, { once: true });
  let received = 0;
  // A step of its own: what waits for the next chunk does not hold the last one any more.
  const step = async (): Promise<boolean> => {
    const read = await next().catch((cause: unknown) => {
      throw new StreamError('network', `The connection to ${url} broke off.`, { url, cause });
    });
    // A cancelled body looks like a clean end.
    if (signal.aborted) return false;
    if (!read.done) {
      received += read.value.length;
      await decoding.chunk(read.value);
      return true;
    }
    if (received < length) throw cutShort(format, url, `${String(received)} of ${String(length)}`);
    decoding.end();
    return false;
  };
  try {
    // A listener that heard that it is open may have closed it at once.
    while (!signal.aborted && (await step()));
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

import { leastLength } from './answer.ts';
import type { Clock } from './clock.ts';
import { StreamError } from './error.ts';
import { shown, thrown } from './excerpt.ts';
import { refusedMessage, unreachableMessage, wrongTypeMessage } from './fetchFault.ts';
import { charsetOf, decodeText } from './format/charset.ts';
import {
  acceptedType,
  formatFor,
  isEndless,
  takesWholeChunks,
  type WireFormat,
} from './format/format.ts';
import type { Bytes, Decoder } from './format/streamFormat.ts';
import { parseRetryAfter } from './reconnection.ts';
import { headersOf, isBody, type HeadersOption } from './request.ts';
import { describeUrl } from './url.ts';
import {
  abortable,
  arriving,
  sizeError,
  type ArrivingEvent,
  type SourceAttempt,
  type SourceEnvironment,
  type SourceSignal,
} from './source.ts';

// The reader hands over up to 2 MB at once; parsing that in one go would cost frames.
const sliceSize = 64 * 1024;
const sliceTime = 8;
// One task's turn is not enough: a stream that never ends would leave React a third of the time.
const longestPause = 50;
const errorBodySize = 16 * 1024;
const errorBodyTime = 1_000;

/** Header values are bytes: an id goes out as UTF-8, as the standard says, also outside latin-1. */
const headerBytes = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /%(..)/g,
    (_, byte: string) => String.fromCharCode(parseInt(byte, 16)),
  );

const refusedHeaders = /* @__PURE__ */ new WeakMap<StreamError, Headers>();

async function ownHeaders(option: HeadersOption, attempt: SourceAttempt): Promise<Headers> {
  const { attempt: number, lastEventId, error, signal, request } = attempt;
  const refused = (error && refusedHeaders.get(error)) ?? null;
  const told = { attempt: number, lastEventId, error, refused, signal };
  const given = typeof option === 'function' ? await option(told) : option;
  return sendable(request.url, () => headersOf(given));
}

/** All headers of an attempt, and how many of them are the user's. */
async function requestHeaders(attempt: SourceAttempt) {
  const headers = new Headers({ accept: acceptedType(attempt.request.format) });
  let own = 0;
  for (const option of attempt.request.headers()) {
    for (const [name, value] of await ownHeaders(option, attempt)) {
      headers.set(name, value);
      own += 1;
    }
  }
  if (attempt.lastEventId !== '') headers.set('last-event-id', headerBytes(attempt.lastEventId));
  return { headers, own };
}

// Required of a streamed body (Fetch standard, section 5.4), and unknown to the types.
const halfDuplex = { duplex: 'half' };

// A stream that was sent is not always locked afterwards, but it is empty.
const sentStreams = /* @__PURE__ */ new WeakSet<ReadableStream>();

// Not every engine has them.
const isStream = (body: unknown): body is ReadableStream =>
  typeof ReadableStream === 'function' && body instanceof ReadableStream;

/** Everything that is asked of the user's functions before a request can leave. */
async function prepare(attempt: SourceAttempt): Promise<RequestInit> {
  const { request, signal } = attempt;
  const { method, credentials, url } = request;
  const { headers, own } = await requestHeaders(attempt);
  // Asked for only now: a redirect is followed only by what really goes with it.
  const redirect = request.redirect() ?? (own > 0 ? 'manual' : 'follow');
  const init: RequestInit = { method, credentials, redirect, signal, headers };
  // Some runtimes know no cache, and refuse the word.
  if (canRequest({ cache: 'no-store' })) init.cache = 'no-store';
  const body = typeof request.body === 'function' ? await request.body() : request.body;
  if (!isBody(body)) {
    throw unsendable(
      url,
      `the body is ${shown(Object(body))}; give a text (for JSON use JSON.stringify), a form, a Blob, bytes or a stream`,
    );
  }
  if (body == null) return init;
  if (!isStream(body)) return { ...init, body };
  if (body.locked || sentStreams.has(body)) {
    throw unsendable(
      url,
      'the body is a stream that was sent once already; give a function that makes a new one for every attempt',
    );
  }
  if (canSendStreams()) return { ...init, ...halfDuplex, body };
  body.cancel().catch(() => null);
  throw unsendable(
    url,
    'the body is a stream, which this browser cannot send; give a text, a Blob or bytes',
  );
}

/** Whether a request can be made like that; true where nothing tells. */
function canRequest(init: RequestInit, url = 'http://localhost'): boolean {
  // A `fetch` of one's own may come without a Request.
  if (typeof Request !== 'function') return true;
  try {
    return Boolean(new Request(url, init));
  } catch {
    return false;
  }
}

/** Whether `fetch` here sends a stream as a body. What does not ask for `duplex` would read none, or send its name as text. */
function canSendStreams(): boolean {
  let isAsked = typeof Request !== 'function';
  const init = {
    method: 'POST',
    body: new ReadableStream(),
    get duplex() {
      isAsked = true;
      return 'half';
    },
  };
  if (isAsked) return true;
  return !new Request('http://localhost', init).headers.has('content-type') && isAsked;
}

/** A request that can never leave: it is not tried again. */
function unsendable(address: string, why: string, cause?: unknown): StreamError {
  const url = describeUrl(address);
  return new StreamError('aborted', `The request to ${url} was not sent: ${why}.`, { url, cause });
}

/** What a check gives; where it throws, the request can never leave. */
function sendable<T>(url: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    throw unsendable(url, thrown(cause).replace(/\.$/, ''), cause);
  }
}

async function prepared(attempt: SourceAttempt): Promise<RequestInit> {
  try {
    return await abortable(prepare(attempt), attempt.signal);
  } catch (cause) {
    if (cause instanceof StreamError) throw cause;
    const url = describeUrl(attempt.request.url);
    const message = `The \`headers\` or \`body\` for ${url} could not be had; see \`cause\`.`;
    throw new StreamError('network', message, { url, cause });
  }
}

/** Why `fetch` has failed: what can never be sent is not tried again. */
function sendError(attempt: SourceAttempt, init: RequestInit, cause: unknown): StreamError {
  const { request } = attempt;
  const url = describeUrl(request.url);
  // A body that is a stream is used up by now, and the signal may be of another realm.
  const known = { ...init, body: isStream(init.body) ? null : (init.body ?? null), signal: null };
  if (!canRequest(known, request.url)) return unsendable(request.url, thrown(cause), cause);
  const message = unreachableMessage(attempt, new Headers(init.headers), cause);
  const hint = isStream(init.body) ? ' A stream as its `body` needs HTTP/2 in some browsers.' : '';
  return new StreamError('network', message + hint, { url, cause });
}

async function send(
  attempt: SourceAttempt,
  init: RequestInit,
  environment: SourceEnvironment,
): Promise<Response> {
  const { signal, request } = attempt;
  try {
    if (isStream(init.body)) sentStreams.add(init.body);
    const fetch = environment.getFetch();
    const response = fetch(request.url, init);
    // A fetch that does not heed the signal must not leave its answer open.
    response
      .then(async (late) => {
        if (signal.aborted) await late.body?.cancel();
      })
      .catch(() => null);
    return await abortable(response, signal);
  } catch (cause) {
    throw sendError(attempt, init, cause);
  }
}

/**
 * Sends a request. Where it has no answer and may go without its event id, it does; an answer to that counts only
 * where there is still none to the request as it was, for meanwhile the network may be back.
 */
async function sendWithOrWithoutId(
  attempt: SourceAttempt,
  init: RequestInit,
  environment: SourceEnvironment,
): Promise<{ response: Response; omitsId: boolean }> {
  const ask = (changed?: RequestInit) => send(attempt, { ...init, ...changed }, environment);
  try {
    return { response: await ask(), omitsId: false };
  } catch (error) {
    const isUnanswered = error instanceof StreamError && error.kind === 'network';
    if (!attempt.mayOmitId || !isUnanswered) throw error;
    const headers = new Headers(init.headers);
    headers.delete('last-event-id');
    const response = await ask({ headers }).catch(() => null);
    const resumed = response && (await ask().catch(() => null));
    if (response && !resumed && !attempt.signal.aborted) return { response, omitsId: true };
    response?.body?.cancel().catch(() => null);
    if (resumed) return { response: resumed, omitsId: false };
    throw error;
  }
}

/** The beginning of an error's body, read for a bounded time. */
async function bodyStart(response: Response, { clock }: SourceEnvironment): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const cancel = () => void reader.cancel().catch(() => null);
  const stop = clock.timeout(cancel, errorBodyTime);
  const decode = decodeText(charsetOf(response.headers.get('content-type')));
  let text = '';
  let size = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += decode(read.value.subarray(0, errorBodySize - size));
      size += read.value.length;
      if (size >= errorBodySize) break;
    }
  } catch {
    // A body that breaks off still shows how it began.
  } finally {
    stop();
    cancel();
  }
  return text;
}

const redirects = new Set([301, 302, 303, 307, 308]);

const isUnfollowed = ({ type, status }: Response, { redirect }: RequestInit) =>
  type === 'opaqueredirect' || (redirect === 'manual' && redirects.has(status));

async function refused(
  response: Response,
  init: RequestInit,
  { attempt, environment }: { attempt: SourceAttempt; environment: SourceEnvironment },
): Promise<StreamError> {
  const url = describeUrl(attempt.request.url);
  const { status } = response;
  const retryAfter = parseRetryAfter(response.headers, environment.clock.now());
  const body = await bodyStart(response, environment);
  const message = isUnfollowed(response, init)
    ? `${url} answered with a redirect, which a request with custom headers does not follow by itself; where every target may see the headers, set \`redirect: 'follow'\`.`
    : refusedMessage(attempt, status);
  const error = new StreamError('http', message, { status, body, retryAfter, url });
  // Not on the error, which must show no token.
  if (status === 401) refusedHeaders.set(error, new Headers(init.headers));
  return error;
}

async function wrongType(
  response: Response,
  attempt: SourceAttempt,
  environment: SourceEnvironment,
): Promise<StreamError> {
  const url = describeUrl(attempt.request.url);
  const contentType = response.headers.get('content-type');
  const body = await bodyStart(response, environment);
  const message = wrongTypeMessage(attempt, response);
  return new StreamError('contentType', message, { contentType, body, url });
}

/** Whether an answer of this status can be the stream. */
function isTaken(
  { status, ok }: Response,
  format: WireFormat | undefined,
  init: RequestInit,
): boolean {
  // "If res's status is not 200 ..., then fail the connection", other 2xx statuses included.
  const isStandard = init.method === 'GET' && (!format || isEndless(format));
  if (isStandard || !ok) return status === 200;
  // A part is an answer only to who has asked for one.
  return status !== 206 || new Headers(init.headers).has('range');
}

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

const mostAhead = 64 * 1024 * 1024;

/** Gives the chunks of a body. */
interface Chunks {
  next(): Promise<Read>;
  /** The rest was left to another attempt. */
  isCut: boolean;
}

/**
 * Reads all that comes at once, where the engine does not hold a server back that is faster than the page: what waits
 * in WebKit itself makes each further piece slower, until the page stands still. A stream that goes too far ahead is
 * cut where it can be taken up again, once what has come is decoded.
 */
function readingAhead(reader: ReadableStreamDefaultReader<Bytes>, attempt: SourceAttempt): Chunks {
  const ahead: Promise<Read>[] = [];
  let size = 0;
  const read = () => {
    const result = reader.read();
    ahead.push(result);
    result.then(
      ({ value }) => {
        if (!value) return;
        size += value.length;
        chunks.isCut = size > mostAhead && attempt.canResume();
        if (chunks.isCut) reader.cancel().catch(() => null);
        else read();
      },
      () => null,
    );
  };
  const chunks: Chunks = {
    isCut: false,
    async next() {
      const result = await (ahead.shift() ?? reader.read());
      size -= result.value?.length ?? 0;
      return result;
    },
  };
  read();
  return chunks;
}

const readingAsAsked = (reader: ReadableStreamDefaultReader<Bytes>): Chunks => ({
  next: () => reader.read(),
  isCut: false,
});

/** Reads the chunks until the body ends or the signal is aborted. */
async function* readChunks(
  body: ReadableStream<Bytes>,
  attempt: SourceAttempt,
  { format, length, goesAhead }: { format: WireFormat; length: number; goesAhead: boolean },
): AsyncGenerator<Bytes> {
  const { request, signal } = attempt;
  const url = describeUrl(request.url);
  let received = 0;
  const isAborted = () => signal.aborted;
  const reader = body.getReader();
  const chunks = goesAhead ? readingAhead(reader, attempt) : readingAsAsked(reader);
  const cancel = () => void reader.cancel().catch(() => null);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    // A listener that heard that it is open may have closed it at once.
    while (!isAborted()) {
      const { done, value } = await chunks.next();
      // A cancelled body looks like a clean end.
      if (isAborted()) return;
      if (!done) {
        received += value.length;
        yield value;
      } else if (chunks.isCut) {
        attempt.cut();
        return;
      } else if (received < length) {
        throw cutShort(format, url, `${String(received)} of ${String(length)}`);
      } else return;
    }
  } catch (cause) {
    if (cause instanceof StreamError) throw cause;
    throw new StreamError('network', `The connection to ${url} broke off.`, { url, cause });
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

/** Decodes one response, slice by slice, and gathers what came of each. */
class Decoding {
  #comments: string[] = [];
  #retry: number | null = null;
  #events: ArrivingEvent[] = [];
  #size = 0;
  readonly #decoder: Decoder;
  /** How many bytes to decode in one go. */
  readonly sliceSize: number;

  constructor(format: WireFormat, charset: string, attempt: SourceAttempt) {
    const limit = attempt.request.maxEventSize;
    this.sliceSize = takesWholeChunks(format) ? Infinity : sliceSize;
    this.#decoder = format.decode((event) => this.#events.push(arriving(event)), {
      maxEventSize: limit,
      charset,
      setRetry: (delay) => (this.#retry = delay),
      onComment: attempt.wantsComments() ? (text) => this.#comments.push(text) : undefined,
      tooLong() {
        throw sizeError(attempt.request.url, limit);
      },
    });
  }

  /** What this chunk held; always a batch, for also an empty one is a sign of life. */
  chunk(bytes: Bytes): SourceSignal[] {
    this.#size += bytes.length;
    this.#decoder.chunk(bytes);
    return this.take();
  }

  end(): SourceSignal[] {
    this.#decoder.end();
    return this.take();
  }

  /** What was decoded and not yet taken: after the decoder threw, what came before. */
  take(): SourceSignal[] {
    const texts = this.#comments;
    const delay = this.#retry;
    const events = this.#events;
    // A signal each would cost far more than the line that it came in.
    const signals: SourceSignal[] = [{ type: 'batch', events, size: this.#size }];
    if (texts.length > 0) signals.unshift({ type: 'comments', texts });
    if (delay !== null) signals.unshift({ type: 'retry', delay });
    if (events.length > 0) this.#size = 0;
    this.#comments = [];
    this.#retry = null;
    this.#events = [];
    return signals;
  }
}

/** Lets the page do all that waits, or as much of it as a short while allows. */
function quietMoment(clock: Clock): Promise<void> {
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

async function* readBody(
  decoding: Decoding,
  chunks: AsyncIterable<Bytes>,
  { clock }: SourceEnvironment,
): AsyncGenerator<SourceSignal> {
  let begun = clock.now();
  let finished = begun;
  for await (const chunk of chunks) {
    // Where it had to wait for the chunk, the browser has had its turn already.
    if (Math.abs(clock.now() - finished) > 1) begun = clock.now();
    for (let start = 0; start < chunk.length; start += decoding.sliceSize) {
      yield* decoding.chunk(chunk.subarray(start, start + decoding.sliceSize));
      // The clock may be set back meanwhile.
      if (Math.abs(clock.now() - begun) < sliceTime) continue;
      await quietMoment(clock);
      begun = clock.now();
    }
    finished = clock.now();
  }
  yield* decoding.end();
}

async function* decoded(
  response: Response,
  format: WireFormat,
  { attempt, environment }: { attempt: SourceAttempt; environment: SourceEnvironment },
): AsyncGenerator<SourceSignal> {
  // What answers a HEAD tells the length of a body that it does not have.
  if (!response.body || attempt.request.method === 'HEAD') return;
  const charset = charsetOf(response.headers.get('content-type'));
  const decoding = new Decoding(format, charset, attempt);
  const length = leastLength(response);
  const goesAhead = holdsNothingBack(response);
  const chunks = readChunks(response.body, attempt, { format, length, goesAhead });
  try {
    yield* readBody(decoding, chunks, environment);
  } catch (error) {
    yield* decoding.take();
    throw error;
  }
}

/** Null is how an answer says that it has none; where there is no such property, `fetch` cannot stream. */
const hasBody = (response: Partial<Response>): boolean => response.body !== undefined;

function unreadable(address: string): StreamError {
  const url = describeUrl(address);
  const message = `${url} has answered, but \`fetch\` here gives no body to read as it comes (\`response.body\`); give the store a \`fetch\` that streams, such as the one of expo/fetch.`;
  return new StreamError('aborted', message, { url });
}

/** Whether a `fetch` is made of XMLHttpRequest. whatwg-fetch marks its own so, and React Native's is that one. */
const isPolyfill = (given: typeof fetch): boolean =>
  typeof given === 'function' && 'polyfill' in given && given.polyfill === true;

const notStreaming =
  "`fetch` here is made of XMLHttpRequest, as React Native's own is, and gives an answer only when it is complete; give the store a `fetch` that streams, such as the one of expo/fetch";

/** Reads a stream with `fetch` (Fetch standard, section 5.6), in whatever format it has. */
export async function* fetchSource(
  attempt: SourceAttempt,
  environment: SourceEnvironment,
): AsyncGenerator<SourceSignal> {
  if (isPolyfill(environment.getFetch())) throw unsendable(attempt.request.url, notStreaming);
  const init = await prepared(attempt);
  yield { type: 'sent' };
  const { response, omitsId } = await sendWithOrWithoutId(attempt, init, environment);
  yield { type: 'answered', omitsId };
  const { status } = response;
  const format = formatFor(attempt.request.format, response.headers.get('content-type'));
  const taken = isTaken(response, format, init);
  // "204 No Content"; 205 has no content either (RFC 9110, section 15.3.6).
  if (status === 204 || (status === 205 && taken)) {
    yield { type: 'noContent' };
    return;
  }
  if (!taken) throw await refused(response, init, { attempt, environment });
  if (!format) throw await wrongType(response, attempt, environment);
  if (!hasBody(response)) throw unreadable(attempt.request.url);
  yield { type: 'open', response, endless: isEndless(format) };
  yield* decoded(response, format, { attempt, environment });
}

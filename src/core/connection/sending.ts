import { StreamError } from '../error.ts';
import type { Attempt } from './attempt.ts';
import { shown, thrown } from '../excerpt.ts';
import { unreachableMessage } from './fetchFault.ts';
import { acceptedType } from '../format/format.ts';
import { headersOf } from '../request/headers.ts';
import { isBody } from '../request/requestOptions.ts';
import { abortable, type SourceEnvironment } from './source.ts';
import { aim, fromUser, sendable, told, unsendable } from './target.ts';
import { describeUrl } from '../request/url.ts';

/** Header values are bytes: an id goes out as UTF-8, as the standard says, also outside latin-1. */
const headerBytes = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /%(..)/g,
    (_, byte: string) => String.fromCharCode(parseInt(byte, 16)),
  );

/** All headers of an attempt, and how many of them are the user's. */
async function requestHeaders(attempt: Attempt, error: StreamError | null) {
  const { request } = attempt;
  const ask = told(attempt, error);
  const { lastEventId } = ask;
  const headers = new Headers({ accept: acceptedType(request.format) });
  let own = 0;
  for (const option of request.headers()) {
    const given = typeof option === 'function' ? await option(ask) : option;
    for (const [name, value] of sendable(request.url, () => headersOf(given))) {
      headers.set(name, value);
      own += 1;
    }
  }
  if (lastEventId !== '') headers.set('last-event-id', headerBytes(lastEventId));
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
async function prepare(attempt: Attempt, error: StreamError | null): Promise<RequestInit | null> {
  if (!(await aim(attempt, error))) return null;
  const { request, signal } = attempt;
  const { method, credentials, url } = request;
  const { headers, own } = await requestHeaders(attempt, error);
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

/** What is sent, or null where nothing is to be asked for. */
export const prepared = (
  attempt: Attempt,
  error: StreamError | null,
): Promise<RequestInit | null> => fromUser(attempt, prepare(attempt, error));

/** Why `fetch` has failed: what can never be sent is not tried again. */
function sendError(attempt: Attempt, init: RequestInit, cause: unknown): StreamError {
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
  attempt: Attempt,
  init: RequestInit,
  environment: SourceEnvironment,
): Promise<Response> {
  const { signal, request } = attempt;
  try {
    if (isStream(init.body)) sentStreams.add(init.body);
    const fetch = environment.getFetch(request);
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
export async function sendWithOrWithoutId(
  attempt: Attempt,
  init: RequestInit,
  environment: SourceEnvironment,
): Promise<{ response: Response; omitsId: boolean }> {
  const ask = (changed?: RequestInit) => send(attempt, { ...init, ...changed }, environment);
  try {
    return { response: await ask(), omitsId: false };
  } catch (error) {
    const isUnanswered = error instanceof StreamError && error.kind === 'network';
    if (!attempt.parts.resumption.mayOmitId || !isUnanswered) throw error;
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

import type { Attempt } from './attempt.ts';
import { StreamError } from '../error.ts';
import { refusedMessage, wrongTypeMessage } from './fetchFault.ts';
import { charsetOf, decodeText } from '../format/charset.ts';
import { formatFor, isEndless, type WireFormat } from '../format/format.ts';
import { readBody } from './reading.ts';
import { parseRetryAfter } from './reconnection.ts';
import { prepared, sendWithOrWithoutId } from './sending.ts';
import { refusedHeaders, unsendable } from './target.ts';
import type { Source } from './attempt.ts';
import { describeUrl } from '../request/url.ts';

const errorBodySize = 16_384;
const errorBodyTime = 1_000;

/** The beginning of an error's body, read for a bounded time. */
async function bodyStart({ parts }: Attempt, response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const cancel = () => void reader.cancel().catch(() => null);
  const stop = parts.environment.clock.timeout(cancel, errorBodyTime);
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

const redirects = [301, 302, 303, 307, 308];

const isUnfollowed = ({ type, status }: Response, { redirect }: RequestInit) =>
  type === 'opaqueredirect' || (redirect === 'manual' && redirects.includes(status));

async function refused(
  attempt: Attempt,
  response: Response,
  { init, error: previous }: { init: RequestInit; error: StreamError | null },
): Promise<StreamError> {
  const url = describeUrl(attempt.request.url);
  const { status } = response;
  const retryAfter = parseRetryAfter(response.headers, attempt.parts.environment.clock.now());
  const body = await bodyStart(attempt, response);
  const message = isUnfollowed(response, init)
    ? `${url} answered with a redirect, which a request with custom headers does not follow by itself; where every target may see the headers, set \`redirect: 'follow'\`.`
    : refusedMessage(attempt.request, status, previous);
  const error = new StreamError('http', message, { status, body, retryAfter, url });
  // Not on the error, which must show no token.
  if (status === 401) refusedHeaders.set(error, new Headers(init.headers));
  return error;
}

async function wrongType(attempt: Attempt, response: Response): Promise<StreamError> {
  const url = describeUrl(attempt.request.url);
  const contentType = response.headers.get('content-type');
  const body = await bodyStart(attempt, response);
  const message = wrongTypeMessage(attempt.request, response);
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

/** Takes a server's answer: reads it, or says why it is not the stream. False where nothing is to come. */
export async function takeAnswer(
  attempt: Attempt,
  response: Response,
  { init, error }: { init: RequestInit; error: StreamError | null },
): Promise<boolean> {
  const { request } = attempt;
  const { status } = response;
  const format = formatFor(request.format, response.headers.get('content-type'));
  const taken = isTaken(response, format, init);
  // "204 No Content"; 205 has no content either (RFC 9110, section 15.3.6).
  if (status === 204 || (status === 205 && taken)) return false;
  if (!taken) throw await refused(attempt, response, { init, error });
  if (!format) throw await wrongType(attempt, response);
  if (!hasBody(response)) throw unreadable(request.url);
  attempt.opened(response, isEndless(format));
  await readBody(attempt, response, format);
  return true;
}

/** Reads a stream with `fetch` (Fetch standard, section 5.6), in whatever format it has. */
export const fetchSource: Source = async (attempt, error, environment) => {
  if (isPolyfill(environment.getFetch())) throw unsendable(attempt.request.url, notStreaming);
  const init = await prepared(attempt, error);
  if (!init) return attempt.giveUp(error);
  attempt.sent();
  const { response, omitsId } = await sendWithOrWithoutId(attempt, init, environment);
  attempt.answered(omitsId);
  return takeAnswer(attempt, response, { init, error });
};

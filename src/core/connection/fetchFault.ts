import { excerpt } from '../excerpt.ts';
import { acceptedType } from '../format/format.ts';
import type { Attempt } from './attempt.ts';
import type { StreamError } from '../error.ts';
import { isRefreshable, type StreamRequest } from '../request/request.ts';
import { describeUrl, foreignOrigin } from '../request/url.ts';

/** Why `fetch` may have failed. Most browsers say no more than that it did; some name CORS. */
function unreachable({ request, parts }: Attempt, sent: Headers, cause: unknown): string {
  if (!parts.page.isOnline()) return 'there is no network';
  const { url, credentials, method } = request;
  const network = 'the network failed, or nothing answers there';
  const origin = foreignOrigin(url);
  if (origin === null) return network;
  const names = [...sent.keys()].filter((name) => name !== 'accept').join(', ');
  const headers = names && `the headers ${excerpt(names)}`;
  const needs = [credentials === 'include' && 'credentials', headers];
  const all = needs.filter(Boolean).join(' and ');
  const rules = `its CORS rules do not allow ${method} from ${origin}${all && ` with ${all}`}`;
  return /access-control|cors|preflight/i.test(String(cause)) ? rules : `${network}, or ${rules}`;
}

/** What to say where `fetch` has failed. */
export const unreachableMessage = (attempt: Attempt, sent: Headers, cause: unknown): string =>
  `${describeUrl(attempt.request.url)} could not be reached: ${unreachable(attempt, sent, cause)}.`;

function unauthorized(request: StreamRequest, error: StreamError | null): string {
  if (error?.kind === 'http' && error.status === 401) return 'fresh `headers` were refused too';
  if (isRefreshable(request)) return 'its `headers` were refused';
  if (request.headers().length > 0) {
    return 'its `headers` were refused; only a function is asked for fresh ones';
  }
  const { credentials, url } = request;
  const sendsCookies = credentials === 'include' || (credentials !== 'omit' && !foreignOrigin(url));
  return sendsCookies
    ? 'there were no `headers`, and no cookie that it takes'
    : "there were no `headers`, and no cookies without `credentials: 'include'`";
}

/** What a status that is no stream means. */
export function refusedMessage(
  request: StreamRequest,
  status: number,
  previous: StreamError | null,
): string {
  const why = status === 401 ? `: ${unauthorized(request, previous)}` : '';
  return `${describeUrl(request.url)} answered with status ${String(status)}${why}.`;
}

/** What was answered in the place of the stream. */
export function wrongTypeMessage(request: StreamRequest, response: Response): string {
  const contentType = response.headers.get('content-type') ?? 'no content type';
  // Both are the server's words: together 200 characters.
  const target = excerpt(describeUrl(response.url), 100);
  const led = response.redirected ? ` led to ${target}, which` : '';
  const what = /text\/html/i.test(contentType)
    ? ': a web page, as of an error or a login'
    : '; make the server say so, or set `format`';
  return `${describeUrl(request.url)}${led} answered with ${excerpt(contentType, 100)} where ${excerpt(acceptedType(request.format), 100)} was expected${what}.`;
}

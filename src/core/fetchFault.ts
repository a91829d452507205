import { acceptedType } from './format/format.ts';
import { browserPage } from './page.ts';
import { describeUrl, isRefreshable, type StreamRequest } from './request.ts';
import type { SourceAttempt } from './source.ts';

/** The page's origin where it is another than the url's, so that CORS holds; else null. */
function foreignOrigin(url: string): string | null {
  if (typeof location === 'undefined' || !url.startsWith('http')) return null;
  return location.origin === new URL(url).origin ? null : location.origin;
}

/** What the CORS rules of a server must allow for this request, by name only. */
function neededRules({ credentials, method }: StreamRequest, origin: string, sent: Headers) {
  const names = [...sent.keys()].filter((name) => name !== 'accept');
  return [
    `the origin ${origin}`,
    ...(credentials === 'include' ? ['credentials (with which `*` allows nothing)'] : []),
    ...(names.length > 0 ? [`the headers ${names.join(', ')}`] : []),
    ...(['GET', 'HEAD', 'POST'].includes(method) ? [] : [`the method ${method}`]),
  ].join(', ');
}

/** Why `fetch` may have failed. Most browsers say no more than that it did; some name CORS. */
export function unreachableMessage(request: StreamRequest, sent: Headers, cause: unknown): string {
  const begin = `${describeUrl(request.url)} could not be reached:`;
  if (!browserPage.isOnline()) return `${begin} the browser is offline.`;
  const network = 'the network failed, or nothing answers at that address';
  const origin = foreignOrigin(request.url);
  if (origin === null) return `${begin} ${network}.`;
  const rules = `its CORS rules do not allow ${neededRules(request, origin, sent)}`;
  if (/access-control|cors|preflight/i.test(String(cause))) return `${begin} ${rules}.`;
  const isMixed = origin.startsWith('https:') && request.url.startsWith('http:');
  const mixed = isMixed ? ', the browser forbids http: to a page of https:' : '';
  return `${begin} ${network}${mixed}, or ${rules}.`;
}

function unauthorized({ request, error }: SourceAttempt): string {
  if (error?.kind === 'http' && error.status === 401) return 'fresh `headers` were refused too';
  if (isRefreshable(request)) return 'what the `headers` function gave was refused';
  if (request.headers().length > 0) {
    return 'the `headers` were refused; give a function, which is asked for fresh ones';
  }
  const { credentials, url } = request;
  const hasCookies = credentials === 'include' || (credentials !== 'omit' && !foreignOrigin(url));
  return hasCookies
    ? 'no cookie that it takes was sent; sign in, or send a token with `headers`'
    : "no cookies were sent; set `credentials: 'include'`, or send a token with `headers`";
}

/** What a status that is no stream means. */
export function refusedMessage(attempt: SourceAttempt, status: number): string {
  const begin = `${describeUrl(attempt.request.url)} answered with status ${String(status)}`;
  return status === 401 ? `${begin}: ${unauthorized(attempt)}.` : `${begin}.`;
}

/** What was answered in the place of the stream. */
export function wrongTypeMessage({ request }: SourceAttempt, response: Response): string {
  const contentType = response.headers.get('content-type') ?? 'no content type';
  const led = response.redirected ? ` led to ${describeUrl(response.url)}, which` : '';
  const begin = `${describeUrl(request.url)}${led} answered with ${contentType} where ${acceptedType(request.format)} was expected`;
  return /text\/html/i.test(contentType)
    ? `${begin}: a web page, as of an error or a login.`
    : `${begin}; make the server say so, or set \`format\`.`;
}

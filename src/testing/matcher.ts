import { shown } from '../core/excerpt.ts';
import { parseUrl } from '../core/request/url.ts';

/** What a request looks like to a matcher. */
export interface RequestToMatch {
  /** The absolute url. */
  url: string;
  /** In capitals. */
  method: string;
  headers: Headers;
  body: BodyInit | null;
}

/**
 * Which requests a mock answers: those for a url, or those that a test lets pass. A relative url stands for
 * that path on any origin. A url without a query stands for every query. A RegExp is tried on the absolute url.
 *
 * @example
 * ```ts
 * import { mockStream } from 'use-event-stream/testing';
 *
 * const prices = mockStream('/api/prices');
 * const jobs = mockStream(/[/]jobs[/][0-9]+$/);
 * const posts = mockStream(({ method, url }) => method === 'POST' && url.endsWith('/chat'));
 * ```
 */
export type RequestMatcher = string | URL | RegExp | ((request: RequestToMatch) => boolean);

// Any origin will do: it only makes a path of a relative url.
const somewhere = 'http://localhost';

function isSameUrl(pattern: string, url: string): boolean {
  const wanted = new URL(pattern, somewhere);
  const given = new URL(url);
  const isAbsolute = parseUrl(pattern) !== null;
  if (isAbsolute && wanted.origin !== given.origin) return false;
  if (wanted.pathname !== given.pathname) return false;
  return wanted.search === '' || wanted.search === given.search;
}

function accepts(matcher: (request: RequestToMatch) => unknown, request: RequestToMatch): boolean {
  const answer = matcher(request);
  if (typeof answer === 'boolean') return answer;
  throw new TypeError(
    `use-event-stream/testing: a mock's matcher returned ${shown(answer)}; it must say true or false, at once.`,
  );
}

/** Whether a mock for this matcher answers this request. */
export function matches(matcher: RequestMatcher, request: RequestToMatch): boolean {
  if (typeof matcher === 'function') return accepts(matcher, request);
  // A pattern of the user's may be sticky or global: it begins again each time.
  if (matcher instanceof RegExp)
    return new RegExp(matcher, matcher.flags.replace(/[gy]/g, '')).test(request.url);
  return isSameUrl(String(matcher), request.url);
}

/** The matcher in words. */
export const describeMatcher = (matcher: RequestMatcher): string =>
  typeof matcher === 'function' ? 'a request that its function accepts' : String(matcher);

/** Throws a TypeError if it is none. */
export function checkMatcher(matcher: unknown): void {
  const isUrl = matcher instanceof URL || (typeof matcher === 'string' && matcher !== '');
  if (isUrl && parseUrl(String(matcher), somewhere)) return;
  if (typeof matcher === 'function' || matcher instanceof RegExp) return;
  throw new TypeError(
    `use-event-stream/testing: mockStream was given ${shown(matcher)}; it takes a url, a RegExp or a function of the request.`,
  );
}

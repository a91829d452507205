import { excerpt } from '../excerpt.ts';
import { refuse } from '../options.ts';
import { tried } from '../report.ts';
import { readUrl, type UrlParts } from './readUrl.ts';

/** Whether `URL` is the standard's: React Native's joins paths wrongly, and its older ones throw when they are read. */
function isStandard(): boolean {
  const { href, origin, host, pathname, search } = new URL('../b?c d', 'http://u:p@h.test:80/x/y');
  return (
    href === 'http://u:p@h.test/b?c%20d' && origin + pathname + search === `http://${host}/b?c%20d`
  );
}

let known: { Url: unknown; reads: boolean } = { Url: undefined, reads: false };

/** The url where it parses, else null: `URL.canParse` is newer than some of the engines. */
export function parseUrl(text: string, base?: string): UrlParts | null {
  const { URL: Url } = globalThis as { URL?: typeof URL };
  if (known.Url !== Url) known = { Url, reads: tried(isStandard, false) };
  return tried(() => (known.reads && Url ? new Url(text, base) : readUrl(text, base)), null);
}

// A ";" may be encoded, more than once, and so may the signs below.
const parameters = /(;|%(25)*3b)[^/]*/gi;

/** A path to show: without the parameters of its segments (RFC 3986, section 3.3), and without what may be a password. */
function shownPath(pathname: string): string {
  const at = [...pathname.matchAll(/@|%(25)*40/gi)].at(-1)?.index ?? 0;
  // On a page of https:, "https:user:password@host/" is a path. One such as "/users/@me" is none of these.
  const hides = /[^/]$|[:@]|%(25)*(3a|40)/i.test(pathname.slice(0, at));
  return (hides ? `/…${pathname.slice(at)}` : pathname).replace(parameters, '');
}

/** The names in a query. What has no value, or a "=" too many, may be a token that stands alone. */
function shownQuery(search: string): string {
  const named = search
    .slice(1)
    .split('&')
    .flatMap((each) => /^((?:[\w.[\]-]|%5[bd]){1,40})=[^=]+$/i.exec(each)?.[1] ?? []);
  return named.length > 0 ? `?${[...new Set(named)].join('&')}` : '';
}

// Stands for what a relative url is relative to (RFC 2606, section 2: no host has this name).
const nowhere = 'http://relative.invalid';

/** What can be shown of a url that is not of HTTP: its scheme, unless that is the user's name in "user:password@host". */
const shownScheme = ({ protocol, host, href }: UrlParts): string =>
  host === '' && /@|%40/.test(href) ? '' : excerpt(protocol, 30);

/**
 * The beginning of a url of HTTP that has no host: on a page of the same scheme it is a path, and what
 * stands in it may be a password. Nobody means it.
 */
function hostless(url: string): string | null {
  // "Remove any leading C0 control or space", "remove all ASCII tab or newline" (URL standard, section 4.4).
  const text = url.replace(/^[\0- ]+|[\t\n\r]/g, '');
  return /^https?:(?![/\\]{2})/i.exec(text)?.[0] ?? null;
}

/**
 * A url to show, the only way in which any is: at most 200 characters, without credentials, fragment, the
 * values of its query and the parameters of its path. Of one that does not parse, or is not of HTTP, only
 * the scheme.
 */
export function describeUrl(url: string): string {
  // That of a function, which has not said it yet.
  if (url === '') return '…';
  const start = hostless(url);
  const parsed = start === null ? parseUrl(url, nowhere) : null;
  if (!parsed) {
    // What stands where the parser finds no host may be a password.
    const [scheme = ''] = start === null ? (/^https?:[/\\]{0,2}/i.exec(url) ?? []) : [start];
    return scheme === url ? scheme : `${scheme}…`;
  }
  const { protocol, origin, host, pathname, search } = parsed;
  if (!/^https?:$/.test(protocol)) return `${shownScheme(parsed)}…`;
  const place = shownPath(pathname) + shownQuery(search);
  if (origin === nowhere) return excerpt(place);
  const isHost = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host);
  return isHost && parseUrl(url) ? excerpt(origin + place) : '…';
}

/** What relative urls are relative to by themselves; nothing in Node. */
export function ownBase(): string | undefined {
  if (typeof document !== 'undefined') return document.baseURI;
  return typeof location === 'undefined' ? undefined : location.href;
}

/** A url as text; an options object in its place would be asked for as "[object Object]". */
function urlText(name: string, url: unknown, allowed: string): string {
  if (typeof url === 'string' || !__DEV__) return String(url);
  const isUrl = typeof URL === 'function' && url instanceof URL;
  // One of another realm, or of a stand-in, is told by its text.
  const href: unknown = typeof url === 'object' && url !== null ? Reflect.get(url, 'href') : null;
  if (isUrl || (typeof href === 'string' && String(url) === href)) return String(url);
  return refuse(name, url, allowed);
}

/** What a store's `baseUrl` stands for; a TypeError where it does not parse. */
export function resolveBase(baseUrl: string | URL): string {
  const text = urlText('baseUrl', baseUrl, 'a url');
  const parsed = parseUrl(text, ownBase());
  if (parsed) return parsed.href;
  throw new TypeError(
    `use-event-stream: \`baseUrl\` is ${JSON.stringify(describeUrl(text))}; it must be a url.`,
  );
}

const base = (baseUrl: string | URL | undefined): string | undefined =>
  baseUrl === undefined ? ownBase() : resolveBase(baseUrl);

const fetchable = ['http:', 'https:', 'blob:', 'data:'];

const hasCredentials = ({ username, password }: UrlParts): boolean =>
  username !== '' || password !== '';

/** Whether fetch can ask for it: a known scheme, and no password in it. */
export function isFetchable(url: string): boolean {
  const parsed = parseUrl(url);
  return parsed !== null && fetchable.includes(parsed.protocol) && !hasCredentials(parsed);
}

/** A url as a request is made to it. */
export interface Target {
  href: string;
  hasCredentials: boolean;
}

function parseTarget(text: string, baseUrl: string | URL | undefined): Target {
  const parsed = hostless(text) === null ? parseUrl(text, base(baseUrl)) : null;
  if (!parsed) {
    throw new TypeError(
      `use-event-stream: the url ${JSON.stringify(describeUrl(text))} cannot be parsed; give an absolute url, or a relative one with a \`baseUrl\`.`,
    );
  }
  if (!fetchable.includes(parsed.protocol)) {
    throw new TypeError(
      `use-event-stream: the url's scheme is ${JSON.stringify(shownScheme(parsed))}; a stream can be read from http:, https:, blob: and data:.`,
    );
  }
  // A fragment is never sent, so it does not tell two streams apart. Not every URL has a `hash` that can be set.
  const [href = ''] = parsed.href.split('#', 1);
  return { href, hasCredentials: hasCredentials(parsed) };
}

// Every hook asks in every render, mostly for what it asked before.
const mostTargets = 500;
const longestKey = 2_000;
const targets = /* @__PURE__ */ new Map<string, Target>();

/** The url resolved as the standard says; a TypeError names what is wrong with it. */
export function resolveTarget(url: string | URL, baseUrl: string | URL | undefined): Target {
  const text = urlText('url', url, 'a text or a URL; anything falsy means none');
  const key = JSON.stringify([ownBase(), baseUrl, text]);
  const known = targets.get(key);
  if (known) return known;
  const target = parseTarget(text, baseUrl);
  if (targets.size >= mostTargets) targets.clear();
  if (key.length <= longestKey) targets.set(key, target);
  return target;
}

/** The page's origin if it is another than the url's, so that CORS holds; else null. */
export function foreignOrigin(url: string): string | null {
  if (typeof location === 'undefined' || !url.startsWith('http')) return null;
  return location.origin === parseUrl(url)?.origin ? null : location.origin;
}

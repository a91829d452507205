/** What is asked of a url here, by the names of `URL`. */
export type UrlParts = Pick<
  URL,
  'href' | 'protocol' | 'origin' | 'host' | 'pathname' | 'search' | 'username' | 'password'
>;

// RFC 3986, appendix B: scheme, authority, path, query.
const shape = /^(?:([a-z][a-z\d+.-]*:))?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]+)?/i;
const authorityShape =
  /^(?:([^:]*)(?::(.*))?@)?([^\s"#%/:<>?@[\\\]^`{|}]+|\[[\da-f:.]+\])(:\d*)?$/i;
const ownPorts: Readonly<Record<string, string>> = { 'http:': ':80', 'https:': ':443' };

/** A path without "." and ".." (RFC 3986, section 5.2.4). */
function straight(path: string): string {
  const kept: string[] = [];
  const parts = path.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    const isDots = part === '.' || part === '..';
    if (part === '..') kept.pop();
    if (!isDots) kept.push(part);
    else if (index === parts.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}

const encoded = (text: string): string => text.replace(/[^!-~]+|["<>]/g, encodeURIComponent);

/** The host of a url, and who asks for it. */
function readAuthority(authority: string, protocol: string) {
  const found = authorityShape.exec(authority);
  if (!found) throw new TypeError('The url has no host that can be read.');
  const [, username = '', password = '', name = '', port = ''] = found;
  const host = name.toLowerCase() + (port === ownPorts[protocol] || port === ':' ? '' : port);
  return { username, password, host };
}

/**
 * Reads a url as `URL` does, as far as requests need it; for a `URL` that does not follow the standard,
 * such as React Native's. Throws where it cannot. Leaves out the fragment.
 */
export function readUrl(text: string, base?: string): UrlParts {
  const given = text
    .replace(/^[\0- ]+|[\0- ]+$|[\t\n\r]/g, '')
    .replace(/^[^?#]+/, (start) => start.replace(/\\/g, '/'));
  const [, scheme, authority, path = '', query] = shape.exec(given) ?? [];
  const own = scheme?.toLowerCase();
  if (own && !(own in ownPorts)) {
    const none = { origin: 'null', host: '', username: '', password: '' };
    return { ...none, href: given, protocol: own, pathname: path, search: query ?? '' };
  }
  const from = own || base === undefined ? null : readUrl(base);
  if (!own && !from) throw new TypeError('The url has no scheme, and there is no base.');
  const protocol = own ?? from?.protocol ?? '';
  const isRelative = authority === undefined && from !== null;
  const asker = isRelative && from.host ? from : readAuthority(authority ?? '', protocol);
  const { username, password, host } = asker;
  const folder = isRelative && !path.startsWith('/') ? from.pathname.replace(/[^/]*$/, '') : '';
  const whole = isRelative && path === '' ? from.pathname : folder + path;
  const pathname = encoded(straight(whole));
  const search = encoded(query ?? (isRelative && path === '' ? from.search : ''));
  const origin = `${protocol}//${host}`;
  const user = username + (password && `:${password}`);
  const href = `${protocol}//${user && `${user}@`}${host}${pathname}${search}`;
  return { href, protocol, origin, host, pathname, search, username, password };
}

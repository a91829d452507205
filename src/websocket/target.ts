import { abortable } from '../core/connection/source.ts';
import { StreamError } from '../core/error.ts';
import { describeUrl, ownBase, parseUrl } from '../core/request/url.ts';

/** Where to connect to; a function is called for each attempt. */
export type SocketUrl = string | URL | (() => string | URL | Promise<string | URL>);

/** A url as a socket is opened to it, and as it can be shown. */
export interface SocketTarget {
  href: string;
  shown: string;
}

const asSocket = (url: string): string => url.replace(/^http/, 'ws');

/** The url with the scheme of WebSockets. */
function resolved(url: string | URL): SocketTarget {
  // What is shown of a url, and how a relative one is read, is known of those of HTTP.
  const text = String(url).replace(/^\s*ws(?=s?:)/i, 'http');
  const parsed = parseUrl(text, ownBase());
  const shown = asSocket(describeUrl(parsed?.href ?? text));
  if (parsed && /^https?:$/.test(parsed.protocol)) {
    const [href = ''] = asSocket(parsed.href).split('#', 1);
    return { href, shown };
  }
  const message = `${JSON.stringify(shown)} is no url of a WebSocket; give one of ws: or wss:, or a relative one on a page.`;
  throw new StreamError('aborted', message, { url: shown });
}

/** Where this attempt connects to. */
export async function targetOf(url: SocketUrl, signal: AbortSignal): Promise<SocketTarget> {
  if (typeof url !== 'function') return resolved(url);
  return resolved(await abortable(Promise.resolve(url()), signal));
}

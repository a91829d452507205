/** An answer; of a `fetch` that tabs share it says what this tab is at any time. */
export type SharedResponse = Response & { readonly tab?: 'leads' | 'follows' };

/** A server's answer, and when it came by the page's clock. Times are in milliseconds since the epoch. */
export interface Answer {
  /** The answer itself, its body in use; null with EventSource. */
  response: SharedResponse | null;
  /** When the request left. */
  sentAt: number;
  /** When status and headers had come. */
  openedAt: number;
}

/** The size of a body, or null: what is decoded on the way has another length than what is sent. */
export function contentLength({ headers }: Response): number | null {
  const encoding = headers.get('content-encoding') ?? '';
  const length = headers.get('content-length') ?? '';
  return /^(identity)?$/i.test(encoding.trim()) && /^\d+$/.test(length) ? Number(length) : null;
}

/** How many bytes a body has at least, or 0: another origin may hide that it was encoded, and so made longer. */
export function leastLength(response: Response): number {
  const isSure = response.type !== 'cors' || response.headers.has('content-encoding');
  return (isSure && contentLength(response)) || 0;
}

// `Date` counts whole seconds, and a server may keep it for a while.
const dateNoise = 3_000;

/**
 * How far the server's clock is ahead of the page's, in milliseconds, by `Date` and `Age` (RFC 9110,
 * section 6.6.1; RFC 9111, section 5.1); null where they cannot be read.
 *
 * 0 where the answer may have been dated between the request and its arrival: a proxy may have kept it.
 */
export function clockSkew(
  { headers }: Response,
  { sentAt, openedAt }: Pick<Answer, 'sentAt' | 'openedAt'>,
): number | null {
  const age = Number(headers.get('age') ?? 0);
  const dated = Date.parse(headers.get('date') ?? '') + age * 1_000;
  if (!Number.isFinite(dated)) return null;
  const agrees = dated > sentAt - dateNoise && dated < openedAt + dateNoise;
  return agrees ? 0 : dated - openedAt;
}

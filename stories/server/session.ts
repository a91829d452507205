import { textParam } from './query.ts';
import type { StreamLife } from './streamBody.ts';

/** What `GET /api/ticks/connections` tells of a session. */
export interface SessionReport {
  /** Streams that are open now. */
  readonly open: number;
  /** Streams that were ever opened. */
  readonly total: number;
  /** Connects that were answered with 204, 401 or 503 instead of a stream. */
  readonly refused: number;
  /** The `Last-Event-ID` each stream came with, the newest last, `''` where it had none; the last 100. */
  readonly lastEventIds: readonly string[];
}

/**
 * What an answer may get into: it fails in the middle, is refused, has to wait (429), or its connection is cut in the
 * middle while it is written on.
 */
export type Trouble = 'fail' | 'refuse' | 'busy' | 'cut';

/** What `GET /api/chat` tells of a session. */
export interface ChatReport {
  /** Requests for an answer. */
  asked: number;
  /** Requests that went on with an answer. */
  resumed: number;
  /** Answers that were stopped. */
  stopped: number;
  /** What the next answer gets into. */
  trouble: Trouble | null;
}

const MAX_SESSIONS = 500;
const MAX_TOKENS = 100;
const MAX_IDS = 100;
const sessions = new Map<string, Session>();

/** The session that a request names with `?session=`, made where it is new. */
export function sessionOf(request: Request): Session {
  const name = textParam(request, 'session') ?? 'default';
  const session = sessions.get(name) ?? new Session(name);
  // Set anew, so that the first key is always the one longest unused.
  sessions.delete(name);
  sessions.set(name, session);
  for (const oldest of sessions.keys()) {
    if (sessions.size <= MAX_SESSIONS) break;
    sessions.delete(oldest);
  }
  return session;
}

/** A switchboard over the streams of one demo, so that demos beside it are not touched. */
export class Session {
  /** Events a second that numbered streams send, those that are open included; null for what each was asked for. */
  pace: number | null = null;
  readonly chat: ChatReport = { asked: 0, resumed: 0, stopped: 0, trouble: null };
  readonly #name: string;
  readonly #streams = new Set<StreamLife>();
  readonly #tokens = new Map<string, number>();
  #lastEventIds: string[] = [];
  #issued = 0;
  #total = 0;
  #refused = 0;
  #retryAfter = 0;
  #unavailable = 0;
  #downUntil = 0;
  #guarded = false;
  #ended = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Counts a stream as open until it is over. */
  join(life: StreamLife, request: Request): void {
    this.#streams.add(life);
    this.#total += 1;
    this.#lastEventIds = [...this.#lastEventIds, request.headers.get('Last-Event-ID') ?? ''].slice(
      -MAX_IDS,
    );
    life.signal.addEventListener('abort', () => this.#streams.delete(life));
  }

  /** The answer to a connect that must not get a stream, or null. */
  refuse(request: Request): Response | null {
    const refusal = this.#refusal(request);
    if (refusal) this.#refused += 1;
    return refusal;
  }

  #refusal(request: Request): Response | null {
    if (this.#unavailable > 0) {
      this.#unavailable -= 1;
      const headers = { 'Retry-After': String(this.#retryAfter) };
      return Response.json(
        { error: 'unavailable', message: 'The service is unavailable.' },
        { status: 503, headers },
      );
    }
    if (this.#guarded && this.tokenExpiry(request) === null) return unauthorized();
    return this.#ended ? new Response(null, { status: 204 }) : null;
  }

  /** Breaks every open stream off in the middle. */
  cut(): void {
    for (const life of this.#streams) life.cut();
  }

  /** Breaks every open stream off, and takes no connection for so many milliseconds. */
  shut(ms: number): void {
    this.#downUntil = Date.now() + ms;
    this.cut();
  }

  /** Whether it is as if no server were there. */
  get isDown(): boolean {
    return Date.now() < this.#downUntil;
  }

  /** Answers the next `times` connects with 503 and `Retry-After` in seconds. */
  makeUnavailable(times: number, retryAfter: number): void {
    this.#unavailable = times;
    this.#retryAfter = retryAfter;
  }

  /** Makes every token invalid, cuts every stream, and asks each connect from now on for a valid token. */
  expire(): void {
    this.#tokens.clear();
    this.#guarded = true;
    this.cut();
  }

  /** Ends every stream cleanly and answers each connect from now on with 204. */
  end(): void {
    this.#ended = true;
    for (const life of this.#streams) life.end();
  }

  /** Takes every connect again. */
  recover(): void {
    this.#unavailable = 0;
    this.#downUntil = 0;
    this.#guarded = false;
    this.#ended = false;
  }

  /** A new token that is valid for `ttl` milliseconds. */
  issueToken(ttl: number): { token: string; expiresAt: number } {
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size < MAX_TOKENS) break;
      this.#tokens.delete(oldest);
    }
    this.#issued += 1;
    const token = `demo-${encodeURIComponent(this.#name)}-${String(this.#issued)}`;
    const expiresAt = Date.now() + ttl;
    this.#tokens.set(token, expiresAt);
    return { token, expiresAt };
  }

  /** When the request's bearer token runs out, in milliseconds since 1970, or null where it has no valid one. */
  tokenExpiry(request: Request): number | null {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1] ?? '';
    const expiresAt = this.#tokens.get(token) ?? 0;
    return expiresAt > Date.now() ? expiresAt : null;
  }

  /** What is open, and what was. */
  report(): SessionReport {
    return {
      open: this.#streams.size,
      total: this.#total,
      refused: this.#refused,
      lastEventIds: this.#lastEventIds,
    };
  }
}

/** The answer to a request without a valid bearer token. */
export function unauthorized(): Response {
  return Response.json(
    {
      error: 'unauthorized',
      message: 'The bearer token is missing, unknown or expired. Ask POST /api/token for one.',
    },
    { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } },
  );
}

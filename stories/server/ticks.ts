import { eventStream } from './eventStream.ts';
import { numberParam } from './query.ts';
import { due, noContent, sequenceOf, type Sequence } from './sequence.ts';
import { sessionOf, type Session } from './session.ts';
import type { StreamLife } from './streamBody.ts';

/** What `POST /api/ticks/control` understands. */
export interface Control {
  /**
   * - `cut` breaks open streams off in the middle
   * - `unavailable` answers the next `times` connects with 503
   * - `expire` makes tokens invalid and cuts, so that the reconnect gets 401
   * - `down` cuts, and has the first page's server take no connection for three seconds
   * - `end` ends open streams and answers connects with 204
   * - `recover` takes every connect again
   * - `pace` makes numbered streams send `rate` events a second, those that are open too
   */
  readonly action: (typeof ACTIONS)[number];
  /** Whole seconds for `Retry-After`; 1 by default. */
  readonly retryAfter?: number;
  /** How many connects are answered with 503; 1 by default. */
  readonly times?: number;
  /** Events a second, more than 0; 1 by default. */
  readonly rate?: number;
}

/** Once a minute. */
const MIN_PACE = 1 / 60;
const ACTIONS = ['cut', 'unavailable', 'expire', 'down', 'end', 'recover', 'pace'] as const;
/** Milliseconds for which a server that was killed is away. */
const DOWN = 3_000;

/**
 * `GET /api/ticks`: numbered events, one a second or every `?interval=` milliseconds. `?retry=` is the reconnection time
 * that it asks for, in milliseconds.
 */
export function ticks(request: Request): Response {
  const sequence = sequenceOf(request, 1);
  if (sequence.next > sequence.last) return noContent();
  const retry = numberParam(request, 'retry', { fallback: 500, min: 1, max: 60_000 });
  return eventStream(request, (life) => numbers(sequence, life), { retry });
}

/** `POST /api/ticks/control`: does to the streams of a session what networks and servers do; answers with the session's report. */
export async function ticksControl(request: Request): Promise<Response> {
  const session = sessionOf(request);
  const control: unknown = await request.json().catch(() => null);
  if (!isControl(control)) {
    const message =
      'Send JSON with an action: cut, unavailable, expire, down, end, recover or pace.';
    return Response.json({ error: 'bad_request', message }, { status: 400 });
  }
  apply(session, control);
  return Response.json(session.report());
}

/** `GET /api/ticks/connections`: how many streams of a session are open, and what they came with. */
export function ticksConnections(request: Request): Response {
  return Response.json(sessionOf(request).report(), { headers: { 'Cache-Control': 'no-store' } });
}

/** Events whose id and data are their number. */
export async function* numbers(sequence: Sequence, { signal }: StreamLife) {
  for await (const batch of due(sequence, signal))
    yield batch.map((n) => ({ id: String(n), data: n }));
}

function isControl(value: unknown): value is Control {
  if (typeof value !== 'object' || value === null || !('action' in value)) return false;
  const numbers = [
    'times' in value ? value.times : undefined,
    'retryAfter' in value ? value.retryAfter : undefined,
    'rate' in value ? value.rate : undefined,
  ];
  return (
    ACTIONS.some((action) => action === value.action) &&
    numbers.every((number) => number === undefined || (typeof number === 'number' && number >= 0))
  );
}

function apply(session: Session, control: Control): void {
  const { action, times = 1, retryAfter = 1, rate = 1 } = control;
  switch (action) {
    case 'cut':
      session.cut();
      break;
    case 'unavailable':
      session.makeUnavailable(times, Math.ceil(retryAfter));
      break;
    case 'expire':
      session.expire();
      break;
    case 'down':
      session.shut(DOWN);
      break;
    case 'end':
      session.end();
      break;
    case 'recover':
      session.recover();
      break;
    case 'pace':
      session.pace = Math.max(MIN_PACE, rate);
      break;
  }
}

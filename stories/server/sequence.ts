import { numberParam } from './query.ts';
import { sessionOf } from './session.ts';
import { sleep } from './sleep.ts';

/** The part of a numbered stream that a request asks for. */
export interface Sequence {
  /** The number of the first event to send. */
  readonly next: number;
  /** The number of the last event there is. */
  readonly last: number;
  /** Events a second; it changes while the stream is open where its session is given another pace. */
  readonly rate: number;
}

const MAX_RATE = 50_000;
/** Shorter waits cost more than they are worth: at high rates several events share a write instead. */
const MIN_WAIT = 8;
/** The longest wait before the rate is looked at again. */
const MAX_WAIT = 100;

/**
 * Reads what a request asks for: it goes on behind its `Last-Event-ID` (or `?after=`), ends behind `?count=`, and is
 * paced by `?rate=` a second or `?interval=` milliseconds, or as its session says.
 */
export function sequenceOf(request: Request, defaultRate: number): Sequence {
  const max = Number.MAX_SAFE_INTEGER;
  const interval = numberParam(request, 'interval', {
    fallback: 1_000 / defaultRate,
    min: 1,
    max: 60_000,
  });
  const rate = numberParam(request, 'rate', {
    fallback: 1_000 / interval,
    min: 1 / 60,
    max: MAX_RATE,
  });
  const after = numberParam(request, 'after', { fallback: 0, min: 0, max });
  const last = numberParam(request, 'count', { fallback: max, min: 0, max });
  const session = sessionOf(request);
  return {
    next: Math.floor(lastEventNumber(request) ?? after) + 1,
    last: Math.floor(last),
    get rate() {
      return session.pace === null ? rate : Math.min(MAX_RATE, session.pace);
    },
  };
}

/** The number in `Last-Event-ID`, or null where there is none. */
export function lastEventNumber(request: Request): number | null {
  const id = request.headers.get('Last-Event-ID') ?? '';
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}

/** "Clients will reconnect if the connection is closed; a client can be told to stop using the HTTP 204 No Content response code." */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/** Yields the numbers that are due, all that belong into one write at a time, until the last one. */
export async function* due(
  sequence: Sequence,
  signal: AbortSignal,
): AsyncGenerator<readonly number[], void, undefined> {
  const { last } = sequence;
  let { next, rate } = sequence;
  let start = performance.now();
  let sent = 0;
  while (next <= last) {
    if (rate !== sequence.rate) [rate, start, sent] = [sequence.rate, performance.now(), 1];
    const most = Math.ceil(rate / 10);
    const elapsed = performance.now() - start;
    const owed = Math.floor((elapsed * rate) / 1_000) + 1 - sent;
    if (owed < 1) {
      const wait = (sent * 1_000) / rate - elapsed;
      await sleep(Math.min(MAX_WAIT, Math.max(MIN_WAIT, wait)), signal);
      continue;
    }
    // The first goes alone: Storybook's dev server compresses, and so holds back, what begins with 1 KiB or more.
    const size = sent === 0 ? 1 : Math.min(owed, most, last - next + 1);
    const first = next;
    next += size;
    sent += size;
    // A reader that fell behind makes the stream slower, not the next write larger.
    if (owed > most) [start, sent] = [performance.now(), 1];
    yield Array.from({ length: size }, (_, index) => first + index);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

/** What one request is answered with. */
export interface Traffic {
  kind: 'events' | 'lines' | 'payloads';
  /** How many events or lines; then the stream stays open and silent. */
  count: number;
  /** How many a second; Infinity is as fast as the other side reads. */
  rate: number;
  /** How many come as fast as possible before the rate counts. */
  first: number;
  /** How many symbols the events are about. */
  symbols: number;
}

const chunkSize = 64 * 1024;
const tick = 5;
const firstNumber = 1_000_000;

/** One event of 120 bytes, or one line of 100, as `n` and the time of sending say. */
export const eventText = (n: number, symbols: number, sentAt: number): string =>
  `data: {"n":${String(firstNumber + n)},"t":${sentAt.toFixed(3)},"s":"S${String(n % symbols).padStart(2, '0')}","text":"the quick brown fox jumps over the lazy dog, all day long"}\n\n`;

const lineText = (n: number, sentAt: number): string =>
  `${sentAt.toFixed(3)} ${String(firstNumber + n)} INFO worker-${String(n % 10)} has taken the next job from the queue, and will tell of it.\n`;

const now = () => performance.timeOrigin + performance.now();

/** A payload of 1,000 characters that is wanted, and after it what nobody listens to: 64 KiB in all. */
function payload(n: number): string {
  const kept = `event: keep\ndata: ${String(n).padStart(7, '0')}${'k'.repeat(993)}\n\n`;
  const other = `event: other\ndata: ${'o'.repeat(1_000)}\n\n`;
  const others = Math.floor((chunkSize - kept.length) / other.length);
  const filling = ':'.padEnd(chunkSize - kept.length - others * other.length - 1, '.') + '\n';
  return kept + other.repeat(others) + filling;
}

function textOf({ kind, symbols }: Traffic, n: number, sentAt: number): string {
  if (kind === 'payloads') return payload(n);
  return kind === 'lines' ? lineText(n, sentAt) : eventText(n, symbols, sentAt);
}

function* batch(traffic: Traffic, from: number, to: number): Generator<string> {
  const sentAt = now();
  let text = '';
  for (let n = from; n < to; n++) {
    text += textOf(traffic, n, sentAt);
    if (text.length < chunkSize) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

const ready = new Map<string, readonly Buffer[]>();

/** Made once and kept, so that making them slows down nobody's sample. */
function fast(traffic: Traffic, to: number): readonly Buffer[] {
  const key = `${traffic.kind} ${String(to)} ${String(traffic.symbols)}`;
  const made = ready.get(key) ?? Array.from(batch(traffic, 0, to), (text) => Buffer.from(text));
  ready.set(key, made);
  return made;
}

/** The stream's bytes, chunk by chunk, at its rate. */
export async function* chunks(traffic: Traffic): AsyncGenerator<string | Buffer> {
  const { count, rate } = traffic;
  const first = rate === Infinity ? count : traffic.first;
  yield* fast(traffic, first);
  const begin = now();
  for (let n = first; n < count;) {
    const due = Math.min(count, first + Math.floor(((now() - begin) * rate) / 1_000));
    if (due > n) yield* batch(traffic, n, due);
    n = due;
    // Few come one by one when they are due; many as many at once as a tick has.
    const next = begin + ((n + 1 - first) * 1_000) / rate;
    await sleep(Math.max(tick, Math.ceil(next - now())));
  }
}

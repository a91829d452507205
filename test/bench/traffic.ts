import { wait } from './page/scene.ts';

/** What is sent. */
export interface Content {
  kind: 'events' | 'lines' | 'payloads';
  /** How many symbols the events are about. */
  symbols: number;
  /** Whether each event has an id. */
  ids: boolean;
}

/** What one request is answered with. */
export interface Traffic extends Content {
  /** How many events or lines; then the stream stays open and silent. */
  count: number;
  /** How many a second; Infinity is as fast as the other side reads. */
  rate: number;
  /** How many come as fast as possible before the rate counts. */
  first: number;
}

const chunkSize = 64 * 1024;
const tick = 5;
const firstNumber = 1_000_000;

/** The line of an id of 14 characters, as long as those of real streams are; none where none is asked for. */
const idLine = (n: number, { ids }: Content) =>
  ids ? `id: 1764180${String(firstNumber + n)}\n` : '';

/** One event of 120 bytes, with its id or without, as `n` and the time of sending say. */
function eventText(n: number, sentAt: number, content: Content): string {
  const text = content.ids
    ? 'the quick brown fox jumps over the dog'
    : 'the quick brown fox jumps over the lazy dog, all day long';
  return `${idLine(n, content)}data: {"n":${String(firstNumber + n)},"t":${sentAt.toFixed(3)},"s":"S${String(n % content.symbols).padStart(2, '0')}","text":"${text}"}\n\n`;
}

/** One line of 100 bytes. */
const lineText = (n: number, sentAt: number): string =>
  `${sentAt.toFixed(3)} ${String(firstNumber + n)} INFO worker-${String(n % 10)} has taken the next job from the queue, and will tell of it.\n`;

const now = () => performance.timeOrigin + performance.now();

/** A payload of 1,000 characters that is wanted, and after it what nobody listens to: 64 KiB in all. */
function payload(n: number, content: Content): string {
  const kept = `${idLine(n, content)}event: keep\ndata: ${String(n).padStart(7, '0')}${'k'.repeat(993)}\n\n`;
  const other = `${idLine(n, content)}event: other\ndata: ${'o'.repeat(1_000)}\n\n`;
  const others = Math.floor((chunkSize - kept.length) / other.length);
  const filling = ':'.padEnd(chunkSize - kept.length - others * other.length - 1, '.') + '\n';
  return kept + other.repeat(others) + filling;
}

function textOf(content: Content, n: number, sentAt: number): string {
  if (content.kind === 'payloads') return payload(n, content);
  return content.kind === 'lines' ? lineText(n, sentAt) : eventText(n, sentAt, content);
}

function* batch(content: Content, from: number, to: number): Generator<string> {
  const sentAt = now();
  let text = '';
  for (let n = from; n < to; n++) {
    text += textOf(content, n, sentAt);
    if (text.length < chunkSize) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

export type Bytes = Uint8Array<ArrayBuffer>;

const ready = new Map<string, readonly Bytes[]>();
const encoder = new TextEncoder();

/** Made once and kept, so that making them slows down nobody's sample. */
export function fast(content: Content, to: number): readonly Bytes[] {
  const key = Object.values({ ...content, to }).join(' ');
  const made = ready.get(key) ?? Array.from(batch(content, 0, to), (text) => encoder.encode(text));
  ready.set(key, made);
  return made;
}

/** The stream's bytes, chunk by chunk, at its rate. */
export async function* chunks(traffic: Traffic): AsyncGenerator<string | Bytes> {
  const { count, rate, kind, symbols, ids } = traffic;
  const first = rate === Infinity ? count : traffic.first;
  yield* fast({ kind, symbols, ids }, first);
  const begin = now();
  for (let n = first; n < count;) {
    const due = Math.min(count, first + Math.floor(((now() - begin) * rate) / 1_000));
    if (due > n) yield* batch(traffic, n, due);
    n = due;
    // Few come one by one when they are due; many as many at once as a tick has.
    const next = begin + ((n + 1 - first) * 1_000) / rate;
    await wait(Math.max(tick, Math.ceil(next - now())));
  }
}

import { eventStream, type ServerEvent } from './eventStream.ts';
import { noise, pick } from './noise.ts';
import { due, noContent, sequenceOf } from './sequence.ts';

/** What a `price` event carries. */
export interface Price {
  readonly symbol: string;
  readonly price: number;
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
}

const QUOTES = [
  { symbol: 'ACME', base: 182.4 },
  { symbol: 'CYBR', base: 67.15 },
  { symbol: 'GLBX', base: 415.9 },
  { symbol: 'HOOL', base: 1_204 },
  { symbol: 'INIT', base: 23.6 },
  { symbol: 'SOYL', base: 9.85 },
  { symbol: 'TYRL', base: 318.2 },
  { symbol: 'WONK', base: 54.3 },
] as const;

/** The symbols that `GET /api/prices` quotes. */
export const SYMBOLS: readonly string[] = QUOTES.map(({ symbol }) => symbol);

/** `GET /api/prices`: `price` events, and a `halt` every fiftieth, 10 a second or `?rate=`. */
export function prices(request: Request): Response {
  const sequence = sequenceOf(request, 10);
  if (sequence.next > sequence.last) return noContent();
  return eventStream(request, async function* ({ signal }) {
    for await (const numbers of due(sequence, signal)) yield numbers.map(priceEvent);
  });
}

function priceEvent(n: number): ServerEvent {
  const data = priceAt(n);
  if (n % 50 === 0) return { id: String(n), type: 'halt', data: { symbol: data.symbol } };
  return { id: String(n), type: 'price', data };
}

/** The price that is number `n` of the stream. */
export function priceAt(n: number): Price {
  // The first round names every symbol once, so that a table is complete at once.
  const quote = QUOTES[n - 1] ?? pick(QUOTES, n, 0);
  const { symbol, base } = quote;
  const price = Number((base * (1 + wander(n, QUOTES.indexOf(quote)))).toFixed(2));
  return { symbol, price, at: Date.now() };
}

/** A random walk that can be entered anywhere: waves of noise, each twice as long and 1.4 times as high as the one before. */
function wander(n: number, seed: number): number {
  let sum = 0;
  for (let period = 8; period <= 4_096; period *= 2) {
    const wave = Math.floor(n / period);
    const at = n / period - wave;
    const from = noise(wave, seed + period);
    const to = noise(wave + 1, seed + period);
    sum += (from + (to - from) * at * at * (3 - 2 * at) - 0.5) * Math.sqrt(period);
  }
  return sum / 500;
}

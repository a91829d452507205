import { noise, pick } from './noise.ts';

/** One line of the demo service's log. */
export interface LogRecord {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  readonly text: string;
}

type Level = LogRecord['level'];

const EPOCH = Date.UTC(2026, 0, 5, 8);
const COLOURS: Record<Level, number> = {
  trace: 90,
  debug: 36,
  info: 32,
  warn: 33,
  error: 31,
  fatal: 35,
};
const PATHS = [
  '/orders',
  '/orders/{id}',
  '/carts/{id}/items',
  '/products?page={id}',
  '/users/{id}',
  '/healthz',
] as const;
const SERVICES = ['gateway', 'orders', 'payments', 'search'] as const;

const MESSAGES: Record<Level, readonly [string, ...string[]]> = {
  trace: ['span orders.load started', 'span orders.load ended after {ms}ms'],
  debug: [
    'cache miss for cart:{id}',
    'pool: {small} of 20 connections in use',
    'token of user {id} is valid for 212s',
  ],
  info: [
    '{method} {path} 200 {ms}ms',
    '{method} {path} 201 {ms}ms',
    '{method} {path} 304 {small}ms',
    'worker {small} took job {id}',
  ],
  warn: [
    '{method} {path} 429 {small}ms, retry after 2s',
    'slow query: 1{ms}ms SELECT * FROM carts WHERE id = {id}',
    'queue holds {id} messages',
  ],
  error: [
    '{method} {path} 502 {ms}ms: upstream closed the connection',
    'payment {id} was declined by the provider: timeout after 5000ms',
  ],
  fatal: ['out of connections: 20 of 20 in use, {small} waiting, giving up'],
};

/**
 * Line `n` of the log, always the same but for its time: plain text, every ninth coloured with ANSI codes, every
 * thirteenth a JSON object. `at` is in milliseconds since 1970; without it a line has the time that goes with its number.
 */
export function logRecord(n: number, at = EPOCH + (n % 1e9) * 37): LogRecord {
  const level = levelOf(noise(n, 1));
  const service = pick(SERVICES, n, 2);
  const message = fill(pick(MESSAGES[level], n, 3), n);
  const time = new Date(at).toISOString();
  if (n % 13 === 0) return { level, text: JSON.stringify({ time, level, service, message }) };
  const name = level.toUpperCase().padEnd(5);
  const shown = n % 9 === 0 ? `\u001b[${String(COLOURS[level])}m${name}\u001b[0m` : name;
  return { level, text: `${time} ${shown} [${service}] ${message}` };
}

function levelOf(chance: number): Level {
  if (chance < 0.05) return 'trace';
  if (chance < 0.25) return 'debug';
  if (chance < 0.87) return 'info';
  if (chance < 0.96) return 'warn';
  return chance < 0.998 ? 'error' : 'fatal';
}

function fill(template: string, n: number): string {
  return template
    .replace('{path}', pick(PATHS, n, 4))
    .replace('{method}', noise(n, 5) < 0.7 ? 'GET' : 'POST')
    .replace('{ms}', (20 + noise(n, 6) * 400).toFixed(0))
    .replace('{small}', (1 + noise(n, 7) * 19).toFixed(0))
    .replace('{id}', (1_000 + noise(n, 8) * 9_000).toFixed(0));
}

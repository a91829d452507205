import {
  createRuns,
  createTopic,
  eventStream,
  memoryHistory,
  type Run,
} from 'use-event-stream/server';

const history = memoryHistory();
const news = createTopic<string | object>({ name: 'news', history });
const log = createTopic<string>({ name: 'log', history });
const runs = createRuns();

/** Answers what the page asks for: a `Request` in, a `Response` out, as in Next.js, Hono, Bun and Deno. */
export async function handle(request: Request): Promise<Response> {
  const [, , name, id] = new URL(request.url).pathname.split('/');
  if (name === 'news') return eventStream(request, news, { replay: 8 });
  if (name === 'log') return eventStream(request, log, { replay: 100 });
  return id ? runs.resume(request, id) : runs.start(request, deploy);
}

/** The work of a deploy. It goes on where the line, the tab or the reader is gone. */
async function deploy({ publish, signal }: Run): Promise<void> {
  news.publish('web 2.14.0 is being deployed', { type: 'notice' });
  for (let n = 1; n <= 200 && !signal.aborted; n++) {
    const step = STEPS[Math.ceil(n / 50) - 1];
    log.publish(`[${n}/200] ${step} ${FILES[n % FILES.length]}`);
    if (n % 2 === 0) await publish({ step, progress: n / 2 });
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  if (!signal.aborted) news.publish('web 2.14.0 is live', { type: 'notice' });
}

const STEPS = ['Install', 'Build', 'Test', 'Release'];
const FILES = ['app/router.tsx', 'app/cart.tsx', 'lib/money.ts', 'WARN lib/date.ts is deprecated'];

const prices = new Map([
  ['ACME', 182.4],
  ['CYBR', 67.15],
  ['GLBX', 415.9],
]);
const ticking = setInterval(() => {
  for (const [symbol, last] of prices) {
    const price = last * (0.998 + Math.random() * 0.004);
    prices.set(symbol, price);
    news.publish({ symbol, price }, { type: 'price' });
  }
}, 600);

/** Ends what runs by itself, for a server that shuts down. */
export function close(): void {
  clearInterval(ticking);
}

// Measures what sharing costs and saves: node test/tabs/measure/run.ts
//
// Twelve pages of one Chromium read one stream: each by a connection of its own, by a tab that leads, and by a worker.
// Processor time is that of the main thread alone; of the browser it is that of all its processes.
import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Chromium, type Page } from '../../bench/chromium.ts';
import { fromRoot } from '../../support/fromRoot.ts';
import { chunkOf, eventsOfChunk } from './traffic.ts';

const million = 1_000_000;
const count = Number(process.env['EVENTS'] ?? 100_000);
const pagesOfOne = 12;
/** So many events come in a second. */
const rate = 10_000;

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fromRoot(file)],
    bundle: true,
    minify: true,
    write: false,
    define: { __DEV__: 'false' },
    alias: {
      'use-event-stream/core': fromRoot('src/core/index.ts'),
      'use-event-stream/tabs/worker': fromRoot('src/tabs/worker.ts'),
      'use-event-stream/tabs': fromRoot('src/tabs/index.ts'),
    },
  });
  return outputFiles[0]?.text ?? '';
}

const scripts = new Map([
  ['/page.js', await bundled('test/tabs/measure/page.ts')],
  ['/worker.js', await bundled('test/tabs/pages/worker.ts')],
  ['/parser.js', await bundled('test/tabs/measure/parser.ts')],
]);

const open = new Set<ServerResponse>();
const server = createServer(({ url = '/' }, response) => {
  const script = scripts.get(url);
  if (script !== undefined) {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
  } else if (url === '/stream') {
    const type = { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' };
    response.writeHead(200, type).write(':\n\n');
    open.add(response);
    response.once('close', () => open.delete(response));
  } else {
    const page = '<!doctype html><title>Tabs</title><script src="/page.js"></script>';
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  }
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function send(): Promise<void> {
  const start = performance.now();
  for (let first = 1; first <= count; first += eventsOfChunk) {
    const chunk = chunkOf(first);
    for (const response of open) response.write(chunk);
    const due = start + (first / rate) * 1_000;
    if (performance.now() < due) await pause(due - performance.now());
  }
}

/** Milliseconds of processor time of all processes of the browser. */
function cpu(root: number): number {
  const stats = readdirSync('/proc').flatMap((name) => {
    try {
      if (!/^\d+$/.test(name)) return [];
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      return [
        {
          id: Number(name),
          parent: Number(fields[1]),
          ticks: Number(fields[11]) + Number(fields[12]),
        },
      ];
    } catch {
      return [];
    }
  });
  const ids = new Set([root]);
  for (let before = 0; before !== ids.size;) {
    before = ids.size;
    for (const { id, parent } of stats) if (ids.has(parent)) ids.add(id);
  }
  return stats.filter(({ id }) => ids.has(id)).reduce((sum, { ticks }) => sum + ticks * 10, 0);
}

const mean = (numbers: readonly number[]) =>
  Math.round(numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length));

async function measure(place: 'own' | 'tab' | 'worker') {
  const browser = await Chromium.launch();
  const pages: Page[] = [];
  for (let index = 0; index < pagesOfOne; index++) {
    // Over HTTP/1.1 a server has six connections; by names of its own each page has another server.
    const url =
      place === 'own' ? `http://t${String(index)}.localhost:${String(port)}/stream` : '/stream';
    const address = `http://localhost:${String(port)}/?place=${place}&url=${encodeURIComponent(url)}`;
    pages.push(await browser.open(address, pages[0]));
    await pages.at(-1)?.run('open');
  }
  const connections = open.size;
  const roles = await Promise.all(pages.map(async (page) => (await page.run('role'))['leads']));
  const before = await Promise.all(pages.map((page) => page.busy()));
  const beforeAll = cpu(browser.pid);
  await Promise.all([send(), ...pages.map((page) => page.run(`all ${String(count)}`))]);
  const all = cpu(browser.pid) - beforeAll;
  const after = await Promise.all(pages.map((page) => page.busy()));
  const heaps: number[] = [];
  for (const page of pages) heaps.push(await page.retained());
  const scale = million / count;
  const of = (leads: number) => {
    const chosen = pages.flatMap((_, index) => (roles[index] === leads ? [index] : []));
    return chosen.length === 0
      ? null
      : {
          'main thread, ms': mean(
            chosen.map((index) => ((after[index] ?? 0) - (before[index] ?? 0)) * scale),
          ),
          'heap, kB': mean(chosen.map((index) => (heaps[index] ?? 0) / 1_000)),
        };
  };
  await browser.close();
  return {
    place,
    connections,
    leader: of(1),
    others: of(0),
    'all processes, ms': Math.round(all * scale),
  };
}

/** What a main thread has to do where a worker gives it bytes, and where it gives it events. */
async function parsing() {
  const browser = await Chromium.launch();
  const page = await browser.open(`http://localhost:${String(port)}/`);
  const times: Record<string, number[]> = { bytes: [], events: [] };
  for (let round = 0; round < 5; round++) {
    for (const how of ['bytes', 'events']) {
      const { busy } = await page.runBusy(`${how} ${String(count)}`);
      times[how]?.push((busy * million) / count);
    }
  }
  await browser.close();
  const median = (numbers: number[]) => Math.round(numbers.sort((a, b) => a - b)[2] ?? NaN);
  return {
    'bytes that are parsed here, ms': median(times['bytes'] ?? []),
    'parsed events, ms': median(times['events'] ?? []),
  };
}

console.log(
  `For each 1,000,000 events, ${String(pagesOfOne)} pages, ${String(rate)} events a second:`,
);
for (const place of ['own', 'tab', 'worker'] as const) console.log(await measure(place));
console.log('A main thread, of a worker:', await parsing());
server.closeAllConnections();
server.close();

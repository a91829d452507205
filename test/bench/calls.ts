/**
 * Counts the calls of the package's own functions, with V8's precise coverage, while a component with one
 * `useEventStream` mounts, while it is answered, and while one event comes to it.
 *
 * Started by hand, it lists them: `node test/bench/calls.ts '{"contestant":"mount"}'`.
 */
import { JSDOM } from 'jsdom';
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { registerHooks, SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { baseDist, type Query } from './scenario.ts';

const { contestant, build } = JSON.parse(process.argv[2] ?? '{}') as Query;
const own = fileURLToPath(new URL('../../dist', import.meta.url));
const dist = path.resolve((build === 'base' && baseDist) || own);

// What the package asks of React is that of this folder, for builds from elsewhere as well.
process.env['NODE_ENV'] = 'production';
registerHooks({
  resolve: (name, context, next) =>
    next(name, /^[./]|:/.test(name) ? context : { ...context, parentURL: import.meta.url }),
});
const { window } = new JSDOM('', { pretendToBeVisual: true, url: 'http://localhost' });
const { document, requestAnimationFrame, cancelAnimationFrame } = window;
Object.assign(globalThis, { window, document, requestAnimationFrame, cancelAnimationFrame });
const { createElement } = await import('react');
const { createRoot } = await import('react-dom/client');

/** Tells where the code at an offset of a built file comes from. */
function originsOf(built: string) {
  const text = readFileSync(built, 'utf8');
  const map = new SourceMap(JSON.parse(readFileSync(`${built}.map`, 'utf8')) as SourceMapPayload);
  return (offset: number) => {
    const before = text.slice(0, offset).split('\n');
    const at = map.findEntry(before.length - 1, before.at(-1)?.length ?? 0);
    return 'originalSource' in at
      ? { file: at.originalSource, line: at.originalLine + 1 }
      : { file: built, line: before.length };
  };
}

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** What has been called of the package since this was asked before. */
async function called() {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url }) => url.startsWith(`${pathToFileURL(dist).href}/`))
    .flatMap(({ url, functions }) => {
      const origin = originsOf(fileURLToPath(url));
      return functions
        .map(({ functionName: name, ranges: [range] }) => ({ name, ...range }))
        .filter(({ count }) => count)
        .map(({ name, count = 0, startOffset = 0 }) => ({ name, count, ...origin(startOffset) }));
    });
}

const { useEventStream } = (await import(
  pathToFileURL(path.join(dist, 'index.js')).href
)) as typeof import('../../src/index.ts');

const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
const response = new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
const writer = writable.getWriter();
const send = (n: number) =>
  writer.write(new TextEncoder().encode(`id: 1764180100000${n}\ndata: ${n}\n\n`));
let answer: (response: Response) => void = () => undefined;
globalThis.fetch = () => new Promise((resolve) => (answer = resolve));

function Newest() {
  const { data, status } = useEventStream('/events');
  return createElement('i', null, status, data);
}

const main = document.createElement('main');

/** Until the component shows this, and what follows from it is done. */
async function shown(text: string): Promise<void> {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  while (main.textContent !== text) await frame();
  for (let frames = 0; frames < 3; frames++) await frame();
}

const steps: readonly (readonly [name: string, step: () => unknown, text: string])[] = [
  [
    'mount',
    () => {
      createRoot(main).render(createElement(Newest));
    },
    'connecting',
  ],
  [
    'answer',
    () => {
      answer(response);
    },
    'open',
  ],
  ['first event', () => send(1), 'open1'],
  ['one event', () => send(2), 'open2'],
];
for (const [name, step, text] of steps) {
  await session.post('Profiler.takePreciseCoverage');
  void step();
  await shown(text);
  if (name === contestant) break;
}
const functions = await called();
const calls = functions.reduce((sum, each) => sum + each.count, 0);
const files = new Set(functions.map(({ file }) => file)).size;
if (!process.send) console.table(functions);
const figures = { functions: functions.length, calls, files };
if (process.send) process.send(figures, () => process.exit());
else process.exit();

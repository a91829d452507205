/** Does the step of a scene that its query names in Node, with the code that the pages are made of. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metrics } from './chromium.ts';

const [query = '', folder = ''] = process.argv.slice(2);
const params = JSON.parse(query) as Record<string, string>;
Object.assign(globalThis, { location: { search: `?${new URLSearchParams(params).toString()}` } });
const main = path.join(folder, params['build'] ?? '', 'main.js');
const { bench } = (await import(pathToFileURL(main).href)) as {
  bench: (step: string) => Promise<Metrics>;
};
process.send?.(await bench(params['step'] ?? ''), () => process.exit());

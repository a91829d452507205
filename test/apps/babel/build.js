// Compiles the package and what uses it to ES5, into `built`.
import { transformFileAsync } from '@babel/core';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Classes become functions, generators state machines, private fields WeakMaps. */
const options = {
  configFile: false,
  compact: false,
  presets: [['@babel/preset-env', { targets: 'ie 11', modules: 'commonjs' }]],
};

await mkdir('built');
await writeFile('built/package.json', '{ "type": "commonjs" }');
const dist = 'node_modules/use-event-stream/dist';
// The entry, and what the entries share.
const parts = (await readdir(dist)).filter((name) => /^(?:core|chunk-\w+)\.js$/.test(name));
for (const from of [...parts.map((name) => path.join(dist, name)), 'shared/story.js']) {
  const { code } = await transformFileAsync(from, options);
  await writeFile(path.join('built', path.basename(from)), code);
}

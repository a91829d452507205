import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { consumer, endedAfterAll, type Consumer } from './consumer.ts';

const held = endedAfterAll();
let app: Consumer;
beforeAll(async () => {
  app = await consumer('typescript', held);
});

const tsc = (project: string) =>
  app.run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', project);
const emitted = (file: string) => readFile(path.join(app.folder, 'out', file), 'utf8');

test('compiles under moduleResolution bundler, every library checked', async () => {
  await tsc('tsconfig.bundler.json');
  expect(await emitted('hooks.d.ts')).toContain('import("use-event-stream").StreamEvent<Price');
});

test('compiles under moduleResolution node16, as an ES module and as CommonJS', async () => {
  await tsc('tsconfig.node16.json');
  expect(await emitted('required.d.cts')).toContain('usePercent: () => number | null');
});

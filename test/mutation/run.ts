/**
 * Changes the sources, one small thing at a time, and sees whether the tests notice.
 *
 * `npm run test:mutation` takes hours for all; `-- --mutate src/core/tail.ts` names files (more after a
 * comma, globs and `tail.ts:10-20` too), `-- --shard 2/8` takes one part of eight, `-- --concurrency 2`
 * runs two at once, `-- --tests test/core/tail.test.ts` asks these test files only. What was found is kept in `coverage/mutation`: the next run tries only what has
 * changed since, in the sources or in the tests; `-- --force` tries all again.
 *
 * It fails where fewer than 90 % of the mutants are killed, those apart that change nothing, or where
 * one survives that `survivors.json` does not list with a reason.
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { judge, type Survivors } from './judge.ts';

const { values } = parseArgs({
  options: {
    mutate: { type: 'string' },
    tests: { type: 'string' },
    shard: { type: 'string', default: '1/1' },
    concurrency: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    force: { type: 'boolean', default: false },
  },
});

/** The files of one part of several; the parts are about as large as one another. */
function part(shard: string): string[] {
  const [index = 1, count = 1] = shard.split('/').map(Number);
  const files = globSync('src/{core,react}/**/*.{ts,tsx}')
    .sort()
    .map((file) => ({ file, size: statSync(file).size }))
    .sort((a, b) => b.size - a.size);
  const parts = Array.from({ length: count }, () => ({ size: 0, files: [] as string[] }));
  for (const { file, size } of files) {
    const smallest = parts.reduce((least, each) => (each.size < least.size ? each : least));
    smallest.files.push(file);
    smallest.size += size;
  }
  const chosen = parts[index - 1];
  if (!chosen)
    throw new Error(`There is no part ${shard}: write --shard 1/8 for the first of eight.`);
  return chosen.files;
}

const here = (file: string) => path.join(import.meta.dirname, file);
const kept = 'coverage/mutation';
/** At commas, but for those of a glob's `{a,b}`. */
const patterns = (list: string) => list.split(/,(?![^{]*\})/);
const mutate = values.mutate === undefined ? part(values.shard) : patterns(values.mutate);

const mutants = await new Stryker({
  mutate,
  ...(values.tests && { testFiles: patterns(values.tests) }),
  testRunner: 'vitest',
  // By its path from the root: that is a copy.
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  plugins: ['@stryker-mutator/vitest-runner', here('messages.ts')],
  ignorers: ['messages'],
  concurrency: Number(values.concurrency),
  timeoutMS: 10_000,
  // What some of the tests did not notice others may.
  incremental: values.tests === undefined,
  force: values.force,
  incrementalFile: `${kept}/incremental.json`,
  tempDirName: `${kept}/sandbox`,
  ignorePatterns: ['coverage', 'dist', 'storybook-static'],
  reporters: ['progress-append-only', 'html'],
  htmlReporter: { fileName: `${kept}/index.html` },
}).runMutationTest();

const survivors = JSON.parse(readFileSync(here('survivors.json'), 'utf8')) as Survivors;
// What was kept of other files comes along.
const asked = mutants.filter(({ fileName }) =>
  mutate.some((pattern) =>
    path.matchesGlob(path.relative('', fileName), pattern.replace(/(:\d+)+(-\d+)?(:\d+)?$/, '')),
  ),
);
if (asked.length === 0) throw new Error(`Nothing to mutate in ${mutate.join(', ')}.`);
const { lines, isGood } = judge(asked, survivors, (file) => readFileSync(file, 'utf8'));
console.log(lines.join('\n'));
if (!isGood) process.exitCode = 1;

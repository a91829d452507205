import { globSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, inject } from 'vitest';
import { run } from './run.ts';

/** An app of this folder, copied to where no `node_modules` of ours is near, with the packed package installed. */
export interface Consumer {
  readonly folder: string;
  /** Runs a command there and gives what it prints. */
  readonly run: (command: string, ...args: string[]) => Promise<string>;
}

/** Third-party packages come from the app's lock file, the package itself from its tarball. */
const INSTALL = [
  ...['install', '--no-save', '--ignore-scripts', '--prefer-offline'],
  ...['--no-audit', '--no-fund', '--loglevel=error'],
];

/** What is to be ended when the tests of a file are over, whatever became of them; the last comes first. */
export function endedAfterAll(): AsyncDisposableStack {
  const held = new AsyncDisposableStack();
  afterAll(() => held.disposeAsync());
  return held;
}

/** Makes a copy of an app and installs it. `extra` maps folders of this repository to folders of the copy. */
export async function consumer(
  name: string,
  held: AsyncDisposableStack,
  extra: Readonly<Record<string, string>> = {},
): Promise<Consumer> {
  const folder = await mkdtemp(path.join(tmpdir(), `use-event-stream-${name}-`));
  held.defer(() => rm(folder, { recursive: true, maxRetries: 5 }));
  const filter = (source: string) => path.basename(source) !== 'node_modules';
  await cp(path.join(import.meta.dirname, name), folder, { recursive: true, filter });
  for (const [from, to] of Object.entries(extra)) {
    const source = path.resolve(import.meta.dirname, '../..', from);
    await cp(source, path.join(folder, to), { recursive: true });
  }
  // What still runs when the tests are over ends before its folder goes.
  const ended = new AbortController();
  held.defer(() => {
    ended.abort();
  });
  const options = { cwd: folder, signal: ended.signal };
  await run('npm', [...INSTALL, inject('tarball')], options);
  return { folder, run: (command, ...args) => run(command, args, options) };
}

/** The exact versions that an app asks for, by package. */
export function versionsIn(name: string): Partial<Record<string, string>> {
  const file = path.join(import.meta.dirname, name, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Partial<
    Record<string, Record<string, string>>
  >;
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return { ...dependencies, ...devDependencies, ...optionalDependencies };
}

/** The program in that package of an app which is for this machine: npm installs no other. */
export function binaryOf({ folder }: Consumer, pattern: string): string {
  const patterns = [pattern, `${pattern}.exe`].map((end) => `node_modules/${end}`);
  const [found] = globSync(patterns, { cwd: folder });
  if (found) return path.join(folder, found);
  const machine = `${process.platform} ${process.arch}`;
  throw new Error(
    `No package installed in ${folder} has ${pattern} for ${machine}; add the package for it to the app's optionalDependencies.`,
  );
}

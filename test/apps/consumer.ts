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
  await run('npm', [...INSTALL, inject('tarball')], { cwd: folder });
  return { folder, run: (command, ...args) => run(command, args, { cwd: folder }) };
}

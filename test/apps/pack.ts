import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { run } from './run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed package, as a file. */
    tarball: string;
  }
}

const root = path.resolve(import.meta.dirname, '../..');

/** Packs what `dist` holds, once for all apps; `TARBALL` names a package that is packed already. */
export default async function pack({ provide }: TestProject) {
  const given = process.env['TARBALL'];
  if (given) {
    provide('tarball', path.resolve(given));
    return undefined;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'use-event-stream-pack-'));
  const args = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder];
  const name = await run('npm', args, { cwd: root });
  provide('tarball', path.join(folder, name.trim()));
  return () => rm(folder, { recursive: true });
}

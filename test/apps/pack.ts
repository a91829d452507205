import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { pack } from '../../.tools/pack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed package, as a file. */
    tarball: string;
  }
}

/** Packs what `dist` holds, once for all apps; `TARBALL` names a package that is packed already. */
export default async function packOnce({ provide }: TestProject) {
  const given = process.env['TARBALL'];
  if (given) {
    provide('tarball', path.resolve(given));
    return undefined;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'use-event-stream-pack-'));
  provide('tarball', (await pack(folder)).tarball);
  return () => rm(folder, { recursive: true });
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { preview } from 'vite';
import { freePort } from '../../.tools/ports.ts';
import { fromRoot } from '../support/fromRoot.ts';

/** The site, built and served. */
export interface Site {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const run = promisify(execFile);
const storybook = fromRoot('node_modules/storybook/dist/bin/dispatcher.js');

/** Builds the site as `npm run build-storybook` does, into a folder. */
async function build(folder: string): Promise<void> {
  const env = { ...process.env, VITEST: undefined, NODE_ENV: undefined };
  const options = { cwd: fromRoot('.'), env };
  for (const tool of ['.tools/api.ts', '.tools/pages.ts'])
    await run(process.execPath, [fromRoot(tool)], options);
  const args = ['build', '--quiet', '--disable-telemetry', '--output-dir', folder];
  await run(process.execPath, [storybook, ...args], options);
}

/** Builds the site and serves it on a port of its own; `SITE_URL` names one that is served already. */
export async function startSite(): Promise<Site> {
  const given = process.env['SITE_URL'];
  if (given !== undefined) return { url: given, close: () => Promise.resolve() };
  const folder = await mkdtemp(path.join(tmpdir(), 'site-'));
  await build(folder);
  const server = await preview({
    configFile: false,
    root: folder,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: await freePort(), strictPort: true },
  });
  return {
    url: server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '',
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

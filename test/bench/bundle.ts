import { build, type Plugin } from 'esbuild';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { alias } from '../../.tools/alias.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The package as it is published, from the folder of a build. */
export const fromDist = (dist: string): Record<string, string> => ({
  'use-event-stream': path.resolve(dist, 'index.js'),
  'use-event-stream/core': path.resolve(dist, 'core.js'),
});

/** The package as its sources are. */
export const fromSources: Record<string, string> = Object.fromEntries(
  alias.map(({ find, replacement }) => [
    find.source.slice(1, -1).replaceAll('\\/', '/'),
    replacement,
  ]),
);

/** Builds the pages as an application is built for production, with one React for all contestants. */
export async function bundle(
  folder: string,
  own: Record<string, string>,
  plugins: Plugin[] = [],
): Promise<void> {
  const shared = ['react', 'react-dom'].map((name) => [name, here(`node_modules/${name}`)]);
  const server = ['react-dom/server', here('node_modules/react-dom/server.browser.js')];
  await build({
    entryPoints: [here('page/main.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { ...own, ...Object.fromEntries([...shared, server]) },
    // For a build from elsewhere.
    nodePaths: [here('node_modules')],
    logLevel: 'error',
    plugins,
  });
}

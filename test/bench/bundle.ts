import { build, type Plugin } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { alias } from '../../.tools/alias.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const own = alias.map(({ find, replacement }) => [
  find.source.slice(1, -1).replaceAll('\\/', '/'),
  replacement,
]);

/** Builds the pages as an application is built for production, with one React for all contestants. */
export async function bundle(folder: string, plugins: Plugin[] = []): Promise<void> {
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
    alias: Object.fromEntries([
      ...own.filter(([name]) => !name?.includes('testing')),
      ...shared,
      server,
    ]),
    logLevel: 'error',
    plugins,
  });
}

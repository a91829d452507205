import { rmSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { readFile } from 'node:fs/promises';
import type { Options } from 'tsup';

// Not by tsup's own `clean`: the two builds below run at once, and each would remove the other's files.
rmSync('dist', { recursive: true, force: true });

/** Bundlers put a text in the place of `process.env.NODE_ENV`, and then know what all of it is. */
const isDevelopment =
  "((typeof process === 'undefined' ? 'production' : process.env.NODE_ENV) !== 'production')";

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const developmentOnly: Plugin = {
  name: 'development only',
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.tsx?$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('__DEV__', isDevelopment),
      loader: path.endsWith('x') ? 'tsx' : 'ts',
    }));
  },
};

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    core: 'src/core/index.ts',
    testing: 'src/testing/index.ts',
    msw: 'src/testing/msw.ts',
  },
  format: ['esm', 'cjs'],
  // One core, one React context, whichever entries an app imports.
  splitting: true,
  target: ['chrome97', 'safari15.4', 'firefox104', 'node18'],
  dts: true,
  sourcemap: true,
  esbuildPlugins: [developmentOnly],
  // Test runners load CommonJS without support for `import()`.
  esbuildOptions(options, { format }) {
    if (format === 'cjs') options.supported = { ...options.supported, 'dynamic-import': false };
  },
  // ESM only, and made for newer Nodes than ours: inside the build it serves every consumer.
  noExternal: ['eventsource-parser'],
});

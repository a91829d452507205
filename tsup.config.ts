import { rmSync } from 'node:fs';
import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

// Not by tsup's own `clean`: the two builds below run at once, and each would remove the other's files.
rmSync('dist', { recursive: true, force: true });

const common: Options = {
  format: ['esm', 'cjs'],
  target: ['chrome97', 'safari15.4', 'firefox104', 'node18'],
  dts: true,
  sourcemap: true,
  // ESM only, and made for newer Nodes than ours: inside the build it serves every consumer.
  noExternal: ['eventsource-parser'],
};

export default defineConfig([
  { ...common, entry: { core: 'src/core/index.ts' } },
  {
    ...common,
    entry: { index: 'src/index.ts' },
    banner: { js: '"use client";' },
    // Tree-shaking by Rollup would drop the directive.
    treeshake: false,
  },
  {
    ...common,
    entry: { testing: 'src/testing/index.ts', msw: 'src/testing/msw.ts' },
    // By their public names, so that a test's provider and the hooks under test have one React context.
    external: [/^use-event-stream/],
    // What TypeScript needs to know of `Symbol.asyncDispose`.
    dts: { banner: '/// <reference lib="esnext.disposable" />' },
    // Test runners load CommonJS without support for `import()`.
    esbuildOptions(options, { format }) {
      if (format === 'cjs') options.supported = { ...options.supported, 'dynamic-import': false };
    },
  },
]);

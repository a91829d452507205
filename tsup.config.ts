import { rmSync } from 'node:fs';
import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

// Not by tsup's own `clean`: the two builds below run at once, and each would remove the other's files.
rmSync('dist', { recursive: true, force: true });

const common: Options = {
  format: ['esm', 'cjs'],
  target: 'es2022',
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
]);

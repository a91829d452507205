import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** What takes little time: a bundled app in a browser, Node without a bundler, and a small cluster of servers. */
const apps = [
  ...['commonjs', 'vite'].map((name) => `test/apps/${name}.test.ts`),
  'test/cluster/cluster.test.ts',
];

/**
 * Apps that use the packed package as its users do: `vitest run --config test/apps/vitest.config.ts`. With
 * `--project apps`, which `npm test` has time for, without what CI gives a machine of its own.
 */
export default defineConfig({
  test: {
    globalSetup: path.join(import.meta.dirname, 'pack.ts'),
    reporters: ['verbose'],
    // Bounds for what hangs, not for what is slow. A hook installs, which may have to download, and builds.
    testTimeout: 120_000,
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 30_000 } },
    // They wait for other processes most of the time.
    maxWorkers: 4,
    projects: [
      { extends: true, test: { name: 'apps', include: apps } },
      {
        extends: true,
        test: { name: 'runtimes', include: ['test/apps/*.test.ts'], exclude: apps },
      },
    ],
  },
});

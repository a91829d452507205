import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Apps that use the packed package as its users do: `vitest run --config test/apps/vitest.config.ts`. */
export default defineConfig({
  test: {
    name: 'apps',
    include: ['test/apps/*.test.ts'],
    globalSetup: path.join(import.meta.dirname, 'pack.ts'),
    reporters: ['verbose'],
    // Bounds for what hangs, not for what is slow. A hook installs, which may have to download, and builds.
    testTimeout: 120_000,
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 30_000 } },
    // They wait for other processes most of the time.
    maxWorkers: 4,
  },
});

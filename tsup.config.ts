import { readFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

/**
 * Bundlers put a text in the place of `process.env.NODE_ENV`, and then know what all of it is. Where there is no `process`,
 * and in Deno, which asks a user before it reads one, it is a production build.
 */
const isDevelopment =
  "((typeof process === 'undefined' || typeof Deno !== 'undefined' ? 'production' : process.env.NODE_ENV) !== 'production')";

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
    ai: 'src/ai/index.ts',
    devtools: 'src/devtools/index.ts',
    server: 'src/server/index.ts',
    serverRedis: 'src/server/redis.ts',
    serverTesting: 'src/server/testing.ts',
    tabs: 'src/tabs/index.ts',
    tabsWorker: 'src/tabs/worker.ts',
    testing: 'src/testing/index.ts',
    msw: 'src/testing/msw.ts',
    websocket: 'src/websocket/index.ts',
  },
  // CommonJS is made of it by .tools/commonjs.ts.
  format: ['esm'],
  clean: true,
  // One core, one React context, whichever entries an app imports.
  splitting: true,
  target: ['chrome97', 'safari15.4', 'firefox104', 'node18'],
  dts: true,
  sourcemap: true,
  esbuildPlugins: [developmentOnly],
  // ESM only, and made for newer Nodes than ours: inside the build it serves every consumer.
  noExternal: ['eventsource-parser'],
});

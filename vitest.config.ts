import react from '@vitejs/plugin-react';
import { availableParallelism } from 'node:os';
import { matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { alias } from './.tools/alias.ts';
import type { DrivenBrowser } from './.tools/browserProvider.ts';

const fromRoot = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The projects asked for with `--project`; with a `!` in a pattern it is all, and Vitest picks from them. */
const { values } = parseArgs({
  options: { project: { type: 'string', multiple: true, default: [] } },
  strict: false,
});
const asked = values.project.filter((name) => typeof name === 'string');
const isAsked = (name: string) =>
  asked.length === 0 ||
  asked.some((pattern) => pattern.startsWith('!') || matchesGlob(name, pattern));
/** For what a plain `vitest run` leaves out: in CI it has machines of its own. */
const isNamed = (name: string) =>
  asked.some((pattern) => !pattern.startsWith('!') && matchesGlob(name, pattern));

/** What takes long because it does a thing very often, or holds much: `npm run test:soak`. */
const soak = ['test/core/heldMemory.test.tsx', 'test/fault/{cut,days,flood}.test.ts'];

// Each by its own name: what a set-up file imports would run for the first file of a worker alone.
const setupFiles = ['test/support/setup.ts', 'test/support/cleanup.ts'];

/** The recipes' `render` where Testing Library does not know the React any more. */
const ownTestingLibrary = {
  find: /^@testing-library\/react$/,
  replacement: fromRoot('test/support/testingLibrary.tsx'),
};

/** What it takes to run on an older React, installed under an npm alias. */
const olderReact = (major: string): TestProjectInlineConfiguration => ({
  extends: true,
  resolve: {
    alias: [
      { find: /^react(\/.*)?$/, replacement: `react-${major}$1` },
      { find: /^react-dom(\/.*)?$/, replacement: `react-dom-${major}$1` },
      ...(major === '17' ? [ownTestingLibrary] : []),
    ],
  },
  test: {
    environment: 'jsdom',
    env: { VITE_REACT_MAJOR: major },
    execArgv: [
      '--import',
      `${new URL('.tools/reactMajor.mjs', import.meta.url).href}?major=${major}`,
    ],
  },
});

const newestReact: TestProjectInlineConfiguration = {
  extends: true,
  test: { environment: 'jsdom', env: {} },
};

/** The hooks' tests on one React, with and without StrictMode. */
function hookProjects(
  major: string,
  { test, ...rest }: TestProjectInlineConfiguration,
): TestProjectInlineConfiguration[] {
  return ['', '-strict'].map((mode) => ({
    ...rest,
    test: {
      ...test,
      name: `react-${major}${mode}`,
      include: ['test/react/**/*.test.tsx'],
      env: { ...test?.env, VITE_STRICT: String(mode !== '') },
      // They leave nothing behind, and an environment for each file takes longer than its tests.
      isolate: false,
    },
  }));
}

/** Each React, with StrictMode where it began to mount twice, and what differs least left for `npm run test:soak`. */
const isRun = ({ test }: TestProjectInlineConfiguration) =>
  typeof test?.name === 'string' &&
  (isNamed(test.name) ||
    ['react-17', 'react-18-strict', 'react-19', 'testing-17'].includes(test.name));

const soakProject: TestProjectInlineConfiguration = {
  extends: true,
  test: { name: 'soak', environment: 'node', include: soak },
};

/** The tests of what users' tests are written with, on an older React. */
function testingProject(
  major: string,
  { test, ...rest }: TestProjectInlineConfiguration,
): TestProjectInlineConfiguration {
  return {
    ...rest,
    test: {
      ...test,
      name: `testing-${major}`,
      include: ['test/testing/**/*.test.tsx', 'test/recipes/recipes.test.tsx'],
      setupFiles: major === '17' ? [] : ['test/support/cleanup.ts'],
    },
  };
}

async function chromium() {
  const [{ playwright }, { browserArgs, requireBrowser }] = await Promise.all([
    import('@vitest/browser-playwright'),
    import('./.tools/browser.ts'),
  ]);
  return {
    enabled: true,
    headless: true,
    provider: playwright({
      launchOptions: { executablePath: requireBrowser().path, args: browserArgs },
    }),
    instances: [{ browser: 'chromium' as const }],
    screenshotFailures: false,
  };
}

type Launch = (executablePath: string) => Promise<DrivenBrowser>;

/** A browser that Vitest does not know how to drive. */
async function driven(browser: 'firefox' | 'webkit', launch: () => Promise<Launch>) {
  const [{ browserProvider }, { requireBrowser }] = await Promise.all([
    import('./.tools/browserProvider.ts'),
    import('./.tools/browser.ts'),
  ]);
  const { path } = requireBrowser(browser);
  return {
    enabled: true,
    headless: true,
    provider: browserProvider(browser, async () => (await launch())(path)),
    instances: [{ browser }],
    screenshotFailures: false,
  };
}

/** Bundled before the tests begin: found on the way, they would come with a second React. */
const optimized = [
  '@tanstack/react-virtual',
  '@testing-library/react',
  'eventsource-parser',
  'react',
  'react-dom',
  'react-dom/client',
  'react-dom/server',
  'react/jsx-dev-runtime',
  'react/jsx-runtime',
  'react-virtuoso',
  'use-sync-external-store/shim',
];

async function browserProject(): Promise<TestProjectInlineConfiguration> {
  const [{ demoServer }, { serverCommands }] = await Promise.all([
    import('./stories/server/vitePlugin.ts'),
    import('./test/browser/support/commands.ts'),
  ]);
  return {
    extends: true,
    plugins: [demoServer()],
    publicDir: '.storybook/public',
    optimizeDeps: { include: optimized },
    test: {
      name: 'browser',
      include: ['test/browser/*.test.tsx', 'test/recipes/recipes.test.tsx'],
      setupFiles: ['test/support/cleanup.ts'],
      // Two pages at once would take each other's time: one after the other, and after the rest.
      fileParallelism: false,
      sequence: { groupOrder: 1 },
      browser: { ...(await chromium()), commands: serverCommands },
    },
  };
}

/** What users get: how React shares out its time is to be seen on its production build too. */
async function productionProject(): Promise<TestProjectInlineConfiguration> {
  const { test, ...rest } = await browserProject();
  const define = { 'process.env.NODE_ENV': '"production"', __DEV__: 'false' };
  return {
    ...rest,
    cacheDir: 'node_modules/.vite/production',
    define,
    oxc: { jsx: { development: false } },
    optimizeDeps: { include: optimized, rolldownOptions: { transform: { define } } },
    test: {
      ...test,
      name: 'browser-production',
      include: ['test/browser/production/*.test.tsx'],
      sequence: { groupOrder: 2 },
    },
  };
}

/** The same in another engine: its `fetch`, its EventSource, its scheduling. */
async function engineProject(
  name: 'firefox' | 'webkit',
  launch: () => Promise<Launch>,
): Promise<TestProjectInlineConfiguration> {
  const { test, ...rest } = await browserProject();
  return {
    ...rest,
    test: {
      ...test,
      name,
      include: [
        ...(test?.include ?? []),
        'test/browser/engines/*.test.tsx',
        'test/browser/production/suspense.test.tsx',
      ],
      // They turn a wheel, which is a command of Playwright's; and how the lists of two libraries scroll is not the
      // package's, and would take half the time.
      exclude: ['test/browser/virtualLists.test.tsx'],
      // One page for all files halves what is not the tests' own time.
      isolate: false,
      sequence: { groupOrder: 3 },
      browser: { ...test?.browser, ...(await driven(name, launch)) },
    },
  };
}

const firefoxProject = () =>
  engineProject('firefox', async () => (await import('./.tools/firefox.ts')).launchFirefox);

const webkitProject = () =>
  engineProject('webkit', async () => (await import('./.tools/webkit.ts')).launchWebKit);

/** The site as visitors see it, in a Storybook of its own. */
const siteProject: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'site',
    environment: 'node',
    include: ['test/site/*.test.ts'],
    hookTimeout: 180_000,
    testTimeout: 180_000,
    // What is measured takes a page that is not kept waiting: after the rest.
    sequence: { groupOrder: 4 },
  },
};

/** The stories as tests. Storybook's own configuration brings the demo endpoints. */
async function storybookProject(): Promise<TestProjectInlineConfiguration> {
  const { storybookTest } = await import('@storybook/addon-vitest/vitest-plugin');
  return {
    extends: true,
    plugins: [
      await storybookTest({
        configDir: fromRoot('.storybook'),
        storybookScript: 'npm start -- --no-open',
      }),
    ],
    test: { name: 'storybook', browser: await chromium() },
  };
}

export default defineConfig(async () => ({
  plugins: [react()],
  resolve: { alias },
  define: { __DEV__: 'true' },
  test: {
    // Vitest would keep one of two processors for itself, which waits for the tests; and those in a browser wait, too.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Bounds for what hangs, not for what is slow: a busy machine fails no test.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', fromRoot('.tools/summaryReporter.ts')],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'jsdom',
          include: ['test/{ai,core}/**/*.test.{ts,tsx}'],
          exclude: soak,
          setupFiles,
          // They leave nothing behind, and an environment for each file takes longer than its tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'testing',
          environment: 'jsdom',
          include: ['test/{recipes,stories,support,testing}/**/*.test.{ts,tsx}'],
          setupFiles,
          // They leave nothing behind either.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/{conformance,fault,node,server,tabs,websocket}/**/*.test.ts'],
          exclude: [...soak, 'test/tabs/pages/**'],
          isolate: false,
        },
      },
      {
        extends: true,
        // Twelve real pages of one browser: after the rest, which would take its time.
        test: {
          name: 'tabs',
          environment: 'node',
          include: ['test/tabs/pages/*.test.ts'],
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'types',
          environment: 'node',
          include: ['test/types/**/*.test.ts'],
          // What one file had parsed of the compiler's and other libraries, the next one need not.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'happy-dom',
          environment: 'happy-dom',
          include: ['test/testing/*.test.tsx', 'test/recipes/recipes.test.tsx'],
          setupFiles,
        },
      },
      {
        extends: true,
        define: { __DEV__: 'false' },
        test: {
          name: 'production',
          environment: 'jsdom',
          // The hooks go through most of the core, whose own tests are added in `npm run test:soak`.
          include: [`test/${isNamed('production') ? '{core,react}' : 'react'}/**/*.test.{ts,tsx}`],
          // What is checked in development only.
          exclude: [...soak, 'test/react/{badOptions,logFilter}.test.tsx'],
          setupFiles,
          isolate: false,
        },
      },
      ...[
        ...hookProjects('17', olderReact('17')),
        ...hookProjects('18', olderReact('18')),
        ...hookProjects('19', newestReact),
        testingProject('17', olderReact('17')),
        testingProject('18', olderReact('18')),
      ].filter(isRun),
      ...(isAsked('site') ? [siteProject] : []),
      ...(isAsked('browser') ? [await browserProject()] : []),
      ...(isAsked('storybook') ? [await storybookProject()] : []),
      ...(isNamed('browser-production') ? [await productionProject()] : []),
      ...(isNamed('soak') ? [soakProject] : []),
      ...(asked.includes('firefox') ? [await firefoxProject()] : []),
      ...(asked.includes('webkit') ? [await webkitProject()] : []),
    ],
  },
}));

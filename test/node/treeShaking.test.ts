import { build } from 'vite';
import { describe, expect, test } from 'vitest';
import { isBuilt } from '../support/built.ts';
import { fromRoot } from '../support/fromRoot.ts';

const entry = fromRoot('app.js');

/** What an app that holds this one line has of the package after its production build, React left out. */
async function bundled(line: string, parts: 'all' | 'entry' = 'all'): Promise<string> {
  const output = await build({
    root: fromRoot('.'),
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: {
        'use-event-stream/ai': fromRoot('dist/ai.js'),
        'use-event-stream/core': fromRoot('dist/core.js'),
        'use-event-stream/devtools': fromRoot('dist/devtools.js'),
        'use-event-stream': fromRoot('dist/index.js'),
      },
    },
    plugins: [
      {
        name: 'app',
        enforce: 'pre',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? line : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      rolldownOptions: { external: /^(?:react|use-sync-external-store)\b/ },
      lib: { entry, formats: ['es'], fileName: 'app' },
    },
  });
  if (!Array.isArray(output)) throw new Error('The app was watched, not built.');
  return output
    .flatMap((bundle) => bundle.output)
    .map((file) => ('code' in file && (parts === 'all' || file.isEntry) ? file.code : ''))
    .join('');
}

/** Of each hook a word that only its own code has. */
const marks = {
  useEventStream: 'isEqual',
  useStreamProgress: 'aria-valuenow',
  useLogTail: 'maxLineLength',
  useSmoothText: 'prefers-reduced-motion',
};

describe.skipIf(!isBuilt)('an app that imports from the build', () => {
  for (const hook of Object.keys(marks)) {
    test(`${hook} alone gets none of the others`, async () => {
      const code = await bundled(`export { ${hook} } from 'use-event-stream';`);
      const found = Object.entries(marks).filter(([, mark]) => code.includes(mark));
      expect(found.map(([name]) => name)).toEqual([hook]);
    });
  }

  test('a hook gets nothing of what a page does with a store', async () => {
    const mark = '[Symbol.asyncIterator]:';
    const core = "export { createConnectionStore } from 'use-event-stream/core';";
    expect(await bundled(core)).toContain(mark);
    const hooks = await bundled(`export { ${Object.keys(marks).join()} } from 'use-event-stream';`);
    expect(hooks).not.toContain(mark);
  });

  test.for(['use-event-stream', 'use-event-stream/core'])(
    '%s gets neither the names of options nor warnings of unknown ones',
    async (entry) => {
      const code = await bundled(`export * from '${entry}';`);
      expect(code).toContain('createConnectionStore');
      expect(code).not.toMatch(/has no option|did you mean|suspendWhenHidden: (?:true|!0)/);
    },
  );

  test('nothing gets nothing', async () => {
    const entries = ['', '/core', '/ai'];
    const code = await bundled(
      entries.map((entry) => `import 'use-event-stream${entry}';`).join('\n'),
    );
    expect(code.replaceAll(/^\/\/.*$/gm, '').trim()).toBe('');
  });

  test('`json` gets no hook and no store', async () => {
    const code = await bundled("export { json } from 'use-event-stream';");
    expect(code).not.toMatch(/createContext|AbortController/);
  });

  const formats = {
    openaiChat: 'prompt_tokens',
    openaiResponses: 'response.completed',
    anthropicMessages: 'content_block_start',
    uiMessages: 'inputTextDelta',
  };

  for (const format of Object.keys(formats)) {
    test(`${format} gets none of the other formats, nor of the core`, async () => {
      const code = await bundled(`export { ${format} } from 'use-event-stream/ai';`);
      const found = Object.entries(formats).filter(([, mark]) => code.includes(mark));
      expect(found.map(([name]) => name)).toEqual([format]);
      expect(code).not.toMatch(/createContext|AbortController/);
    });
  }

  test('the devtools load their panel in production only if asked for', async () => {
    const loaded = /import\(/;
    const asked = "export { ProductionStreamDevtools } from 'use-event-stream/devtools';";
    expect(await bundled(asked, 'entry')).toMatch(loaded);
    const usual = await bundled(
      "export { StreamDevtools } from 'use-event-stream/devtools';",
      'entry',
    );
    expect(usual).not.toMatch(loaded);
  });

  test('the store of the core gets no React', async () => {
    const code = await bundled("export { createConnectionStore } from 'use-event-stream/core';");
    expect(code).toContain('AbortController');
    expect(code).not.toContain('react');
  });
});

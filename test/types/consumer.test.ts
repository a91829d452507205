// @vitest-environment node
import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { isBuilt, typesOfEntries } from '../support/built.ts';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

const timeout = 180_000;

const consumers = readdirSync(fromRoot('test/types'))
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => fromRoot(`test/types/${name}`));

const required = `
import core = require('use-event-stream/core');
import streams = require('use-event-stream');
export const store: streams.ConnectionStore = core.createConnectionStore();
export const usePrice = () => streams.useEventStream('/x', { parse: streams.json<number> }).data;
// @ts-expect-error a number has no such method
usePrice()?.trim();
`;

test(
  'what users write compiles, and what is wrong does not, against the sources',
  () => {
    expect(consumers.length).toBeGreaterThan(5);
    expect(
      typecheck({ files: consumers, options: fromSources, withImports: true }).problems,
    ).toEqual([]);
  },
  timeout,
);

test(
  'a wrong use is found, at its line',
  () => {
    const file = fromRoot('test/types/wrong.ts');
    const text = "import { json } from 'use-event-stream';\n\njson(1);\n";
    const texts = new Map([[file, text]]);
    const { problems } = typecheck({ files: [file], texts, options: fromSources });
    expect(problems).toMatchObject([{ file, line: 3 }]);
  },
  timeout,
);

describe.skipIf(!isBuilt)('the build', () => {
  const resolutions = {
    bundler: {},
    node16: {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
    },
  };

  test.for(Object.entries(resolutions))(
    'is typed as its sources are under moduleResolution %s',
    { timeout },
    ([, options]) => {
      const { program, problems } = typecheck({ files: consumers, options, withImports: true });
      expect(problems).toEqual([]);
      for (const path of typesOfEntries)
        expect(program.getSourceFile(fromRoot(path))).toBeDefined();
    },
  );

  test(
    'is typed for CommonJS',
    () => {
      const file = fromRoot('test/types/required.cts');
      const texts = new Map([[file, required]]);
      const options = resolutions.node16;
      const { program, problems } = typecheck({ files: [file], texts, options, withImports: true });
      expect(problems).toEqual([]);
      expect(program.getSourceFile(fromRoot('dist/index.d.cts'))).toBeDefined();
    },
    timeout,
  );
});

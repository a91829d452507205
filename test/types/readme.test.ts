// @vitest-environment node
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

const timeout = 180_000;

/** What the blocks take from the reader's own code, from each other and from the test runner. */
const surroundings = `
declare function test(name: string, run: () => Promise<void>): void;
declare function Ticker(): import('react').ReactElement;
declare function expect(value: unknown): { toBe(other: unknown): void };
interface Price { symbol: string; price: number }
`;

interface Block {
  file: string;
  /** Stands at the lines where it stands in the page, so that the compiler names those. */
  text: string;
}

/** The blocks of TypeScript in a page, each a module of its own. */
function blocksOf(page: string): Block[] {
  const fences = page.matchAll(/^```(tsx?)\n(.*?)^```$/gms);
  return Array.from(fences, ({ 1: extension = '', 2: code = '', index }, number) => {
    const linesBefore = page.slice(0, index).split('\n').length;
    const file = fromRoot(`test/types/readme-${number}.${extension}`);
    return { file, text: `${'\n'.repeat(linesBefore)}${code}\nexport {};` };
  });
}

/** What does not compile in a page, as `README.md:line: message`. */
function problemsOf(page: string): string[] {
  const blocks = blocksOf(page);
  const around = { file: fromRoot('test/types/readme-around.d.ts'), text: surroundings };
  const all = [...blocks, around];
  const { problems } = typecheck({
    files: all.map(({ file }) => file),
    texts: new Map(all.map(({ file, text }) => [file, text])),
    options: {
      paths: {
        ...fromSources.paths,
        'use-event-stream/server': [fromRoot('src/server/index.ts')],
      },
      types: ['node'],
      emitDeclarationOnly: false,
      noEmit: true,
    },
  });
  return problems.map(({ file, line, message }) => {
    const name = blocks.some((block) => block.file === file) ? 'README.md' : basename(file);
    return `${name}:${line}: ${message}`;
  });
}

const readme = readFileSync(fromRoot('README.md'), 'utf8');

test('every block of the README compiles', { timeout }, () => {
  expect(blocksOf(readme).length).toBeGreaterThan(4);
  expect(problemsOf(readme)).toEqual([]);
});

test('a block that does not compile is named by its line', { timeout }, () => {
  const page = [
    'Text.',
    '```ts',
    "import { json } from 'use-event-stream';",
    'json(1);',
    '```',
    'More.',
    '```tsx',
    'export const value: Price = 1;',
    '```',
    '',
  ].join('\n');
  expect(problemsOf(page)).toEqual([
    expect.stringMatching(/^README\.md:4: Argument of type 'number'/),
    expect.stringMatching(/^README\.md:8: Type 'number'/),
  ]);
});

test('the first example and the test of the README are those that run', () => {
  const file = readFileSync(fromRoot('test/recipes/readme.test.tsx'), 'utf8');
  const [, example = '', recipe = ''] = file.split(/^\/\/ What follows stands in .*\n/m);
  expect(example).toContain('export function Ticker');
  expect(readme).toContain(example.trim());
  expect(recipe).toContain('mockStream');
  expect(readme).toContain(`\`\`\`tsx\n${recipe}\`\`\``);
});

test('the README has at most 150 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

test('the size that the README promises is the limit that is checked', () => {
  const limits = JSON.parse(readFileSync(fromRoot('.size-limit.json'), 'utf8')) as readonly {
    name: string;
    limit: string;
  }[];
  const { limit = '' } = limits.find(({ name }) => name === 'useEventStream, gzip') ?? {};
  const most = Math.ceil(Number(/^(\d+(?:\.\d+)?) kB$/.exec(limit)?.[1]));
  expect(readme).toContain(`**Size** under ${String(most)} kB gzip`);
});

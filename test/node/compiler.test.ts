import { transformAsync } from '@babel/core';
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromRoot } from '../support/fromRoot.ts';

const files = globSync('{src/react,stories}/**/*.{ts,tsx}', { cwd: fromRoot('.') });

/** What it leaves as it is, and why; that costs nothing but its own memory of what was rendered. */
const left = new Map([
  [
    'stories/docs/client/LogLines.tsx',
    'the functions of react-virtual give other values every time',
  ],
  ['stories/docs/client/useFollow.ts', 'two hooks share the ref of where the scroller was'],
]);

interface CompilerEvent {
  kind: string;
  fnName?: string | null;
}

/** What the React Compiler makes of a file's components and hooks. */
async function compile(file: string): Promise<CompilerEvent[]> {
  const events: CompilerEvent[] = [];
  const logger = { logEvent: (_: string | null, event: CompilerEvent) => events.push(event) };
  const isJsx = file.endsWith('x');
  await transformAsync(readFileSync(fromRoot(file), 'utf8'), {
    filename: file,
    babelrc: false,
    configFile: false,
    parserOpts: { plugins: isJsx ? ['typescript', 'jsx'] : ['typescript'] },
    plugins: [['babel-plugin-react-compiler', { logger, panicThreshold: 'none' }]],
  });
  return events;
}

test('the React Compiler takes every component and hook of ours', async () => {
  const compiled = await Promise.all(
    files.map(async (file) => ({ file, events: await compile(file) })),
  );
  const all = compiled.flatMap(({ file, events }) => events.map((event) => ({ file, ...event })));

  const skipped = all.filter(({ kind }) => kind !== 'CompileSuccess').map(({ file }) => file);
  expect(new Set(skipped)).toEqual(new Set(left.keys()));
  const names = all.map(({ fnName }) => fnName);
  expect(names).toEqual(
    expect.arrayContaining(['useEventStream', 'useStreamProgress', 'useLogTail']),
  );
  expect(names.length).toBeGreaterThan(50);
});

// @vitest-environment node
import { posix } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { projectFields, projectFiles } from '../../stories/landing/stackBlitz';

const isScript = ([path]: readonly [string, string]) => /\.tsx?$/.test(path);

/** What the scripts of the project import, by the file that does. */
const imports = Object.entries(projectFiles)
  .filter(isScript)
  .flatMap(([path, text]) =>
    ts
      .preProcessFile(text, true, true)
      .importedFiles.map(({ fileName }) => ({ from: path, name: fileName })),
  );

test('every script of the project parses', () => {
  const wrong = Object.entries(projectFiles)
    .filter(isScript)
    .flatMap(([fileName, text]) => {
      const compilerOptions = { jsx: ts.JsxEmit.ReactJSX, module: ts.ModuleKind.ESNext };
      const options = { fileName, reportDiagnostics: true, compilerOptions };
      return (ts.transpileModule(text, options).diagnostics ?? []).map(
        ({ messageText }) => `${fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    });
  expect(wrong).toEqual([]);
});

test('every file that is imported is a part of the project', () => {
  const relative = imports.filter(({ name }) => name.startsWith('.'));
  expect(relative.length).toBeGreaterThan(3);
  for (const { from, name } of relative)
    expect(Object.keys(projectFiles)).toContain(posix.join(posix.dirname(from), name));
  expect(projectFiles['index.html']).toContain('src="/src/main.tsx"');
});

test('every package that is imported is installed, by a version that there is', () => {
  const { dependencies, devDependencies } = JSON.parse(projectFiles['package.json'] ?? '') as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const installed = { ...dependencies, ...devDependencies };
  for (const { name } of imports.filter((one) => !one.name.startsWith('.'))) {
    const [, packageName = ''] = /^(@[^/]+\/[^/]+|[^/]+)/.exec(name) ?? [];
    expect(installed[packageName], name).toMatch(/^\^?\d+\.\d+\.\d+$/);
  }
});

test('the form names every file, and the template that runs a server', () => {
  expect(projectFields['project[template]']).toBe('node');
  for (const [path, text] of Object.entries(projectFiles))
    expect(projectFields[`project[files][${path}]`]).toBe(text);
});

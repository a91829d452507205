import { ESLint } from 'eslint';
import compat from 'eslint-plugin-compat';
import esX from 'eslint-plugin-es-x';
import path from 'node:path';
import { expect, test } from 'vitest';

/** The oldest that the package runs on. */
const floor = { 'Chrome and Edge': 'chrome 97', Safari: 'safari 15.4', Firefox: 'firefox 104' };
const browsers = [...Object.values(floor), 'node 18.0'];
/** The same for the server's entries. */
const server = 'node 20.0';

/** What came after ECMAScript 2022, and what of it came late to one of them. */
const rules = {
  ...esX.configs['flat/restrict-to-es2022'].rules,
  // All of them have it.
  'es-x/no-array-prototype-findlast-findlastindex': 'off',
  'es-x/no-class-static-block': 'error',
  'es-x/no-regexp-lookbehind-assertions': 'error',
} as const;

/** What came late to the classes of the web, of which the plugins know no members. */
const lateMembers = [
  ...[
    ['URL', 'canParse', 'parse'],
    ['AbortSignal', 'any', 'timeout'],
    ['ReadableStream', 'from'],
    ['Response', 'json'],
  ].flatMap(([object, ...properties]) => properties.map((property) => ({ object, property }))),
  ...['getSetCookie', 'throwIfAborted'].map((property) => ({ property })),
];

// Arrays have methods of the same names.
const isIteratorMethod = (name: string) => name.startsWith('es-x/no-iterator-prototype-');

const eslint = new ESLint({
  cwd: path.resolve(import.meta.dirname, '../../dist'),
  overrideConfigFile: true,
  allowInlineConfig: false,
  overrideConfig: [
    {
      files: ['**/*.{js,cjs}'],
      plugins: { compat, 'es-x': esX },
      rules: {
        'compat/compat': 'error',
        'no-restricted-properties': ['error', ...lateMembers],
        ...Object.fromEntries(Object.entries(rules).filter(([name]) => !isIteratorMethod(name))),
      },
      // Methods are told by their names, whatever they are called on.
      settings: { browsers, 'es-x': { aggressive: true } },
    },
    { files: ['server*.{js,cjs}'], settings: { browsers: [server] } },
  ],
});

/** What is asked for only where it is there, and in which files. */
const known: Readonly<Record<string, RegExp>> = {
  'navigator.onLine() is not supported in Node.js 18.0.0': /./,
  // In a SharedWorker.
  'navigator.locks() is not supported in Node.js 18.0.0': /^tabsWorker\./,
  // In tests that play several tabs.
  'structuredClone is not supported in Chrome 97': /^testing\./,
};

test(`nothing in dist is newer than ${browsers.join(', ')}`, async () => {
  const results = await eslint.lintFiles(['*.js', '*.cjs']);
  // Four entries and what they share, of each kind of module.
  expect(results.length).toBeGreaterThan(8);
  const found = results.flatMap(({ filePath, messages }) =>
    messages.map(({ message }) => ({ file: path.basename(filePath), message })),
  );
  expect(found.filter(({ file, message }) => !known[message]?.test(file))).toEqual([]);
  expect(new Set(found.map(({ message }) => message))).toEqual(new Set(Object.keys(known)));
});

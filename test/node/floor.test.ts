import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

/** The code of the package without its comments. */
const sources = globSync('src/{core,react}/**/*.{ts,tsx}', { cwd: root }).map((file) => {
  const text = readFileSync(new URL(file, root), 'utf8');
  return { file, code: text.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '') };
});

/**
 * What came later than Chrome 97, Safari 15.4, Firefox 104 or Node 18.0; the compiler looks after syntax. A
 * class that may be missing is asked for with `typeof` before it is used.
 */
const newer: [name: string, pattern: RegExp][] = [
  ['URL.canParse and URL.parse', /\bURL\s*\.\s*(canParse|parse)\b/],
  ['copying array methods', /\.(toSorted|toReversed|toSpliced|with)\(/],
  ['groups', /\b(Object|Map)\.groupBy\b/],
  ['Array.fromAsync', /\bArray\.fromAsync\b/],
  ['Promise.withResolvers and Promise.try', /\bPromise\.(withResolvers|try)\b/],
  ['AbortSignal.any and AbortSignal.timeout', /\bAbortSignal\.(any|timeout)\b/],
  ['throwIfAborted', /\.throwIfAborted\(/],
  ['structuredClone', /\bstructuredClone\b/],
  ['well-formed strings', /\.(isWellFormed|toWellFormed)\(/],
  ['set algebra', /\.(union|intersection|difference|isSubsetOf|isSupersetOf)\(/],
  ['iterator helpers', /\bIterator\.(from|prototype)\b/],
  ['lookbehind', /\(\?<[=!]/],
  ['regular expressions with v', /\/[dgimsuy]*v[dgimsuy]*\.(test|exec)\(/],
  ['explicit resource management', /\b(await )?using\s+\w+\s*=/],
  ['async iteration of streams', /for await \([^)]*\bof\s+(response\.)?body\b/],
  ['ReadableStream.from', /\bReadableStream\.from\b/],
  ['getSetCookie', /\.getSetCookie\(/],
];

test.for(newer)('%s are not used: the oldest engines do not have them', ([, pattern]) => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.filter(({ code }) => pattern.test(code)).map(({ file }) => file)).toEqual([]);
});

test.for(['FinalizationRegistry', 'MessageChannel', 'requestAnimationFrame', 'EventTarget'])(
  '%s is asked for before it is used',
  (name) => {
    const users = sources.filter(({ code }) =>
      new RegExp(`(new|extends) ${name}\\b|\\b${name}\\(`).test(code),
    );
    for (const { code } of users) expect(code).toMatch(new RegExp(`typeof ${name} [!=]== '`));
  },
);

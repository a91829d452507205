import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

/** The code of the package without its comments. */
const sources = globSync('src/{core,react}/**/*.{ts,tsx}', { cwd: root }).map((file) => {
  const text = readFileSync(new URL(file, root), 'utf8');
  return { file, code: text.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '') };
});

// What is newer than the oldest engines is looked for in what is published: test/apps/floor.test.ts.
test.for(['FinalizationRegistry', 'MessageChannel', 'requestAnimationFrame', 'EventTarget'])(
  '%s is asked for before it is used',
  (name) => {
    expect(sources.length).toBeGreaterThan(50);
    const users = sources.filter(({ code }) =>
      new RegExp(`(new|extends) ${name}\\b|\\b${name}\\(`).test(code),
    );
    for (const { code } of users) expect(code).toMatch(new RegExp(`typeof ${name} [!=]== '`));
  },
);

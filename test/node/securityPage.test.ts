import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const fromRoot = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The rows of the tables of bounds and secrets. */
const rows = fromRoot('.github/SECURITY.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (what |--)/.test(line));

test.for(rows)('the test that holds a promise exists: %s', (row) => {
  const [, path = '', name = ''] = /`(test\/[^`]+)`: (.+?) *\|$/.exec(row) ?? [];
  expect(name).not.toBe('');
  expect(fromRoot(path)).toContain(name);
});

test('there are as many promises as the tables show', () => {
  expect(rows.length).toBeGreaterThan(20);
});

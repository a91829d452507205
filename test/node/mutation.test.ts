import type { MutantResult, MutantStatus } from '@stryker-mutator/api/core';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge, type Survivors } from '../mutation/judge.ts';
import { fromRoot } from '../support/fromRoot.ts';

const file = 'src/core/some.ts';
const source = 'const a = 1;\n  if (a > 0) run();\n';

/** A mutant of `a > 0`; `line` counts from 1. */
function mutant(status: MutantStatus, line = 2): MutantResult {
  const location = { start: { line, column: 7 }, end: { line, column: 12 } };
  return { id: '1', fileName: file, mutatorName: '', replacement: 'true', location, status };
}

const judged = (mutants: MutantResult[], survivors: Survivors = {}, text = source) =>
  judge(mutants, survivors, () => text);

const listed = { line: 'if (a > 0) run();', from: 'a > 0', to: 'true', reason: 'why' };
const dead = Array.from({ length: 9 }, () => mutant('Killed'));

test('a mutant that survives fails the run, and its entry for the list is printed', () => {
  const { isGood, lines } = judged([...dead, mutant('Survived')]);
  expect(isGood).toBe(false);
  expect(lines).toContain(`  survives: ${JSON.stringify({ ...listed, reason: '' })},`);
});

test.each(['Survived', 'NoCoverage'] as const)(
  'one that is listed fails no run, also where its line has moved (%s)',
  (status) => {
    const moved = judged([...dead, mutant(status, 4)], { [file]: [listed] }, `\n\n${source}`);
    expect(moved).toEqual({
      isGood: true,
      lines: [`${file}: 9 of 10 killed, 90.0 %`, 'All: 9 of 10 killed, 90.0 %'],
    });
  },
);

test('with fewer than nine in ten killed it fails, though all the rest are listed', () => {
  const found = [...dead.slice(1), mutant('Survived')];
  expect(judged(found, { [file]: [listed] }).isGood).toBe(false);
  const { isGood, lines } = judged(found, { [file]: [{ ...listed, equivalent: true }] });
  expect([isGood, lines[0]]).toEqual([true, `${file}: 8 of 8 killed, 100.0 %`]);
});

test('what hangs or breaks the whole run is killed, and what was left out counts in nothing', () => {
  const { lines } = judged([mutant('Timeout'), mutant('RuntimeError'), mutant('Ignored')]);
  expect(lines[0]).toBe(`${file}: 2 of 2 killed, 100.0 %`);
});

test('an entry whose mutant is killed, or no longer there, is told', () => {
  const { isGood, lines } = judged(dead, { [file]: [listed] });
  expect(isGood).toBe(true);
  expect(lines).toContain(`  is killed, or no longer there: ${JSON.stringify(listed)}`);
});

test('every survivor that is listed stands in the sources, with a reason', () => {
  const list = JSON.parse(
    readFileSync(fromRoot('test/mutation/survivors.json'), 'utf8'),
  ) as Survivors;
  for (const [name, survivors] of Object.entries(list)) {
    const text = readFileSync(fromRoot(name), 'utf8').replace(/\s+/g, ' ');
    for (const { line, reason } of survivors) {
      expect(text).toContain(line.replace(/…$/, ''));
      expect(reason).not.toBe('');
    }
  }
});

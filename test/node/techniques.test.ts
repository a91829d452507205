import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pathOf, techniques, type TechniqueName } from '../bench/techniques.ts';

test.for(Object.keys(techniques) as TechniqueName[])(
  'the benchmark can take out "%s": what it takes out stands in the sources',
  (name) => {
    const source = readFileSync(pathOf(name), 'utf8');
    for (const [from] of techniques[name].changes) expect(source).toContain(from);
  },
);

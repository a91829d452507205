import { expect, test } from 'vitest';
import { documentedFormat } from '../support/documentedFormat.ts';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

test('the format in the docs compiles', () => {
  const file = fromRoot('test/types/documentedFormat.ts');
  const texts = new Map([[file, documentedFormat()]]);
  expect(documentedFormat()).toContain('StreamFormat');
  expect(typecheck({ files: [file], texts, options: fromSources }).problems).toEqual([]);
});

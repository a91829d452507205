// @vitest-environment node
import { expect, test } from 'vitest';
import { withTables } from '../../.tools/mdxTables.ts';

test('a table becomes elements, its cells stay Markdown', () => {
  const source = ['before', '', '| a | `b` |', '| --- | :-: |', '| 1 | [x](y) |', '', 'after', ''];
  expect(withTables(source.join('\n'))).toBe(
    'before\n\n<div className="page-table"><table><thead><tr><th>a</th><th>`b`</th></tr></thead>' +
      '<tbody><tr><td>1</td><td>[x](y)</td></tr></tbody></table></div>\n\nafter\n',
  );
});

test('a bar with a backslash is no end of a cell', () => {
  expect(withTables('| a |\n| - |\n| `1 \\| 2` |\n')).toContain('<td>`1 | 2`</td>');
});

test('what stands in a block of code is left as it is', () => {
  const source = '```text\n| a |\n| - |\n| 1 |\n```\n';
  expect(withTables(source)).toBe(source);
});

// Tables of Markdown in MDX, which knows none: each becomes the elements of a table, what stands in its cells stays Markdown.
import type { Plugin } from 'vite';

const cellsOf = (line: string): readonly string[] =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));

const rowOf = (line: string, element: 'td' | 'th'): string =>
  `<tr>${cellsOf(line)
    .map((cell) => `<${element}>${cell}</${element}>`)
    .join('')}</tr>`;

function tableOf(table: string): string {
  const [head = '', , ...rows] = table.trim().split('\n');
  const body = rows.map((row) => rowOf(row, 'td')).join('');
  return `<div className="page-table"><table><thead>${rowOf(head, 'th')}</thead><tbody>${body}</tbody></table></div>\n`;
}

/** Puts elements in the place of tables. What stands in blocks of code is left as it is. */
export const withTables = (source: string): string =>
  source
    .split(/^(```.*?^```)$/ms)
    .map((part) =>
      part.startsWith('```')
        ? part
        : part.replaceAll(/^\|.*\|\n\|[ :|-]+\|\n(?:\|.*\|\n)*/gm, tableOf),
    )
    .join('');

/** The same for Vite, before Storybook compiles a page. */
export const mdxTables = (): Plugin => ({
  name: 'mdx-tables',
  enforce: 'pre',
  transform: {
    order: 'pre',
    filter: { id: /\.mdx$/ },
    handler: (source) => ({ code: withTables(source), map: null }),
  },
});

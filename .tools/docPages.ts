// The pages of the documentation as they lie in the repository, and as plain Markdown.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { linesOfCode } from '../stories/docs/client/linesOfCode.ts';
import { anchorOf, type Field, type Table, type TableName } from '../stories/docs/fields/field.ts';
import { headingAnchor, pageId } from './pageIds.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** A page of Storybook. */
export interface DocPage {
  /** Its path from the root. */
  readonly file: string;
  readonly title: string;
  /** Its id in Storybook, without `--docs`. */
  readonly id: string;
  readonly source: string;
}

const imports = /^import (?:(\w+)|\* as (\w+)|\{[^}]*\}) from '([^']+)';$/gm;

/** The files that a page imports, by the name that it gives them. */
function importsOf(file: string, source: string): ReadonlyMap<string, string> {
  const found = [...source.matchAll(imports)].flatMap(([, one, all, from = '']) => {
    const name = one ?? all;
    if (name === undefined || !from.startsWith('.')) return [];
    return [[name, path.join(path.dirname(file), from.replace('?raw', ''))] as const];
  });
  return new Map(found);
}

/** The title that a page, or the stories that it belongs to, declare. */
function titleOf(file: string, source: string): string {
  const [, title] = /<Meta\s+title="([^"]+)"/.exec(source) ?? [];
  if (title) return title;
  const [, stories = ''] = /<Meta\s+of=\{(\w+)\}/.exec(source) ?? [];
  const declared = importsOf(file, source).get(stories);
  const [, name] = (declared && /^ {2}title: '([^']+)'/m.exec(read(declared))) || [];
  if (name) return name;
  throw new Error(
    `${file} has no title: give it <Meta title="…" />, or <Meta of={…} /> of stories that have one.`,
  );
}

/** All pages; those of the API are there once `npm run api` has made them. */
export const docPages = (): readonly DocPage[] =>
  globSync('stories/**/*.mdx', { cwd: root })
    .sort()
    .map((file) => {
      const source = read(file);
      const title = titleOf(file, source);
      return { file, source, title, id: pageId(title) };
    });

const tables = JSON.parse(read('stories/docs/fields/fields.json')) as Readonly<
  Record<TableName, Table>
>;

const isTable = (name: string): name is TableName => name in tables;

function fieldLine([name, { type, otherwise, meaning }]: readonly [string, Field]): string {
  const fallback = otherwise === undefined ? '' : ` Default: ${otherwise}.`;
  return `- \`${name}\` (\`${type}\`): ${meaning}${fallback}`;
}

const fieldList = (name: string): string =>
  isTable(name) ? Object.entries(tables[name]).map(fieldLine).join('\n') : '';

const cell = (text: string) => text.replaceAll('|', String.raw`\|`);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function whereItRuns(): string {
  const rows = JSON.parse(read('stories/docs/whereItRuns.json')) as readonly {
    where: string;
    what: string;
    command: string;
  }[];
  return table(
    ['Where', 'What was seen to work', 'How to see it'],
    rows.map(({ where, what, command }) => [where, what, `\`${command}\``]),
  );
}

/** The list that stands in the page, which is ours, as a value. */
const listIn = (text: string) =>
  runInNewContext(`(${text})`) as readonly (readonly [string, string])[];

const fence = (code: string, language: string) => `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;

/** What the figures of the benchmark are where there are no components. */
const figures = 'The figures are on the page itself, and in `test/bench/results/full.json`.';

/** Puts plain Markdown in the place of the components of a page. */
function withoutComponents(text: string, files: ReadonlyMap<string, string>): string {
  const raw = (name: string) => {
    const file = files.get(name);
    return file === undefined ? '' : read(file);
  };
  return text
    .replaceAll(imports, '')
    .replaceAll(
      /<Code\s+code=\{(\w+)\}(?:\s+language="(\w+)")?\s*\/>/g,
      (_, name: string, language = 'tsx') => fence(raw(name), String(language)),
    )
    .replaceAll(/<Fields of="(\w+)" \/>/g, (_, name: string) => fieldList(name))
    .replaceAll(/<Moves\s+of=\{(\[.*?\n {2}\])\}\s*\/>/gs, (_, list: string) =>
      table(['There', 'Here'], listIn(list)),
    )
    .replaceAll(
      /^ *<Markdown[^>]*>\{(\w+)(?:\.slice\(\1\.indexOf\('([^']+)'\)\))?\}<\/Markdown>/gm,
      (_, name: string, start = '') => raw(name).slice(raw(name).indexOf(String(start))),
    )
    .replaceAll('<WhereItRuns />', whereItRuns)
    .replaceAll('<Outcomes />', figures)
    .replaceAll(/\{linesOfCode\((\w+)\)\}/g, (_, name: string) => String(linesOfCode(raw(name))))
    .replaceAll(/\{' '\}\n?/g, ' ');
}

/** Takes away what is left of components, and their expressions; code stays as it is. */
const plain = (text: string): string =>
  text
    .split(/^(```.*?^```)$/ms)
    .map((part) =>
      part.startsWith('```')
        ? part
        : part
            .replaceAll(/^<\/?[A-Za-z][^`]*?>$/gms, '')
            .replaceAll(/\]\(\?path=\/docs\/([\w-]+?)--docs/g, '](./$1.md'),
    )
    .join('')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

const otherPages: Readonly<Record<string, string>> = {
  'AGENTS.md': 'agents',
  '.github/SECURITY.md': 'guides-security',
};

/** The README, its links leading to the Markdown of pages. Links to what is no page are text. */
function readmeAsPage(): string {
  const ids = new Map(docPages().map(({ file, id }) => [file, id]));
  return read('README.md').replaceAll(
    /\[([^\]]+)\]\((?!https?:)([^)]+)\)/g,
    (_, text: string, file: string) => {
      const id = ids.get(file) ?? otherPages[file];
      return id === undefined ? text : `[${text}](./${id}.md)`;
    },
  );
}

/**
 * A page as plain Markdown: its code inlined, its links to other pages leading to their Markdown. The first page is made
 * of components; the README says the same in text.
 */
export const markdownOf = ({ file, title, source }: DocPage): string =>
  title === 'Introduction'
    ? readmeAsPage()
    : `${plain(withoutComponents(source, importsOf(file, source)))}\n`;

/** The anchors that a page has: of its headings, and of the rows of its tables. */
export function anchorsOf({ source }: DocPage): ReadonlySet<string> {
  const text = source.replaceAll(/^```.*?^```$/gms, '');
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    headingAnchor(heading),
  );
  const rows = [...text.matchAll(/<Fields of="(\w+)"/g)].flatMap(([, name = '']) =>
    isTable(name) ? Object.keys(tables[name]).map((row) => anchorOf(name, row)) : [],
  );
  const named = [...text.matchAll(/\bid="([^"]+)"/g)].map(([, id = '']) => id);
  return new Set([...headings, ...rows, ...named]);
}

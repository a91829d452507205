// @vitest-environment node
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, docPages, markdownOf, type DocPage } from '../../.tools/docPages.ts';
import { apiTitle, headingAnchor, pageId } from '../../.tools/pageIds.ts';
import { fromRoot } from '../support/fromRoot.ts';

const read = (file: string) => readFileSync(fromRoot(file), 'utf8');

/** Those that are written by hand; those of the API are there only once `npm run api` has made them. */
const pages = docPages().filter(({ file }) => !file.startsWith('stories/docs/api/'));

const { entryPoints } = JSON.parse(read('typedoc.json')) as { entryPoints: readonly string[] };

const apiPages = new Set(
  entryPoints.map((file) => {
    const [, name = ''] = /^ \* @module (\S+)$/m.exec(read(file)) ?? [];
    return pageId(apiTitle(name));
  }),
);

const byId = new Map(pages.map((page) => [page.id, page]));

/** The ids of all stories, as Storybook makes them. */
const stories = new Set(
  globSync('stories/**/*.stories.tsx', { cwd: fromRoot('.') }).flatMap((file) => {
    const text = read(file);
    const [, title = ''] = /^ {2}title: '([^']+)'/m.exec(text) ?? [];
    const names = [...text.matchAll(/^export const (\w+)/gm)].map(([, name = '']) =>
      pageId(name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')),
    );
    return names.map((name) => `${pageId(title)}--${name}`);
  }),
);

const withoutCode = (text: string) => text.replaceAll(/^```.*?^```$/gms, '');

const linksOf = (text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)|\bhref="([^"]+)"/g)].map(
    ([, markdown, html]) => markdown ?? html ?? '',
  );

/** What is wrong with a link of a page; null if it leads somewhere. */
function faultOf(link: string, page: DocPage): string | null {
  const [, anchor] = /^#(.+)$/.exec(link) ?? [];
  if (anchor !== undefined) return anchorsOf(page).has(anchor) ? null : 'no such anchor here';
  const [, story] = /^\?path=\/story\/([\w-]+)$/.exec(link) ?? [];
  if (story !== undefined) return stories.has(story) ? null : 'no such story';
  const [, id, there] = /^\?path=\/docs\/([\w-]+?)--docs(?:#(.+))?$/.exec(link) ?? [];
  if (id === undefined) return /^(https?:|\.\/)/.test(link) ? null : 'no page, and no address';
  if (apiPages.has(id)) return null;
  const target = byId.get(id);
  if (!target) return 'no such page';
  return there === undefined || anchorsOf(target).has(there) ? null : 'no such anchor there';
}

const faultsOf = (page: DocPage): readonly string[] =>
  linksOf(page.source).flatMap((link) => {
    const fault = faultOf(link, page);
    return fault === null ? [] : [`${page.file}: ${link}: ${fault}`];
  });

test('every link of the documentation leads to a page, a story, or a heading or row that is there', () => {
  expect(pages.length).toBeGreaterThan(25);
  expect(pages.flatMap(({ source }) => linksOf(source)).length).toBeGreaterThan(80);
  expect(pages.flatMap(faultsOf)).toEqual([]);
});

test('a link that leads nowhere is named', () => {
  const source = [
    '[a](?path=/docs/guides-nowhere--docs)',
    '[b](?path=/docs/guides-errors--docs#nothing)',
    '[c](#there)',
    '[d](?path=/story/no--story)',
    '[e](other.mdx)',
    '[f](#here-i-am)',
    '## Here `I` am',
  ].join('\n\n');
  const page = { file: 'Wrong.mdx', title: 'Wrong', id: 'wrong', source };
  expect(faultsOf(page).map((fault) => fault.split(': ').at(-1))).toEqual([
    'no such page',
    'no such anchor there',
    'no such anchor here',
    'no such story',
    'no page, and no address',
  ]);
});

test('the links of the tables of options lead to pages of the API', () => {
  const text = read('stories/docs/fields/fields.json');
  const ids = [...text.matchAll(/\(\?path=\/docs\/([\w-]+)--docs/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids) expect(apiPages).toContain(id);
});

test.for(['README.md', 'AGENTS.md', '.github/CONTRIBUTING.md', '.github/SECURITY.md'])(
  'every link of %s leads to a file or heading that is there',
  (file) => {
    const text = read(file);
    const headings = [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      headingAnchor(heading),
    );
    const faults = linksOf(text).filter((link) => {
      if (/^https?:/.test(link)) return false;
      if (link.startsWith('#')) return !headings.includes(link.slice(1));
      return !existsSync(path.resolve(fromRoot(path.dirname(file)), link.replace(/#.*/, '')));
    });
    expect(faults).toEqual([]);
  },
);

test('every page is also plain Markdown, with the code that it shows and without components', () => {
  const texts = new Map(pages.map((page) => [page.id, markdownOf(page)]));
  for (const [id, text] of texts) {
    expect(text, id).toMatch(/^# /);
    expect({ id, left: /^(<[A-Z].*|import .*|\{.*)$/m.exec(withoutCode(text)) }).toEqual({
      id,
      left: null,
    });
  }
  expect(texts.get('quick-starts-vite')).toContain("import { createServer } from 'node:http';");
  expect(texts.get('options-all-hooks-share')).toContain('- `headers` (');
  expect(texts.get('guides-migration')).toContain('| There | Here |');
  expect(texts.get('guides-security')).toContain('## What is bounded');
  expect(texts.get('introduction')).toContain('npm install use-event-stream');
  expect(texts.get('useeventstream')).toContain('](./options-all-hooks-share.md#options)');
});

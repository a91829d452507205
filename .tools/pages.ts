// Writes every page of the documentation as plain Markdown, and an index of them for programs that read: `llms.txt`, and
// `llms-full.txt` with all of it. They lie in a static folder of Storybook: `npm start` and the built site serve them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { docPages, markdownOf, type DocPage } from './docPages.ts';

const fromRoot = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

const folder = fromRoot('.storybook/public');

const { description } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as {
  description: string;
};

/** The sections of the index, by what titles begin with. */
const sections: Readonly<Record<string, RegExp>> = {
  Start: /^(Introduction|Getting started|Quick starts\/)/,
  Hooks: /^(use[A-Z]|Options all hooks share|Chat)/,
  Guides: /^Guides\//,
  Testing: /^Testing\//,
  'API reference': /^API reference/,
};

const sectionOf = ({ title }: DocPage): string =>
  Object.entries(sections).find(([, begin]) => begin.test(title))?.[0] ?? 'Guides';

/** What a page is about: its first sentence. */
function about(markdown: string): string {
  const [, paragraph = ''] = /^# .+\n\n([A-Z][^\n]*(?:\n[^\n]+)*)/m.exec(markdown) ?? [];
  const [sentence = ''] = /^.*?[.:](?=\s|$)/s.exec(paragraph) ?? [];
  return sentence
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .replace(/[:.]$/, '');
}

function lineOf({ title, id, markdown }: Written): string {
  const name = title.replace(/^(Guides|Quick starts|Testing|API reference)\//, '');
  const text = about(markdown);
  return `- [${name}](docs/${id}.md)${text && `: ${text}`}`;
}

interface Written extends DocPage {
  readonly markdown: string;
}

const pages: readonly Written[] = docPages().map((page) => ({
  ...page,
  markdown: markdownOf(page),
}));
const order = Object.keys(sections);
const sorted = pages.toSorted(
  (a, b) =>
    order.indexOf(sectionOf(a)) - order.indexOf(sectionOf(b)) ||
    a.title.localeCompare(b.title, 'en'),
);

const agents = readFileSync(fromRoot('AGENTS.md'), 'utf8');

const index = [
  `# use-event-stream\n\n> ${description}`,
  'Begin with the guide for coding agents; it is in the package too, as `AGENTS.md`. All pages in one file: [llms-full.txt](llms-full.txt).',
  '- [For coding agents](docs/agents.md)',
  ...order.map((section) => {
    const lines = sorted.filter((page) => sectionOf(page) === section).map(lineOf);
    return `## ${section}\n\n${lines.join('\n')}`;
  }),
].join('\n\n');

rmSync(path.join(folder, 'docs'), { recursive: true, force: true });
mkdirSync(path.join(folder, 'docs'), { recursive: true });
for (const { id, markdown } of pages)
  writeFileSync(path.join(folder, 'docs', `${id}.md`), markdown);
writeFileSync(path.join(folder, 'docs', 'agents.md'), agents);
writeFileSync(path.join(folder, 'llms.txt'), `${index}\n`);
writeFileSync(
  path.join(folder, 'llms-full.txt'),
  [agents, ...sorted.map(({ markdown }) => markdown)].join('\n---\n\n'),
);

import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserArgs, requireBrowser } from '../../.tools/browser.ts';
import { clippedCode, goTo, landings, linksOf, openPage, shiftOf, type Look } from './page.ts';
import { fromRoot } from '../support/fromRoot.ts';
import { startSite, type Site } from './storybook.ts';

interface Entry {
  readonly id: string;
  readonly type: string;
  /** Of a page: the files of the demos that it shows. */
  readonly storiesImports?: readonly string[];
}

let site: Site;
let browser: Browser;
let context: BrowserContext;
let pages: readonly string[];
let entries: readonly Entry[];

beforeAll(async () => {
  [site, browser] = await Promise.all([
    startSite(),
    chromium.launch({ executablePath: requireBrowser().path, args: browserArgs }),
  ]);
  const index = (await (await fetch(`${site.url}/index.json`)).json()) as {
    entries: Record<string, Entry>;
  };
  entries = Object.values(index.entries);
  pages = entries.flatMap(({ id, type }) => (type === 'docs' ? id : []));
  // What its worker answers is there for the pages after the first.
  context = await browser.newContext();
  const first = await openPage(context, site.url, 'introduction--docs', wide);
  await first.close();
});
afterAll(async () => {
  await browser.close();
  await site.close();
});

const wide: Look = { width: 980, theme: 'light' };
const narrow: Look = { width: 400, theme: 'light' };
const axeFile = createRequire(
  createRequire(import.meta.url).resolve('@storybook/addon-a11y/package.json'),
).resolve('axe-core/axe.min.js');

const looks: readonly Look[] = [
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 400, theme: 'light' },
  { width: 400, theme: 'dark' },
];

describe.concurrent.for(looks)('the first page, $width wide and $theme', (look) => {
  test('does not move, clips no code and pleases axe', async () => {
    const page = await openPage(context, site.url, 'introduction--docs', look);
    const folder = process.env['SITE_SHOTS'];
    if (folder !== undefined)
      await page.screenshot({ path: `${folder}/first-${look.width}-${look.theme}.png` });
    expect(await shiftOf(page)).toBeLessThan(0.1);
    expect(await clippedCode(page)).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.evaluate(readFileSync(axeFile, 'utf8'));
    const violations = await page.evaluate<string[]>(
      "axe.run(document.querySelector('.sbdocs-content')).then(({ violations }) =>" +
        " violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))",
    );
    expect(violations).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(look.theme);
    await page.close();
  });
});

interface Seen {
  readonly shift: number;
  readonly clipped: readonly string[];
  readonly landings: readonly { to: string; off: number }[];
  readonly links: readonly string[];
  readonly ids: readonly string[];
}

/** Looks at pages one after the other, in one tab. */
async function see(ids: readonly string[], look: Look): Promise<[string, Seen][]> {
  const page = await openPage(context, site.url, ids[0] ?? '', look);
  const seen: [string, Seen][] = [];
  for (const id of ids) {
    if (id !== ids[0]) await goTo(page, id);
    const shift = await shiftOf(page);
    const clipped = await clippedCode(page);
    seen.push([id, { shift, clipped, landings: await landings(page), ...(await linksOf(page)) }]);
  }
  await page.close();
  return seen;
}

/** What is wrong with pages wherever they are seen. */
const wrongIn = (seen: readonly [string, Seen][], { width }: Look) =>
  seen.flatMap(([id, { shift, clipped, landings: all }]) => [
    ...(shift < 0.1 ? [] : [`${id} moves by ${shift.toFixed(2)}, ${width} wide`]),
    ...clipped.map((code) => `${id} clips, ${width} wide: ${code}`),
    ...all.flatMap(({ to, off }) =>
      off <= 8 ? [] : [`${id}: "${to}" lands ${off} px off, ${width} wide`],
    ),
  ]);

/** Most of the time a page is waited for: three tabs take little more of it than one. */
async function seeInTabs(ids: readonly string[], look: Look): Promise<[string, Seen][]> {
  const thirds = [0, 1, 2].map((tab) => ids.filter((_, index) => index % 3 === tab));
  return (await Promise.all(thirds.map((some) => see(some, look)))).flat();
}

describe('every page', () => {
  test('does not move, clips no code, and its links and contents lead where they say', async () => {
    const seen = await seeInTabs(pages, wide);
    const known = new Map(seen);
    const links = seen.flatMap(([id, { links: all }]) =>
      all.flatMap((link) => (leads(link, id, known) ? [] : [`${id}: ${link} leads nowhere`])),
    );
    expect([...wrongIn(seen, wide), ...links]).toEqual([]);
  });

  test('with demos, which are higher where it is narrow, does neither there', async () => {
    const withDemos = entries.flatMap(({ id, storiesImports = [] }) =>
      storiesImports.length > 0 ? id : [],
    );
    expect(withDemos.length).toBeGreaterThan(10);
    expect(wrongIn(await seeInTabs(withDemos, narrow), narrow)).toEqual([]);
  });
});

/** Whether a link leads to a page of the site and to a place on it, or elsewhere. */
function leads(link: string, from: string, seen: ReadonlyMap<string, Seen>): boolean {
  const [, path = '', query, hash = ''] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/.exec(link) ?? [];
  if (/^(https?:|mailto:)/.test(link)) return true;
  const target = query === undefined ? from : /path=\/(?:docs|story)\/([^&]+)/.exec(query)?.[1];
  if (path === 'iframe.html') return entries.some(({ id }) => query === `?id=${id}`);
  if (query === undefined && path !== '') return existsSync(fromRoot(`.storybook/public/${path}`));
  const page = target === undefined ? undefined : seen.get(target);
  return page !== undefined && (hash === '' || page.ids.includes(decodeURIComponent(hash)));
}

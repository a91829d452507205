import type { BrowserContext, Page } from 'playwright-core';

/** What is to be seen of a page of the site. */
export interface Look {
  readonly width: number;
  readonly theme: 'light' | 'dark';
}

/** Opens a page of the site without the frame around it, and waits until all its demos are there. */
export async function openPage(
  context: BrowserContext,
  url: string,
  id: string,
  look: Look,
): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize({ width: look.width, height: 900 });
  await page.emulateMedia({ colorScheme: look.theme, reducedMotion: 'reduce' });
  await page.addInitScript(countShifts);
  await page.goto(`${url}/iframe.html?viewMode=docs&id=${id}`);
  await page.waitForSelector('.sbdocs-content > :not(.sb-anchor)', {
    state: 'attached',
    timeout: 60_000,
  });
  await settle(page);
  return page;
}

/** Goes to another page of documentation as the frame does, without loading all of it again. */
export async function goTo(page: Page, id: string): Promise<void> {
  await page.evaluate(() => {
    document.querySelector('.sbdocs-wrapper')?.setAttribute('data-left', '');
    document.documentElement.dataset['shift'] = '0';
    dispatchEvent(new Event('shift-reset'));
  });
  const selection = JSON.stringify({ storyId: id, viewMode: 'docs' });
  await page.evaluate(`__STORYBOOK_ADDONS_CHANNEL__.emit('setCurrentStory', ${selection})`);
  const content = '.sbdocs-wrapper:not([data-left]) > .sbdocs-content > :not(.sb-anchor)';
  await page.waitForSelector(content, { state: 'attached', timeout: 30_000 });
  await settle(page);
}

async function settle(page: Page): Promise<void> {
  await page.waitForFunction(areDemosThere, undefined, { timeout: 60_000 });
  // What the last demo has moved is counted by then, and the contents are made.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 350)));
}

/** How much of the page has moved by itself, as browsers count it. */
export const shiftOf = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.documentElement.dataset['shift'] ?? 0));

function countShifts(): void {
  let sum = 0;
  addEventListener('shift-reset', () => {
    sum = 0;
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if ('hadRecentInput' in entry && entry.hadRecentInput === true) continue;
      sum += 'value' in entry ? Number(entry.value) : 0;
    }
    document.documentElement.dataset['shift'] = String(sum);
  }).observe({ type: 'layout-shift', buffered: true });
}

function areDemosThere(): boolean {
  const demos = [...document.querySelectorAll('[id^="story--"][id$="-inner"]')];
  return demos.every((demo) => demo.childElementCount > 0);
}

/** Code that is cut off at the side, by its first line. */
export const clippedCode = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('pre, pre code, .code-line')].flatMap((code) =>
      code.scrollWidth > code.clientWidth + 1 && code.clientWidth > 0
        ? (code.textContent.split('\n')[0] ?? '')
        : [],
    ),
  );

/** Links within the page, and the ids that links may lead to. */
export const linksOf = (page: Page): Promise<{ links: string[]; ids: string[] }> =>
  page.evaluate(() => ({
    // Those in demos are a part of what is shown.
    links: [...document.querySelectorAll('.sbdocs-content a[href]')].flatMap((link) =>
      link.closest('.docs-story') ? [] : (link.getAttribute('href') ?? ''),
    ),
    ids: [...document.querySelectorAll('.sbdocs-content [id]')].map(({ id }) => id),
  }));

/** How far each link of the contents lands from where it should, in pixels; at the page's end it cannot. */
export const landings = (page: Page): Promise<readonly { to: string; off: number }[]> =>
  page.evaluate(async () => {
    const off = (heading: Element) => {
      const { top } = heading.getBoundingClientRect();
      const { scrollTop, clientHeight, scrollHeight } = document.documentElement;
      const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1;
      return isAtEnd && top > 40 && top < clientHeight ? 0 : Math.abs(top - 40);
    };
    const links = [...document.querySelectorAll<HTMLAnchorElement>('.toc-wrapper a')];
    const found = [];
    for (const link of links) {
      link.click();
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      found.push({ to: link.textContent, off: heading ? Math.round(off(heading)) : NaN });
    }
    return found;
  });

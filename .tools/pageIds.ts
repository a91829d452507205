// Where pages and headings are found: as Storybook makes ids of titles, and anchors of headings.

/** The id of a page by its title, as Storybook makes it (`sanitize` of its CSF). */
export const pageId = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[ ’–—―′¿'`~!@#$%^&*()_|+\-=?;:'",.<>{}[\]\\/]/g, '-')
    .replaceAll(/-+/g, '-')
    .replace(/^-/, '')
    .replace(/-$/, '');

/** The title of the page of an entry, such as `API reference/core`. */
export const apiTitle = (entry: string): string =>
  `API reference/${entry === 'use-event-stream' ? entry : entry.replace('use-event-stream/', '').replaceAll('/', ' ')}`;

/** The anchor of an export on that page. */
export const apiAnchor = (name: string): string => name.toLowerCase();

/** The anchor of a heading, as `rehype-slug` makes it. */
export const headingAnchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

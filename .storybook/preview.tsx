import type { Preview } from '@storybook/react-vite';
import { useEffect } from 'react';
import { NAVIGATE_URL } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { INITIAL_VIEWPORTS } from 'storybook/viewport';
import { DocsPage } from './DocsPage.tsx';
import './heights.css';
import './preview.css';
import { MdxCode, MdxPre } from '../stories/ui/code/MdxCode.tsx';
import { applyTheme, onSystemChange } from './theme.ts';

/** Answers the demo endpoints in the built Storybook, which has no server. Elsewhere the dev server does. */
async function startWorker() {
  const [{ setupWorker }, { handlers, socketHandlers }] = await Promise.all([
    import('msw/browser'),
    import('../stories/server/msw.ts'),
  ]);
  await setupWorker(...handlers, ...socketHandlers).start({
    quiet: true,
    onUnhandledFrame: 'bypass',
    // Relative, so that the built Storybook may lie in any folder of a site.
    serviceWorker: { url: './mockServiceWorker.js' },
  });
}

/** Has what is shown follow the toolbar, and the system where that is what it says. */
function useTheme(choice: unknown): void {
  applyTheme(choice);
  useEffect(
    () =>
      onSystemChange(() => {
        applyTheme(choice);
      }),
    [choice],
  );
}

/** Goes to where a link of the contents leads, and says so in the address. */
function goTo(event: MouseEvent): void {
  const { currentTarget } = event;
  if (!(currentTarget instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  document.getElementById(decodeURIComponent(currentTarget.hash.slice(1)))?.scrollIntoView();
  addons.getChannel().emit(NAVIGATE_URL, currentTarget.hash);
}

const preview: Preview = {
  tags: ['autodocs', 'test'],
  async beforeAll() {
    if (import.meta.env.PROD) await startWorker();
  },
  globalTypes: {
    theme: {
      description: 'The theme of the whole site',
      toolbar: {
        title: 'Theme',
        icon: 'mirror',
        dynamicTitle: true,
        items: [
          { value: 'system', title: 'System', icon: 'mirror' },
          { value: 'light', title: 'Light', icon: 'sun' },
          { value: 'dark', title: 'Dark', icon: 'moon' },
        ],
      },
    },
  },
  initialGlobals: { theme: 'system' },
  decorators: [
    (Story, { globals }) => {
      useTheme(globals['theme']);
      return <Story />;
    },
  ],
  parameters: {
    a11y: { test: 'error' },
    // The theme is in charge of the background.
    backgrounds: { disable: true },
    docs: {
      container: DocsPage,
      components: { code: MdxCode, pre: MdxPre },
      // Headings of demos are none of the page's.
      toc: {
        title: 'On this page',
        headingSelector: 'h2, h3',
        ignoreSelector: '.docs-story *, .skip-toc *, .outcomes h3',
        unsafeTocbotOptions: { scrollSmooth: false, onClick: goTo },
      },
    },
    layout: 'padded',
    options: {
      storySort: {
        order: [
          'Introduction',
          'Getting started',
          'Quick starts',
          ['Next.js', 'Vite', 'React Router', 'TanStack Start', 'Expo'],
          'useEventStream',
          'useStreamProgress',
          'useLogTail',
          'Chat and AI answers',
          'Options all hooks share',
          'Guides',
          [
            'Authentication',
            'Reconnection and resume',
            'Runs that survive',
            'Sharing',
            'One connection for all tabs',
            'Jobs and downloads',
            'Logs',
            'Formats',
            'Other sources',
            'Iterables and other libraries',
            'Performance and bounds',
            'Errors',
            'Server recipes',
            'More than one server',
            'Devtools',
            'Troubleshooting',
            'Browsers and runtimes',
            'React Native',
            'Security',
            'Migration',
            'Benchmarks',
          ],
          'Testing',
          ['Recipes', 'Mocked stream'],
          'API reference',
        ],
      },
    },
    viewport: { options: INITIAL_VIEWPORTS },
  },
};
export default preview;

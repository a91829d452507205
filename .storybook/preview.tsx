import type { Preview } from '@storybook/react-vite';
import { INITIAL_VIEWPORTS } from 'storybook/viewport';
import { DocsPage } from './DocsPage.tsx';
import './preview.css';
import { applyTheme } from './theme.ts';

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

const preview: Preview = {
  tags: ['autodocs', 'test'],
  async beforeAll() {
    if (import.meta.env.PROD) await startWorker();
  },
  globalTypes: {
    theme: {
      description: 'Light or dark',
      toolbar: {
        title: 'Theme',
        icon: 'mirror',
        dynamicTitle: true,
        items: [
          { value: 'light', title: 'Light', icon: 'sun' },
          { value: 'dark', title: 'Dark', icon: 'moon' },
        ],
      },
    },
  },
  initialGlobals: { theme: 'light' },
  decorators: [
    (Story, { globals }) => {
      applyTheme(globals['theme']);
      return <Story />;
    },
  ],
  parameters: {
    a11y: { test: 'error' },
    // The theme is in charge of the background.
    backgrounds: { disable: true },
    docs: {
      container: DocsPage,
      toc: { headingSelector: 'h2, h3', ignoreSelector: '.outcomes h3' },
    },
    layout: 'padded',
    options: {
      storySort: {
        order: [
          'Introduction',
          'Getting started',
          'useEventStream',
          'useStreamProgress',
          'useLogTail',
          'Chat and AI answers',
          'Guides',
          [
            'Authentication',
            'Reconnection and resume',
            'Runs that survive',
            'Sharing',
            'Formats',
            'Performance and bounds',
            'Browsers and runtimes',
            'React Native',
            'Server recipes',
            'Migration',
            'Benchmarks',
          ],
          'Recipes',
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

import type { StorybookConfig } from '@storybook/react-vite';
import react from '@vitejs/plugin-react';
import { mergeConfig } from 'vite';
import { alias } from '../.tools/alias.ts';
import { mdxTables } from '../.tools/mdxTables.ts';
import { demoServer } from '../stories/server/vitePlugin.ts';

const config: StorybookConfig = {
  stories: ['../stories/**/*.mdx', '../stories/**/*.stories.tsx'],
  addons: [
    '@storybook/addon-docs',
    '@storybook/addon-a11y',
    // Its button has no place on the site: the tests are run from a terminal.
    ...(process.env['VITEST'] === 'true' ? ['@storybook/addon-vitest'] : []),
  ],
  features: {
    actions: false,
    backgrounds: false,
    changeDetection: false,
    controls: false,
    experimentalSearchDocsHeadings: true,
    measure: false,
    menuOnboardingChecklist: false,
    outline: false,
    sidebarOnboardingChecklist: false,
  },
  framework: { name: '@storybook/react-vite', options: {} },
  staticDirs: ['./public'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  viteFinal: (vite, { configType }) =>
    mergeConfig(vite, {
      plugins: [mdxTables(), react(), demoServer()],
      resolve: { alias },
      define: { __DEV__: String(configType !== 'PRODUCTION') },
    }),
};
export default config;

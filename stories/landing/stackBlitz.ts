import ours from '../../package.json';
import client from '../docs/client/Deploy.tsx?raw';
import server from '../docs/server/deploy.ts?raw';
import demoStyles from '../ui/demo.css?raw';
import landingStyles from './landing.css?raw';

const { devDependencies: versions, version } = ours;

const pageFile = `<!doctype html>
<html lang="en" style="color-scheme: light dark">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Deploy: use-event-stream</title>
  </head>
  <body>
    <div id="root"></div>
    <script type="module" src="/src/main.tsx"></script>
  </body>
</html>
`;

const mainFile = `import { createRoot } from 'react-dom/client';
import { Job, Latest, Log } from './Deploy.tsx';
import './demo.css';
import './landing.css';

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <div className="deploy card">
      <Latest />
      <Job />
      <Log />
    </div>,
  );
`;

const configFile = `import { getRequestListener } from '@hono/node-server';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { handle } from './server/deploy.ts';

const listener = getRequestListener(handle);

export default defineConfig({
  plugins: [
    react(),
    {
      name: 'deploy-server',
      configureServer({ middlewares }) {
        middlewares.use((request, response, next) => {
          if (request.url?.startsWith('/api/')) void listener(request, response);
          else next();
        });
      },
    },
  ],
});
`;

const packageFile = {
  name: 'use-event-stream-deploy',
  private: true,
  type: 'module',
  scripts: { dev: 'vite' },
  dependencies: {
    '@hono/node-server': versions['@hono/node-server'],
    react: versions.react,
    'react-dom': versions['react-dom'],
    'use-event-stream': `^${version}`,
  },
  devDependencies: {
    '@vitejs/plugin-react': versions['@vitejs/plugin-react'],
    hono: versions.hono,
    vite: versions.vite,
  },
  stackblitz: { startCommand: 'npm run dev' },
};

/** The first page's demo as a project of its own: both halves as they are shown, served by Vite. */
export const projectFiles: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify(packageFile, null, 2)}\n`,
  'vite.config.ts': configFile,
  'index.html': pageFile,
  'src/main.tsx': mainFile,
  'src/Deploy.tsx': client,
  'src/demo.css': demoStyles,
  'src/landing.css': landingStyles,
  'server/deploy.ts': server,
};

/** What a form sends to StackBlitz, which makes a project of it. */
export const projectFields: Readonly<Record<string, string>> = {
  'project[title]': 'Deploy: use-event-stream',
  'project[description]': 'Three hooks on three streams, and their server.',
  'project[template]': 'node',
  ...Object.fromEntries(
    Object.entries(projectFiles).map(([path, text]) => [`project[files][${path}]`, text]),
  ),
};

import type { Plugin, ViteDevServer } from 'vite';
import { fileURLToPath } from 'node:url';
import { loadDeployWith } from './deploy.ts';
import { handle } from './index.ts';
import { nodeListener } from './node.ts';
import { serveSockets, type Upgrading } from './sockets.ts';

/** Mounts the demo endpoints on Vite's dev server as real HTTP, for Storybook and for tests in the browser. */
export function demoServer(): Plugin {
  const listener = nodeListener(handle);
  let deploy: Deploy | undefined;
  return {
    name: 'use-event-stream:demo-server',
    configureServer(vite) {
      loadDeployWith(async () => {
        const loaded = await loadDeploy(vite);
        if (loaded !== deploy) deploy?.close();
        return (deploy = loaded);
      });
      const server = serverOf(vite);
      if (server) serveSockets(server);
      vite.middlewares.use((request, response, next) => {
        if (request.url?.startsWith('/api/')) listener(request, response);
        else next();
      });
    },
    // Its timer would keep the process that has served the site.
    closeBundle() {
      deploy?.close();
    },
  };
}

const deployPath = fileURLToPath(new URL('../docs/server/deploy.ts', import.meta.url));

type Deploy = typeof import('../docs/server/deploy.ts');

/** Vite knows the package's own names, and loads the file again when it has changed. */
async function loadDeploy(vite: ViteDevServer) {
  return (await vite.ssrLoadModule(deployPath)) as Deploy;
}

/** Storybook serves Vite with a server of its own, which it names for Vite's hot updates. */
function serverOf({ httpServer, config }: ViteDevServer): Upgrading | undefined {
  const { ws } = config.server;
  return httpServer ?? (typeof ws === 'object' ? ws.server : undefined);
}

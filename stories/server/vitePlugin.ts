import type { Plugin, ViteDevServer } from 'vite';
import { fileURLToPath } from 'node:url';
import { loadDeployWith } from './deploy.ts';
import { handle } from './index.ts';
import { nodeListener } from './node.ts';
import { serveSockets, type Upgrading } from './sockets.ts';

/** Mounts the demo endpoints on Vite's dev server as real HTTP, for Storybook and for tests in the browser. */
export function demoServer(): Plugin {
  const listener = nodeListener(handle);
  return {
    name: 'use-event-stream:demo-server',
    configureServer(vite) {
      loadDeployWith(() => loadDeploy(vite));
      const server = serverOf(vite);
      if (server) serveSockets(server);
      vite.middlewares.use((request, response, next) => {
        if (request.url?.startsWith('/api/')) listener(request, response);
        else next();
      });
    },
  };
}

const deployPath = fileURLToPath(new URL('../docs/server/deploy.ts', import.meta.url));

/** Vite knows the package's own names, and loads the file again when it has changed. */
async function loadDeploy(vite: ViteDevServer) {
  return (await vite.ssrLoadModule(deployPath)) as typeof import('../docs/server/deploy.ts');
}

/** Storybook serves Vite with a server of its own, which it names for Vite's hot updates. */
function serverOf({ httpServer, config }: ViteDevServer): Upgrading | undefined {
  const { ws } = config.server;
  return httpServer ?? (typeof ws === 'object' ? ws.server : undefined);
}

import type { Plugin } from 'vite';
import { handle } from './index.ts';
import { nodeListener } from './node.ts';

/** Mounts the demo endpoints on Vite's dev server as real HTTP, for Storybook and for tests in the browser. */
export function demoServer(): Plugin {
  const listener = nodeListener(handle);
  return {
    name: 'use-event-stream:demo-server',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        if (request.url?.startsWith('/api/')) listener(request, response);
        else next();
      });
    },
  };
}

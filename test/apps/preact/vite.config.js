import { defineConfig } from 'vite';

export default defineConfig({
  resolve: {
    alias: [
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
      { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
      { find: /^react\/(jsx-.*)$/, replacement: 'preact/$1' },
    ],
  },
  // preact has no development build of it.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});

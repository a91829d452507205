import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: {
      '/api': {
        target: 'http://localhost:3000',
        configure(proxy) {
          // When the server stops, so does the page's stream, and the page connects again.
          proxy.on('proxyRes', (answer, _request, response) => {
            answer.on('close', () => {
              if (!answer.complete) response.destroy();
            });
          });
        },
      },
    },
  },
});

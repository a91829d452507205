import { expect, test, vi } from 'vitest';

test('the core loads and works where there is no React', async () => {
  for (const name of ['react', 'react-dom', 'use-sync-external-store/shim']) {
    vi.doMock(name, () => {
      throw new Error(`${name} is absent`);
    });
  }
  const { createConnectionStore } = await import('use-event-stream/core');
  const store = createConnectionStore();
  expect(store.connections()).toEqual([]);
  await expect(import('use-event-stream')).rejects.toThrow();
});

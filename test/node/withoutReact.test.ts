import { expect, onTestFinished, test, vi } from 'vitest';

test('the core loads and works where there is no React', async () => {
  // What other files of the worker have loaded would be taken for it.
  vi.resetModules();
  onTestFinished(() => {
    vi.resetModules();
  });
  for (const name of ['react', 'react-dom', 'use-sync-external-store/shim']) {
    onTestFinished(() => {
      vi.doUnmock(name);
    });
    vi.doMock(name, () => {
      throw new Error(`${name} is absent`);
    });
  }
  const { createConnectionStore } = await import('use-event-stream/core');
  const store = createConnectionStore();
  expect(store.connections()).toEqual([]);
  await expect(import('use-event-stream')).rejects.toThrow();
});

import { createConnectionStore } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';

test('a source whose items are all there at once leaves the page its turns', async () => {
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  let count = 0;
  // It would go on for as long as nobody else has a turn.
  async function* all() {
    for (; count < 5_000_000; count++) yield await Promise.resolve(count);
  }
  const leave = store.subscribe({ url: '/all', source: all }, { onEvents: () => undefined });
  await new Promise((resolve) => setTimeout(resolve, 30));
  leave();
  expect(count).toBeGreaterThan(10);
  expect(count).toBeLessThan(5_000_000);
});

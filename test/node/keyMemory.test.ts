import { createConnectionStore } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { heldMemory } from '../support/heap.ts';

const count = 300;
const size = 100_000;

test('what tells requests apart, tokens included, is forgotten with the last who asks for it', async () => {
  const store = createConnectionStore({ fetch: () => new Promise<never>(() => undefined) });
  onTestFinished(() => {
    store.close();
  });
  const ask = (number: number) =>
    store.subscribe(
      {
        url: 'https://example.test/stream',
        headers: { authorization: String(number).padEnd(size, 'x') },
        linger: 0,
      },
      { onEvents: () => undefined },
    );
  ask(0)();
  const before = heldMemory();
  for (let number = 0; number < count; number++) ask(number)();
  expect(store.connections()).toEqual([]);
  // All of them would be 30 MB.
  await expect.poll(() => heldMemory() - before).toBeLessThan((count * size) / 5);
});

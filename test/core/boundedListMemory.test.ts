import { expect, test } from 'vitest';
import { BoundedList, type ListBounds } from '../../src/core/observer/boundedList.ts';
import { heldMemory } from '../support/heap.ts';

/** How many of the pushed items the process still holds. */
async function heldOf(count: number, bounds: ListBounds): Promise<number> {
  const items: WeakRef<object>[] = [];
  const tail = new BoundedList<object>(bounds, () => 1);
  for (let number = 0; number < count; number++) {
    const item = { number };
    items.push(new WeakRef(item));
    tail.push(item);
  }
  // What a WeakRef was made of lives until the task is over.
  await new Promise(setImmediate);
  heldMemory();
  const held = items.filter((item) => item.deref() !== undefined).length;
  // Read after the collection, or the tail would be collected too.
  return held - tail.length;
}

const bounds: [string, ListBounds][] = [
  ['items', { maxItems: 80, maxSize: Infinity }],
  ['size', { maxItems: Infinity, maxSize: 80 }],
];

test.each(bounds)('holds at most an eighth of its bound in %s past it', async (_, bound) => {
  // Each time one item is missing for a tenth to be let go, or for an eleventh.
  for (const dropped of [9, 919, 989]) expect(await heldOf(80 + dropped, bound)).toBe(9);
  expect(await heldOf(80 + 920, bound)).toBe(0);
});

test('holds at most 1,023 items past a bound that is large', async () => {
  const bound = { maxItems: 10_000, maxSize: Infinity };
  expect(await heldOf(10_000 + 1_023, bound)).toBe(1_023);
  expect(await heldOf(10_000 + 1_024, bound)).toBe(0);
});

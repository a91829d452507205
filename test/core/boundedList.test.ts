import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { BoundedList } from '../../src/core/observer/boundedList.ts';

const unbounded = { maxItems: Infinity, maxSize: Infinity };

test('holds exactly what its bounds allow, and counts what it drops', () => {
  const tail = new BoundedList<number>({ maxItems: 3, maxSize: Infinity });
  for (let item = 0; item < 10; item++) tail.push(item);
  expect(tail.snapshot().toArray()).toEqual([7, 8, 9]);
  expect([tail.length, tail.dropped, tail.first]).toEqual([3, 7, 7]);
});

test('holds nothing where nothing is allowed', () => {
  const tail = new BoundedList<number>({ maxItems: 0, maxSize: Infinity });
  tail.push(1);
  expect([tail.length, tail.dropped, tail.snapshot().toArray()]).toEqual([0, 1, []]);
});

test('is bounded by size', () => {
  const tail = new BoundedList<string>({ maxItems: Infinity, maxSize: 5 }, (text) => text.length);
  for (const text of ['aaa', 'bb', 'c', 'dddd']) tail.push(text);
  expect(tail.snapshot().toArray()).toEqual(['c', 'dddd']);
  expect(tail.droppedSize).toBe(5);
});

test('keeps an old snapshot as it was, however much comes and goes afterwards', () => {
  const tail = new BoundedList<number>({ maxItems: 4, maxSize: Infinity });
  for (let item = 0; item < 4; item++) tail.push(item);
  const before = tail.snapshot();
  for (let item = 4; item < 10_000; item++) tail.push(item);
  expect(before.toArray()).toEqual([0, 1, 2, 3]);
  expect([before.at(0), before.at(-1), before.length]).toEqual([0, 3, 4]);
  tail.clear();
  expect(before.slice(1, 3)).toEqual([1, 2]);
});

test('gives the same snapshot until something changes', () => {
  const tail = new BoundedList<number>(unbounded);
  tail.push(1);
  const first = tail.snapshot();
  expect(tail.snapshot()).toBe(first);
  expect(first.toArray()).toBe(first.toArray());
  tail.push(2);
  expect(tail.snapshot()).not.toBe(first);
});

test('drops old items from the front only', () => {
  const tail = new BoundedList<number>(unbounded);
  for (const item of [1, 2, 9, 3]) tail.push(item);
  tail.dropWhile((item) => item < 5);
  expect(tail.snapshot().toArray()).toEqual([9, 3]);
});

test('obeys new bounds at once', () => {
  const tail = new BoundedList<number>(unbounded);
  for (let item = 0; item < 5_000; item++) tail.push(item);
  tail.setBounds({ maxItems: 2, maxSize: Infinity });
  expect(tail.snapshot().toArray()).toEqual([4_998, 4_999]);
});

describe('a snapshot reads like an array', () => {
  test('whatever is pushed, and however it is read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })),
        (items, maxItems, [from, to]) => {
          const tail = new BoundedList<number>({ maxItems, maxSize: Infinity });
          for (const item of items) tail.push(item);
          const expected = items.slice(-maxItems);
          const snapshot = tail.snapshot();
          expect([...snapshot]).toEqual(expected);
          expect(snapshot.slice(from, to)).toEqual(expected.slice(from, to));
          expect(snapshot.at(from)).toBe(expected.at(from));
          expect(snapshot.map((item, index) => item + index)).toEqual(
            expected.map((item, index) => item + index),
          );
        },
      ),
    );
  });
});

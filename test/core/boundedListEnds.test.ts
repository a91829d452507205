import { expect, test } from 'vitest';
import { BoundedList } from '../../src/core/observer/boundedList.ts';

const unbounded = { maxItems: Infinity, maxSize: Infinity };

function numbers(count: number, maxItems = Infinity) {
  const tail = new BoundedList<number>({ maxItems, maxSize: Infinity }, () => 2);
  for (let number = 0; number < count; number++) tail.push(number);
  return tail;
}

const sizes = (tail: BoundedList<number>) => [tail.length, tail.dropped, tail.droppedSize];

test('a snapshot has nothing before its first item, though it is still held', () => {
  // Chunks of ten: the first five are dropped, and held with the other five.
  const snapshot = numbers(85, 80).snapshot();
  expect([snapshot.at(-80), snapshot.at(-81), snapshot.at(-85)]).toEqual([5, undefined, undefined]);
  expect(snapshot.slice(-85, 1)).toEqual([5]);
});

test('a snapshot has nothing behind its last item, though more came into the same chunk', () => {
  const tail = numbers(3);
  const snapshot = tail.snapshot();
  tail.push(3);
  expect([snapshot.at(2), snapshot.at(3), snapshot.at(NaN)]).toEqual([2, undefined, undefined]);
  expect([...snapshot]).toEqual([0, 1, 2]);
  expect(snapshot.slice(1, 9)).toEqual([1, 2]);
});

test('an empty tail has no first item, and an empty snapshot no item at all', () => {
  const tail = new BoundedList<number>(unbounded);
  expect(tail.first).toBeUndefined();
  expect(tail.snapshot().at(0)).toBeUndefined();
  expect([...tail.snapshot()]).toEqual([]);
});

test('drops all of its items where all are old, and asks of nothing else', () => {
  const tail = numbers(30);
  const asked: number[] = [];
  tail.dropWhile((item) => asked.push(item) > 0);
  expect(asked).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(sizes(tail)).toEqual([0, 30, 60]);
  tail.push(7);
  expect(tail.snapshot().toArray()).toEqual([7]);
});

test('items that never came count as dropped, with all that stood before them', () => {
  const tail = numbers(12, 10);
  const before = tail.snapshot();
  tail.skip(5);
  expect(sizes(tail)).toEqual([0, 17, 24]);
  expect(tail.snapshot()).not.toBe(before);
  tail.push(17);
  expect(sizes(tail)).toEqual([1, 17, 24]);
  expect([tail.first, ...tail.snapshot()]).toEqual([17, 17]);
});

test('begins again with nothing when it is cleared, and counts from 0', () => {
  const tail = numbers(12, 10);
  tail.clear();
  expect(sizes(tail)).toEqual([0, 0, 0]);
  expect([...tail.snapshot()]).toEqual([]);
  for (const item of [1, 2]) tail.push(item);
  expect([...tail.snapshot()]).toEqual([1, 2]);
  tail.setBounds({ maxItems: 1, maxSize: Infinity });
  expect(sizes(tail)).toEqual([1, 1, 2]);
});

test('items have no size where none is said', () => {
  const tail = new BoundedList<number>({ maxItems: 1, maxSize: 0 });
  for (const item of [1, 2]) tail.push(item);
  expect(sizes(tail)).toEqual([1, 1, 0]);
});

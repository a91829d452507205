import { expect, test } from 'vitest';
import type { Clock } from 'use-event-stream/core';
import { Frames } from '../../src/core/store/frameScheduler.ts';
import { FakeClock } from '../support/fakeClock.ts';

/** A page that paints every 16 ms and has a quiet moment only when the test says so. */
function setUp() {
  const clock = new FakeClock();
  let quiet: (() => void) | null = null;
  const busy: Clock = {
    now: clock.now,
    random: clock.random,
    timeout: clock.timeout,
    frame: clock.frame,
    idle: (run) => {
      quiet = run;
      return () => {
        quiet = null;
      };
    },
  };
  return { clock, frames: new Frames(busy), beQuiet: () => quiet?.() };
}

test('publishes each once a frame, however often it is asked for', async () => {
  const { clock, frames } = setUp();
  const published: string[] = [];
  const one = () => published.push('one');
  const two = () => published.push('two');
  frames.request(one);
  frames.request(two);
  frames.request(one);
  expect(published).toEqual([]);
  await clock.advance(16);
  expect(published).toEqual(['one', 'two']);
});

test('publishes nothing that was cancelled', async () => {
  const { clock, frames } = setUp();
  const published: string[] = [];
  const one = () => published.push('one');
  frames.request(one);
  frames.cancel(one);
  await clock.advance(100);
  expect(published).toEqual([]);
});

test('waits for a quiet moment before the next frame', async () => {
  const { clock, frames, beQuiet } = setUp();
  const at: number[] = [];
  const publish = () => {
    at.push(clock.now());
    frames.request(publish);
  };
  const start = clock.now();
  frames.request(publish);
  await clock.advance(16);
  await clock.advance(50);
  expect(at.map((time) => time - start)).toEqual([16]);
  beQuiet();
  await clock.advance(16);
  expect(at.map((time) => time - start)).toEqual([16, 82]);
});

test('waits for a busy page 100 ms, then three times as long each time, up to 2 s', async () => {
  const { clock, frames, beQuiet } = setUp();
  const at: number[] = [];
  const publish = () => {
    at.push(clock.now());
    frames.request(publish);
  };
  frames.request(publish);
  await clock.advance(16 + 116 + 316 + 916 + 2_016 + 2_016);
  const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0) - 16);
  expect(waits).toEqual([100, 300, 900, 2_000, 2_000]);
  beQuiet();
  await clock.advance(16 + 116);
  const last = at.slice(-2);
  expect((last[1] ?? 0) - (last[0] ?? 0)).toBe(116);
});

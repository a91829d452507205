import { describe, expect, test, vi } from 'vitest';
import {
  englishText,
  percentOf,
  sayNext,
  statusTextOf,
  wholePercent,
  type ProgressMoment,
  type Saying,
} from '../../src/core/progress/progressText.ts';

const moment: ProgressMoment = {
  status: 'running',
  percent: null,
  loaded: null,
  total: null,
  remainingMs: null,
  stalled: false,
  step: null,
  message: null,
  reason: null,
};

describe('in English', () => {
  test.each<[Partial<ProgressMoment>, string]>([
    [{ status: 'connecting' }, 'connecting'],
    [{}, 'in progress'],
    [{ step: 'Resolving' }, 'Resolving'],
    [{ percent: 40 }, '40%'],
    [{ step: 'Uploading', percent: 40 }, 'Uploading: 40%'],
    [
      { step: 'Uploading', percent: 40, remainingMs: 125_000 },
      'Uploading: 40%, about 2 minutes left',
    ],
    [
      { step: 'Uploading', percent: 40, remainingMs: 125_000, stalled: true },
      'Uploading: 40%, stalled',
    ],
    [{ stalled: true }, 'stalled'],
    [{ percent: 100, remainingMs: 0 }, '100%'],
    [{ status: 'reconnecting', percent: 40, reason: 'network error' }, 'reconnecting'],
    [{ status: 'done', percent: 100, step: 'Complete', remainingMs: 0 }, 'done'],
    [{ status: 'failed', reason: 'No space left' }, 'failed: No space left'],
    [{ status: 'failed' }, 'failed'],
    [{ status: 'cancelled' }, 'cancelled'],
  ])('%o is told', (part, text) => {
    expect(englishText({ ...moment, ...part })).toBe(text);
  });

  test.each([
    [3, 'a few seconds left'],
    [8, 'about 10 seconds left'],
    [42, 'about 45 seconds left'],
    [56, 'about a minute left'],
    [100, 'about 2 minutes left'],
    [3_000, 'about 50 minutes left'],
    [3_500, 'about an hour left'],
    [7_000, 'about 2 hours left'],
    [200_000, 'about 2 days left'],
  ])('%d s are told in a unit that one can use', (seconds, text) => {
    expect(englishText({ ...moment, percent: 1, remainingMs: seconds * 1_000 })).toBe(
      `1%, ${text}`,
    );
  });
});

describe('what is said next', () => {
  const said: Saying = { text: 'a', step: 'build', at: 10_000 };

  test('is the same for 5 s, and not even asked for', () => {
    const say = vi.fn(() => 'b');
    expect(sayNext(said, { step: 'build', at: 14_999 }, say)).toBe(said);
    expect(say).not.toHaveBeenCalled();
    expect(sayNext(said, { step: 'build', at: 15_000 }, say)).toEqual({
      text: 'b',
      step: 'build',
      at: 15_000,
    });
  });

  test('is new at once with another step, and where nothing was said before', () => {
    expect(sayNext(said, { step: 'test', at: 10_001 }, () => 'b').text).toBe('b');
    expect(sayNext(null, { step: null, at: 0 }, () => 'b').text).toBe('b');
  });

  test('does not wait again after words that were the same', () => {
    const same = sayNext(said, { step: 'build', at: 15_000 }, () => 'a');
    expect(sayNext(same, { step: 'build', at: 15_001 }, () => 'b').text).toBe('b');
  });

  test('is not held up for long by a clock that was set back', () => {
    expect(sayNext(said, { step: 'build', at: 1_000 }, () => 'b').text).toBe('b');
  });
});

test('is in the words of the user, and in English where those throw', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const boom = new Error('boom');
  const done: ProgressMoment = { ...moment, status: 'done' };
  expect(statusTextOf(done, ({ status }) => `~${status}`)).toBe('~done');
  const thrown = statusTextOf(done, () => {
    throw boom;
  });
  vi.unstubAllGlobals();
  expect(thrown).toBe('done');
  expect(reported).toHaveBeenCalledExactlyOnceWith(boom);
});

test('percent are what one would write, and whole ones are never too many', () => {
  expect(percentOf(0.29)).toBe(29);
  expect(wholePercent(0.29)).toBe(29);
  expect(wholePercent(0.9999)).toBe(99);
  expect(wholePercent(null)).toBeNull();
});

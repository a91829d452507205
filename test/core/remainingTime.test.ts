import { describe, expect, test } from 'vitest';
import { compare } from '../bench/remainingTime.ts';

const errors = new Map(compare(40).map(({ scenario, ...error }) => [scenario, error]));

describe('the error of the remaining time', () => {
  test.each([
    'in bursts',
    'a stall of 20 s',
    'slows down to a third',
    'an outage of 30 s, work stood still',
    'an outage of 30 s, work went on',
    'counts first, for a minute or two',
    'steady but for noise',
  ])('is lower than with the formula of tqdm: %s', (scenario) => {
    const error = errors.get(scenario);
    expect(error?.ours).toBeGreaterThan(0);
    expect(error?.ours).toBeLessThan(error?.tqdm ?? 0);
  });

  test('is higher where hardly any noise hides that the job has become slower', () => {
    // What tqdm has just heard counts for much: there, and only there, that is an advantage.
    const error = errors.get('slows down to a third, hardly any noise');
    expect(error?.tqdm).toBeLessThan(error?.ours ?? 0);
    expect(error?.ours).toBeLessThan(0.25);
  });
});

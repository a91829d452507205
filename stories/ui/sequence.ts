import { defineStream } from 'use-event-stream';

/** What was received of a stream of numbers. */
export interface Received {
  readonly count: number;
  readonly last: number;
  /** Numbers that were left out. */
  readonly missing: number;
  /** Numbers that came again. */
  readonly repeated: number;
}

const NOTHING: Received = { count: 0, last: 0, missing: 0, repeated: 0 };

/** Counts the numbers of a stream that should bring each of them once. */
export function receive(state: Received, numbers: readonly number[]): Received {
  let { count, last, missing, repeated } = state;
  for (const number of numbers) {
    count += 1;
    if (number > last) missing += number - last - 1;
    else repeated += 1;
    last = Math.max(last, number);
  }
  return { count, last, missing, repeated };
}

/** The options of a stream whose events carry 1, 2, 3 and so on. */
export const numbered = {
  parse: Number,
  initial: NOTHING,
  reduce: (state: Received, events: readonly { data: number }[]) =>
    receive(
      state,
      events.map(({ data }) => data),
    ),
};

/** The same as one stream that components share. */
export const ticks = defineStream({
  parse: Number,
  initial: NOTHING,
  reduce: numbered.reduce,
});

/**
 * How fast an amount has been growing: a double-smoothed average over time, immutable.
 *
 * `at`, `since` and the like are in milliseconds; rates are per second.
 */
export interface Rate {
  /** Where the measurement begins, outages left out. */
  readonly since: number;
  /** The last sample. */
  readonly at: number;
  readonly amount: number;
  /** The moving average, and the moving average of that; both still lack the weight of what was before `since`. */
  readonly smoothed: number;
  readonly doubled: number;
  /** The moving average of the time between two samples, in seconds. */
  readonly gap: number;
  /** There was a sample after the first. */
  readonly isMeasured: boolean;
  /** Until then what comes is news of the past, not progress of the present. */
  readonly settledAt: number;
  /** When the amount was 0, where that is known. */
  readonly origin: number | null;
}

// What lies 15 s back counts for a tenth.
const tenthAfter = 15;
/** A server that tells a newcomer what has happened so far does so in a burst, of at most so many milliseconds. */
export const settleTime = 250;
const shortestMeasurement = 1_000;
// A sample that is still later than that says more of a pause than of the pace.
const usualGapsCounted = 4;

const weightAfter = (seconds: number) => 0.1 ** (seconds / tenthAfter);
const seconds = (milliseconds: number) => milliseconds / 1_000;

function nothingMeasured(at: number, amount: number) {
  return { since: at, at, amount, smoothed: 0, doubled: 0, gap: 0, isMeasured: false };
}

/**
 * Begins to measure at the first sample. With `origin`, the time at which the amount was 0, the average
 * speed since then is known at once.
 */
export function beginRate(at: number, amount: number, origin: number | null = null): Rate {
  const known = origin !== null && origin < at ? origin : null;
  const settling = { settledAt: at + settleTime, origin: known };
  if (known === null) return { ...nothingMeasured(at, amount), ...settling };
  const measured = measure({ ...nothingMeasured(known, 0), ...settling }, at, amount);
  // The one long wait says nothing about the pace of what comes.
  return { ...measured, gap: 0 };
}

function measure(rate: Rate, at: number, amount: number): Rate {
  const elapsed = seconds(at - rate.at);
  const counted = Math.min(elapsed, seconds(longestCounted(rate)));
  const since = rate.since + (elapsed - counted) * 1_000;
  const weight = weightAfter(counted);
  const speed = (amount - rate.amount) / elapsed;
  const smoothed = rate.smoothed * weight + speed * (1 - weight);
  const unbiased = smoothed / (1 - weightAfter(seconds(at - since)));
  return {
    ...rate,
    since,
    at,
    amount,
    smoothed,
    doubled: rate.doubled * weight + unbiased * (1 - weight),
    gap: rate.gap * weight + elapsed * (1 - weight),
    isMeasured: true,
  };
}

/** For how long one sample may count, in milliseconds: a single long wait is not yet a new pace. */
function longestCounted(rate: Rate): number {
  const usual = usualGap(rate);
  return usual > 0 ? Math.max(shortestMeasurement, usualGapsCounted * usual) : Infinity;
}

/** Takes the next sample; one that is no higher or no later than the last changes nothing. */
export function sampleRate(rate: Rate, at: number, amount: number): Rate {
  if (at <= rate.settledAt) {
    const settledAt = Math.min(rate.settledAt, at + settleTime);
    if (rate.origin !== null) return { ...beginRate(at, amount, rate.origin), settledAt };
    return { ...rate, since: rate.since + (at - rate.at), at, amount, settledAt };
  }
  return amount > rate.amount && at > rate.at ? measure(rate, at, amount) : rate;
}

/** Leaves a time out in which nothing could be heard, and what has grown in it. */
export function skipTime(rate: Rate, milliseconds: number): Rate {
  return {
    ...rate,
    since: rate.since + milliseconds,
    at: rate.at + milliseconds,
    settledAt: Infinity,
    origin: null,
  };
}

/** The usual time between two samples, in milliseconds; 0 where there is no telling. */
export function usualGap(rate: Rate): number {
  const total = 1 - weightAfter(seconds(rate.at - rate.since));
  return total > 0 ? (rate.gap / total) * 1_000 : 0;
}

/** How much later than usual the next sample is, in milliseconds. */
export function lateness(rate: Rate, now: number): number {
  return Math.max(0, now - rate.at - usualGap(rate));
}

function averageAfter(rate: Rate, late: number): number {
  const weight = weightAfter(late);
  const total = 1 - weightAfter(seconds(rate.at - rate.since) + late);
  const single = (rate.smoothed * weight) / total;
  return (rate.doubled * weight + single * (1 - weight)) / total;
}

const isTooShort = (rate: Rate, now: number) =>
  !rate.isMeasured || now - rate.since < shortestMeasurement;

/**
 * The rate per second as it looks at `now`, or null before there were two samples and one second.
 *
 * Where the next sample is later than usual, the rate decays as if nothing had been done since.
 */
export function rateAt(rate: Rate, now: number): number | null {
  return isTooShort(rate, now) ? null : averageAfter(rate, seconds(lateness(rate, now)));
}

/**
 * How long so much takes from `now` on, in milliseconds, or null where there is no rate yet.
 *
 * A wait that is longer than usual goes on, as far as one can know, for as long as it has lasted; then
 * the work is taken up at the rate it had. The decayed rate would know of no such end: after a pause of
 * 20 s it would ask for twenty times the time.
 */
export function timeFor(rate: Rate, amount: number, now: number): number | null {
  if (isTooShort(rate, now)) return null;
  if (amount === 0) return 0;
  return (amount / averageAfter(rate, 0)) * 1_000 + lateness(rate, now);
}

import type { ProgressState } from './progressState.ts';
import { asker, type Ask } from '../report.ts';

/** What there is to say of a job at one moment. */
export interface ProgressMoment {
  /** How the job, or its connection, is doing; never `idle`. */
  status: Exclude<ProgressState['status'], 'idle'>;
  /** How far the job is, in whole percent, rounded down; null if unknown. */
  percent: number | null;
  /** How much is done, in the job's own units. */
  loaded: number | null;
  /** How much there is to do, in the same units. */
  total: number | null;
  /** How long it will take, in milliseconds; null if unknown. */
  remainingMs: number | null;
  /** Nothing has moved for much longer than usual. */
  stalled: boolean;
  /** The step that the job is in. */
  step: string | null;
  /** What the job is doing, in the server's words. */
  message: string | null;
  /** Why the job or its connection has failed, in words; else null. */
  reason: string | null;
}

/** A value from 0 to 1 in percent, not rounded. */
export const percentOf = (value: number | null): number | null =>
  // 0.29 * 100 is 28.999999999999996.
  value === null ? null : Number((value * 100).toPrecision(12));

/** A value from 0 to 1 in whole percent, rounded down: nobody is told of 100 % before it is there. */
export function wholePercent(value: number | null): number | null {
  const percent = percentOf(value);
  return percent === null ? null : Math.floor(percent);
}

/** How a moment is put into words. */
export type StatusText = (moment: ProgressMoment) => string;

const minute = 60;
const hour = 3_600;
const day = 86_400;

const about = (amount: number, unit: string) => `about ${String(amount)} ${unit} left`;

/** How long it will take, as one says it: nobody can use the seconds of an hour. */
function timeLeft(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 8) return 'a few seconds left';
  if (seconds < 55) return about(Math.ceil(seconds / 5) * 5, 'seconds');
  if (seconds < 1.5 * minute) return 'about a minute left';
  if (seconds < 55 * minute) return about(Math.round(seconds / minute), 'minutes');
  if (seconds < 1.5 * hour) return 'about an hour left';
  if (seconds < 36 * hour) return about(Math.round(seconds / hour), 'hours');
  return about(Math.round(seconds / day), 'days');
}

function runningText({ step, percent, remainingMs, stalled }: ProgressMoment): string {
  const figures = [
    ...(percent === null ? [] : [`${String(percent)}%`]),
    ...(stalled ? ['stalled'] : remainingMs ? [timeLeft(remainingMs)] : []),
  ].join(', ');
  if (step === null) return figures || 'in progress';
  return figures ? `${step}: ${figures}` : step;
}

/** A moment in English: "Uploading: 40%, about 2 minutes left". */
export function englishText(moment: ProgressMoment): string {
  switch (moment.status) {
    case 'running':
      return runningText(moment);
    case 'failed':
      return moment.reason === null ? 'failed' : `failed: ${moment.reason}`;
    case 'connecting':
    case 'reconnecting':
    case 'done':
    case 'cancelled':
      return moment.status;
  }
}

/** A moment in the words of the user's function, or in English where there is none, or it has none. */
export function statusTextOf(
  moment: ProgressMoment,
  inWords: StatusText | undefined,
  ask: Ask = asker('statusText'),
): string {
  return ask(() => inWords?.(moment) ?? null, null) ?? englishText(moment);
}

/** What was last said of a run. */
export interface Saying {
  readonly text: string;
  readonly step: string | null;
  /** When it was first said, in milliseconds since the epoch. */
  readonly at: number;
}

// A screen reader needs some 3 s for a sentence, and has other things to say.
const shortestSaying = 5_000;

/** What is said next: something new at most every 5 s, but of another step at once. */
export function sayNext(
  last: Saying | null,
  { step, at }: Pick<Saying, 'step' | 'at'>,
  say: () => string,
): Saying {
  // Less than nothing: the clock was set back.
  const age = last ? Math.abs(at - last.at) : Infinity;
  if (last?.step === step && age < shortestSaying) return last;
  const text = say();
  return last?.step === step && last.text === text ? last : { text, step, at };
}

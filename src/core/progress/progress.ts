import {
  beginRate,
  rateAt,
  sampleRate,
  settleTime,
  skipTime,
  timeFor,
  usualGap,
  type Rate,
} from './progressRate.ts';
import { beginSteps, endSteps, takeStep, type Step, type StepsTaken } from './progressSteps.ts';

/** What one event says of a job. Numbers that are not finite are ignored. */
export interface ProgressUpdate {
  /** How far the job is, in the unit of the option `scale`. With weighted steps how far the step is. */
  progress?: number | undefined;
  /** How much is done, in any unit, such as bytes. */
  loaded?: number | undefined;
  /** How much there is to do, in the same unit. 0 or less, or `null` in JSON: not known. */
  total?: number | undefined;
  /**
   * When the job was started, in milliseconds since the epoch, by the clock of the server. With it the time is
   * right after a reload, too.
   */
  startedAt?: number | undefined;
  /** The name of the step that the job is in. */
  step?: string | undefined;
  /** What the job is doing, in words. */
  message?: string | undefined;
  /** The job has failed, and why. An empty text says nothing. */
  error?: string | undefined;
  /** `true`: the job is done. */
  done?: boolean | undefined;
}

/** How updates are to be read. */
export interface ProgressScale {
  scale: 'percent' | 'fraction';
  /** The steps that the job is known to have; empty where they show by themselves. */
  steps: readonly Step[];
  /** Updates tell how far the step is, and not the job. */
  weighted: boolean;
}

/** What is known of a run of a job; immutable. Times are in milliseconds since the epoch. */
export interface ProgressRun extends StepsTaken {
  /** From 0 to 1, or null where unknown. */
  readonly value: number | null;
  /** The highest value so far: it never goes back below. */
  readonly floor: number;
  readonly loaded: number | null;
  readonly total: number | null;
  readonly message: string | null;
  /** When the job was started, as the server says, by the page's clock. */
  readonly startedAt: number | null;
  /** When the first answer came. */
  readonly openedAt: number | null;
  /** Since when nothing can be heard. */
  readonly lostAt: number | null;
  /** When the job was first heard of without a word of how far it is. */
  readonly unknownAt: number | null;
  /** When the run was over. */
  readonly endedAt: number | null;
  /** When the last news came, or the connection. */
  readonly advancedAt: number;
  readonly rate: Rate | null;
  /** What the rate is a rate of. */
  readonly measured: 'loaded' | 'value';
}

/** A run of which nothing is known yet. */
export const unbegun: ProgressRun = {
  ...beginSteps,
  value: null,
  floor: 0,
  loaded: null,
  total: null,
  message: null,
  startedAt: null,
  openedAt: null,
  lostAt: null,
  unknownAt: null,
  endedAt: null,
  advancedAt: 0,
  rate: null,
  measured: 'value',
};

// What comes from the wire or from `parse` is not always what its type says.
const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const within = (fraction: number) => Math.min(1, Math.max(0, fraction));

/** How far an update says that the job, or its step, is; undefined where it says nothing of it. */
function fractionOf(
  update: ProgressUpdate,
  { loaded, total }: Pick<ProgressRun, 'loaded' | 'total'>,
  scale: ProgressScale['scale'],
): number | null | undefined {
  const progress = finite(update.progress);
  if (progress !== null) return within(scale === 'percent' ? progress / 100 : progress);
  const declared = finite(update.total);
  if (declared !== null && declared <= 0) return null;
  const counts = declared !== null || finite(update.loaded) !== null;
  return counts && total !== null && loaded !== null ? within(loaded / total) : undefined;
}

function amounts(run: ProgressRun, update: ProgressUpdate, isNewStep: boolean) {
  const loaded = finite(update.loaded);
  const total = finite(update.total);
  // What a job has found while it counted is not what it has done.
  const wasCounting = run.value === null && run.floor === 0 && run.total === null;
  const beginsWork = wasCounting && loaded !== null && total !== null && total > 0;
  const before = isNewStep || beginsWork ? unbegun : run;
  return {
    loaded: loaded === null ? before.loaded : Math.max(0, loaded, before.loaded ?? 0),
    total: total === null ? before.total : total > 0 ? total : null,
  };
}

/** What to measure the speed of: amounts where they tell how far the job is, or nothing else does. */
function measuredOf(
  run: ProgressRun,
  update: ProgressUpdate,
  { loaded, total }: Pick<ProgressRun, 'loaded' | 'total'>,
): ProgressRun['measured'] {
  if (loaded === null) return 'value';
  const tellsValue = finite(update.progress) !== null;
  if (total !== null || (tellsValue && finite(update.loaded) !== null)) return 'loaded';
  if (run.value !== null) return run.measured;
  return tellsValue ? 'value' : 'loaded';
}

function valueOf(
  run: ProgressRun,
  fraction: number | null | undefined,
  { steps, weighted }: ProgressScale,
): number | null {
  if (!weighted) return fraction === undefined ? run.value : fraction;
  let all = 0;
  let done = 0;
  for (const { name, weight } of steps) {
    all += weight;
    done += weight * (run.marks.get(name)?.value ?? 0);
  }
  return all > 0 && run.step !== null ? within(done / all) : null;
}

/** The run after an update that came at `at`; the server's clock is ahead of the page's by `skew`. */
export function advance(
  run: ProgressRun,
  update: ProgressUpdate,
  { at, skew = 0, ...scale }: ProgressScale & { at: number; skew?: number },
): ProgressRun {
  const { steps, weighted } = scale;
  const step = text(update.step);
  const isNewStep = weighted && step !== null && step !== run.step;
  const counted = amounts(run, update, isNewStep);
  const fraction = fractionOf(update, counted, scale.scale);
  const taken = takeStep(
    run,
    { name: step, fraction: weighted ? fraction : undefined },
    { steps, at },
  );
  const value = valueOf({ ...run, ...taken }, fraction, scale);
  const startedAt = finite(update.startedAt);
  const next: ProgressRun = {
    ...run,
    ...taken,
    ...counted,
    value: value === null ? null : Math.max(run.floor, value),
    floor: Math.max(run.floor, value ?? 0),
    message: text(update.message) ?? run.message,
    startedAt: startedAt === null ? run.startedAt : startedAt - skew,
    openedAt: run.openedAt ?? at,
    measured: weighted ? 'value' : measuredOf(run, update, counted),
  };
  return hasAdvanced(run, next) ? { ...next, advancedAt: at } : next;
}

const hasAdvanced = (before: ProgressRun, after: ProgressRun) =>
  (['floor', 'loaded', 'step', 'message'] as const).some((key) => before[key] !== after[key]);

/** Whether anybody knows how far the job is: at nothing, a step that has told nothing may count yet. */
const isToldOf = ({ value, step, marks }: ProgressRun): boolean =>
  value !== null &&
  (value > 0 || step === null || [...marks.values()].some((mark) => mark.value !== null));

/** The run with its speed measured, once after all the updates that came together. */
export function measureRate(before: ProgressRun, run: ProgressRun, at: number): ProgressRun {
  const amount = run.measured === 'loaded' ? run.loaded : run.value;
  const isKnown = isToldOf(run);
  const unknownAt = run.unknownAt ?? (isKnown ? null : at);
  // Nothing of an unknown total may be a job that counts yet.
  if (amount === null || (!isKnown && amount === 0)) return { ...run, unknownAt };
  // A time in which nobody knew how far the job was is not time at speed zero.
  const wasUnknown = unknownAt !== null && at - unknownAt > settleTime;
  const origin = wasUnknown ? null : run.startedAt;
  const knowsMore = before.startedAt === null && origin !== null;
  const isSame = before.measured === run.measured && !knowsMore;
  const known = isSame && run.rate && run.rate.amount <= amount ? run.rate : null;
  const goesOn = known && isKnown && !isToldOf(before) ? skipTime(known, at - known.at) : known;
  return {
    ...run,
    unknownAt,
    rate: goesOn ? sampleRate(goesOn, at, amount) : beginRate(at, amount, origin),
  };
}

/** The run after the server has answered. What passed while nothing could be heard does not count for its speed. */
export function opened(run: ProgressRun, at: number): ProgressRun {
  const { rate, lostAt } = run;
  return {
    ...run,
    openedAt: run.openedAt === null ? at : Math.min(run.openedAt, at),
    lostAt: null,
    advancedAt: Math.max(run.advancedAt, at),
    rate: rate && lostAt !== null ? skipTime(rate, Math.max(0, at - lostAt)) : rate,
  };
}

/** The run after the connection was lost. */
export function lost(run: ProgressRun, at: number): ProgressRun {
  return run.openedAt === null || run.lostAt !== null ? run : { ...run, lostAt: at };
}

/** The run when it is over: done, failed, or no longer watched. */
export function ended(
  run: ProgressRun,
  outcome: 'done' | 'failed' | 'cancelled',
  { steps, at }: { steps: readonly Step[]; at: number },
): ProgressRun {
  const over = { ...run, endedAt: at, ...endSteps(run, outcome, { steps, at }) };
  return outcome === 'done' ? { ...over, value: 1, floor: 1 } : over;
}

/** How fast a run is at a moment, and how long it will take. */
export interface ProgressPace {
  /** Per second, in the unit of `loaded` where that is known, else as a fraction of the whole. */
  rate: number | null;
  /** In milliseconds. */
  remainingMs: number | null;
  elapsedMs: number;
  /** Nothing has moved for much longer than usual. */
  stalled: boolean;
}

const shortestStall = 10_000;
const usualGapsToStall = 4;

/** What is left to do, in what the rate is a rate of; null where there is no telling. */
function left(run: ProgressRun): number | null {
  const { value, loaded, total } = run;
  if (value === null) return null;
  if (run.measured === 'value' || loaded === null) return 1 - value;
  // A server may tell the amount and the percentage, and leave the total to be reckoned.
  return Math.max(0, (total ?? loaded / value) - loaded);
}

/** How fast the run is, as it looks at `now`. */
export function paceOf(run: ProgressRun, now: number): ProgressPace {
  const { endedAt, lostAt, rate } = run;
  const heardAt = lostAt ?? now;
  const measured = endedAt === null ? rate : null;
  const amount = left(run);
  const remainingMs = measured && amount !== null ? timeFor(measured, amount, heardAt) : null;
  const begun = run.startedAt ?? run.openedAt;
  const patience = Math.max(shortestStall, usualGapsToStall * (rate ? usualGap(rate) : 0));
  const isRunning = run.openedAt !== null && lostAt === null && endedAt === null;
  return {
    rate: measured && rateAt(measured, heardAt),
    remainingMs: Number.isFinite(remainingMs) ? remainingMs : null,
    elapsedMs: begun === null ? 0 : Math.max(0, (endedAt ?? now) - begun),
    stalled: isRunning && now - run.advancedAt > patience,
  };
}

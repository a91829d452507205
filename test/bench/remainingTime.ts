/**
 * How far estimates of the remaining time are off, ours beside tqdm's formula, on made-up runs.
 *
 * Nothing here is timed: the runs are seeded, so the figures are the same on every machine.
 */
import { fileURLToPath } from 'node:url';
import {
  advance,
  lost,
  measureRate,
  opened,
  paceOf,
  unbegun,
  type ProgressRun,
} from '../../src/core/progress/progress.ts';
import { seeded } from '../support/seeded.ts';
import { scenarios, type Report, type Run } from './remainingScenarios.ts';

/** Something that is told of a run, and says how long it will take. */
interface Estimator {
  take: (report: Report) => void;
  /** In milliseconds, or null. */
  remaining: (now: number) => number | null;
}

const scale = { scale: 'fraction', steps: [], weighted: false } as const;

/** What `useStreamProgress` shows. */
function ours(): Estimator {
  let run: ProgressRun = opened(unbegun, 0);
  return {
    take(report) {
      const { at } = report;
      if ('amount' in report) {
        const update = { progress: report.amount ?? undefined, startedAt: 0 };
        const next = advance(run, update, { ...scale, at });
        run = measureRate(run, next, at);
      } else run = report.line === 'lost' ? lost(run, at) : opened(run, at);
    },
    remaining: (now) => paceOf(run, now).remainingMs,
  };
}

const smoothing = 0.3;
const shortestInterval = 100;

/**
 * The formula of tqdm: averages of the steps and of the times between two reports, each new one counting
 * for 0.3, and what is left divided by their ratio. It knows nothing of connections, and looks at most
 * ten times a second.
 */
function tqdm(): Estimator {
  let last = { at: 0, amount: 0 };
  let amounts = 0;
  let times = 0;
  return {
    take(report) {
      if (!('amount' in report) || report.at - last.at < shortestInterval) return;
      const { at, amount } = report;
      if (amount === null) last = { at, amount: 0 };
      if (amount === null || amount === last.amount) return;
      amounts += smoothing * (amount - last.amount - amounts);
      times += smoothing * (at - last.at - times);
      last = { at, amount };
    },
    remaining: () => (amounts > 0 ? ((1 - last.amount) * times) / amounts : null),
  };
}

const glance = 500;
// Closer to the end a second more or less is nothing, but much in proportion.
const tooLate = 1_000;

/** The mean error of each estimator over a run, in proportion to the true remaining time. */
function errorsOn({ reports, end }: Run, estimators: readonly Estimator[]): number[] {
  const errors = estimators.map(() => 0);
  let glances = 0;
  let next = 0;
  for (let now = 0; now < end - tooLate; now += glance) {
    for (let report = reports[next]; report && report.at <= now; report = reports[++next]) {
      for (const { take } of estimators) take(report);
    }
    const guesses = estimators.map(({ remaining }) => remaining(now));
    // Whoever keeps silent must not gain by it.
    if (guesses.some((guess) => guess === null)) continue;
    glances += 1;
    guesses.forEach((guess, index) => {
      errors[index] = (errors[index] ?? 0) + Math.abs((guess ?? 0) - (end - now)) / (end - now);
    });
  }
  return errors.map((error) => error / glances);
}

/** The mean error of both, in proportion to the true remaining time. */
export interface Comparison {
  scenario: string;
  ours: number;
  tqdm: number;
}

/** Compares both over so many runs of every scenario. */
export function compare(runs: number): Comparison[] {
  return Object.entries(scenarios).map(([scenario, make]) => {
    const sum = { ours: 0, tqdm: 0 };
    for (let seed = 1; seed <= runs; seed++) {
      const [own = 0, other = 0] = errorsOn(make(seeded(seed)), [ours(), tqdm()]);
      sum.ours += own / runs;
      sum.tqdm += other / runs;
    }
    return { scenario, ...sum };
  });
}

const percent = (error: number) => `${(error * 100).toFixed(1)}%`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = compare(200).map((row) => [row.scenario, percent(row.ours), percent(row.tqdm)]);
  console.log('Mean absolute error of the remaining time, relative to the true remaining time:');
  for (const [scenario = '', own = '', other = ''] of [['', 'ours', 'tqdm (0.3)'], ...rows]) {
    console.log(`${scenario.padEnd(40)}${own.padStart(10)}${other.padStart(14)}`);
  }
  console.log(
    'Where hardly any noise hides it, a sudden change is seen sooner by an average over a few reports.',
  );
}

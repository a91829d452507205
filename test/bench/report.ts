import type { Metrics } from './chromium.ts';
import type { Scenario, Target } from './scenario.ts';

/** The figures of one round, by contestant. */
export interface Round {
  /** The machine's load average of the last minute when the round began. */
  load: number;
  samples: Readonly<Record<string, Metrics>>;
}

/** A target with what came of it. */
export interface Verdict {
  says: string;
  value: number;
  /** The smallest and the largest of the rounds. */
  range: readonly [number, number];
  holds: boolean;
}

/** A scenario with its figures. */
export interface Outcome {
  name: string;
  title: string;
  columns: readonly string[];
  loads: readonly number[];
  /** Medians over the rounds, by contestant. */
  medians: Readonly<Record<string, Metrics>>;
  verdicts: readonly Verdict[];
  rounds: readonly Round[];
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

const figure = (round: Round, name: string, metric: string) => round.samples[name]?.[metric] ?? NaN;

/** The best of several: the least, of those that have handled all. */
function best(round: Round, names: readonly string[], metric: string): number {
  const able = names.filter((name) => figure(round, name, 'missed') <= 0);
  return Math.min(...(able.length > 0 ? able : names).map((name) => figure(round, name, metric)));
}

function valueIn(round: Round, target: Target): number {
  const { metric, of, against, allowance = 0, difference } = target;
  const value = figure(round, of, metric);
  if (against === undefined) return value;
  const other =
    typeof against === 'string' ? figure(round, against, metric) : best(round, against, metric);
  if (difference) return value - other;
  const over = Math.max(0, value - allowance);
  // Nothing over nothing is no more than the other has.
  return over === 0 ? 0 : over / other;
}

function wording(target: Target, bound: { atLeast?: number; atMost?: number }): string {
  const { metric, of, against, allowance, difference } = target;
  const limit =
    bound.atLeast === undefined
      ? `at most ${round2(bound.atMost)}`
      : `at least ${round2(bound.atLeast)}`;
  const beyond = allowance === undefined ? '' : ` beyond ${String(allowance)}`;
  if (against === undefined) return `${of}: ${metric} ${limit}`;
  const other = typeof against === 'string' ? against : 'the best package';
  return difference
    ? `${of}: ${metric}${beyond}, ${limit} more than ${other}`
    : `${of}: ${metric}${beyond}, ${limit} times ${other}`;
}

function judge(target: Target, rounds: readonly Round[], isGate: boolean): Verdict {
  const { gate } = target;
  const isLeast = target.atLeast !== undefined;
  const limit = isGate && gate !== undefined ? gate : (target.atLeast ?? target.atMost ?? NaN);
  const values = rounds.map((round) => valueIn(round, target));
  const value = median(values);
  return {
    says: wording(target, isLeast ? { atLeast: limit } : { atMost: limit }),
    value,
    range: [Math.min(...values), Math.max(...values)],
    holds: isLeast ? value >= limit : value <= limit,
  };
}

function medianOf(rounds: readonly Round[], name: string): Metrics {
  // Who hung once is no contestant for a median.
  if (rounds.some((round) => round.samples[name]?.['hung'])) return { hung: 1 };
  const keys = Object.keys(rounds[0]?.samples[name] ?? {});
  return Object.fromEntries(
    keys.map((key) => [key, median(rounds.map((round) => figure(round, name, key)))]),
  );
}

/** What came of a scenario. */
export function conclude(scenario: Scenario, rounds: readonly Round[], isGate: boolean): Outcome {
  const { name, title, columns, contestants } = scenario;
  const targets = scenario.targets.filter(({ gate }) => !isGate || gate !== undefined);
  return {
    name,
    title,
    columns,
    loads: rounds.map(({ load }) => load),
    medians: Object.fromEntries(
      contestants.map((each) => [each.name, medianOf(rounds, each.name)]),
    ),
    verdicts: targets.map((target) => judge(target, rounds, isGate)),
    rounds,
  };
}

function round2(value = NaN): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000)
    return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** The outcome as text, for a terminal. */
export function table({ title, columns, medians, verdicts, loads }: Outcome): string {
  const head = ['', ...columns];
  const rows = Object.entries(medians).map(([name, metrics]) => [
    name,
    ...columns.map((column) => (metrics['hung'] ? 'hung' : round2(metrics[column]))),
  ]);
  const widths = head.map((_, index) =>
    Math.max(...[head, ...rows].map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
      )
      .join('  ');
  return [
    `\n${title} (${String(loads.length)} rounds, load ${loads.map((load) => load.toFixed(1)).join(' ')})`,
    line(head),
    ...rows.map(line),
    ...verdicts.map(
      ({ says, value, range, holds }) =>
        `${holds ? 'yes' : 'NO '}  ${round2(value)} (${range.map(round2).join(' to ')})  ${says}`,
    ),
  ].join('\n');
}

/** What a watcher is told of a job: how much of it is done (null: it is counting yet), or that the line is lost or back. */
export type Report =
  | { at: number; amount: number | null }
  | { at: number; line: 'lost' }
  | { at: number; line: 'back' };

/** A run of a job whose whole is 1. Times are in milliseconds since its start. */
export interface Run {
  reports: readonly Report[];
  /** When the job is done: the truth that estimates are held against. */
  end: number;
}

const between = (random: () => number, from: number, to: number) => from + (to - from) * random();

/** A factor around 1, as likely to be half as to be double: what speeds on real machines and lines look like. */
function unsteady(random: () => number, deviation: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(deviation * normal);
}

const STEP = 10;

interface Job {
  /** How fast it works at a moment, relative to the other moments. */
  speed: (at: number) => number;
  /** How long until the next report, in milliseconds. */
  wait: () => number;
  /** A time in which nothing is heard. */
  outage?: { from: number; to: number };
}

/** Works a job off until it has done `work`, in units of a second at speed 1. */
function runOf(work: number, { speed, wait, outage }: Job): Run {
  const reports: Report[] = [{ at: 0, amount: 0 }];
  let done = 0;
  let at = 0;
  let due = wait();
  while (done < work) {
    if (at === outage?.from) reports.push({ at, line: 'lost' });
    if (at === outage?.to) reports.push({ at, line: 'back' });
    done += (speed(at) * STEP) / 1_000;
    at += STEP;
    const isDeaf = outage !== undefined && at > outage.from && at <= outage.to;
    if (at < due || done >= work) continue;
    if (!isDeaf) reports.push({ at, amount: done / work });
    due = at + wait();
  }
  return { reports, end: at };
}

/** A speed of its own for each second, around 1. */
function unsteadySpeed(random: () => number, deviation = 0.4) {
  const factors: number[] = [];
  return (at: number) => (factors[Math.floor(at / 1_000)] ??= unsteady(random, deviation));
}

/** About two reports a second. */
const regularly = (random: () => number) => () => between(random, 300, 700);

/** Works for a second or two, then not at all for a few: a disk that flushes, a line that is shared. */
function bursts(random: () => number): Run {
  const shifts: { until: number; speed: number }[] = [];
  let until = 0;
  while (until < 600_000) {
    shifts.push({ until: (until += between(random, 500, 2_000)), speed: 3 });
    shifts.push({ until: (until += between(random, 1_000, 4_000)), speed: 0 });
  }
  const speed = (at: number) => shifts.find((shift) => at < shift.until)?.speed ?? 1;
  return runOf(120, { speed, wait: () => between(random, 100, 300) });
}

/** Does nothing for 20 s, somewhere in the middle, and then goes on as before. */
function stall(random: () => number): Run {
  const usual = unsteadySpeed(random);
  const from = between(random, 30_000, 80_000);
  const speed = (at: number) => (at >= from && at < from + 20_000 ? 0 : usual(at));
  return runOf(120, { speed, wait: regularly(random) });
}

/** Has a third of its speed from somewhere in the middle on. */
function slowdown(random: () => number, deviation?: number): Run {
  const usual = unsteadySpeed(random, deviation);
  const from = between(random, 30_000, 80_000);
  return runOf(120, {
    speed: (at) => (at < from ? 1 : 1 / 3) * usual(at),
    wait: regularly(random),
  });
}

/** Is cut off for 30 s, in which it does `speed` of its usual. */
function outage(random: () => number, meanwhile: number): Run {
  const usual = unsteadySpeed(random);
  const from = Math.floor(between(random, 3_000, 8_000)) * STEP;
  const to = from + 30_000;
  const speed = (at: number) => usual(at) * (at >= from && at < to ? meanwhile : 1);
  return runOf(120, { speed, wait: regularly(random), outage: { from, to } });
}

/** Counts for a minute or two what there is to do, and then does it. */
function counting(random: () => number): Run {
  const counted = Math.floor(between(random, 6_000, 12_000)) * STEP;
  const { reports, end } = runOf(60, { speed: unsteadySpeed(random), wait: regularly(random) });
  const counts = Array.from({ length: counted / 1_000 }, (_, second) => second * 1_000);
  return {
    reports: [
      ...counts.map((at) => ({ at, amount: null })),
      ...reports.slice(1).map((report) => ({ ...report, at: report.at + counted })),
    ],
    end: end + counted,
  };
}

/** The runs that an estimate has to stand, by name; the same seed gives the same run. */
export const scenarios: Readonly<Record<string, (random: () => number) => Run>> = {
  'in bursts': bursts,
  'a stall of 20 s': stall,
  'slows down to a third': (random) => slowdown(random),
  'slows down to a third, hardly any noise': (random) => slowdown(random, 0.05),
  'an outage of 30 s, work stood still': (random) => outage(random, 0),
  'an outage of 30 s, work went on': (random) => outage(random, 1),
  'counts first, for a minute or two': counting,
  'steady but for noise': (random) =>
    runOf(120, { speed: unsteadySpeed(random), wait: regularly(random) }),
};

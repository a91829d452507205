/** A step that a job is known to have, and its part of the whole relative to the others. */
export interface Step {
  name: string;
  weight: number;
}

/** A step of a job, as it is shown. */
export interface ProgressStep {
  name: string;
  /** Its part of the whole, relative to the other steps; 1 where none was given. */
  weight: number;
  status: 'pending' | 'running' | 'done' | 'failed';
  /** From 0 to 1, or null where unknown. */
  value: number | null;
  /** When it was first heard of, in milliseconds since the epoch. Null if it was not. */
  startedAt: number | null;
  /** When it was over, in milliseconds since the epoch. Null if it is not, or was never heard of. */
  endedAt: number | null;
}

type Mark = Pick<ProgressStep, 'status' | 'value' | 'startedAt' | 'endedAt'>;

/** Which steps a run has taken; immutable. */
export interface StepsTaken {
  /** The step that the job is in. */
  readonly step: string | null;
  /** What is known of each step that was begun or passed over, in that order. */
  readonly marks: ReadonlyMap<string, Mark>;
}

/** No step was taken yet. */
export const beginSteps: StepsTaken = { step: null, marks: new Map() };

// A server may take the field for free text, such as the name of the file it is at.
const mostUndeclared = 100;

const untouched: Mark = { status: 'pending', value: null, startedAt: null, endedAt: null };

const over = (mark: Mark | undefined, at: number): Mark => ({
  status: 'done',
  value: 1,
  startedAt: mark?.startedAt ?? null,
  endedAt: mark?.endedAt ?? (mark ? at : null),
});

/** What the steps are declared to be, and when the news of them came. */
interface StepContext {
  steps: readonly Step[];
  at: number;
}

/** What an update says of its step: which it is, and how far (undefined: nothing, null: unknown). */
interface StepUpdate {
  name: string | null;
  fraction: number | null | undefined;
}

function running(mark: Mark | undefined, fraction: StepUpdate['fraction'], at: number): Mark {
  const before = mark?.value ?? null;
  const value =
    fraction === undefined || fraction === null ? before : Math.max(before ?? 0, fraction);
  const isDone = value === 1;
  return {
    status: isDone ? 'done' : 'running',
    value,
    startedAt: mark?.startedAt ?? at,
    endedAt: isDone ? (mark?.endedAt ?? at) : null,
  };
}

/**
 * The steps after an update. A declared step is never gone back to, and what comes before it is over;
 * an update without a name is of the step that the job is in.
 */
export function takeStep(
  taken: StepsTaken,
  { name, fraction }: StepUpdate,
  { steps, at }: StepContext,
): StepsTaken {
  const first = fraction === undefined ? null : (steps[0]?.name ?? null);
  const step = name ?? taken.step ?? first;
  const same = { step: taken.step, marks: taken.marks };
  if (step === null) return same;
  const place = steps.findIndex((declared) => declared.name === step);
  const present = steps.reduce(
    (last, each, index) => (taken.marks.has(each.name) ? index : last),
    -1,
  );
  if (place !== -1 && place < present) return same;
  const marks = new Map(taken.marks);
  if (steps.length > 0 && place === -1) return { step, marks };
  const before = place === -1 ? [...marks.keys()] : steps.slice(0, place).map((each) => each.name);
  for (const earlier of before)
    if (earlier !== step) marks.set(earlier, over(marks.get(earlier), at));
  marks.set(step, running(marks.get(step), fraction, at));
  if (marks.size > mostUndeclared && steps.length === 0) marks.delete(before[0] ?? '');
  return { step, marks };
}

/** The steps when the job is over: all of them done, or the one that it was in failed. */
export function endSteps(
  taken: StepsTaken,
  outcome: 'done' | 'failed' | 'cancelled',
  { steps, at }: StepContext,
): StepsTaken {
  const marks = new Map(taken.marks);
  if (outcome === 'done') {
    for (const { name } of steps) marks.set(name, over(marks.get(name), at));
    for (const [name, mark] of marks) marks.set(name, over(mark, at));
  }
  const current = taken.step === null ? undefined : marks.get(taken.step);
  if (outcome === 'failed' && taken.step !== null && current?.status === 'running') {
    marks.set(taken.step, { ...current, status: 'failed', endedAt: at });
  }
  return { step: taken.step, marks };
}

/** The steps as they are shown: those declared, or else those that were heard of. */
export function showSteps({ marks }: StepsTaken, steps: readonly Step[]): readonly ProgressStep[] {
  const known = steps.length > 0 ? steps : [...marks.keys()].map((name) => ({ name, weight: 1 }));
  return known.map(({ name, weight }) => ({ name, weight, ...(marks.get(name) ?? untouched) }));
}

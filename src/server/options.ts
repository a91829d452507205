/**
 * Checks the options that are numbers. In production too: with a heartbeat that is none, timers would run without a
 * pause.
 */
export function checkNumbers<O extends object>(
  options: O,
  names: readonly (keyof O & string)[],
): void {
  for (const name of names) {
    const value: unknown = options[name];
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new TypeError(
        `use-event-stream: the option \`${name}\` is ${typeof value === 'number' ? String(value) : typeof value}; it must be a number of at least 0.`,
      );
  }
}

/** A time that a timer can be set to. */
const timeOf = (time: number): number => Math.min(time, 2_147_483_647);

/** A timer does not keep a process alive that has nothing else to do. */
function unref(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}

/** Calls after a time, and gives the way to stop. */
export function later(run: () => void, time: number): () => void {
  const timer = setTimeout(run, timeOf(time));
  unref(timer);
  return () => {
    clearTimeout(timer);
  };
}

/** Calls again and again, and gives the way to stop. */
export function every(time: number, run: () => void): () => void {
  const timer = setInterval(run, timeOf(time));
  unref(timer);
  return () => {
    clearInterval(timer);
  };
}

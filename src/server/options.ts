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

/** Gives the way to stop a timer. It does not keep a process alive that has nothing else to do. */
function stopOf(timer: ReturnType<typeof setTimeout>): () => void {
  (timer as { unref?: () => void }).unref?.();
  // It stops what is called again and again, too.
  return () => {
    clearTimeout(timer);
  };
}

/** Calls after a time, and gives the way to stop. */
export const later = (run: () => void, time: number): (() => void) =>
  stopOf(setTimeout(run, timeOf(time)));

/** Calls again and again, and gives the way to stop. */
export const every = (time: number, run: () => void): (() => void) =>
  stopOf(setInterval(run, timeOf(time)));

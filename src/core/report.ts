/**
 * Reports what a user's callback threw, as the browser reports an error in a listener
 * (HTML standard, "report an exception"), and lets the stream go on.
 */
export function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error);
  else console.error(error);
}

/** Calls a user's callback; what it throws is reported and `otherwise` returned. */
export function callSafely<T>(call: () => T, otherwise: T): T {
  try {
    return call();
  } catch (error) {
    report(error);
    return otherwise;
  }
}

/** Calls what may throw, where that is no error to report. */
export function tried<T>(call: () => T, otherwise: T): T {
  try {
    return call();
  } catch {
    return otherwise;
  }
}

/** What the function of an option gave is of no use. */
export class BadValue extends TypeError {
  constructor(name: string, problem: string) {
    super(`use-event-stream: the option \`${name}\` gave ${problem}.`);
  }
}

/**
 * Whether a value is a promise, or throws when it is asked. Nobody waits for it: what it rejects with is
 * not one more error.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (Object(value) !== value) return false;
  try {
    const { then } = value as { then?: unknown };
    if (typeof then !== 'function') return false;
    then.call(value, undefined, () => undefined);
  } catch {
    // Whatever it is, it is no value.
  }
  return true;
}

/** What the function of an option gave, unless it is a promise: then it throws. */
export function atOnce<T>(name: string, value: T | PromiseLike<unknown>): T {
  if (!isThenable(value)) return value;
  throw new BadValue(name, 'a promise, and nothing waits for it; have it give its value at once');
}

/**
 * Calls the function of one option for a value. Gives `otherwise` where it throws, and `no` (default
 * `otherwise`) where the value is of no use, such as a promise.
 */
export type Ask = <T>(call: () => T, otherwise: T, no?: T) => T;

/** A way to ask the function of this option: all that it throws is reported, of useless values the first. */
export function asker(name: string): Ask {
  let told = false;
  return (call, otherwise, no = otherwise) => {
    try {
      return atOnce(name, call());
    } catch (error) {
      const isBad = error instanceof BadValue;
      if (!isBad || !told) report(error);
      told ||= isBad;
      return isBad ? no : otherwise;
    }
  };
}

/**
 * Reports what a user's callback threw, as the browser reports an error in a listener
 * (HTML standard, "report an exception"), and lets the stream go on.
 */
export function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error);
  else console.error(error);
}

/** Calls a user's callback; what it throws is reported and `otherwise` returned. */
export function guarded<T>(call: () => T, otherwise: T): T {
  try {
    return call();
  } catch (error) {
    report(error);
    return otherwise;
  }
}

const MINUTE = 60;

/** A time in milliseconds, as one says it: `8 s`, `1 min 20 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < MINUTE) return `${seconds} s`;
  const rest = seconds % MINUTE;
  const minutes = `${Math.floor(seconds / MINUTE)} min`;
  return rest === 0 ? minutes : `${minutes} ${rest} s`;
}

/** How long something will take; rounded up, for nothing that is still to come takes 0 s. */
export function timeLeft(ms: number): string {
  return `about ${duration(Math.ceil(ms / 1_000) * 1_000)} left`;
}

/** An amount of bytes: `3.1 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

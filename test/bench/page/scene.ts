import type { Metrics } from '../chromium.ts';

/** What the address of the page says. */
export type Params = Readonly<Record<string, string>>;

/** What a page can do, by name; the runner calls the steps one after the other. */
export type Steps = Readonly<Record<string, () => Promise<Metrics>>>;

/** Makes the steps of a page for what is asked of it. */
export type Scene = (params: Params) => Steps;

/** Resolves after so many milliseconds. */
export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Resolves when the test holds, looking anew in every frame; false where the time is up before. */
export async function until(test: () => boolean, limit = 30_000): Promise<boolean> {
  const end = performance.now() + limit;
  while (!test()) {
    if (performance.now() > end) return false;
    await new Promise(requestAnimationFrame);
  }
  return true;
}

/** The value below which 95 of 100 lie. */
export function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? NaN;
}

/** Milliseconds since 1970 with fractions, as the server notes them. */
export const now = (): number => performance.timeOrigin + performance.now();

import { useSyncExternalStore } from 'react';

/** How often the time moves, in milliseconds. */
type Step = 100 | 1_000;

const every = (step: Step) => ({
  now: () => Math.floor(Date.now() / step) * step,
  subscribe: (onChange: () => void) => {
    const timer = setInterval(onChange, step);
    return () => {
      clearInterval(timer);
    };
  },
});

const clocks = { 100: every(100), 1_000: every(1_000) };
const still = { now: () => 0, subscribe: () => () => undefined };

/** The time in milliseconds since 1970, in steps of a tenth of a second or of one; it moves only while `running`. */
export function useNow(running: boolean, step: Step = 100): number {
  const { subscribe, now } = running ? clocks[step] : still;
  return useSyncExternalStore(subscribe, now);
}

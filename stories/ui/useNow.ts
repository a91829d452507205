import { useSyncExternalStore } from 'react';

const STEP = 100;

const tick = (onChange: () => void) => {
  const timer = setInterval(onChange, STEP);
  return () => {
    clearInterval(timer);
  };
};
const still = () => () => undefined;
const now = () => Math.floor(Date.now() / STEP) * STEP;

/** The time in milliseconds since 1970, in steps of a tenth of a second; it moves only while `running`. */
export function useNow(running: boolean): number {
  return useSyncExternalStore(running ? tick : still, running ? now : () => 0);
}

import * as React from 'react';

type Act = (callback: () => Promise<void>) => PromiseLike<void>;

const environment = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean | undefined };

/** `React.act`, which came with 18.3, or what older Reacts have in its place; null in production builds. */
async function findAct(): Promise<Act | null> {
  const react: { act?: Act; unstable_act?: Act } = React;
  if (react.act) return react.act;
  if (Number.parseInt(React.version) > 18) return null;
  try {
    const utils: { act?: Act } = await import('react-dom/test-utils');
    return utils.act ?? null;
  } catch {
    return null;
  }
}

let found: Promise<Act | null> | null = null;
let resting = environment.IS_REACT_ACT_ENVIRONMENT;
let last: Promise<unknown> = Promise.resolve();

/** Remembers what the environment is between steps: Testing Library changes it while it waits. */
export function rememberEnvironment(): void {
  resting = environment.IS_REACT_ACT_ENVIRONMENT;
}

/** Runs the callback and lets React render what it has caused, without a warning. */
export function act(callback: () => void | Promise<void>): Promise<void> {
  // One after the other, whichever stream they are of: React cannot tell two that overlap apart.
  const next = last.then(() => actAlone(callback));
  last = next.catch(() => null);
  return next;
}

async function actAlone(callback: () => void | Promise<void>): Promise<void> {
  const reactAct = await (found ??= findAct());
  if (!reactAct) {
    await callback();
    return;
  }
  environment.IS_REACT_ACT_ENVIRONMENT = true;
  try {
    await reactAct(async () => {
      await callback();
    });
  } finally {
    environment.IS_REACT_ACT_ENVIRONMENT = resting;
  }
}

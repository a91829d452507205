import type { Metrics } from '../chromium.ts';
import type { Scene } from './scene.ts';

const scenes: Readonly<Record<string, () => Promise<{ scene: Scene }>>> = {
  core: () => import('./core.ts'),
  list: () => import('./list.tsx'),
  log: () => import('./log.tsx'),
  retained: () => import('./retained.tsx'),
  big: () => import('./big.ts'),
  many: () => import('./many.tsx'),
  turns: () => import('./turns.tsx'),
  cells: () => import('./cells.tsx'),
  typing: () => import('./typing.tsx'),
};

const params = Object.fromEntries(new URLSearchParams(location.search));
const load = scenes[params['scene'] ?? ''];
if (!load) throw new Error(`There is no scene named ${String(params['scene'])}.`);
const { scene } = await load();
const steps = scene(params);

/** Does one step of the scene; called by the runner, over the DevTools protocol or in Node. */
export const bench = (step: string): Promise<Metrics> => {
  const run = steps[step];
  if (!run) throw new Error(`The scene ${String(params['scene'])} has no step named ${step}.`);
  return run();
};
Object.assign(globalThis, { bench });

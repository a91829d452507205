import type { StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import type { Demo } from './demo.tsx';

/** What a play function finds elements with. */
interface Queries {
  getByLabelText: (text: string) => HTMLElement;
  getByText: (text: string, options?: { selector: string }) => HTMLElement;
}

/** Longer than the longest wait between two tries that the demos provoke, on a machine that is busy. */
const PATIENCE = { timeout: 8_000 };

/** Waits until a fact holds. */
export const eventually = (fact: () => unknown): Promise<unknown> => waitFor(fact, PATIENCE);

/** Waits until a demo shows a status, such as `Live`. */
export const shows = (canvas: Queries, status: string): Promise<unknown> =>
  eventually(() => canvas.getByText(status, { selector: '[role=status]' }));

/** Waits until a demo has come back: the server has seen it connect so many times. */
export const cameBack = (demo: Demo, connects: number): Promise<unknown> =>
  eventually(async () => expect(await demo.report()).toMatchObject({ open: 1, total: connects }));

/** The figure with a name within a list of figures, such as `Received` within `Received numbers`. */
export function figure(canvas: Queries, list: string, name: string): string {
  const terms = [...canvas.getByLabelText(list).querySelectorAll('dt')];
  const term = terms.find(({ textContent }) => textContent === name);
  return term?.nextElementSibling?.textContent ?? '';
}

/** Waits for five more numbers, and sees that none was left out and none came twice. */
export async function goesOn(canvas: Queries): Promise<void> {
  const before = Number(figure(canvas, 'Received numbers', 'Last number'));
  await eventually(() =>
    expect(Number(figure(canvas, 'Received numbers', 'Last number'))).toBeGreaterThan(before + 4),
  );
  await expect(figure(canvas, 'Received numbers', 'Missing')).toBe('0');
  await expect(figure(canvas, 'Received numbers', 'Doubled')).toBe('0');
}

/** Waits until neither the page nor the server has anything open for a demo. */
export async function nothingOpen(demo: Demo): Promise<void> {
  await eventually(() => expect(demo.store.connections()).toEqual([]));
  await eventually(async () => expect((await demo.report()).open).toBe(0));
}

type Play = NonNullable<StoryObj['play']>;

/** The story that was shown last. */
let shown = '';

/**
 * A play function that acts in tests, and where a visitor asks for it by the panel's "Rerun": a story that has only been
 * opened is the visitor's.
 */
export const whenAsked =
  (play: Play): Play =>
  async (context) => {
    const isAsked = shown === context.id;
    shown = context.id;
    if (isAsked || '__vitest_browser__' in globalThis) await play(context);
  };

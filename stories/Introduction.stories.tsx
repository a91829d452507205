import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { eventually, nothingOpen } from './play.ts';
import { DeployDemo, watchedDemo } from './landing/DeployDemo.tsx';
import './landing/landing.css';

const meta = {
  title: 'Introduction',
  // Its page is written by hand: Introduction.mdx.
  tags: ['!autodocs'],
  parameters: { docs: { toc: { disable: true } } },
  loaders: [() => ({ watched: watchedDemo() })],
} satisfies Meta;
export default meta;

type Story = StoryObj;

const watchedOf = ({ loaded }: { loaded: Record<string, unknown> }) =>
  loaded['watched'] as ReturnType<typeof watchedDemo>;

/** A job, its log and the news: three hooks on three streams. */
export const Deploy: Story = {
  // It stands on the page.
  tags: ['!dev'],
  render: (_, context) => <DeployDemo {...watchedOf(context)} />,
};

/** The numbers of the lines that the log shows. */
const linesIn = (log: HTMLElement) =>
  [...log.querySelectorAll('p')].map(({ textContent }) => Number(/\d+/.exec(textContent)?.[0]));

export const DeployGoesOn: Story = {
  ...Deploy,
  name: 'Deploy: goes on after a cut and without its server',
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    const { demo } = watchedOf({ loaded });
    await mount();
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const status = (label: string) => canvas.getByLabelText(label).dataset['status'];
    const bar = canvas.getByRole('progressbar');
    const percent = () => Number(bar.getAttribute('aria-valuenow') ?? 0);
    const live = () => ['Latest', 'Job', 'Build log'].map(status);
    const log = canvas.getByRole('log');
    await eventually(() => expect(status('Build log')).toBe('open'));
    // The server is one for all: what was started before has to be over.
    await eventually(() => expect(log.textContent).toMatch(/appears here|\[200\/200\][^[]*$/));
    await press('Deploy');
    await eventually(() => expect(percent()).toBeGreaterThan(5));
    await step('resumes all three streams after a cut', async () => {
      await press('Cut the line');
      await eventually(async () => expect((await demo.report()).total).toBe(6));
      await eventually(() => expect(live()).toEqual(['open', 'running', 'open']));
      const { lastEventIds } = await demo.report();
      await expect(lastEventIds.slice(3).every((id) => id !== '')).toBe(true);
    });
    await step('goes on when the server is back', async () => {
      await press('Kill the server');
      await eventually(() => expect(live()).toContain('reconnecting'));
      await eventually(() => expect(live()).toEqual(['open', 'running', 'open']));
      await expect((await demo.report()).total).toBe(9);
    });
    await step('has lost no line and shown none twice', async () => {
      const numbers = linesIn(log);
      await expect(numbers.length).toBe(12);
      await expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

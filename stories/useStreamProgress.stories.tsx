import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { demoOf, inDemo, loadDemo, type Demo } from './demo.tsx';
import { eventually, nothingOpen, shows } from './play.ts';
import { JobProgress } from './ui/JobProgress.tsx';

const meta = {
  title: 'useStreamProgress',
  loaders: [loadDemo],
  decorators: [inDemo],
} satisfies Meta;
export default meta;

type Story = StoryObj;

/** Stories that are tests: they end with what they show unmounted, so the sidebar does not list them. */
const testOnly = ['!dev', '!autodocs'];

/** What the server tells of the job that is shown. */
async function serverJob(demo: Demo, shownId: HTMLElement): Promise<unknown> {
  const response = await fetch(demo.url(`/api/jobs/${shownId.textContent}`));
  return response.json();
}

/** Percent, steps, time left and the end of a job, from its events. */
export const Job: Story = {
  name: 'Job progress',
  render: (_, context) => <JobProgress demo={demoOf(context)} query="" />,
  play: async ({ canvas, userEvent }) => {
    const bar = canvas.getByRole('progressbar');
    await expect(bar).not.toHaveAttribute('aria-valuenow');
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }));
    await shows(canvas, 'Running');
    await eventually(() => expect(Number(bar.getAttribute('aria-valuenow'))).toBeGreaterThan(4));
    await expect(canvas.getByText('Uploading').closest('li')).toHaveAttribute('aria-current');
  },
};

export const JobGoesOn: Story = {
  name: 'Job progress: goes on after a cut, and is run once',
  tags: testOnly,
  render: (_, context) => <JobProgress demo={demoOf(context)} query="?speed=2" />,
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    await mount();
    const bar = canvas.getByRole('progressbar');
    const shown: number[] = [];
    const observer = new MutationObserver(() => shown.push(Number(bar.ariaValueNow ?? 0)));
    observer.observe(bar, { attributeFilter: ['aria-valuenow'] });
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }));
    await eventually(() => expect(shown.at(-1)).toBeGreaterThan(20));
    await demo.control({ action: 'cut' });
    await shows(canvas, 'Done');
    observer.disconnect();
    await expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    await expect(bar).toHaveAttribute('aria-valuenow', '100');
    await expect(canvas.getAllByText('Done', { selector: '.step-status' })).toHaveLength(4);
    await expect(canvas.getByText('Everything is ready')).toBeVisible();
    await eventually(async () => expect((await demo.report()).open).toBe(0));
    const job = await serverJob(demo, canvas.getByTestId('job-id'));
    await expect(job).toMatchObject({ status: 'done', runs: 1, watched: 2 });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

/** The server says by an event that the job has failed: that ends the stream, and the job is not run again. */
export const FailingJob: Story = {
  name: 'A job that fails',
  render: (_, context) => <JobProgress demo={demoOf(context)} query="?fail=1&speed=4" />,
  play: async ({ canvas, loaded, userEvent }) => {
    const demo = demoOf({ loaded });
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }));
    await eventually(() => expect(canvas.getByRole('alert')).toHaveTextContent(/damaged/));
    await expect(canvas.getByText('Processing').closest('li')).toHaveTextContent('Failed');
    const job = await serverJob(demo, canvas.getByTestId('job-id'));
    await expect(job).toMatchObject({ status: 'failed', runs: 1, watched: 1 });
    await expect(canvas.getByRole('button', { name: 'Start again' })).toBeEnabled();
  },
};

export const CancelledJob: Story = {
  name: 'Job progress: cancel and start again',
  tags: testOnly,
  render: (_, context) => <JobProgress demo={demoOf(context)} query="?speed=2" />,
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    const click = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    await mount();
    await click('Start');
    await shows(canvas, 'Running');
    await click('Cancel');
    await shows(canvas, 'Cancelled');
    await eventually(async () => expect((await demo.report()).open).toBe(0));
    const job = await serverJob(demo, canvas.getByTestId('job-id'));
    await expect(job).toMatchObject({ status: 'cancelled', runs: 1 });
    await click('Start again');
    await shows(canvas, 'Running');
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

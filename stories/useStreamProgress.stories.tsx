import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { demoOf, inDemo, loadDemo, type Demo } from './demo.tsx';
import { eventually, nothingOpen } from './play.ts';
import { Download } from './ui/Download.tsx';
import { JobBatch } from './ui/JobBatch.tsx';
import { JobProgress } from './ui/JobProgress.tsx';

const meta = {
  title: 'useStreamProgress',
  // Its page is written by hand: docs/useStreamProgress.mdx.
  tags: ['!autodocs'],
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

type Canvas = Parameters<NonNullable<Story['play']>>[0]['canvas'];

/** Waits until a job's badge shows a status, such as `Running`. */
const reaches = (canvas: Canvas, status: string) =>
  eventually(() => canvas.getByText(status, { selector: '.job-badge' }));

/** What a screen reader is told. */
const announced = (canvas: Canvas) => canvas.getByRole('status').textContent;

/** What `of` has been, whenever it changed, until the returned function is called. */
function record<T>(element: HTMLElement, of: () => T): () => readonly T[] {
  const seen = [of()];
  const observer = new MutationObserver(() => {
    if (seen.at(-1) !== of()) seen.push(of());
  });
  observer.observe(element, {
    attributes: true,
    childList: true,
    characterData: true,
    subtree: true,
  });
  return () => {
    observer.disconnect();
    return seen;
  };
}

/** Waits until all connections of a demo that is still shown have come to their end, here and at the server. */
async function allClosed(demo: Demo): Promise<void> {
  const statuses = () => demo.store.connections().map(({ state }) => state.status);
  await eventually(() => expect(statuses().every((status) => status === 'closed')).toBe(true));
  await eventually(async () => expect((await demo.report()).open).toBe(0));
}

const STEPS = ['Uploading', 'Processing', 'Optimizing', 'Complete'];

/** Percent, steps with their times, time left and the end of a job, from its events. */
export const Job: Story = {
  name: 'Job progress',
  render: (_, context) => <JobProgress demo={demoOf(context)} query="?speed=1.5" />,
  play: async ({ canvas, loaded, userEvent }) => {
    const bar = canvas.getByRole('progressbar', { name: 'Video export' });
    const steps = canvas.getByRole('list', { name: 'Steps' });
    const current = () => steps.querySelector('[aria-current=step] .step-name')?.textContent ?? '';
    await expect(bar).not.toHaveAttribute('aria-valuenow');
    await expect(announced(canvas)).toBe('');
    const texts = record(canvas.getByRole('status'), () => announced(canvas));
    const taken = record(steps, current);
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }));
    await reaches(canvas, 'Running');
    await eventually(() => canvas.getByText(/about \d+ s left/));
    await reaches(canvas, 'Done');
    await expect(bar).toHaveAttribute('aria-valuenow', '100');
    await expect(taken().filter((step) => step !== '' && step !== 'Complete')).toEqual(
      STEPS.slice(0, 3),
    );
    await expect(canvas.getAllByText(/^\d+\.\d s$/, { selector: '.step-time' })).toHaveLength(3);
    const said = texts();
    await expect(said.at(-1)).toBe('done');
    // A word for each status and step, and one for every five seconds.
    await expect(said.length).toBeLessThan(10);
    await expect(said.some((text) => /^Processing: \d+%/.test(text))).toBe(true);
    await allClosed(demoOf({ loaded }));
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
    const shown = record(bar, () => Number(bar.getAttribute('aria-valuenow') ?? 0));
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }));
    await eventually(() => expect(Number(bar.getAttribute('aria-valuenow'))).toBeGreaterThan(20));
    await demo.control({ action: 'cut' });
    await eventually(() =>
      expect(canvas.getByTestId('freshness')).toHaveTextContent(
        /^as of \d+ s ago, (next try|trying)/,
      ),
    );
    await expect(bar).toHaveAttribute('data-stale');
    await reaches(canvas, 'Done');
    await expect(bar).not.toHaveAttribute('data-stale');
    await expect(canvas.queryByTestId('freshness')).toBeNull();
    const values = shown();
    await expect(values).toEqual(values.toSorted((a, b) => a - b));
    await expect(bar).toHaveAttribute('aria-valuenow', '100');
    await expect(canvas.getAllByText(/^Done/, { selector: '.step-status' })).toHaveLength(4);
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
  render: (_, context) => (
    <JobProgress demo={demoOf(context)} query="?fail=1&speed=2" retryQuery="?speed=2" />
  ),
  play: async ({ canvas, loaded, userEvent }) => {
    const demo = demoOf({ loaded });
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }));
    await eventually(() => expect(canvas.getByRole('alert')).toHaveTextContent(/damaged/));
    await expect(canvas.getByText('Processing').closest('li')).toHaveTextContent('Failed');
    await expect(announced(canvas)).toMatch(/^failed: The file is damaged/);
    const job = await serverJob(demo, canvas.getByTestId('job-id'));
    await expect(job).toMatchObject({ status: 'failed', runs: 1, watched: 1 });
    await expect(canvas.getByRole('button', { name: 'Try again' })).toBeEnabled();
    await allClosed(demo);
  },
};

export const RetriedJob: Story = {
  name: 'A job that fails: tried again',
  tags: testOnly,
  render: (_, context) => (
    <JobProgress demo={demoOf(context)} query="?fail=1&speed=20" retryQuery="?speed=4" />
  ),
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    await mount();
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }));
    await reaches(canvas, 'Failed');
    const first = canvas.getByTestId('job-id').textContent;
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }));
    await eventually(() => expect(canvas.queryByRole('alert')).toBeNull());
    await reaches(canvas, 'Done');
    await expect(canvas.getByTestId('job-id').textContent).not.toBe(first);
    await expect(canvas.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '100');
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

/** Stops watching, aborts the request and tells the server to stop the work: three things, of which the hook does two. */
export const CancelledJob: Story = {
  name: 'A job that is cancelled',
  render: (_, context) => <JobProgress demo={demoOf(context)} query="?speed=2" />,
  play: async ({ canvas, loaded, userEvent }) => {
    const demo = demoOf({ loaded });
    const bar = canvas.getByRole('progressbar');
    const click = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    await click('Start');
    await eventually(() => expect(Number(bar.getAttribute('aria-valuenow'))).toBeGreaterThan(20));
    await click('Cancel');
    await reaches(canvas, 'Cancelled');
    const value = bar.getAttribute('aria-valuenow');
    await expect(announced(canvas)).toBe('cancelled');
    await expect(canvas.getByText('Uploading').closest('li')).toHaveTextContent(/Stopped|Done/);
    await allClosed(demo);
    await eventually(async () =>
      expect(await serverJob(demo, canvas.getByTestId('job-id'))).toMatchObject({
        status: 'cancelled',
        runs: 1,
      }),
    );
    await expect(bar).toHaveAttribute('aria-valuenow', value);
    await expect(canvas.getByRole('button', { name: 'Start again' })).toBeEnabled();
  },
};

export const StartedAgain: Story = {
  name: 'A job that is cancelled: started again',
  tags: testOnly,
  render: (_, context) => <JobProgress demo={demoOf(context)} query="?speed=3" />,
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    const click = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    await mount();
    await click('Start');
    await reaches(canvas, 'Running');
    await click('Cancel');
    await reaches(canvas, 'Cancelled');
    await click('Start again');
    await reaches(canvas, 'Done');
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

/** Nobody knows how much there is to do before it has been counted: the bar has no value until then. */
export const UnknownSize: Story = {
  name: 'A job of unknown size',
  render: (_, context) => (
    <JobProgress
      demo={demoOf(context)}
      title="File index"
      query="?index=1"
      steps={['Counting', 'Reading']}
    />
  ),
  play: async ({ canvas, loaded, userEvent }) => {
    const bar = canvas.getByRole('progressbar', { name: 'File index' });
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }));
    await eventually(() => canvas.getByText(/^\d+ files found$/));
    await expect(bar).not.toHaveAttribute('aria-valuenow');
    await expect(bar).toHaveAttribute('aria-valuetext', 'Counting');
    await expect(announced(canvas)).toBe('Counting');
    await eventually(() => expect(bar).toHaveAttribute('aria-valuenow'));
    await expect(canvas.getByText(/files read$/)).toBeVisible();
    await reaches(canvas, 'Done');
    await expect(bar).toHaveAttribute('aria-valuenow', '100');
    await allClosed(demoOf({ loaded }));
  },
};

/** How much of a download has come, how fast it is and how long it will take; its chunks make the file. */
export const FileDownload: Story = {
  name: 'A download',
  render: (_, context) => <Download demo={demoOf(context)} query="" />,
  play: async ({ canvas, loaded, userEvent }) => {
    const bar = canvas.getByRole('progressbar');
    await userEvent.click(canvas.getByRole('button', { name: 'Download' }));
    await eventually(() => canvas.getByText(/^\d+\.\d MB of 12\.0 MB$/));
    await eventually(() => canvas.getByText(/^\d+\.\d MB\/s, about \d+ s left$/));
    await expect(Number(bar.getAttribute('aria-valuenow'))).toBeLessThan(100);
    await reaches(canvas, 'Done');
    await expect(bar).toHaveAttribute('aria-valuenow', '100');
    const link = canvas.getByRole('link', { name: 'Save the file (12.0 MB)' });
    const file = await fetch(link.getAttribute('href') ?? '');
    await expect((await file.blob()).size).toBe(12_000_000);
    await allClosed(demoOf({ loaded }));
  },
};

/** The server does not say how much there is: bytes and speed show, percent and time left do not. */
export const UnsizedDownload: Story = {
  name: 'A download of unknown size',
  render: (_, context) => (
    <Download demo={demoOf(context)} query="?unsized=1&bytes=6000000&rate=2000000" />
  ),
  play: async ({ canvas, loaded, userEvent }) => {
    const bar = canvas.getByRole('progressbar');
    await userEvent.click(canvas.getByRole('button', { name: 'Download' }));
    await eventually(() => canvas.getByText(/^\d+\.\d MB\/s$/));
    await expect(bar).not.toHaveAttribute('aria-valuenow');
    await expect(canvas.getByText(/^\d+\.\d MB$/)).toBeVisible();
    await reaches(canvas, 'Done');
    await expect(canvas.getByRole('link')).toHaveTextContent('Save the file (6.0 MB)');
    await allClosed(demoOf({ loaded }));
  },
};

export const CutDownload: Story = {
  name: 'A download that is cut, and got again from the beginning',
  tags: testOnly,
  render: (_, context) => <Download demo={demoOf(context)} query="?bytes=3000000&rate=1000000" />,
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    await mount();
    const bar = canvas.getByRole('progressbar');
    await userEvent.click(canvas.getByRole('button', { name: 'Download' }));
    await eventually(() => expect(Number(bar.getAttribute('aria-valuenow'))).toBeGreaterThan(5));
    await demo.control({ action: 'cut' });
    await reaches(canvas, 'Failed');
    await expect(canvas.queryByRole('link')).toBeNull();
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }));
    await reaches(canvas, 'Done');
    await expect(canvas.getByRole('link')).toHaveTextContent('Save the file (3.0 MB)');
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

/** The bars of a batch, by the name of their job. */
const values = (canvas: Canvas) =>
  canvas.getAllByRole('progressbar').map((bar) => Number(bar.getAttribute('aria-valuenow') ?? 0));

/** Ten hooks on one connection: the events name their job, and each hook takes its own. */
export const ManyJobs: Story = {
  name: 'Ten jobs, one connection',
  render: (_, context) => <JobBatch demo={demoOf(context)} query="?speed=1.5" />,
  play: async ({ canvas, loaded, userEvent }) => {
    const demo = demoOf({ loaded });
    await expect(canvas.getAllByRole('progressbar')).toHaveLength(10);
    await userEvent.click(canvas.getByRole('button', { name: 'Start all' }));
    await eventually(() => expect(Math.min(...values(canvas))).toBeGreaterThan(4));
    await expect(canvas.getByTestId('open-connections')).toHaveTextContent('1');
    await expect(await demo.report()).toMatchObject({ open: 1, total: 1 });
    await eventually(() => expect(values(canvas).filter((value) => value === 100)).toHaveLength(9));
    await expect(canvas.getByText('No audio track')).toBeVisible();
    await expect(canvas.getByRole('progressbar', { name: 'drone-south.mp4' })).toHaveAttribute(
      'aria-valuenow',
      '60',
    );
    await allClosed(demo);
    await expect(canvas.getByTestId('open-connections')).toHaveTextContent('0');
    await expect(await demo.report()).toMatchObject({ total: 1 });
  },
};

export const ManyJobsGoOn: Story = {
  name: 'Ten jobs, one connection: all go on after a cut',
  tags: testOnly,
  render: (_, context) => <JobBatch demo={demoOf(context)} query="?speed=3" />,
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    await mount();
    await userEvent.click(canvas.getByRole('button', { name: 'Start all' }));
    await eventually(() => expect(Math.max(...values(canvas))).toBe(100));
    const before = values(canvas);
    await demo.control({ action: 'cut' });
    await eventually(() => expect(values(canvas).filter((value) => value === 100)).toHaveLength(9));
    await expect(values(canvas).every((value, index) => value >= (before[index] ?? 0))).toBe(true);
    await expect(await demo.report()).toMatchObject({ total: 2 });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

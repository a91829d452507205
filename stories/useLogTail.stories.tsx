import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { json, type LogInput, type LogOptions } from 'use-event-stream';
import { demoOf, inDemo, loadDemo } from './demo.tsx';
import { cameBack, eventually, nothingOpen, shows } from './play.ts';
import { logRecord } from './server/logRecord.ts';
import { LogViewer } from './ui/LogViewer.tsx';

const meta = {
  title: 'useLogTail',
  loaders: [loadDemo],
  decorators: [inDemo],
} satisfies Meta;
export default meta;

type Story = StoryObj;

/** Stories that are tests: they end with what they show unmounted, so the sidebar does not list them. */
const testOnly = ['!dev', '!autodocs'];

const asEvents: LogOptions = { events: ['log'], parse: json<LogInput> };

/** What line `id` of the demo log is, without its colours. */
function expectedText(id: number): string {
  const [start = '', ...coloured] = logRecord(id + 1).text.split('\u001b');
  return start + coloured.map((text) => text.replace(/^\[\d+m/, '')).join('');
}

const numberIn = (element: HTMLElement) =>
  Number(/[\d,]+/.exec(element.textContent)?.[0].replace(',', ''));

/** The lines that are in the document. */
function rowsIn(log: HTMLElement) {
  return [...log.querySelectorAll<HTMLElement>('[data-id]')].map((row) => ({
    id: Number(row.dataset['id']),
    level: row.dataset['level'],
    text: row.querySelector('.log-text')?.textContent ?? '',
  }));
}

/** Every line that is shown is the one it should be, and none is left out between them. */
async function expectRightLines(log: HTMLElement): Promise<void> {
  const rows = rowsIn(log);
  const first = rows[0]?.id ?? 0;
  await expect(rows.length).toBeGreaterThan(10);
  const expected = rows.map((_, index) => expectedText(first + index));
  await expect(rows.map(({ text }) => text)).toEqual(expected);
  await expect(rows.at(-1)?.id).toBe(first + rows.length - 1);
}

/** Follow, pause, clear and filter the last 10,000 lines; they come as events of JSON with a level. */
export const Events: Story = {
  name: 'Log tail',
  render: (_, context) => (
    <LogViewer url={demoOf(context).url('/api/logs?format=json')} options={asEvents} />
  ),
  play: async ({ canvas }) => {
    await shows(canvas, 'Live');
    const log = canvas.getByRole('log');
    await eventually(() => expect(rowsIn(log).length).toBeGreaterThan(10));
    await expectRightLines(log);
  },
};

export const GoesOn: Story = {
  name: 'Log tail: goes on after a cut',
  tags: testOnly,
  render: (_, context) => (
    <LogViewer url={demoOf(context).url('/api/logs?format=json&rate=300')} options={asEvents} />
  ),
  play: async ({ canvas, loaded, mount }) => {
    const demo = demoOf({ loaded });
    await mount();
    const log = canvas.getByRole('log');
    const shown = () => numberIn(canvas.getByTestId('shown'));
    await eventually(() => expect(shown()).toBeGreaterThan(300));
    await demo.control({ action: 'cut' });
    await cameBack(demo, 2);
    const before = shown();
    await eventually(() => expect(shown()).toBeGreaterThan(before + 300));
    await expectRightLines(log);
    log.scrollTop = (before - 5) * 22;
    await eventually(() => expect(rowsIn(log).some(({ id }) => id === before)).toBe(true));
    await expectRightLines(log);
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

const fast: Story = {
  render: (_, context) => (
    <LogViewer url={demoOf(context).url('/api/logs?format=json&rate=100')} options={asEvents} />
  ),
};

export const PauseAndClear: Story = {
  ...fast,
  // Storybook's index reads the tags that stand here, not those that are spread.
  tags: testOnly,
  name: 'Log tail: pause and clear',
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    const demo = demoOf({ loaded });
    await mount();
    const log = canvas.getByRole('log');
    const shown = () => numberIn(canvas.getByTestId('shown'));
    const click = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    await eventually(() => expect(shown()).toBeGreaterThan(60));
    await step('pauses, and counts what waits', async () => {
      await click('Pause');
      const frozen = shown();
      await eventually(() => expect(numberIn(canvas.getByTestId('pending'))).toBeGreaterThan(20));
      await expect(shown()).toBe(frozen);
      await click('Pause');
      await eventually(() => expect(shown()).toBeGreaterThan(frozen + 20));
      await expect(canvas.getByTestId('pending')).toHaveTextContent('0 waiting');
    });
    await step('clears, and never gives an id twice', async () => {
      const last = rowsIn(log).at(-1)?.id ?? 0;
      await click('Clear');
      await eventually(() => expect(rowsIn(log).length).toBeGreaterThan(12));
      await expect(rowsIn(log)[0]?.id).toBeGreaterThan(last);
      await expectRightLines(log);
    });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

export const FollowAndFilter: Story = {
  ...fast,
  // Storybook's index reads the tags that stand here, not those that are spread.
  tags: testOnly,
  name: 'Log tail: follow and filter',
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    await mount();
    const log = canvas.getByRole('log');
    await eventually(() => expect(rowsIn(log)[0]?.id).toBeGreaterThan(30));
    await step('stops following where the reader scrolls up', async () => {
      const follow = canvas.getByRole('button', { name: 'Follow' });
      await expect(follow).toHaveAttribute('aria-pressed', 'true');
      log.scrollTop = 0;
      await eventually(() => expect(follow).toHaveAttribute('aria-pressed', 'false'));
      await eventually(() => expect(rowsIn(log)[0]?.id).toBe(0));
      await userEvent.click(follow);
      await eventually(() => expect(rowsIn(log)[0]?.id).toBeGreaterThan(30));
    });
    await step('filters by text and level', async () => {
      await userEvent.type(canvas.getByLabelText('Filter lines'), 'orders');
      await userEvent.selectOptions(canvas.getByLabelText('Lowest level'), 'warn');
      await eventually(async () => {
        const rows = rowsIn(log);
        await expect(rows.length).toBeGreaterThan(0);
        for (const { text } of rows) await expect(text).toMatch(/orders/);
        for (const { level } of rows) await expect(level).toMatch(/warn|error|fatal/);
      });
    });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demoOf({ loaded }));
  },
};

/** The same lines as plain text over `fetch`: no events, no ids, levels are read from the text. */
export const PlainText: Story = {
  render: (_, context) => (
    <LogViewer url={demoOf(context).url('/api/logs.txt')} options={{ format: 'lines' }} />
  ),
  play: async ({ canvas }) => {
    await shows(canvas, 'Live');
    const log = canvas.getByRole('log');
    await eventually(() => expect(rowsIn(log).length).toBeGreaterThan(10));
    await expectRightLines(log);
  },
};

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { json, type LogInput, type LogOptions } from 'use-event-stream';
import { demoOf, inDemo, loadDemo } from './demo.tsx';
import { cameBack, eventually, nothingOpen, shows } from './play.ts';
import { logRecord } from './server/logRecord.ts';
import { LogServer } from './ui/log/LogServer.tsx';
import { LogViewer } from './ui/LogViewer.tsx';

const meta = {
  title: 'useLogTail',
  // Its page is written by hand: docs/useLogTail.mdx.
  tags: ['!autodocs'],
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

/** Follow, pause, search and filter the last 100,000 lines, at up to 50,000 a second; they come as events of JSON with a level. */
export const Events: Story = {
  name: 'Log tail',
  render: (_, context) => {
    const demo = demoOf(context);
    return (
      <LogViewer url={demo.url('/api/logs?format=json')} options={asEvents}>
        <LogServer demo={demo} initialRate={10} />
      </LogViewer>
    );
  },
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

export const SearchAndNewLines: Story = {
  ...fast,
  // Storybook's index reads the tags that stand here, not those that are spread.
  tags: testOnly,
  name: 'Log tail: search and new lines',
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    await mount();
    const log = canvas.getByRole('log');
    const follow = canvas.getByRole('button', { name: 'Follow' });
    const found = canvas.getByTestId('found');
    await eventually(() => expect(rowsIn(log)[0]?.id).toBeGreaterThan(60));
    await step('marks and counts the matches, and goes from one to the next', async () => {
      await userEvent.type(canvas.getByLabelText('Search lines'), 'ORDERS');
      await eventually(() => expect(numberIn(found)).toBeGreaterThan(5));
      const marks = [...log.querySelectorAll('mark')];
      await expect(marks.length).toBeGreaterThan(0);
      for (const { textContent } of marks) await expect(textContent).toMatch(/^orders$/i);
      await userEvent.click(canvas.getByRole('button', { name: 'Next match' }));
      await eventually(() => expect(found).toHaveTextContent(/^1 of/));
      await eventually(() => expect(log.querySelector('[data-current] mark')).toBeVisible());
      await expect(follow).toHaveAttribute('aria-pressed', 'false');
      await userEvent.click(canvas.getByRole('button', { name: 'Previous match' }));
      // From the first to the last, and more may have come meanwhile.
      await eventually(() => expect(numberIn(found)).toBeGreaterThan(5));
    });
    await step('counts what is new, and comes back to it', async () => {
      await userEvent.clear(canvas.getByLabelText('Search lines'));
      // A match near the end is looked at, too, not followed.
      const news = await canvas.findByRole('button', { name: /^\d+ new lines?$/ });
      await eventually(() => expect(numberIn(news)).toBeGreaterThan(20));
      const before = rowsIn(log).at(-1)?.id ?? 0;
      await userEvent.click(news);
      await eventually(() => expect(rowsIn(log)[0]?.id).toBeGreaterThan(before));
      await expect(follow).toHaveAttribute('aria-pressed', 'true');
      await expect(canvas.queryByRole('button', { name: /new line/ })).toBeNull();
    });
    await step('counts what waits in a pause, and ends it', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Pause' }));
      await userEvent.click(await canvas.findByRole('button', { name: /^\d+ new lines?$/ }));
      await expect(canvas.getByRole('button', { name: 'Pause' })).toHaveAttribute(
        'aria-pressed',
        'false',
      );
      await expectRightLines(log);
    });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demoOf({ loaded }));
  },
};

export const Wrap: Story = {
  ...fast,
  // Storybook's index reads the tags that stand here, not those that are spread.
  tags: testOnly,
  name: 'Log tail: wrap',
  render: (...args) => <div style={{ maxWidth: 380 }}>{fast.render?.(...args)}</div>,
  play: async ({ canvas, loaded, mount, userEvent }) => {
    await mount();
    const log = canvas.getByRole('log');
    const wrap = canvas.getByRole('button', { name: 'Wrap' });
    await eventually(() => expect(rowsIn(log)[0]?.id).toBeGreaterThan(30));
    await expect(log.scrollWidth).toBeGreaterThan(log.clientWidth);
    await userEvent.click(wrap);
    await eventually(() => expect(log.scrollWidth).toBe(log.clientWidth));
    // Rows stand one below the other, as high as each is, and the last at the end.
    await eventually(async () => {
      const rects = [...log.querySelectorAll('[data-id]')].map((row) =>
        row.getBoundingClientRect(),
      );
      await expect(rects.some(({ height }) => height > 22)).toBe(true);
      await expect(rects.slice(1).map(({ top }) => top)).toEqual(
        rects.slice(0, -1).map(({ bottom }) => bottom),
      );
      const { bottom } = log.getBoundingClientRect();
      await expect(Math.abs((rects.at(-1)?.bottom ?? 0) - bottom)).toBeLessThanOrEqual(2);
    });
    await expectRightLines(log);
    await mount(<p>Unmounted</p>);
    await nothingOpen(demoOf({ loaded }));
  },
};

/** The same lines as plain text over `fetch`: no events, no ids, levels are read from the text. */
export const PlainText: Story = {
  name: 'Plain text',
  render: (_, context) => {
    const demo = demoOf(context);
    return (
      <LogViewer
        url={demo.url('/api/logs.txt')}
        options={{ format: 'lines', reconnect: { repeat: true } }}
      >
        <LogServer demo={demo} initialRate={10} />
      </LogViewer>
    );
  },
  play: async ({ canvas }) => {
    await shows(canvas, 'Live');
    const log = canvas.getByRole('log');
    await eventually(() => expect(rowsIn(log).length).toBeGreaterThan(10));
    await expectRightLines(log);
  },
};

export const Gap: Story = {
  ...PlainText,
  // Storybook's index reads the tags that stand here, not those that are spread.
  tags: testOnly,
  name: 'Log tail: a gap',
  play: async ({ canvas, loaded, mount }) => {
    const demo = demoOf({ loaded });
    await mount();
    const log = canvas.getByRole('log');
    await eventually(() => expect(rowsIn(log).length).toBeGreaterThan(5));
    await demo.control({ action: 'unavailable', times: 1 });
    await demo.control({ action: 'cut' });
    await eventually(() => expect(canvas.getByTestId('next-try')).toHaveTextContent(/^try 2/));
    await eventually(() => expect(canvas.getByText('Lines are missing')).toBeVisible());
    await shows(canvas, 'Live');
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, spyOn } from 'storybook/test';
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

/** What is to be seen of line `id` of the demo log, without its colours and behind its time. */
function expectedText(id: number): string {
  const { text } = logRecord(id + 1);
  if (text.startsWith('{')) {
    const { message, service } = JSON.parse(text) as { message: string; service: string };
    return `${message}  service=${service}`;
  }
  const [start = '', ...coloured] = text.split('\u001b');
  const plain = start + coloured.map((part) => part.replace(/^\[\d+m/, '')).join('');
  return plain.slice(plain.indexOf(' ') + 1);
}

const numberIn = (element: HTMLElement) =>
  Number(/[\d,]+/.exec(element.textContent)?.[0].replaceAll(',', ''));

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
      <LogViewer url={demo.url('/api/logs?format=json&clock=now')} options={asEvents}>
        {({ status }) => <LogServer demo={demo} initialRate={10} status={status} />}
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
    const click = (name: string | RegExp) => userEvent.click(canvas.getByRole('button', { name }));
    await eventually(() => expect(shown()).toBeGreaterThan(60));
    await step('pauses, counts what waits, and is not called live', async () => {
      const pause = canvas.getByRole('button', { name: 'Pause' });
      const { width } = pause.getBoundingClientRect();
      await click('Pause');
      const frozen = shown();
      await expect(canvas.queryByText('Live')).toBeNull();
      await shows(canvas, 'Paused');
      await eventually(() => expect(numberIn(canvas.getByTestId('pending'))).toBeGreaterThan(20));
      await expect(shown()).toBe(frozen);
      await expect(pause).toHaveTextContent(
        new RegExp(`^Resume \\(${numberIn(canvas.getByTestId('pending'))}\\)$`),
      );
      await expect(pause.getBoundingClientRect().width).toBe(width);
      await click(/^Resume/);
      await eventually(() => expect(shown()).toBeGreaterThan(frozen + 20));
      await expect(canvas.queryByTestId('pending')).toBeNull();
      await shows(canvas, 'Live');
    });
    await step('says how many lines it has copied', async () => {
      const writeText = spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
      await click('Pause');
      await click('Copy');
      await eventually(() => canvas.getByText(`Copied ${shown()} lines`));
      const text = writeText.mock.calls.at(-1)?.[0] ?? '';
      await expect(text.split('\n')).toHaveLength(shown());
      writeText.mockRejectedValue(new Error('No clipboard'));
      await click('Copy');
      await eventually(() => canvas.getByText(/^Not copied/));
      writeText.mockRestore();
      await click(/^Resume/);
    });
    await step('clears, and never gives an id twice', async () => {
      const last = rowsIn(log).at(-1)?.id ?? 0;
      await click('Pause');
      await click('Clear');
      await eventually(() => canvas.getByText(/^Paused before a line/));
      await expect(canvas.getByRole('button', { name: 'Copy' })).toBeDisabled();
      await click(/^Resume/);
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
      const field = canvas.getByLabelText('Show only lines with');
      const chip = (level: string) => canvas.getByRole('button', { name: new RegExp(`^${level}`) });
      await userEvent.type(field, 'orders');
      await userEvent.click(chip('warn'));
      await userEvent.click(chip('error'));
      await eventually(async () => {
        const rows = rowsIn(log);
        await expect(rows.length).toBeGreaterThan(0);
        for (const { text } of rows) await expect(text).toMatch(/orders/);
        for (const { level } of rows) await expect(level).toMatch(/warn|error/);
      });
      await expect(canvas.getByTestId('shown')).toHaveTextContent(/^[\d,]+ of [\d,]+ lines$/);
      // What is hidden is counted too.
      await eventually(() => expect(numberIn(chip('info'))).toBeGreaterThan(30));
      await userEvent.hover(chip('warn'));
      await expect(chip('warn')).toHaveAttribute('aria-pressed', 'true');
    });
    await step('says that nothing matches, and shows all again', async () => {
      await userEvent.type(canvas.getByLabelText('Show only lines with'), 'nowhere');
      await eventually(() => canvas.getByText(/^None of [\d,]+ lines match/));
      await userEvent.click(canvas.getByRole('button', { name: 'Show all lines' }));
      await eventually(() => expect(rowsIn(log).length).toBeGreaterThan(10));
      await expect(canvas.getByLabelText('Show only lines with')).toHaveValue('');
      await expectRightLines(log);
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
    const found = () => canvas.getByTestId('found');
    await eventually(() => expect(rowsIn(log)[0]?.id).toBeGreaterThan(60));
    await step('marks and counts the matches, and goes from one to the next', async () => {
      log.focus();
      await userEvent.keyboard('{Control>}f{/Control}');
      await expect(canvas.getByLabelText('Find in lines')).toHaveFocus();
      await userEvent.keyboard('ORDERS');
      await eventually(() => expect(numberIn(found())).toBeGreaterThan(5));
      const marks = [...log.querySelectorAll('mark')];
      await expect(marks.length).toBeGreaterThan(0);
      for (const { textContent } of marks) await expect(textContent).toMatch(/^orders$/i);
      await userEvent.click(canvas.getByRole('button', { name: 'Next match' }));
      await eventually(() => expect(found()).toHaveTextContent(/^1 of/));
      await eventually(() => expect(log.querySelector('[data-current] mark')).toBeVisible());
      await expect(follow).toHaveAttribute('aria-pressed', 'false');
      await userEvent.click(canvas.getByRole('button', { name: 'Previous match' }));
      // From the first to the last, and more may have come meanwhile.
      await eventually(() => expect(numberIn(found())).toBeGreaterThan(5));
    });
    await step('ends the search with Escape', async () => {
      canvas.getByLabelText('Find in lines').focus();
      await userEvent.keyboard('{Escape}');
      await expect(log).toHaveFocus();
      await expect(canvas.getByLabelText('Find in lines')).toHaveValue('');
      await expect(canvas.queryByTestId('found')).toBeNull();
      await expect(log.querySelector('mark')).toBeNull();
    });
    await step('counts what is new, and comes back to it', async () => {
      // A match near the end is looked at, too, not followed.
      const news = await canvas.findByRole('button', { name: /^\d+ new lines?$/ });
      await eventually(() => expect(numberIn(news)).toBeGreaterThan(20));
      const before = rowsIn(log).at(-1)?.id ?? 0;
      await userEvent.click(news);
      await eventually(() => expect(rowsIn(log)[0]?.id).toBeGreaterThan(before));
      await expect(follow).toHaveAttribute('aria-pressed', 'true');
      await expect(canvas.queryByRole('button', { name: /new line/ })).toBeNull();
      await expectRightLines(log);
    });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demoOf({ loaded }));
  },
};

export const LinkAndJson: Story = {
  ...fast,
  // Storybook's index reads the tags that stand here, not those that are spread.
  tags: testOnly,
  name: 'Log tail: a link to a line, its JSON and its times',
  beforeEach: () => {
    const { href } = location;
    history.replaceState(history.state, '', '#L40');
    return () => {
      history.replaceState(history.state, '', href);
    };
  },
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    await mount();
    const log = canvas.getByRole('log');
    const follow = canvas.getByRole('button', { name: 'Follow' });
    const linked = () => log.querySelector<HTMLElement>('[data-linked]');
    await step('shows the line that the address names, and does not follow', async () => {
      await eventually(() => expect(linked()?.dataset['id']).toBe('39'));
      await expect(follow).toHaveAttribute('aria-pressed', 'false');
      const before = numberIn(canvas.getByTestId('shown'));
      await eventually(() =>
        expect(numberIn(canvas.getByTestId('shown'))).toBeGreaterThan(before + 30),
      );
      await expect(linked()).toBeVisible();
    });
    await step('names another line in the address', async () => {
      await userEvent.click(canvas.getByRole('link', { name: /^Line 42 / }));
      await expect(location.hash).toBe('#L42');
      await expect(linked()?.dataset['id']).toBe('41');
      await expect(canvas.getByRole('link', { current: true })).toHaveAccessibleName(/^Line 42 /);
      await userEvent.click(canvas.getByRole('link', { name: /^Line 42 / }));
      await expect(location.hash).toBe('');
      await expect(linked()).toBeNull();
    });
    await step('opens the JSON of a line, and closes it', async () => {
      const open = canvas.getByRole('button', { name: 'JSON of line 39' });
      await userEvent.click(open);
      const json = log.querySelector('.log-json');
      await expect(JSON.parse(json?.textContent ?? '')).toEqual(JSON.parse(logRecord(39).text));
      const rects = () =>
        [...log.querySelectorAll('[data-id]')].map((row) => row.getBoundingClientRect());
      // Rows stand one below the other, as high as each is.
      await eventually(async () => {
        await expect(rects().some(({ height }) => height > 60)).toBe(true);
        await expect(
          rects()
            .slice(1)
            .map(({ top }) => Math.round(top)),
        ).toEqual(
          rects()
            .slice(0, -1)
            .map(({ bottom }) => Math.round(bottom)),
        );
      });
      await userEvent.click(open);
      await eventually(() => expect(rects().every(({ height }) => height === 22)).toBe(true));
    });
    await step(
      'shows times of the reader, how long ago they were, or the line as it was sent',
      async () => {
        const times = canvas.getByLabelText('Times');
        const line = () => log.querySelector('[data-id="39"]');
        const at = new Date('2026-01-05T08:00:01.480Z');
        const local = at.toLocaleTimeString('en', { hourCycle: 'h23' });
        await expect(line()?.querySelector('.log-time')).toHaveTextContent(`${local}.480`);
        await userEvent.selectOptions(times, 'relative');
        await eventually(() =>
          expect(line()?.querySelector('.log-time')).toHaveTextContent(/^\d+ d$/),
        );
        await userEvent.selectOptions(times, 'sent');
        await expect(line()?.querySelector('.log-time')).toBeNull();
        await expect(line()).toHaveTextContent(/2026-01-05T08:00:01\.480Z/);
      },
    );
    await mount(<p>Unmounted</p>);
    await nothingOpen(demoOf({ loaded }));
  },
};

export const Full: Story = {
  // Storybook's index reads the tags that stand here, not those that are spread.
  tags: testOnly,
  name: 'Log tail: a log that is full',
  render: (_, context) => (
    <LogViewer
      url={demoOf(context).url('/api/logs?format=json&rate=300')}
      options={{ ...asEvents, maxLines: 200 }}
    />
  ),
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    await mount();
    const log = canvas.getByRole('log');
    await eventually(() => expect(numberIn(canvas.getByTestId('dropped'))).toBeGreaterThan(50));
    await step(
      'tells a reader who has scrolled up, and keeps the lines where asked to',
      async () => {
        await expect(canvas.queryByText(/oldest lines fall away/)).toBeNull();
        log.scrollTop = 0;
        await eventually(() => canvas.getByText(/oldest lines fall away/));
        await userEvent.click(canvas.getByRole('button', { name: 'Keep them' }));
        await expect(canvas.queryByText(/oldest lines fall away/)).toBeNull();
      },
    );
    await step('counts what waits, and what is lost', async () => {
      const pending = canvas.getByTestId('pending');
      await eventually(() => expect(pending).toHaveTextContent(/^200 waiting, [\d,]+ lost$/));
      await userEvent.click(canvas.getByRole('button', { name: 'Resume (200)' }));
      await expect(canvas.queryByTestId('pending')).toBeNull();
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
    const wrap = canvas.getByRole('button', { name: 'Wrap lines' });
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
        url={demo.url('/api/logs.txt?clock=now')}
        options={{ format: 'lines', reconnect: { repeat: true } }}
      >
        {({ status }) => <LogServer demo={demo} initialRate={10} status={status} />}
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

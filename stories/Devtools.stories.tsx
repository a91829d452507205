import type { Meta, StoryObj } from '@storybook/react-vite';
import { StreamDevtoolsPanel, ProductionStreamDevtools } from 'use-event-stream/devtools';
import { expect } from 'storybook/test';
import { demoOf, inDemo, loadDemo } from './demo.tsx';
import { cameBack, eventually, nothingOpen, shows, whenAsked } from './play.ts';
import { SYMBOLS } from './server/prices.ts';
import { LivePrices } from './ui/LivePrices.tsx';
import { Notifications } from './ui/Notifications.tsx';

const meta = {
  title: 'Devtools',
  // Its page is written by hand: docs/Devtools.mdx.
  tags: ['!autodocs', '!dev'],
  loaders: [loadDemo],
  decorators: [inDemo],
} satisfies Meta;
export default meta;

type Story = StoryObj;

/** The panel as a part of a page, with the streams of the page above it. */
export const Panel: Story = {
  name: 'Panel in a page',
  render: (_, context) => (
    <>
      <LivePrices url={demoOf(context).url('/api/prices?rate=8')} symbols={SYMBOLS.slice(0, 4)} />
      <div style={{ marginTop: 12 }}>
        <StreamDevtoolsPanel height={420} />
      </div>
    </>
  ),
  play: whenAsked(async ({ canvas, loaded, userEvent }) => {
    const demo = demoOf({ loaded });
    await shows(canvas, 'Live');
    const cut = await canvas.findByRole('button', { name: 'Cut' });
    await eventually(() => expect(canvas.getAllByText('id:').length).toBeGreaterThan(5));
    await eventually(() => expect(cut).toBeEnabled());
    await userEvent.click(cut);
    await cameBack(demo, 2);
    await shows(canvas, 'Live');
    await userEvent.click(canvas.getByRole('tab', { name: 'Request' }));
    await eventually(() => expect(canvas.getByText('last-event-id')).toBeVisible());
    await userEvent.click(canvas.getByRole('tab', { name: 'Timeline' }));
    await eventually(() => expect(canvas.getByText('cut the line')).toBeVisible());
    await userEvent.click(canvas.getByRole('tab', { name: 'Wire' }));
  }),
};

/** The button in the corner of an app, and the panel that it opens. */
export const Floating: Story = {
  name: 'In the corner of an app',
  parameters: { docs: { story: { inline: false, iframeHeight: 640 } } },
  render: (_, context) => (
    <>
      <Notifications url={demoOf(context).url('/api/notifications?interval=1500')} />
      <LivePrices url={demoOf(context).url('/api/prices?rate=20')} symbols={SYMBOLS} />
      <ProductionStreamDevtools />
    </>
  ),
  play: whenAsked(async ({ canvas, userEvent }) => {
    const close = canvas.queryByRole('button', { name: 'Close the stream devtools' });
    if (close) await userEvent.click(close);
    const opener = await canvas.findByRole('button', { name: /^Open the stream devtools/ });
    await userEvent.click(opener);
    await eventually(() =>
      expect(canvas.getByRole('navigation', { name: 'Streams' })).toBeVisible(),
    );
  }),
};

export const AnswersTheNextAttempt: Story = {
  ...Panel,
  name: 'Panel: answers the next attempt with 503',
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    await mount();
    await shows(canvas, 'Live');
    const cut = await canvas.findByRole('button', { name: 'Cut' });
    await eventually(() => expect(cut).toBeEnabled());
    await userEvent.click(canvas.getByRole('button', { name: '503' }));
    await userEvent.click(cut);
    await userEvent.click(canvas.getByRole('tab', { name: 'Timeline' }));
    await eventually(() => expect(canvas.getByText('answered 503')).toBeVisible());
    await cameBack(demo, 2);
    await userEvent.click(canvas.getByRole('tab', { name: 'Wire' }));
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { demoOf, inDemo, loadDemo } from './demo.tsx';
import { eventually, whenAsked } from './play.ts';
import { OneTab, TabFrames } from './ui/TabFrames.tsx';

const meta = {
  title: 'Tabs',
  loaders: [loadDemo],
  tags: ['!autodocs', '!dev'],
} satisfies Meta;
export default meta;

type Story = StoryObj;

/** Two frames are two pages: each has a store of its own, and the server has one connection. */
export const TwoTabs: Story = {
  name: 'One connection for two tabs',
  decorators: [inDemo],
  render: (_, context) => <TabFrames demo={demoOf(context)} />,
  play: whenAsked(async ({ canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Close tab 1' }));
    await expect(canvas.getByText('Closed')).toBeVisible();
    await userEvent.click(canvas.getByRole('button', { name: 'Open tab 1' }));
    await expect(canvas.queryByText('Closed')).toBeNull();
  }),
};

/** What stands in each of the frames, which has a store of its own. */
export const OneTabAlone: Story = {
  name: 'One tab',
  tags: ['!dev', '!autodocs'],
  render: (_, context) => (
    <OneTab
      session={new URLSearchParams(location.search).get('session') ?? demoOf(context).session}
    />
  ),
  play: async ({ canvas }) => {
    await eventually(() =>
      expect(canvas.getByTestId('role').textContent).toMatch(/reads for all|is given/),
    );
  },
};

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { demoOf, inDemo, loadDemo } from './demo.tsx';
import { cameBack, eventually, figure, goesOn, nothingOpen, shows } from './play.ts';
import { SYMBOLS } from './server/prices.ts';
import { ConnectionPanel } from './ui/ConnectionPanel.tsx';
import { LivePrices } from './ui/LivePrices.tsx';
import { Notifications } from './ui/Notifications.tsx';
import { SharedConnection } from './ui/SharedConnection.tsx';

const meta = {
  title: 'useEventStream',
  // Its page is written by hand: docs/useEventStream.mdx.
  tags: ['!autodocs'],
  loaders: [loadDemo],
  decorators: [inDemo],
} satisfies Meta;
export default meta;

type Story = StoryObj;

/** Stories that are tests: they end with what they show unmounted, so the sidebar does not list them. */
const testOnly = ['!dev', '!autodocs'];

/** Named events, typed by a schema each, folded once by `defineStream` and narrowed for every row with `select`. */
export const Prices: Story = {
  name: 'Live prices',
  render: (_, context) => (
    <LivePrices url={demoOf(context).url('/api/prices?rate=30')} symbols={SYMBOLS} />
  ),
  play: async ({ canvas }) => {
    await shows(canvas, 'Live');
    for (const symbol of SYMBOLS) {
      const row = canvas.getByRole('row', { name: new RegExp(`^${symbol}`) });
      await eventually(() => expect(row).toHaveTextContent(/\d\.\d\d/));
    }
  },
};

export const PricesGoOn: Story = {
  ...Prices,
  name: 'Live prices: go on after a cut',
  tags: testOnly,
  play: async ({ canvas, loaded, mount }) => {
    const demo = demoOf({ loaded });
    await mount();
    const count = () => Number(canvas.getByTestId('updates').textContent);
    await eventually(() => expect(count()).toBeGreaterThan(10));
    await expect(canvas.queryByTestId('freshness')).toBeNull();
    await demo.control({ action: 'unavailable', retryAfter: 2 });
    await demo.control({ action: 'cut' });
    // What is lost is dimmed, and says how old it is.
    await eventually(() =>
      expect(canvas.getByTestId('freshness')).toHaveTextContent(
        /^as of \d+ s ago, next try in [12] s$/,
      ),
    );
    await expect(canvas.getByRole('table')).toHaveAttribute('data-stale');
    await cameBack(demo, 2);
    await eventually(() => expect(canvas.queryByTestId('freshness')).toBeNull());
    await expect(canvas.getByRole('table')).not.toHaveAttribute('data-stale');
    const before = count();
    await eventually(() => expect(count()).toBeGreaterThan(before + 10));
    await eventually(() =>
      expect(canvas.getByTestId('last-event-id').textContent).toBe(String(count())),
    );
    const { lastEventIds } = await demo.report();
    await expect(Number(lastEventIds[1])).toBeGreaterThan(10);
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

/** The newest events, checked by a schema; `pause` freezes the list while the stream goes on, `clear` empties it. */
export const NotificationList: Story = {
  name: 'Notifications',
  render: (_, context) => (
    <Notifications url={demoOf(context).url('/api/notifications?interval=2500')} />
  ),
  play: async ({ canvas }) => {
    await shows(canvas, 'Live');
    await eventually(() => canvas.getByText('Deployment finished', { selector: 'strong' }));
  },
};

export const NotificationsPause: Story = {
  name: 'Notifications: pause and clear',
  tags: testOnly,
  render: (_, context) => (
    <Notifications url={demoOf(context).url('/api/notifications?interval=100')} />
  ),
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    await mount();
    await eventually(() => expect(canvas.getAllByRole('listitem').length).toBeGreaterThan(2));
    const quiet = canvas.getByRole('button', { name: 'Do not disturb' });
    await userEvent.click(quiet);
    await userEvent.click(canvas.getByRole('button', { name: 'Mark all as read' }));
    await expect(canvas.getByTestId('unread')).toHaveTextContent('0 unread');
    await demo.control({ action: 'cut' });
    await cameBack(demo, 2);
    await expect(canvas.queryAllByRole('listitem')).toHaveLength(0);
    await eventually(() =>
      expect(canvas.getByTestId('unread')).toHaveTextContent(/^0 unread, \d\d held back$/),
    );
    await userEvent.click(quiet);
    await expect(canvas.getByTestId('unread')).not.toHaveTextContent(/held back/);
    // Bounded: there are never more than the newest twenty.
    await eventually(() => expect(canvas.getAllByRole('listitem')).toHaveLength(20));
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

/** Everything a connection tells of itself, and buttons that make trouble. */
export const ConnectionStates: Story = {
  render: (_, context) => <ConnectionPanel demo={demoOf(context)} />,
  play: async ({ canvas }) => {
    await shows(canvas, 'Live');
    await goesOn(canvas);
  },
};

export const ConnectionDrops: Story = {
  ...ConnectionStates,
  name: 'Connection states: drop and resume',
  tags: testOnly,
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    const demo = demoOf({ loaded });
    const click = (name: RegExp) => userEvent.click(canvas.getByRole('button', { name }));
    await mount();
    await step('connects', async () => {
      await shows(canvas, 'Live');
      await goesOn(canvas);
    });
    const newest = () => canvas.getByRole('list', { name: 'What has happened' }).firstChild;
    await step('resumes after a cut that can be seen', async () => {
      const cut = canvas.getByRole('button', { name: 'Cut the line' });
      await click(/Cut the line/);
      await eventually(() => expect(newest()).toHaveTextContent(/try 1 in (1\.[4-9]|[23]\.\d) s$/));
      await expect(cut).toHaveAttribute('aria-disabled', 'true');
      await expect(cut).toHaveFocus();
      // The path is named, not what the query is called.
      await expect(canvas.getByText(/network:.*\/api\/ticks/)).not.toHaveTextContent(/[?&=]/);
      await cameBack(demo, 2);
      await shows(canvas, 'Live');
      await eventually(() => expect(newest()).toHaveTextContent(/open at try 1, resumed/));
      await expect(cut).not.toHaveAttribute('aria-disabled');
      await goesOn(canvas);
    });
    await step('waits as long as Retry-After asks', async () => {
      await click(/503/);
      await eventually(() => canvas.getByText(/^in [23]\.\d s/));
      await expect(canvas.getByText('Reconnecting')).toBeVisible();
      await eventually(() => expect(canvas.getByText(/http:.*503/)).toBeVisible());
      await shows(canvas, 'Live');
      await goesOn(canvas);
    });
    await step('goes online at once', async () => {
      await click(/Go offline/);
      await eventually(() => canvas.getByText('Reconnecting'));
      await expect(navigator.onLine).toBe(false);
      await click(/Go online/);
      await expect(navigator.onLine).toBe(true);
      await shows(canvas, 'Live');
      await goesOn(canvas);
    });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

export const ConnectionRests: Story = {
  ...ConnectionStates,
  name: 'Connection states: token and close',
  tags: testOnly,
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    const demo = demoOf({ loaded });
    const click = (name: RegExp) => userEvent.click(canvas.getByRole('button', { name }));
    await mount();
    await shows(canvas, 'Live');
    await goesOn(canvas);
    await step('fetches one new token after a 401', async () => {
      await expect(figure(canvas, 'State', 'Tokens fetched')).toBe('1');
      await click(/Expire the token/);
      await eventually(() => expect(figure(canvas, 'State', 'Tokens fetched')).toBe('2'));
      await shows(canvas, 'Live');
      await goesOn(canvas);
      await expect((await demo.report()).refused).toBe(1);
    });
    await step('closes and opens again', async () => {
      await click(/^Close/);
      await shows(canvas, 'Closed');
      await eventually(() => canvas.getByText('closed: manual'));
      await expect(canvas.getByRole('button', { name: 'Close' })).toHaveAttribute('aria-disabled');
      await eventually(async () => expect((await demo.report()).open).toBe(0));
      await click(/^Reconnect/);
      await shows(canvas, 'Live');
      await goesOn(canvas);
    });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

/** Hooks that ask for the same share a connection: the last one that leaves closes it. */
export const OneConnection: Story = {
  name: 'Two components on one connection',
  render: (_, context) => <SharedConnection demo={demoOf(context)} />,
  play: async ({ canvas }) => {
    await eventually(() => expect(canvas.getAllByText('Live')).toHaveLength(2));
    await eventually(() => expect(figure(canvas, 'Seen by the server', 'Open now')).toBe('1'));
  },
};

export const OneConnectionCloses: Story = {
  ...OneConnection,
  name: 'Two components on one connection: the last one closes it',
  tags: testOnly,
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    const subscribers = () => demo.store.connections().map((connection) => connection.subscribers);
    await mount();
    await eventually(() => expect(canvas.getAllByText('Live')).toHaveLength(2));
    await eventually(() =>
      expect(canvas.getByTestId('recent')).toHaveTextContent(
        new RegExp(`${canvas.getByTestId('latest').textContent}$`),
      ),
    );
    await expect(subscribers()).toEqual([2]);
    await expect(await demo.report()).toMatchObject({ open: 1, total: 1 });
    await userEvent.click(canvas.getByRole('checkbox', { name: 'Latest number' }));
    await eventually(() => expect(subscribers()).toEqual([1]));
    await expect(await demo.report()).toMatchObject({ open: 1, total: 1 });
    await userEvent.click(canvas.getByRole('checkbox', { name: 'Recent numbers' }));
    await nothingOpen(demo);
    await expect((await demo.report()).total).toBe(1);
  },
};

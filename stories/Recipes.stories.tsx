import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { demoOf, inDemo, loadDemo } from './demo.tsx';
import { cameBack, eventually, figure, goesOn, nothingOpen, shows, whenAsked } from './play.ts';
import { ChatDemo } from './ui/ChatDemo.tsx';
import { SYMBOLS } from './server/prices.ts';
import { SecureStream } from './ui/SecureStream.tsx';
import { SocketPrices } from './ui/SocketPrices.tsx';

const meta = {
  title: 'Recipes',
  // They stand on the pages that tell of them.
  tags: ['!autodocs', '!dev'],
  loaders: [loadDemo],
  decorators: [inDemo],
} satisfies Meta;
export default meta;

type Story = StoryObj;

/** Stories that are tests: they end with what they show unmounted, so the sidebar does not list them. */
const testOnly = ['!dev', '!autodocs'];

/** A POST for every question, and a stream for every answer; the page of the chat has the rest of it. */
export const Answers: Story = {
  name: 'AI answer',
  render: (_, context) => <ChatDemo demo={demoOf(context)} />,
  play: whenAsked(async ({ canvas, userEvent }) => {
    await userEvent.type(canvas.getByLabelText('Your question'), 'How does it reconnect?{Enter}');
    await eventually(() => canvas.getByText(/When a connection drops, the client waits/));
  }),
};

/** An async `headers` function is asked before every attempt; after a 401 it is told so, once, and fetches a new token. */
export const SignedIn: Story = {
  name: 'Signed-in stream',
  render: (_, context) => <SecureStream demo={demoOf(context)} lifetime={6_000} />,
  play: async ({ canvas }) => {
    await shows(canvas, 'Live');
    await expect(figure(canvas, 'Token', 'Tokens fetched')).toBe('1');
    await goesOn(canvas);
  },
};

export const TokenRunsOut: Story = {
  name: 'Signed-in stream: the token runs out',
  tags: testOnly,
  render: (_, context) => <SecureStream demo={demoOf(context)} lifetime={1_500} />,
  play: async ({ canvas, loaded, mount }) => {
    const demo = demoOf({ loaded });
    await mount();
    await eventually(() => expect(figure(canvas, 'Token', 'Tokens fetched')).toBe('3'));
    await eventually(() => expect(figure(canvas, 'Token', 'Answers with 401')).toBe('2'));
    await goesOn(canvas);
    const { lastEventIds } = await demo.report();
    await expect(lastEventIds[0]).toBe('');
    await expect(Number(lastEventIds[2])).toBeGreaterThan(Number(lastEventIds[1]));
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

/** A WebSocket as the `source` of a stream: its messages are the events. */
export const Socket: Story = {
  name: 'WebSocket',
  render: (_, context) => <SocketPrices demo={demoOf(context)} rate={20} />,
  play: async ({ canvas }) => {
    await shows(canvas, 'Live');
    for (const symbol of SYMBOLS) {
      await eventually(() => expect(figure(canvas, 'Prices', symbol)).toMatch(/^\d+\.\d\d$/));
    }
  },
};

export const SocketIsCut: Story = {
  ...Socket,
  name: 'WebSocket: goes on after a cut',
  tags: testOnly,
  play: async ({ canvas, loaded, mount, userEvent }) => {
    const demo = demoOf({ loaded });
    await mount();
    const count = () => Number(canvas.getByTestId('updates').textContent);
    await eventually(() => expect(count()).toBeGreaterThan(10));
    await userEvent.click(canvas.getByRole('button', { name: 'Cut the line' }));
    await cameBack(demo, 2);
    await shows(canvas, 'Live');
    const before = count();
    await eventually(() => expect(count()).toBeGreaterThan(before + 10));
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
};

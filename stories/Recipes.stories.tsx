import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { demoOf, inDemo, loadDemo } from './demo.tsx';
import { eventually, figure, goesOn, nothingOpen, shows } from './play.ts';
import { Chat } from './ui/Chat.tsx';
import { SecureStream } from './ui/SecureStream.tsx';

const meta = {
  title: 'Recipes',
  loaders: [loadDemo],
  decorators: [inDemo],
} satisfies Meta;
export default meta;

type Story = StoryObj;

/** Stories that are tests: they end with what they show unmounted, so the sidebar does not list them. */
const testOnly = ['!dev', '!autodocs'];

/** A POST for every question: `manual` waits for `start`, `reduce` adds up the tokens, `until` ends at `[DONE]`. */
export const Answers: Story = {
  name: 'AI answer',
  render: (_, context) => <Chat url={demoOf(context).url('/api/chat')} />,
  play: async ({ canvas, userEvent }) => {
    await userEvent.type(canvas.getByLabelText('Your question'), 'How does it reconnect?{Enter}');
    await eventually(() => canvas.getByText(/When a connection drops, the client waits/));
  },
};

export const AnswersInParts: Story = {
  name: 'AI answer: stop and regenerate',
  tags: testOnly,
  render: (_, context) => <Chat url={demoOf(context).url('/api/chat?interval=10')} />,
  play: async ({ canvas, loaded, mount, step, userEvent }) => {
    const demo = demoOf({ loaded });
    const button = (name: string) => canvas.getByRole('button', { name });
    const answer = () => canvas.getByRole('log').querySelector('[data-role=assistant]');
    await mount();
    await step('asks by POST, and writes the answer to its end', async () => {
      await expect(demo.store.connections()).toEqual([]);
      await userEvent.type(canvas.getByLabelText('Your question'), 'Why not WebSockets?{Enter}');
      await eventually(() => expect(button('Stop')).toBeEnabled());
      await eventually(() => expect(answer()).toHaveTextContent(/usually all you need\.$/));
      await eventually(() => expect(button('Regenerate')).toBeEnabled());
    });
    await step('regenerates, and stops in the middle', async () => {
      await userEvent.click(button('Regenerate'));
      await eventually(() => expect(answer()).toHaveTextContent(/Server-sent events flow/));
      await userEvent.click(button('Stop'));
      await eventually(() => expect(button('Regenerate')).toBeEnabled());
      await expect(answer()).not.toHaveTextContent(/usually all you need/);
      await eventually(async () => expect((await demo.report()).open).toBe(0));
    });
    await step('an answer that is cut is not asked for again', async () => {
      await userEvent.click(button('Regenerate'));
      await eventually(() => expect(answer()).toHaveTextContent(/Server-sent/));
      await demo.control({ action: 'cut' });
      await eventually(() => canvas.getByRole('alert'));
      await expect((await demo.report()).total).toBe(3);
    });
    await mount(<p>Unmounted</p>);
    await nothingOpen(demo);
  },
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

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { demoOf, inDemo, loadDemo, type Demo } from './demo.tsx';
import { eventually, nothingOpen, whenAsked } from './play.ts';
import { ChatDemo } from './ui/ChatDemo.tsx';

const meta = {
  title: 'Chat and AI answers',
  // Its page is written by hand: docs/Chat.mdx.
  tags: ['!autodocs'],
  loaders: [loadDemo],
  decorators: [inDemo],
} satisfies Meta;
export default meta;

type Story = StoryObj;

/** Stories that are tests: they end with what they show unmounted, so the sidebar does not list them. */
const testOnly = ['!dev', '!autodocs'];

type Context = Parameters<NonNullable<Story['play']>>[0];

/** Slow enough to be caught in mid-sentence, fast enough for a test. */
const render: Story['render'] = (_, context) => (
  <ChatDemo demo={demoOf(context)} interval={context.tags.includes('dev') ? 30 : 15} />
);

/** What a reader of the chat does and sees. */
function chatIn({ canvas, loaded, userEvent }: Pick<Context, 'canvas' | 'loaded' | 'userEvent'>) {
  const demo: Demo = demoOf({ loaded });
  const button = (name: string) => canvas.getByRole('button', { name });
  const log = () => canvas.getByRole('log');
  const answers = () => [...log().querySelectorAll<HTMLElement>('[data-role=assistant]')];
  const input = () => canvas.getByRole('textbox');
  const says = (text: RegExp) => eventually(() => expect(answers().at(-1)).toHaveTextContent(text));
  return {
    demo,
    button,
    log,
    answers,
    input,
    says,
    questions: () => log().querySelectorAll('[data-role=user]').length,
    ask: (question: string) => userEvent.type(input(), `${question}{Enter}`),
    press: (name: string) => userEvent.click(button(name)),
    /** Waits until the last answer is whole. */
    ends: () => eventually(() => button('Send')),
    asked: async () => (await demo.chats()).asked,
  };
}

const end = /usually all you need\.$/;

/** Several turns, each a message with a stream of its own. */
export const Conversation: Story = {
  render,
  play: whenAsked(async (context) => {
    const { answers, ask, ends, questions, says } = chatIn(context);
    await ask('How does it reconnect?');
    await says(/makes the client come back\.$|come back\.$/);
    await ends();
    await ask('Why not WebSockets?');
    await says(end);
    await ends();
    await expect(questions()).toBe(2);
    await expect(answers()).toHaveLength(2);
  }),
};

const leave = async (mount: Context['mount'], { loaded }: Pick<Context, 'loaded'>) => {
  await mount(<p>Unmounted</p>);
  await nothingOpen(demoOf({ loaded }));
};

export const Stopped: Story = {
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { demo, answers, asked, button, ends, input, log, press, says } = chatIn(context);
    await context.step('one button sends and stops, and keeps the focus', async () => {
      await context.userEvent.type(input(), 'Why not WebSockets?');
      const send = button('Send');
      await context.userEvent.click(send);
      await says(/Server-sent events flow/);
      await expect(button('Stop')).toBe(send);
      await expect(send).toHaveFocus();
      await context.userEvent.type(input(), 'A next one{Enter}');
      await expect(button('Stop')).toBe(send);
      await press('Stop');
      await expect(button('Send')).toBe(send);
      await expect(send).toHaveFocus();
      await expect(input()).toHaveValue('A next one');
    });
    await context.step('what was stopped is marked, and the server writes no more', async () => {
      await expect(log()).toHaveTextContent(/Stopped/);
      await expect(answers().at(-1)).not.toHaveTextContent(end);
      await eventually(async () => expect((await demo.chats()).stopped).toBe(1));
      await eventually(async () => expect((await demo.report()).open).toBe(0));
    });
    await context.step('regenerates in its place', async () => {
      await press('Regenerate');
      await expect(button('Stop')).toHaveFocus();
      await says(end);
      await ends();
      await expect(answers()).toHaveLength(1);
      await expect(log()).not.toHaveTextContent(/Stopped/);
      await expect(await asked()).toBe(2);
    });
    await leave(mount, context);
  },
};

export const Fails: Story = {
  name: 'An error in the stream',
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { demo, answers, ask, asked, ends, press, says } = chatIn(context);
    await demo.plan('fail');
    await ask('Why not WebSockets?');
    await eventually(() => context.canvas.getByText('The model has lost the thread.'));
    await expect(answers().at(-1)).toHaveTextContent(/Server-sent events flow/);
    await press('Try again');
    await says(end);
    await ends();
    await expect(context.canvas.queryByRole('alert')).toBeNull();
    await expect(await asked()).toBe(2);
    await leave(mount, context);
  },
};

export const Refused: Story = {
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { demo, ask, button, ends, press, says } = chatIn(context);
    await demo.plan('refuse');
    await ask('Why not WebSockets?');
    const alert = () => context.canvas.getByRole('alert');
    await eventually(() => expect(alert()).toHaveTextContent(/rules of the house/));
    button('Send');
    await press('Try again');
    await says(end);
    await ends();
    await leave(mount, context);
  },
};

export const Waits: Story = {
  name: 'A 429, and its wait',
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { demo, ask, asked, ends, says } = chatIn(context);
    await demo.plan('busy');
    await ask('Why not WebSockets?');
    await eventually(() => context.canvas.getByText(/^Next try at/));
    await expect(context.canvas.getByRole('alert')).toHaveTextContent(
      'Too many questions at once.',
    );
    await says(end);
    await ends();
    await expect(context.canvas.queryByText(/^Next try at/)).toBeNull();
    await expect(await asked()).toBe(2);
    await leave(mount, context);
  },
};

export const StopsWaiting: Story = {
  name: 'A wait that is stopped',
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { demo, ask, asked, log, press } = chatIn(context);
    await demo.plan('busy');
    await ask('Why not WebSockets?');
    await eventually(() => context.canvas.getByText(/^Next try at/));
    await press('Stop');
    await expect(log()).toHaveTextContent(/Stopped/);
    await expect(await asked()).toBe(1);
    await leave(mount, context);
  },
};

export const Edited: Story = {
  name: 'An earlier question, edited',
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { answers, ask, button, ends, input, log, press, questions, says } = chatIn(context);
    await ask('Why not WebSockets?');
    await ends();
    await ask('And React?');
    await ends();
    const [edit] = context.canvas.getAllByRole('button', { name: 'Edit' });
    if (edit) await context.userEvent.click(edit);
    await expect(input()).toHaveFocus();
    await expect(input()).toHaveValue('Why not WebSockets?');
    await press('Cancel');
    await expect(input()).toHaveValue('');
    if (edit) await context.userEvent.click(edit);
    await context.userEvent.clear(input());
    await ask('How does it reconnect?');
    await says(/When a connection drops/);
    await ends();
    await expect(questions()).toBe(1);
    await expect(answers()).toHaveLength(1);
    await expect(log()).not.toHaveTextContent(/WebSockets\?|And React/);
    button('Regenerate');
    await leave(mount, context);
  },
};

const whole =
  'Server-sent events flow one way, from the server to the page, over an ordinary HTTP response.';

export const Cut: Story = {
  name: 'Cut in mid-sentence',
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { demo, answers, ask, ends, says } = chatIn(context);
    await demo.plan('cut');
    await ask('Why not WebSockets?');
    await says(end);
    await ends();
    await expect(await demo.chats()).toMatchObject({ asked: 1, resumed: 1 });
    await expect(answers()).toHaveLength(1);
    await expect(answers().at(-1)?.textContent.split(whole)).toHaveLength(2);
    await leave(mount, context);
  },
};

export const Reloaded: Story = {
  name: 'Reloaded in mid-sentence',
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { demo, answers, ask, ends, press, says } = chatIn(context);
    await ask('Why not WebSockets?');
    await says(/Server-sent events flow/);
    await press('Reload the page');
    await eventually(() => expect(context.canvas.queryByRole('log')).toBeNull());
    await eventually(() => expect(answers()).toHaveLength(1));
    await says(end);
    await ends();
    await expect(await demo.chats()).toMatchObject({ asked: 1, resumed: 1, stopped: 0 });
    await expect(answers().at(-1)?.textContent.split(whole)).toHaveLength(2);
    await context.step('what was whole is read from the storage', async () => {
      await press('Reload the page');
      await eventually(() => expect(context.canvas.queryByRole('log')).toBeNull());
      await says(end);
      await expect(await demo.chats()).toMatchObject({ asked: 1, resumed: 1 });
    });
    await leave(mount, context);
  },
};

export const Formats: Story = {
  name: 'Every wire format',
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { demo, ask, ends, press, says } = chatIn(context);
    const format = context.canvas.getByLabelText('Wire format');
    for (const name of ['openaiResponses', 'anthropicMessages', 'uiMessages', 'openaiChat']) {
      await context.userEvent.selectOptions(format, name);
      await demo.plan('cut');
      await ask('Why not WebSockets?');
      await says(end);
      await ends();
      await demo.plan('fail');
      await press('Regenerate');
      await eventually(() => context.canvas.getByText('The model has lost the thread.'));
    }
    await expect(await demo.chats()).toMatchObject({ asked: 8, resumed: 4 });
    await leave(mount, context);
  },
};

export const Scrolled: Story = {
  name: 'The reader scrolls',
  render,
  tags: testOnly,
  play: async ({ mount, ...context }) => {
    await mount();
    const { ask, ends, log, press } = chatIn(context);
    const fromEnd = () => log().scrollHeight - log().scrollTop - log().clientHeight;
    const fills = () => expect(log().scrollHeight).toBeGreaterThan(log().clientHeight + 80);
    await ask('Why not WebSockets?');
    await ends();
    await ask('How does it reconnect?');
    await eventually(fills);
    await eventually(() => expect(fromEnd()).toBeLessThan(2));
    log().scrollTop -= 60;
    const { scrollTop, scrollHeight } = log();
    await eventually(() => expect(log().scrollHeight).toBeGreaterThan(scrollHeight));
    await ends();
    await expect(log().scrollTop).toBe(scrollTop);
    await context.step('who asks is brought to the end', async () => {
      await ask('And React?');
      await eventually(() => expect(fromEnd()).toBeLessThan(2));
      await press('Stop');
      await eventually(() => expect(fromEnd()).toBeLessThan(2));
    });
    await leave(mount, context);
  },
};

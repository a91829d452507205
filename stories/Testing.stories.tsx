import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { expect } from 'storybook/test';
import { mockStream, type MockStream } from 'use-event-stream/testing';
import { whenAsked } from './play.ts';
import './ui/demo.css';
import { Notifications } from './ui/Notifications.tsx';

const meta = {
  title: 'Testing/Mocked stream',
  // Pages of documentation run no play function: nothing would come.
  tags: ['!autodocs'],
  // Every visit to the story has a script of its own.
  loaders: [() => ({ stream: mockStream('/api/notifications', { random: () => 0 }) })],
  decorators: [
    (Story, { loaded }) => {
      const { wrapper: Wrapper } = loaded['stream'] as MockStream;
      return (
        <Wrapper>
          <Story />
        </Wrapper>
      );
    },
  ],
} satisfies Meta;
export default meta;

type Story = StoryObj;

const notification = (id: number, title: string) => ({
  id: String(id),
  data: { id: String(id), title, body: 'Sent by the script of this story.', level: 'info' },
});

/** The first half of the script. */
async function sendTwo(stream: MockStream): Promise<void> {
  await stream.open();
  await stream.send([notification(1, 'Build passed'), notification(2, 'Review asked for')]);
}

/** The second half: a loss, and what comes after it. One of the two is sent again. */
async function loseAndGoOn(stream: MockStream): Promise<void> {
  await stream.drop();
  await stream.advance(100);
  await expect((await stream.connected(2)).headers.get('last-event-id')).toBe('2');
  await stream.open();
  await stream.send([notification(2, 'Review asked for'), notification(3, 'Merged')]);
}

/** No server: a script opens the stream, sends, breaks it and sees it come back. */
export const Scripted: Story = {
  name: 'Notifications by script',
  render: (_, { loaded }) => <ByScript stream={loaded['stream'] as MockStream} />,
  play: whenAsked(async ({ canvas, loaded, step }) => {
    const stream = loaded['stream'] as MockStream;
    await step('opens and shows what is sent', async () => {
      await sendTwo(stream);
      await expect(canvas.getByText('Review asked for', { selector: 'strong' })).toBeVisible();
    });
    await step('goes on after a loss, and shows nothing twice', async () => {
      await loseAndGoOn(stream);
      await expect(canvas.getByTestId('unread')).toHaveTextContent('3 unread');
      await expect(canvas.getByText('Merged', { selector: 'strong' })).toBeVisible();
    });
  }),
};

const acts = [
  { label: 'Open the stream, and send two', run: sendTwo },
  { label: 'Lose the line, come back, and send two more', run: loseAndGoOn },
] as const;

/** A part of an app, with the script in the visitor's hands. */
function ByScript({ stream }: { stream: MockStream }) {
  const [next, setNext] = useState(0);
  const act = acts[next];
  return (
    <>
      <Notifications url="/api/notifications" />
      <div className="card">
        <button
          type="button"
          className="primary"
          disabled={!act}
          onClick={() => {
            setNext(next + 1);
            void act?.run(stream);
          }}
        >
          {act?.label ?? 'The script is over'}
        </button>
      </div>
    </>
  );
}

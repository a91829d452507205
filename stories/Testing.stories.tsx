import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { mockStream, type MockStream } from 'use-event-stream/testing';
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

/** No server: the play function opens the stream, sends, breaks it and sees it come back. */
export const Scripted: Story = {
  name: 'Notifications by script',
  render: () => <Notifications url="/api/notifications" />,
  play: async ({ canvas, loaded, step }) => {
    const stream = loaded['stream'] as MockStream;
    await step('opens and shows what is sent', async () => {
      await stream.open();
      await stream.send([notification(1, 'Build passed'), notification(2, 'Review asked for')]);
      await expect(canvas.getByText('Review asked for', { selector: 'strong' })).toBeVisible();
    });
    await step('goes on after a loss, and shows nothing twice', async () => {
      await stream.drop();
      await stream.advance(100);
      await expect((await stream.connected(2)).headers.get('last-event-id')).toBe('2');
      await stream.open();
      await stream.send([notification(2, 'Review asked for'), notification(3, 'Merged')]);
      await expect(canvas.getByTestId('unread')).toHaveTextContent('3 unread');
      await expect(canvas.getByText('Merged', { selector: 'strong' })).toBeVisible();
    });
  },
};

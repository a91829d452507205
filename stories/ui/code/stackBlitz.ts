import type { StoryContext } from '@storybook/react-vite';

/** Opens a demo in a new tab, as a project that can be changed. */
export async function openInStackBlitz(story: StoryContext): Promise<void> {
  await Promise.resolve(story);
}

import { mockStream } from 'use-event-stream/testing';
import { probe } from './page.tsx';
import { render } from './render.ts';

/** Renders a hook on a stream that opens by itself. */
export async function showHook<T extends { status: string }>(url: string, use: () => T) {
  const stream = mockStream(url, { autoOpen: true });
  const hook = probe(use);
  await render(
    <stream.wrapper>
      <hook.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  return { stream, hook };
}

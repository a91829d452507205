import { json, useEventStream, useLogTail, type StreamUrl } from 'use-event-stream';
import { expect, test } from 'vitest';
import { setUpPage } from '../support/page.tsx';
import { collectGarbage } from '../support/heap.ts';
import { render } from '../support/render.ts';

const url = 'https://example.test/stream';

interface Item {
  text: string;
}

/** What a hook shows of a stream: objects that only the stream has. */
type Use = (url: StreamUrl) => readonly object[];

test.for<[string, Use]>([
  ['events', (to) => useEventStream(to, { parse: json<Item> }).events.map(({ data }) => data)],
  [
    'a state',
    (to) => {
      const { data } = useEventStream(to, {
        parse: json<Item>,
        initial: [] as readonly Item[],
        reduce: (all, events) => [...all, ...events.map((event) => event.data)],
      });
      return data;
    },
  ],
  ['lines', (to) => [...useLogTail(to).lines]],
])('keeps %s of the url before no longer than it shows them', async ([, use]) => {
  const { below, open, send, settle } = setUpPage();
  const refs: WeakRef<object>[] = [];
  function Probe({ target }: { target: StreamUrl }) {
    const shown = use(target);
    if (refs.length === 0) refs.push(...shown.map((each) => new WeakRef(each)));
    return <p>{shown.length}</p>;
  }
  const { container, rerender } = await render(below(<Probe target={url} />));
  await open();
  await send('data: {"text":"old"}\n\n'.repeat(50));
  expect(refs).toHaveLength(50);
  await rerender(below(<Probe target={`${url}/next`} />));
  expect(container.textContent).toBe('0');
  // Before the next one has answered, and whether it does or not.
  await expect
    .poll(async () => {
      await settle();
      collectGarbage();
      return refs.filter((ref) => ref.deref()).length;
    })
    .toBe(0);
});

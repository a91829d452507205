import { Activity } from 'react';
import { useEventStream } from 'use-event-stream';
import { expect, test } from 'vitest';
import { probe } from '../support/page.tsx';
import { render } from '../support/render.ts';
import { setUpSnapshots, textOf } from '../support/snapshots.ts';

async function show(linger: number) {
  const page = setUpSnapshots();
  const hook = probe(() => useEventStream('/orders', { ...page.options, linger }));
  const within = (mode: 'visible' | 'hidden') =>
    page.below(
      <Activity mode={mode}>
        <hook.Probe />
      </Activity>,
    );
  const { rerender } = await render(within('visible'));
  await page.settle();
  return {
    ...page,
    shown: () => ({ data: hook.current.data, stale: hook.current.stale }),
    say: (...ids: number[]) => page.send(textOf(ids)),
    hide: () => rerender(within('hidden')),
    reveal: async () => {
      await rerender(within('visible'));
      await page.settle();
    },
  };
}

test('once an Activity is shown again, the snapshot of a stream without ids waits until the stream is open', async () => {
  const { asked, open, send, advance, hide, reveal, shown } = await show(0);
  await open();
  await asked[0]?.give({ state: ['a'] });
  await send('data: b\n\n');
  await hide();
  await advance(5_000);
  await reveal();
  expect(asked).toHaveLength(1);
  expect(shown()).toEqual({ data: ['a', 'b'], stale: true });
  await open();
  expect(asked.map(({ reason }) => reason)).toEqual(['start', 'gap']);
  await asked[1]?.give({ state: ['c'] });
  expect(shown()).toEqual({ data: ['c'], stale: false });
});

test('a snapshot that comes in the linger, and is not among what came, is gone on from later', async () => {
  const { asked, open, say, hide, reveal, shown, stream, advance } = await show(60_000);
  await open();
  await say(7);
  await hide();
  await asked[0]?.give({ state: ['to 5'], lastEventId: '5' });
  await advance(1_000);
  await reveal();
  expect(stream.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '5']);
  await open();
  await say(6, 7, 8);
  expect(shown()).toEqual({ data: ['to 5', '6', '7', '8'], stale: false });
  expect(asked).toHaveLength(1);
});

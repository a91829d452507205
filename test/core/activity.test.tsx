import { Activity, type ReactNode } from 'react';
import { defineStream, useEventStream } from 'use-event-stream';
import { expect, test } from 'vitest';
import { turns } from '../support/fakeClock.ts';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';

const shown = (isShown: boolean, child: ReactNode) => (
  <Activity mode={isShown ? 'visible' : 'hidden'}>{child}</Activity>
);

test('shows no event twice where an Activity is revealed onto the connection of another component', async () => {
  const { below, server, open, send, advance } = setUpPage();
  const hidden = probe(() => useEventStream(url));
  const other = probe(() => useEventStream(url));
  const page = (isShown: boolean, hasOther: boolean) =>
    below(
      <>
        {shown(isShown, <hidden.Probe />)}
        {hasOther && <other.Probe />}
      </>,
    );
  const { rerender } = await render(page(true, false));
  await open();
  await send('id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n');
  await rerender(page(false, false));
  await advance(1_000);
  expect(server.live).toBe(0);
  await rerender(page(false, true));
  await open();
  await send('id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n');
  await rerender(page(true, true));
  await advance(1_000);
  expect(dataOf(hidden.current)).toEqual(['1', '2', '3']);
  expect(server.requests).toHaveLength(2);
});

const defined = defineStream({ maxEvents: 5 });

test('connects for a defined stream that is revealed alone after others have stood for it', async () => {
  const { below, server, open, send, advance } = setUpPage();
  const one = probe(() => useEventStream(url, defined));
  const two = probe(() => useEventStream(url, defined));
  const three = probe(() => useEventStream(url, defined));
  const page = (hasOne: boolean, hasTwo: boolean, hasThree: boolean) =>
    below(
      <>
        {shown(hasOne, <one.Probe />)}
        {shown(hasTwo, <two.Probe />)}
        {hasThree && <three.Probe />}
      </>,
    );
  const { rerender } = await render(page(true, true, false));
  await open();
  await rerender(page(false, false, false));
  await advance(1_000);
  await rerender(page(false, false, true));
  await open();
  await rerender(page(true, false, true));
  await advance(100);
  await rerender(page(false, false, false));
  await advance(1_000);
  expect(server.live).toBe(0);
  await rerender(page(false, true, false));
  await act(turns);
  expect(server.live).toBe(1);
  await open();
  await send('data: x\n\n');
  expect(two.current).toMatchObject({ status: 'open', data: 'x' });
});

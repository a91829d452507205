import { Activity, type ReactNode } from 'react';
import { defineStream, useEventStream } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { render } from '../support/render.ts';

const url = 'https://example.test/stream';

const shown = (isShown: boolean, child: ReactNode) => (
  <Activity mode={isShown ? 'visible' : 'hidden'}>{child}</Activity>
);

test('shows no event twice where an Activity is revealed onto the connection of another component', async () => {
  const { below, stream, open, send, advance } = setUpPage();
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
  expect(stream.openConnections).toBe(0);
  await rerender(page(false, true));
  await open();
  await send('id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n');
  await rerender(page(true, true));
  await advance(1_000);
  expect(dataOf(hidden.current)).toEqual(['1', '2', '3']);
  expect(stream.requests).toHaveLength(2);
});

const defined = defineStream({ maxEvents: 5 });

test('connects for a defined stream that is revealed alone after others have stood for it', async () => {
  const { below, stream, open, send, advance } = setUpPage();
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
  expect(stream.openConnections).toBe(0);
  await rerender(page(false, true, false));
  await stream.settled();
  expect(stream.openConnections).toBe(1);
  await open();
  await send('data: x\n\n');
  expect(two.current).toMatchObject({ status: 'open', data: 'x' });
});

const asList = {
  initial: [] as readonly string[],
  reduce: (all: readonly string[], events: readonly { data: string }[]) => [
    ...all,
    ...events.map(({ data }) => data),
  ],
};

/** Two reducers of one stream, the first of which an Activity hides. */
async function twoReducers() {
  const stream = mockStream(url, { autoOpen: true });
  const one = probe(() => useEventStream(url, asList));
  const two = probe(() => useEventStream(url, asList));
  const page = (hasOne: boolean, hasTwo: boolean) => (
    <stream.wrapper>
      {shown(hasOne, <one.Probe />)}
      {hasTwo && <two.Probe />}
    </stream.wrapper>
  );
  const { rerender } = await render(page(true, false));
  await stream.send([
    { id: '1', data: '1' },
    { id: '2', data: '2' },
  ]);
  await rerender(page(false, false));
  await stream.advance(1_000);
  const asked = () => stream.requests.map(({ headers }) => headers.get('last-event-id'));
  return {
    stream,
    one,
    two,
    asked,
    show: (...which: [boolean, boolean]) => rerender(page(...which)),
  };
}

test('a new reducer does not join where a revealed one goes on in the middle', async () => {
  const { stream, one, two, asked, show } = await twoReducers();
  await show(true, false);
  await show(true, true);
  await stream.settled();
  expect(asked()).toEqual([null, '2', null]);
  await stream.send({ id: '3', data: '3' });
  expect([one.current.data, two.current.data]).toEqual([['1', '2', '3'], ['3']]);
});

test('a revealed reducer asks for what it missed, and does not join one that began later', async () => {
  const { stream, one, asked, show } = await twoReducers();
  await show(false, true);
  await stream.send({ id: '5', data: '5' });
  await show(true, true);
  await stream.settled();
  expect(asked()).toEqual([null, null, '2']);
  expect(one.current.data).toEqual(['1', '2']);
});

test('what is revealed again and again has all that came on each connection', async () => {
  const { below, stream, open, send, advance } = setUpPage();
  const hidden = probe(() => useEventStream(url));
  const page = (isShown: boolean) => below(shown(isShown, <hidden.Probe />));
  const { rerender } = await render(page(true));
  await open();
  await send('data: a\n\ndata: b\n\ndata: c\n\n');
  await rerender(page(false));
  await advance(1_000);
  stream.store.subscribe({ url }, { onEvents: () => undefined });
  await open();
  await rerender(page(true));
  await rerender(page(false));
  await advance(1_000);
  await send('data: d\n\ndata: e\n\n');
  await rerender(page(true));
  await advance(1_000);
  expect(dataOf(hidden.current)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(stream.requests).toHaveLength(2);
});

test('sends what the latest `body` gives where an Activity is revealed for the first time', async () => {
  const { below, stream } = setUpPage();
  function Question({ body }: { body: string }) {
    return <p>{useEventStream(url, { method: 'POST', body: () => body }).status}</p>;
  }
  const { rerender } = await render(below(shown(false, <Question body="old" />)));
  await rerender(below(shown(false, <Question body="new" />)));
  await rerender(below(shown(true, <Question body="new" />)));
  const request = await stream.connected();
  expect(request.body).toBe('new');
});

test.for([
  ['within its linger', 100, ['POST']],
  ['after its linger', 1_000, ['POST', 'GET']],
] as const)(
  'a run whose Activity is hidden and shown %s is gone on with, and not posted again',
  async ([, time, methods]) => {
    const { below, stream, open, send, advance } = setUpPage();
    const hook = probe(() =>
      useEventStream(url, {
        method: 'POST',
        until: { data: 'done' },
        resume: ({ response }) => ({ url: `/runs/${String(response?.headers.get('x-run'))}` }),
      }),
    );
    const page = (isShown: boolean) => below(shown(isShown, <hook.Probe />));
    const { rerender } = await render(page(true));
    await open({ headers: { 'content-type': 'text/event-stream', 'x-run': '7' } });
    await send('id: 1\ndata: 1\n\n');
    await rerender(page(false));
    await advance(time);
    expect(stream.openConnections).toBe(time < 250 ? 1 : 0);
    await rerender(page(true));
    if (methods.length > 1) await open();
    await send('id: 2\ndata: 2\n\ndata: done\n\n');
    expect(dataOf(hook.current)).toEqual(['1', '2']);
    expect(hook.current.status).toBe('closed');
    expect(stream.requests.map(({ method }) => method)).toEqual(methods);
    const { url: last = '', headers } = stream.requests[1] ?? {};
    if (methods.length > 1) expect(new URL(last).pathname).toBe('/runs/7');
    if (methods.length > 1) expect(headers?.get('last-event-id')).toBe('1');
  },
);

test.for([
  ['before its answer', false],
  ['without `resume`', true],
] as const)('a run that was left %s is not posted again', async ([, isAnswered]) => {
  const { below, stream, open, advance } = setUpPage();
  const hook = probe(() =>
    useEventStream(url, { method: 'POST', ...(isAnswered ? {} : { resume: () => ({}) }) }),
  );
  const page = (isShown: boolean) => below(shown(isShown, <hook.Probe />));
  const { rerender } = await render(page(true));
  await stream.connected();
  if (isAnswered) await open();
  await rerender(page(false));
  await advance(1_000);
  await rerender(page(true));
  await advance(1_000);
  expect(hook.current).toMatchObject({ status: 'failed', error: { kind: 'incomplete' } });
  expect(stream.requests).toHaveLength(1);
});

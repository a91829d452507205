import { defineStream, useEventStream, type StreamUrl } from 'use-event-stream';
import { expect, test } from 'vitest';
import { probe, setUpPage } from '../support/page.tsx';
import { render } from '../support/render.ts';

const url = 'https://example.test/stream';

/** Renders a hook, changes in place what it was given, renders it again, and gives how often it has asked. */
async function asksAfter(given: { url: StreamUrl; options: object }, change: () => void) {
  const { below, stream } = setUpPage();
  const hook = probe(() => useEventStream(given.url, given.options));
  const page = await render(below(<hook.Probe />));
  await stream.connected();
  expect(stream.requests).toHaveLength(1);
  change();
  await page.rerender(below(<hook.Probe />));
  await stream.settled();
  return stream.requests;
}

const headers = () => new Headers({ 'x-user': '1' });
const address = () => new URL(url);

test('headers, lists of them and urls that were changed in place are another request', async () => {
  const own = headers();
  const set = () => {
    own.set('x-user', '2');
  };
  expect(await asksAfter({ url, options: { headers: own } }, set)).toHaveLength(2);
  const record = { 'x-user': '1' };
  const inPlace = () => {
    record['x-user'] = '2';
  };
  expect(await asksAfter({ url, options: { headers: record } }, inPlace)).toHaveLength(2);
  const pairs = [['x-user', '1']];
  expect(await asksAfter({ url, options: { headers: pairs } }, () => pairs.splice(0))).toHaveLength(
    2,
  );
  const target = address();
  const search = () => {
    target.search = '?more';
  };
  expect(await asksAfter({ url: target, options: {} }, search)).toHaveLength(2);
});

test('an option that is gone is another request, though another one is undefined', async () => {
  const given: { url: StreamUrl; options: object } = {
    url,
    options: { headers: { 'x-user': '1' } },
  };
  const leave = () => {
    given.options = { throttle: undefined };
  };
  const requests = await asksAfter(given, leave);
  expect(requests.map(({ headers }) => headers.get('x-user'))).toEqual(['1', null]);
});

test('a state to begin with may be of any shape, and is not looked at', async () => {
  const initial: { parent?: object } = {};
  initial.parent = initial;
  const options = { initial, reduce: (state: object) => state };
  expect(await asksAfter({ url, options }, () => undefined)).toHaveLength(1);
});

test('another definition is another stream, with functions of its own', async () => {
  const { below, stream } = setUpPage();
  const heard: string[] = [];
  const streamOf = (user: string) =>
    defineStream({
      headers: () => ({ 'x-user': user }),
      onEvent: ({ data }) => heard.push(`${user} ${data}`),
    });
  let definition = streamOf('ann');
  const hook = probe(() => useEventStream(url, definition));
  const page = await render(below(<hook.Probe />));
  await stream.open();
  await stream.send('a');
  definition = streamOf('bob');
  await page.rerender(below(<hook.Probe />));
  await stream.connected(2);
  await stream.open();
  await stream.send('b');
  expect(stream.requests.map(({ headers }) => headers.get('x-user'))).toEqual(['ann', 'bob']);
  expect(hook.current.events.map(({ data }) => data)).toEqual(['b']);
  expect(heard).toEqual(['ann a', 'bob b']);
});

test('what looked the same through a selector is shown once there is none any more', async () => {
  const { below, stream } = setUpPage();
  const definition = defineStream({});
  let hook: object = { select: () => 'same' };
  const page = probe(() => useEventStream(url, definition, hook));
  const { rerender } = await render(below(<page.Probe />));
  await stream.open();
  await stream.send(['a', 'b']);
  hook = {};
  await rerender(below(<page.Probe />));
  expect(page.current.events.map(({ data }) => data)).toEqual(['a', 'b']);
});

// A build for development refuses it.
if (!__DEV__)
  test('a negative bound keeps nothing, and hangs nothing', async () => {
    const { below, stream } = setUpPage();
    const page = probe(() => useEventStream(url, { maxEvents: -1 }));
    await render(below(<page.Probe />));
    await stream.open();
    await stream.send(['a', 'b']);
    expect(page.current).toMatchObject({ status: 'open', events: [] });
  });

import { useEventStream, type StreamUrl } from 'use-event-stream';
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

import type { ReactNode } from 'react';
import { defineStream, json, StreamProvider, useEventStream } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, test, vi } from 'vitest';
import { dataOf, probe } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';

const asList = {
  initial: [] as readonly string[],
  reduce: (all: readonly string[], events: readonly { data: string }[]) => [
    ...all,
    ...events.map(({ data }) => data),
  ],
};

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

function Row() {
  return <p>{useEventStream(url, asList).data.length}</p>;
}

const rows = (count: number) => Array.from({ length: count }, (_, index) => <Row key={index} />);

test('reducers that are too late for the first connection share another one', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const page = (count: number) => <stream.wrapper>{rows(count)}</stream.wrapper>;
  const { rerender, container } = await render(page(1));
  await stream.send(numbers(1, 101));
  await rerender(page(9));
  await stream.send('more');
  expect(stream.openConnections).toBe(2);
  expect(container.textContent).toBe(['102', ...Array<string>(8).fill('1')].join(''));
});

test('a reducer that mounts again and again leaves one connection beside the first', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const page = (key: string) => (
    <stream.wrapper>
      <Row key="first" />
      <Row key={key} />
    </stream.wrapper>
  );
  const { rerender } = await render(page('a'));
  await stream.send(numbers(1, 101));
  for (let time = 0; time < 10; time++) await rerender(page(`b${time}`));
  await stream.settled();
  expect(stream.openConnections).toBe(2);
});

test('a reducer that begins at the beginning does not join where another went on in the middle', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const first = probe(() => useEventStream(url, asList));
  const late = probe(() => useEventStream(url, asList));
  const page = (node: ReactNode) => <stream.wrapper>{node}</stream.wrapper>;
  const { rerender } = await render(page(<first.Probe />));
  await stream.send([
    { id: '1', data: '1' },
    { id: '2', data: '2' },
  ]);
  await stream.drop();
  await stream.advance(1_000);
  await rerender(page([<first.Probe key="first" />, <late.Probe key="late" />]));
  await stream.send({ id: '3', data: '3' });
  // The connection goes on, so what came before is still known to it.
  expect([first.current.data, late.current.data]).toEqual([numbers(1, 3), numbers(1, 3)]);
});

test('a provider whose `baseUrl` or kind of `headers` changes moves its streams in the same render', async () => {
  const stream = mockStream(/test\/x$/, { autoOpen: true });
  const feed = probe(() => useEventStream('/x'));
  const page = (host: string, headers?: () => HeadersInit) => (
    <stream.wrapper>
      <StreamProvider baseUrl={`https://${host}.test`} defaults={{ headers }}>
        <feed.Probe key={host} />
      </StreamProvider>
    </stream.wrapper>
  );
  const { rerender } = await render(page('a', () => ({ 'x-user': 'u' })));
  await stream.send('secret');
  await rerender(page('b', () => ({ 'x-user': 'u' })));
  await stream.connected(2);
  await rerender(page('b'));
  await stream.connected(3);
  expect(stream.requests.map((each) => [each.url, each.headers.get('x-user')])).toEqual([
    ['https://a.test/x', 'u'],
    ['https://b.test/x', 'u'],
    ['https://b.test/x', null],
  ]);
  expect(stream.openConnections).toBe(1);
  expect(dataOf(feed.current)).toEqual([]);
});

test('callbacks of a definition are called once for all hooks, with the data of the definition', async () => {
  const onEvent = vi.fn();
  const onClose = vi.fn();
  const prices = defineStream({ parse: json<number>, until: 'end', onEvent, onClose });
  const onEventOfHook = vi.fn();
  const onCloseOfHook = vi.fn();
  const callbacks = { onEvent: onEventOfHook, onClose: onCloseOfHook };
  const one = probe(() => useEventStream(url, prices, callbacks));
  const two = probe(() =>
    useEventStream(url, prices, { select: (events) => events.length, ...callbacks }),
  );
  const stream = mockStream(url, { autoOpen: true });
  await render(
    <stream.wrapper>
      <one.Probe />
      <two.Probe />
    </stream.wrapper>,
  );
  await stream.send(['1', '2', { type: 'end', data: '' }]);
  expect(two.current.data).toBe(2);
  expect(onEvent).toHaveBeenCalledTimes(2);
  expect(onEventOfHook).toHaveBeenCalledTimes(4);
  expect(onClose.mock.calls).toEqual([[{ reason: 'done', data: 2 }]]);
  const whole = { reason: 'done', data: [{ data: 1 }, { data: 2 }] };
  expect(onCloseOfHook.mock.calls).toMatchObject([[whole], [whole]]);
});

test('what a hook on a definition is told holds for all that name it', async () => {
  const defined = defineStream({});
  const stream = mockStream(url, { autoOpen: true });
  const one = probe(() => useEventStream(url, defined));
  const two = probe(() => useEventStream(url, defined));
  await render(
    <stream.wrapper>
      <one.Probe />
      <two.Probe />
    </stream.wrapper>,
  );
  await stream.send('a');
  await act(() => {
    one.current.pause();
  });
  expect(two.current.paused).toBe(true);
  await act(() => {
    one.current.close();
  });
  expect([one.current.status, two.current.status]).toEqual(['closed', 'closed']);
});

import { StrictMode, useEffect, useLayoutEffect, type ReactElement } from 'react';
import {
  defineStream,
  StreamProvider,
  useEventStream,
  useStreamProgress,
  type StreamEvent,
  type StreamUrl,
} from 'use-event-stream';
import { mockStream, type MockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';

const tokensOf = ({ requests }: MockStream) =>
  requests.map(({ headers }) => headers.get('authorization'));

/** Appends the data of events to a list. */
const append = (list: readonly string[], events: readonly StreamEvent[]) => [
  ...list,
  ...events.map(({ data }) => data),
];
const nothing: readonly string[] = [];

test.for([
  ['of its own', false],
  ['of its own in StrictMode', true],
] as const)(
  'opens a connection %s where a default has another value, and shows no event of the one before',
  async ([, strict]) => {
    const { stream, below: inPage, open, send, advance } = setUpPage();
    const one = probe(() => useEventStream(url));
    const two = probe(() => useEventStream(url));
    const page = (authorization: string, Probe: () => ReactElement) => {
      const below = inPage(
        <StreamProvider defaults={{ headers: { authorization } }}>
          <Probe />
        </StreamProvider>,
      );
      return strict ? <StrictMode>{below}</StrictMode> : below;
    };
    const { rerender } = await render(page('ann', one.Probe));
    await open();
    await send('data: secret\n\n');
    expect(dataOf(one.current)).toEqual(['secret']);
    await rerender(page('bob', two.Probe));
    await advance(1_000);
    expect(two.seen.flatMap(dataOf)).toEqual([]);
    expect(two.current.status).toBe('connecting');
    expect(tokensOf(stream)).toEqual(['ann', 'bob']);
  },
);

test('opens the stream of a hook that stays anew where a default gets another value', async () => {
  const { stream, below, open, send, advance } = setUpPage();
  const hook = probe(() => useEventStream(url));
  const page = (authorization: string) =>
    below(
      <StreamProvider defaults={{ headers: { authorization } }}>
        <hook.Probe />
      </StreamProvider>,
    );
  const { rerender } = await render(page('ann'));
  await open();
  await send('data: secret\n\n');
  await rerender(page('bob'));
  await advance(1_000);
  expect(tokensOf(stream)).toEqual(['ann', 'bob']);
  expect(dataOf(hook.current)).toEqual([]);
});

test('calls the latest default of an outer provider for streams below an inner one', async () => {
  const { stream, below, settle, drop, advance } = setUpPage();
  const hook = probe(() => useEventStream(url));
  // The same element every time: nothing below the outer provider renders again.
  const inner = (
    <StreamProvider defaults={{ idleTimeout: 0 }}>
      <hook.Probe />
    </StreamProvider>
  );
  const page = (authorization: string) =>
    below(
      <StreamProvider defaults={{ headers: () => ({ authorization }) }}>{inner}</StreamProvider>,
    );
  const { rerender } = await render(page('old'));
  await settle();
  await rerender(page('new'));
  await drop();
  await advance(1_000);
  expect(tokensOf(stream)).toEqual(['old', 'new']);
});

test('calls the functions of a component that is still there on a connection shared by name', async () => {
  const { below, stream, advance, open, drop } = setUpPage();
  function Named({ token }: { token: string }) {
    useEventStream(url, { share: 'me', headers: () => ({ authorization: token }) });
    return null;
  }
  const { rerender } = await render(
    below([<Named key="1" token="old" />, <Named key="2" token="old" />]),
  );
  await open();
  await rerender(below([<Named key="2" token="old" />]));
  await advance(1_000);
  await rerender(below([<Named key="2" token="new" />]));
  await drop();
  await advance(1_000);
  expect(tokensOf(stream)).toEqual(['old', 'new']);
});

test('shares nothing where a default says so', async () => {
  const { below, stream, settle } = setUpPage({ defaults: { share: false } });
  const one = probe(() => useEventStream(url));
  const two = probe(() => useEventStream(url));
  await render(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  await settle();
  expect(stream.requests).toHaveLength(2);
});

/** What both kinds of hook have in common. */
interface Listed {
  status: string;
  list: readonly string[];
  close: () => void;
  reconnect: () => void;
}

function useBuffer(): Listed {
  const stream = useEventStream(url);
  return { ...stream, list: dataOf(stream) };
}

function useReduced(): Listed {
  const stream = useEventStream(url, { initial: nothing, reduce: append });
  return { ...stream, list: stream.data };
}

test.for([
  ['keeps events', useBuffer],
  ['reduces them', useReduced],
] as const)(
  'gives a hook that %s, closes and reconnects what its neighbour has got meanwhile',
  async ([, use]) => {
    const { below, stream, open, send, settle } = setUpPage();
    const one = probe(use);
    const two = probe(use);
    await render(below([<one.Probe key="1" />, <two.Probe key="2" />]));
    await open();
    await send('id: 1\ndata: 1\n\n');
    await act(one.current.close);
    await send('id: 2\ndata: 2\n\nid: 3\ndata: 3\n\n');
    expect(one.current).toMatchObject({ status: 'closed', list: ['1'] });
    await act(one.current.reconnect);
    await settle();
    await send('id: 4\ndata: 4\n\n');
    expect(one.current).toMatchObject({ status: 'open', list: ['1', '2', '3', '4'] });
    expect(two.current.list).toEqual(['1', '2', '3', '4']);
    expect(stream.requests).toHaveLength(1);
  },
);

test('opens a stream for a hook that mounts after its neighbour has closed', async () => {
  const { below, stream, open, advance } = setUpPage();
  const one = probe(() => useEventStream(url));
  const two = probe(() => useEventStream(url));
  const { rerender } = await render(below([<one.Probe key="1" />]));
  await open();
  await act(one.current.close);
  await advance(1_000);
  await rerender(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  await open();
  expect(two.current.status).toBe('open');
  expect(one.current).toMatchObject({ status: 'closed', reason: 'manual' });
  expect(stream.requests).toHaveLength(2);
});

test('opens a stream for a hook that does not end where its neighbour has ended', async () => {
  const { below, stream, open, send } = setUpPage();
  const one = probe(() => useEventStream(url, { until: 'end' }));
  const two = probe(() => useEventStream(url));
  const { rerender } = await render(below([<one.Probe key="1" />]));
  await open();
  await send('event: end\ndata: 1\n\n');
  await rerender(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  await open();
  expect(two.current.status).toBe('open');
  expect(one.current).toMatchObject({ status: 'closed', reason: 'done' });
  expect(stream.requests).toHaveLength(2);
});

test('shows a hook that mounts late the run that has ended where it would end too', async () => {
  const { below, stream, open, send, advance } = setUpPage();
  const one = probe(() => useEventStream(url, { until: 'end' }));
  const two = probe(() => useEventStream(url, { until: 'end' }));
  const { rerender } = await render(below([<one.Probe key="1" />]));
  await open();
  await send('data: 1\n\nevent: end\ndata: 2\n\n');
  await rerender(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  await advance(60_000);
  expect(two.current).toMatchObject({ status: 'closed', reason: 'done' });
  expect(dataOf(two.current)).toEqual(['1', '2']);
  expect(stream.requests).toHaveLength(1);
});

test('brings two hooks that have failed back to one connection, which the store knows and closes', async () => {
  const { below, stream, store, open, reject, settle } = setUpPage();
  const one = probe(() => useEventStream(url));
  const two = probe(() => useEventStream(url));
  await render(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  await reject(404);
  expect(two.current.status).toBe('failed');
  await act(() => {
    one.current.start();
  });
  await open();
  await act(two.current.reconnect);
  await settle();
  expect([one.current.status, two.current.status]).toEqual(['open', 'open']);
  const listed = store.connections().reduce((sum, { subscribers }) => sum + subscribers, 0);
  expect(listed).toBe(2);
  expect(stream.requests).toHaveLength(2);
  await act(() => {
    store.close();
  });
  expect([one.current.reason, two.current.reason]).toEqual(['store', 'store']);
  expect(stream.openConnections).toBe(0);
});

test.for([
  ['is lost', 'open'],
  ['has failed', 'refused'],
] as const)(
  'tells a neighbour the truth where `onError` reconnects a stream that %s',
  async ([, begin]) => {
    const { below, stream, store, open, drop, reject } = setUpPage();
    let errors = 0;
    const one = probe(() => {
      const shown = useEventStream(url, {
        onError: () => {
          if (++errors === 1) shown.reconnect();
        },
      });
      return shown;
    });
    const two = probe(() => useEventStream(url));
    await render(below([<one.Probe key="1" />, <two.Probe key="2" />]));
    if (begin === 'open') {
      await open();
      await drop();
    } else await reject(404);
    expect(errors).toBe(1);
    expect(store.connections()[0]?.state.status).toBe('reconnecting');
    expect([one.current.status, two.current.status]).toEqual(['reconnecting', 'reconnecting']);
    await stream.advance(1_000);
    expect(stream.requests).toHaveLength(2);
  },
);

const counted = defineStream({
  initial: 0,
  reduce: (count: number, events) => count + events.length,
});

test('commits the present of a defined stream that others show already first', async () => {
  const { below, open, send, advance, settle } = setUpPage();
  const other = `${url}/other`;
  const running = probe(() => useEventStream(other, counted));
  const commits: string[] = [];
  function Switching({ target }: { target: StreamUrl }) {
    const { status, data } = useEventStream(target, counted);
    useLayoutEffect(() => {
      commits.push(`${status} ${data}`);
    });
    return null;
  }
  const { rerender } = await render(below([<Switching key="1" target={url} />]));
  await settle();
  await rerender(below([<Switching key="1" target={url} />, <running.Probe key="2" />]));
  await open();
  for (let sent = 0; sent < 5; sent++) await send('data: x\n\n');
  expect(running.current.data).toBe(5);
  commits.length = 0;
  await rerender(below([<Switching key="1" target={other} />, <running.Probe key="2" />]));
  await advance(100);
  expect(new Set(commits)).toEqual(new Set(['open 5']));
});

test('shows what a longer throttle held back as soon as it is shorter', async () => {
  const { below, stream, open, advance, send } = setUpPage();
  function Throttled({ throttle }: { throttle: number | 'frame' }) {
    return <p>{useEventStream(url, { throttle }).data}</p>;
  }
  const { container, rerender } = await render(below(<Throttled throttle={600_000} />));
  await open();
  await send('data: 1\n\n');
  await send('data: 2\n\n');
  expect(container.textContent).toBe('1');
  await rerender(below(<Throttled throttle="frame" />));
  await advance(40);
  expect(container.textContent).toBe('2');
  expect(stream.requests).toHaveLength(1);
});

test('keeps what is below a provider that is given a store instead of options, and ends its own', async () => {
  const own = mockStream(/./, { autoOpen: true });
  const given = mockStream(/./, { autoOpen: true });
  const hook = probe(() => useEventStream(url));
  let mounts = 0;
  function Mounted() {
    useEffect(() => {
      mounts += 1;
    }, []);
    return <hook.Probe />;
  }
  const below = <Mounted />;
  const pages = [
    <StreamProvider baseUrl="https://example.test">{below}</StreamProvider>,
    <StreamProvider store={given.store}>{below}</StreamProvider>,
    <StreamProvider baseUrl="https://example.test">{below}</StreamProvider>,
  ];
  const { rerender } = await render(<own.wrapper>{null}</own.wrapper>);
  const open: unknown[] = [];
  for (const page of pages) {
    await rerender(<own.wrapper>{page}</own.wrapper>);
    await own.settled();
    await given.settled();
    open.push([own.openConnections, given.openConnections, hook.current.status]);
    if (open.length === 1) mounts = 0;
  }
  expect(open).toEqual([
    [1, 0, 'open'],
    [0, 1, 'open'],
    [1, 0, 'open'],
  ]);
  expect(mounts).toBe(0);
  // A store that was given stays its owner's to close.
  expect(given.store.connections()).toEqual([]);
  expect(given.requests).toHaveLength(1);
});

test('a hook whose part has ended has no say in how long the connection waits', async () => {
  const { below, open, send, advance } = setUpPage();
  const ended = probe(() => useEventStream(url, { until: 'end' }));
  const goesOn = probe(() => useEventStream(url, { idleTimeout: 1_000 }));
  await render(below([<ended.Probe key="1" />, <goesOn.Probe key="2" />]));
  await open();
  await advance(2_000);
  expect(goesOn.current.status).toBe('open');
  await send('event: end\ndata: 1\n\n');
  await advance(1_000);
  expect(ended.current.status).toBe('closed');
  expect(goesOn.current).toMatchObject({ status: 'reconnecting', error: { phase: 'idle' } });
});

const kept = defineStream({ initial: nothing, reduce: append });

test.for([
  ['a definition that keeps events', () => dataOf(useEventStream(url, buffered))],
  ['a definition that reduces', () => useEventStream(url, kept).data],
] as const)('%s begins afresh for those who mount after its linger', async ([, use]) => {
  const { below, stream, send, advance } = setUpPage({ autoOpen: true });
  const hook = probe(() => ({ status: '', list: use() }));
  const { rerender } = await render(below(<hook.Probe />));
  for (const data of ['1', '2', '3']) {
    await send(`data: ${data}\n\n`);
    expect(hook.current.list).toEqual([data]);
    await rerender(below(null));
    await advance(250);
    expect(stream.openConnections).toBe(0);
    hook.seen.length = 0;
    await rerender(below(<hook.Probe />));
    await stream.settled();
    expect(hook.seen.flatMap(({ list }) => list)).toEqual([]);
  }
  expect(stream.requests).toHaveLength(4);
});

const buffered = defineStream({});

test('a definition goes on for those who mount within its linger', async () => {
  const { below, stream, send, advance } = setUpPage({ autoOpen: true });
  const hook = probe(() => useEventStream(url, kept));
  const { rerender } = await render(below(<hook.Probe key="1" />));
  await send('data: 1\n\n');
  await rerender(below(null));
  await advance(249);
  await rerender(below(<hook.Probe key="2" />));
  await advance(10_000);
  await send('data: 2\n\n');
  expect(hook.current).toMatchObject({ status: 'open', data: ['1', '2'] });
  expect(stream.requests).toHaveLength(1);
});

test.for<[string, StreamUrl, boolean]>([
  ['has no url', null, true],
  ['is switched off', url, false],
])(
  'two hooks of one definition that %s show nothing of each other',
  async ([, target, enabled]) => {
    const { below, stream, send } = setUpPage({ autoOpen: true });
    const one = probe(() => useEventStream(target, kept, { enabled }));
    const two = probe(() => useEventStream(target, kept, { enabled }));
    await render(below([<one.Probe key="1" />, <two.Probe key="2" />]));
    await act(one.current.pause);
    expect([one.current.paused, two.current.paused]).toEqual([true, false]);
    if (target) return;
    await act(() => {
      one.current.start({ url });
    });
    await send('data: 1\n\n');
    expect(one.current).toMatchObject({ status: 'open', data: ['1'] });
    expect(two.current).toMatchObject({ status: 'idle', data: [] });
    expect(stream.requests).toHaveLength(1);
  },
);

test('a hook that reconnects when all have closed has its say in how long the connection waits', async () => {
  const { below, open, advance } = setUpPage();
  const patient = probe(useReduced);
  const hasty = probe(() => useEventStream(url, { idleTimeout: 1_000 }));
  await render(below([<patient.Probe key="1" />, <hasty.Probe key="2" />]));
  await open();
  await advance(5_000);
  expect(hasty.current.status).toBe('open');
  await act(patient.current.close);
  await act(hasty.current.close);
  await act(patient.current.reconnect);
  await open();
  await advance(5_000);
  expect(patient.current.status).toBe('open');
});

test('a hook that comes back within its linger has its say again', async () => {
  const { below, open, advance } = setUpPage();
  const patient = probe(() => useEventStream(url, kept));
  const hasty = probe(() => useEventStream(url, { idleTimeout: 1_000 }));
  const page = (key: string | null) =>
    below([key && <patient.Probe key={key} />, <hasty.Probe key="hasty" />]);
  const { rerender } = await render(page('1'));
  await open();
  await rerender(page(null));
  await advance(200);
  await rerender(page('2'));
  await advance(5_000);
  expect(hasty.current.status).toBe('open');
});

const ending = defineStream({ until: 'end', initial: nothing, reduce: append });

test('a definition that has ended leaves its place to the next run for good', async () => {
  const { below, stream, send, advance } = setUpPage({ autoOpen: true });
  const one = probe(() => useEventStream(url, ending));
  const two = probe(() => useEventStream(url, ending));
  const { rerender } = await render(below(<one.Probe key="1" />));
  await send('event: end\ndata: old\n\n');
  expect(one.current.status).toBe('closed');
  await rerender(below(null));
  await rerender(below(<one.Probe key="2" />));
  await stream.connected(2);
  expect(one.current).toMatchObject({ status: 'open', data: [] });
  await advance(1_000);
  // In a tree of its own: nothing of the first is rendered again.
  await render(below(<two.Probe />));
  await act(one.current.pause);
  expect(two.current.paused).toBe(true);
  expect(stream.openConnections).toBe(1);
});

test('a hook is as enabled as its definition, unless it says so itself', async () => {
  const { below, stream, settle } = setUpPage({ autoOpen: true });
  const off = defineStream({ enabled: false });
  const one = probe(() => useEventStream(url, off));
  const two = probe(() => useEventStream(url, off, { enabled: true }));
  await render(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  await settle();
  expect([one.current.status, two.current.status]).toEqual(['idle', 'open']);
  expect(stream.requests).toHaveLength(1);
});

test('a selector hides no count of what could not be read', async () => {
  const { below, send } = setUpPage({ autoOpen: true });
  const numbers = defineStream({ parse: (data) => JSON.parse(data) as number });
  const hook = probe(() => useEventStream(url, numbers, { select: () => 'the same' }));
  await render(below(<hook.Probe />));
  await send('data: no JSON\n\n');
  expect(hook.current.rejected).toBe(1);
});

test('a provider follows the store that is above it', async () => {
  const stores = [mockStream(/./, { autoOpen: true }), mockStream(/./, { autoOpen: true })];
  const hook = probe(() => useEventStream('/stream'));
  // The same element every time: only the context tells that the store is another one.
  const below = (
    <StreamProvider baseUrl="https://example.test">
      <hook.Probe />
    </StreamProvider>
  );
  const { rerender } = await render(null);
  for (const { store, settled } of stores) {
    await rerender(<StreamProvider store={store}>{below}</StreamProvider>);
    await settled();
  }
  expect(stores.map(({ openConnections }) => openConnections)).toEqual([0, 1]);
});

const slow = defineStream({ throttle: 1_000 });

test('a throttle goes on for those who come back within the linger', async () => {
  const { below, send, advance } = setUpPage({ autoOpen: true });
  const hook = probe(() => useEventStream(url, slow));
  const { rerender } = await render(below(<hook.Probe key="1" />));
  await advance(1_000);
  await send('data: a\n\n');
  await send('data: b\n\n');
  expect(dataOf(hook.current)).toEqual(['a']);
  await rerender(below(null));
  await rerender(below(<hook.Probe key="2" />));
  await advance(1_000);
  await send('data: c\n\n');
  await advance(1_000);
  expect(dataOf(hook.current)).toEqual(['a', 'b', 'c']);
});

test('asks for the headers of who is still there, not of who has just left', async () => {
  const { below, stream, open, drop, advance } = setUpPage();
  const as = (authorization: string) => ({ share: 'me', headers: () => ({ authorization }) });
  const one = probe(() => useEventStream(url, as('ann')));
  const two = probe(() => useEventStream(url, as('bob')));
  const { rerender } = await render(below([<one.Probe key="1" />]));
  await open();
  await rerender(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  await drop();
  await advance(5_000);
  await open();
  await rerender(below([<one.Probe key="1" />]));
  await drop();
  await advance(0);
  await advance(5_000);
  expect(tokensOf(stream)).toEqual(['ann', 'bob', 'ann']);
});

test('is joined again by others once its ended run was begun again', async () => {
  const { below, stream, open, send, settle } = setUpPage();
  const hook = probe(() => useEventStream(url, { until: 'end' }));
  await render(below(<hook.Probe />));
  await open();
  await send('event: end\ndata: 1\n\n');
  expect(hook.current.status).toBe('closed');
  await act(hook.current.reconnect);
  await open();
  stream.store.subscribe({ url }, { onEvents: () => undefined });
  await settle();
  expect(stream.requests).toHaveLength(2);
  expect(stream.store.connections()).toMatchObject([{ subscribers: 2 }]);
});

const plain = defineStream({});

test.for([
  ['unmounts', null],
  ['goes over to another url', 'https://example.test/other'],
])('a view of a defined stream goes on for one where another %s', async ([, next = null]) => {
  const { below, stream, send, advance } = setUpPage({ autoOpen: true });
  const stays = probe(() => useEventStream(url, plain));
  const Goes = ({ to }: { to: string }) => <p>{useEventStream(to, plain).status}</p>;
  const page = (to: string | null) =>
    below([<stays.Probe key="1" />, to !== null && <Goes key="2" to={to} />]);
  const { rerender } = await render(page(url));
  await advance(1_000);
  await send('data: a\n\n');
  await rerender(page(next));
  await advance(60_000);
  expect(stays.current.status).toBe('open');
  expect(dataOf(stays.current)).toEqual(['a']);
  expect(stream.openConnections).toBe(next === null ? 1 : 2);
});

test('a download is shared with nobody: who joins late has missed its beginning', async () => {
  const { below, stream } = setUpPage();
  const one = probe(() => useStreamProgress(url, { format: 'bytes' }));
  const two = probe(() => useStreamProgress(url, { format: 'bytes' }));
  await render(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  expect(stream.store.connections()).toHaveLength(2);
});

test('a job that is heard of again is asked for with the headers of the last render', async () => {
  const { below, stream, open, drop, advance } = setUpPage();
  const Probe = ({ authorization }: { authorization: string }) => (
    <p>{useStreamProgress(url, { headers: () => ({ authorization }) }).status}</p>
  );
  const { rerender } = await render(below(<Probe authorization="old" />));
  await open();
  await rerender(below(<Probe authorization="new" />));
  await drop();
  await advance(5_000);
  expect(tokensOf(stream)).toEqual(['old', 'new']);
});

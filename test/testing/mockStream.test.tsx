import { StrictMode, useEffect, useState } from 'react';
import {
  createConnectionStore,
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type BufferOptions,
  type FormatName,
  type StreamUrl,
} from 'use-event-stream';
import { expectNoOpenConnections, mockStream, type MockStream } from 'use-event-stream/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';

type Options = BufferOptions<readonly string[], FormatName, string>;

/** Shows the status, and the data of all events. */
function Texts({ from = url, ...options }: { from?: StreamUrl } & Options) {
  const { status, events, error } = useEventStream(from, options);
  return (
    <p>{[status, error?.kind, ...events.map(({ data }) => data)].filter(Boolean).join(' ')}</p>
  );
}

const renderOn = (stream: MockStream, node: React.ReactNode) =>
  render(<stream.wrapper>{node}</stream.wrapper>);

/** React says on the console what was not done in `act`, and what else it does not like. */
const complaints = vi.spyOn(console, 'error');

afterEach(() => {
  expect(complaints.mock.calls).toEqual([]);
  complaints.mockClear();
});

test('a step settles when all that it caused is rendered', async () => {
  const stream = mockStream(url);
  const { container } = await renderOn(stream, <Texts />);
  expect(container.textContent).toBe('connecting');
  await stream.open();
  expect(container.textContent).toBe('open');
  await stream.send('a');
  await stream.send(['b', { data: { c: 1 }, id: '3' }]);
  expect(container.textContent).toBe('open a b {"c":1}');
  expect(stream.states).toEqual(['idle', 'connecting', 'open']);
});

test('bytes take the real way, in pieces of any size', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const { container } = await renderOn(stream, <Texts />);
  stream.splitBytes(1);
  await stream.send({ data: 'zwölf\n€ 🎉' });
  stream.splitBytes(Infinity);
  await stream.chunk('data: thir');
  await stream.chunk(new TextEncoder().encode('teen\n\n'));
  expect(container.textContent).toBe('open zwölf\n€ 🎉 thirteen');
});

describe.each(['fetch', 'eventsource'] as const)('with %s', (transport) => {
  test('a lost stream is tried again, and states and requests tell', async () => {
    const stream = mockStream(url);
    const { container } = await renderOn(stream, <Texts transport={transport} />);
    await stream.open();
    await stream.send({ data: 'a', id: '1' });
    await stream.drop();
    expect(container.textContent).toContain('reconnecting');
    await stream.advance(3_000);
    await stream.open();
    await stream.send({ data: 'b', id: '2' });
    expect(container.textContent).toBe('open a b');
    const headers = stream.requests.map((each) => each.headers.get('last-event-id'));
    expect(headers).toEqual([null, '1']);
    expect(stream.requests.map(({ attempt }) => attempt)).toEqual([0, 1]);
    expect(stream.requests[0]).toMatchObject({ url, method: 'GET', body: null, transport });
    expect(stream.states).toEqual(['idle', 'connecting', 'open', 'reconnecting', 'open']);
  });

  test('a clean end is tried again too', async () => {
    const stream = mockStream(url, { autoOpen: true });
    await renderOn(stream, <Texts transport={transport} />);
    await stream.end();
    await stream.advance(3_000);
    await stream.connected(2);
    expect(stream.openConnections).toBe(1);
  });

  test('a named event comes by its name', async () => {
    const stream = mockStream(url, { autoOpen: true });
    const { container } = await renderOn(
      stream,
      <Texts transport={transport} events={['price']} />,
    );
    await stream.send([
      { type: 'price', data: 'a' },
      { type: 'other', data: 'b' },
    ]);
    expect(container.textContent).toBe('open a');
  });
});

test('a status is answered, with headers and a body', async () => {
  const stream = mockStream(url);
  const seen: string[] = [];
  await renderOn(
    stream,
    <Texts
      onError={(error) => {
        if (error.kind === 'http') seen.push(`${error.status} ${error.body} ${error.retryAfter}`);
      }}
    />,
  );
  await stream.reject(503, { headers: { 'retry-after': '2' }, body: 'busy' });
  await stream.advance(1_900);
  expect(stream.requests).toHaveLength(1);
  await stream.advance(2_100);
  await stream.reject(204);
  expect(seen).toEqual(['503 busy 2000']);
  expect(stream.states.at(-1)).toBe('closed');
});

test('a POST shows its body, and a start with others another one', async () => {
  const stream = mockStream(({ method, body }) => method === 'POST' && body !== null);
  let start: ReturnType<typeof useEventStream>['start'] = () => undefined;
  function Ask() {
    const answer = useEventStream(url, { manual: true, method: 'POST' });
    useEffect(() => {
      start = answer.start;
    });
    return <p>{`${answer.status} ${answer.data ?? ''}`}</p>;
  }
  const { container } = await renderOn(stream, <Ask />);
  await act(() => {
    start({ body: 'one' });
  });
  await stream.open();
  await stream.send('first');
  expect(container.textContent).toBe('open first');
  await act(() => {
    start({ body: new URLSearchParams({ q: 'two' }) });
  });
  await stream.open();
  const bodies = stream.requests.map(({ body }) => new Response(body).text());
  expect(await Promise.all(bodies)).toEqual(['one', 'q=two']);
  expect(stream.openConnections).toBe(1);
  await stream.end();
  expect(container.textContent).toBe('closed ');
});

test('a token that takes its time is waited for', async () => {
  const stream = mockStream(url);
  const headers = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return { authorization: 'Bearer t' };
  };
  await renderOn(stream, <Texts headers={headers} />);
  const request = await stream.connected();
  expect(request.headers.get('authorization')).toBe('Bearer t');
});

test('heartbeats keep a stream alive, silence does not', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const { container } = await renderOn(stream, <Texts idleTimeout={1_000} />);
  await stream.advance(900);
  await stream.comment('ping');
  await stream.advance(900);
  expect(container.textContent).toBe('open');
  await stream.stall();
  await stream.send('lost').catch(() => undefined);
  await stream.advance(200);
  expect(container.textContent).toBe('reconnecting timeout');
});

test('a server that stalls before it answers runs into the time-out', async () => {
  const stream = mockStream(url);
  const { container } = await renderOn(stream, <Texts openTimeout={5_000} />);
  await stream.connected();
  await stream.stall();
  await stream.advance(5_000);
  expect(container.textContent).toBe('reconnecting timeout');
});

test('a reconnection time is heeded', async () => {
  const stream = mockStream(url, { autoOpen: true });
  await renderOn(stream, <Texts />);
  await stream.retry(20_000);
  await stream.drop();
  await stream.advance(19_000);
  expect(stream.openConnections).toBe(0);
  await stream.advance(11_000);
  expect(stream.openConnections).toBe(1);
});

test('chance is in the hand of the test', async () => {
  const stream = mockStream(url, { autoOpen: true, random: () => 0 });
  await renderOn(stream, <Texts />);
  await stream.drop();
  await stream.advance(100);
  expect(stream.requests).toHaveLength(2);
});

test('a page goes offline and comes back', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const { container } = await renderOn(stream, <Texts />);
  await stream.connected();
  await stream.offline();
  expect(container.textContent).toBe('open');
  await stream.drop();
  expect(container.textContent).toBe('reconnecting network');
  await stream.advance(29_999);
  expect(stream.openConnections).toBe(0);
  await stream.online();
  expect(container.textContent).toBe('open');
});

test('a machine sleeps, and what fell due meanwhile comes late', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const { container } = await renderOn(stream, <Texts />);
  await stream.connected();
  await stream.sleep(3_600_000);
  expect(container.textContent).toBe('open');
  await stream.advance(5_000);
  expect(stream.requests).toHaveLength(2);
  await expect(stream.sleep(-1)).rejects.toThrow('sleep was given -1; it takes');
});

test('a page is hidden and shown', async () => {
  const stream = mockStream(url, { autoOpen: true });
  await renderOn(stream, <Texts suspendWhenHidden />);
  await stream.connected();
  await stream.hide();
  expect(stream.openConnections).toBe(0);
  await stream.show();
  expect(stream.openConnections).toBe(1);
});

test('several streams stand side by side on one store', async () => {
  const a = mockStream('/a', { autoOpen: true });
  const b = mockStream(/\/b\?x=\d$/g, { autoOpen: true, store: a.store });
  const { container } = await renderOn(
    a,
    <>
      <Texts from="/a?token=1" />
      <Texts from="/b?x=1" />
    </>,
  );
  await a.send('one');
  await b.send('two');
  expect(container.textContent).toBe('open oneopen two');
  expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
  await b.reject(503).catch(() => undefined);
  await b.drop();
  expect(a.states).toEqual(['idle', 'connecting', 'open']);
  expect(b.states.at(-1)).toBe('reconnecting');
});

test('a provider below takes part, with its own defaults', async () => {
  const stream = mockStream('/a', { autoOpen: true });
  const { container } = await renderOn(
    stream,
    <StreamProvider defaults={{ headers: { 'x-user': 'u' } }}>
      <Texts from="/a" />
    </StreamProvider>,
  );
  await stream.send('one');
  expect(container.textContent).toBe('open one');
  expect(stream.requests[0]?.headers.get('x-user')).toBe('u');
  await stream.drop();
  expect(stream.states).toEqual(['idle', 'connecting', 'open', 'reconnecting']);
});

test('progress and lines have words of their own', async () => {
  const job = mockStream('/job', { autoOpen: true });
  const log = mockStream('/log', { autoOpen: true, store: job.store });
  function Both() {
    const { percent, step } = useStreamProgress('/job');
    const { lines } = useLogTail('/log', { format: 'lines' });
    return <p>{`${percent} ${step} ${lines.map(({ text }) => text).join()}`}</p>;
  }
  const { container } = await renderOn(job, <Both />);
  await job.sendProgress(10);
  await job.sendProgress({ progress: 25, step: 'build' }, { id: '1' });
  await log.sendLines(['a', 'b']);
  expect(container.textContent).toBe('25 build a,b');
});

test('every format is sent as its content type carries it', async () => {
  const stream = mockStream(url);
  const { container } = await renderOn(stream, <Texts format="ndjson" />);
  await stream.open();
  await stream.send([{ data: { n: 1 } }, { data: { n: 2 } }]);
  expect(container.textContent).toBe('open {"n":1} {"n":2}');
  await expect(stream.send({ data: 1, id: '1' })).rejects.toThrow('carries only `data`');
});

test('what a test does not want rendered is not: `throttle` waits for its time', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const { container } = await renderOn(stream, <Texts throttle={1_000} />);
  await stream.send('a');
  await stream.send('b');
  expect(container.textContent).toBe('open a');
  await stream.advance(1_000);
  expect(container.textContent).toBe('open a b');
});

test('StrictMode and a change of url leave one connection', async () => {
  const stream = mockStream(/stream\d/, { autoOpen: true });
  const tree = (from: string) => (
    <StrictMode>
      <stream.wrapper>
        <Texts from={from} />
      </stream.wrapper>
    </StrictMode>
  );
  const { rerender, container, unmount } = await render(tree('/stream1'));
  await stream.send('a');
  await rerender(tree('/stream2'));
  await stream.send('b');
  expect(container.textContent).toBe('open b');
  expect(stream.openConnections).toBe(1);
  await unmount();
  await expectNoOpenConnections();
});

test('what a step makes a component begin is part of the step', async () => {
  const stream = mockStream(/[12]$/, { autoOpen: true });
  function Chain() {
    const [from, setFrom] = useState('/1');
    const { data } = useEventStream(from, {
      onEvent: () => {
        setFrom('/2');
      },
    });
    return <p>{`${from} ${data ?? ''}`}</p>;
  }
  const { container } = await renderOn(stream, <Chain />);
  await stream.send('go');
  expect(stream.requests.map((each) => new URL(each.url).pathname)).toEqual(['/1', '/2']);
  await stream.send('on');
  expect(container.textContent).toBe('/2 on');
});

describe('mistakes are told:', () => {
  test('sending before a connection is open', async () => {
    const stream = mockStream(url);
    await renderOn(stream, <Texts />);
    await expect(stream.send('a')).rejects.toThrow(
      `no connection for ${url} is open: answer its request first (\`await stream.open()\`, or the option \`autoOpen\`); there were 1 request, 1 of them not over, and the states idle, connecting.`,
    );
  });

  test('a matcher that throws, or promises', async () => {
    complaints.mockImplementation(() => undefined);
    for (const [matcher, told] of [
      [
        () => {
          throw new Error('broken matcher');
        },
        'broken matcher',
      ],
      [() => Promise.resolve(true) as never, "a mock's matcher returned [object Promise]"],
    ] as const) {
      const stream = mockStream(matcher);
      await renderOn(stream, <Texts />);
      await expect(stream.open()).rejects.toThrow(told);
    }
    complaints.mockReset();
  });

  test('what is no event, no status, no header and no option', async () => {
    const stream = mockStream(url);
    await renderOn(stream, <Texts />);
    await expect(stream.reject(99)).rejects.toThrow('the status 99; it must be from 200 to 599');
    await expect(stream.open({ status: 204 })).rejects.toThrow('use `reject(204)`');
    await stream.open();
    const price = { id: '7', symbol: 'A' };
    await expect(stream.send(price)).rejects.toThrow(
      'send was given {"id":"7","symbol":"A"}; an event has `data`',
    );
    await expect(stream.send(5 as never)).rejects.toThrow('Did you mean { data: … }?');
    await expect(stream.send({ data: () => 1 })).rejects.toThrow('which has no JSON');
    await expect(stream.retry(-1)).rejects.toThrow("the event's `retry` is -1");
    await expect(stream.comment('a\ndata: b')).rejects.toThrow('a comment is one line');
    await expect(stream.connected(0)).rejects.toThrow('connected was given 0');
    const { store } = stream;
    expect(() => mockStream(url, { store, replay: 5 })).toThrow('`replay` is one of the store');
    const wrong = { autoopen: true };
    expect(() => mockStream(url, wrong as object)).toThrow('mockStream has no option `autoopen`');
    await stream.send('still there');
    expect(stream.openConnections).toBe(1);
  });

  test('answering, breaking or waiting for what was never asked for', async () => {
    const stream = mockStream('/nowhere');
    await expect(stream.connected()).rejects.toThrow(
      'request 1 for /nowhere did not come within a second; there were 0 requests',
    );
    await expect(stream.open()).rejects.toThrow('there is no request for /nowhere to answer');
    await expect(stream.drop()).rejects.toThrow('no connection for /nowhere is there');
  });

  test('a url that no mock answers', async () => {
    complaints.mockImplementation(() => undefined);
    const stream = mockStream('/a');
    await renderOn(stream, <Texts from="/b?token=secret" />);
    const told =
      /GET http.*\/b\?token=secret was asked for, which no mock answers \(there is one for \/a\)/;
    await expect(stream.open()).rejects.toThrow(told);
    expect(complaints.mock.calls).toHaveLength(1);
    // Also to whoever only checks at the end.
    await renderOn(mockStream('/c'), <Texts from="/d" />);
    await expect(expectNoOpenConnections()).rejects.toThrow('/d was asked for');
    await expectNoOpenConnections();
    complaints.mockReset();
  });

  test('a connection left open', async () => {
    const stream = mockStream(url, { autoOpen: true });
    const { unmount } = await renderOn(stream, <Texts />);
    await stream.connected();
    const told = `1 connection was left open: GET ${url} (1 subscribers)`;
    await expect(stream.expectNoOpenConnections()).rejects.toThrow(told);
    await unmount();
    await stream.expectNoOpenConnections();
    stream.store.subscribe({ url }, { onEvents: () => undefined });
    await stream.connected(2);
    await expect(expectNoOpenConnections()).rejects.toThrow(told);
    // Told once: the next test is not to blame.
    await expectNoOpenConnections();
  });

  test('what cannot be sent, and what is no matcher, size, time or store', async () => {
    const stream = mockStream(url, { autoOpen: true });
    await renderOn(stream, <Texts />);
    await expect(stream.send({ data: 'a', id: '1\n2' })).rejects.toThrow(
      'the event\'s `id` is "1\\n2"',
    );
    expect(() => {
      stream.splitBytes(0);
    }).toThrow('splitBytes was given 0; it takes a number of bytes, at least 1');
    await expect(stream.advance(-1)).rejects.toThrow('advance was given -1');
    expect(() => mockStream('')).toThrow('mockStream was given ""; it takes a url');
    expect(() => mockStream(url, { store: createConnectionStore() })).toThrow(
      'the `store` was not made by mockStream',
    );
  });
});

test('mocks of different stores may take their steps at once', async () => {
  const one = mockStream(url, { autoOpen: true });
  const two = mockStream(url, { autoOpen: true });
  const { container } = await render(
    <>
      <one.wrapper>
        <Texts />
      </one.wrapper>
      <two.wrapper>
        <Texts />
      </two.wrapper>
    </>,
  );
  await Promise.all([one.send('a'), two.send('b'), one.send('c')]);
  expect(container.textContent).toBe('open a copen b');
});

test('of two mocks of one url the newer one answers, and only it has states', async () => {
  const old = mockStream(url, { autoOpen: true });
  const newer = mockStream(url, { store: old.store });
  await renderOn(old, <Texts />);
  await newer.open();
  expect([old.requests.length, newer.requests.length]).toEqual([0, 1]);
  expect([old.states, newer.states]).toEqual([['idle'], ['idle', 'connecting', 'open']]);
});

test('`fetch` answers what is for this mock, a Request too, and rejects the rest', async () => {
  const stream = mockStream('/a', { autoOpen: true });
  mockStream('/b', { autoOpen: true, store: stream.store });
  complaints.mockImplementation(() => undefined);
  await expect(stream.fetch('/b')).rejects.toThrow('/b was asked for');
  complaints.mockReset();
  const request = new Request('https://example.test/a', { method: 'POST', body: 'question' });
  const { status } = await stream.fetch(request);
  expect([status, stream.requests[0]?.body]).toEqual([200, 'question']);
  await stream.drop().catch(() => undefined);
});

test('levels of lines go out where they can be carried, else the text alone', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const { container } = await renderOn(stream, <Texts format="lines" />);
  await stream.sendLines([{ text: 'a', level: 'warn' }, 'b']);
  expect(container.textContent).toBe('open a b');
});

test('steps that are not awaited are taken one after the other', async () => {
  const stream = mockStream(url);
  const { container } = await renderOn(stream, <Texts />);
  await Promise.all([stream.open(), stream.send('a'), stream.send('b'), stream.drop()]);
  expect(container.textContent).toBe('reconnecting network a b');
});

import { useEffect } from 'react';
import {
  useEventStream,
  useLogTail,
  useStreamProgress,
  type BufferOptions,
  type LogOptions,
  type LogTail,
  type StreamError,
  type StreamEvent,
} from 'use-event-stream';
import { mockStream, type MockStream, type MockStreamOptions } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dataOf, probe } from '../support/page.tsx';
import { render, act as run } from '../support/render.ts';

const url = 'https://example.test/stream';

const callbacks = [
  'headers',
  'body',
  'onChange',
  'onOpen',
  'onEvent',
  'onEvents',
  'onComment',
  'onRestart',
  'onReject',
  'onError',
  'onClose',
  'until',
  'parse',
  'reduce',
  'shouldReconnect',
] as const;
type Callback = (typeof callbacks)[number];
const actions = ['start', 'reconnect', 'close', 'clear', 'pause'] as const;
type Action = (typeof actions)[number];

/** A hook that does something the first time that one of its callbacks is called, on a stream that calls all. */
async function setUp(callback: Callback, action: Action) {
  const stream = mockStream(url, { autoOpen: true });
  vi.stubGlobal('reportError', vi.fn());
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  let acted = 0;
  const act = (name: Callback) => {
    // Until it is rendered there is nothing to call.
    if (name !== callback || feed.seen.length === 0 || acted > 0) return;
    acted += 1;
    feed.current[action]();
  };
  const received: string[] = [];
  const options = {
    headers: () => (act('headers'), { 'x-a': 'b' }),
    onOpen: () => {
      act('onOpen');
    },
    onEvent: ({ data }: { data: unknown }) => {
      received.push(String(data));
      act('onEvent');
    },
    onEvents: () => {
      act('onEvents');
    },
    onComment: () => {
      act('onComment');
    },
    onRestart: () => {
      act('onRestart');
    },
    onReject: () => {
      act('onReject');
    },
    onError: (error: StreamError) => {
      act('onError');
      return error;
    },
    onClose: () => {
      act('onClose');
    },
    until: ({ data }: { data: unknown }) => (act('until'), data === 'end'),
    parse: (text: string) => {
      act('parse');
      if (text === 'bad') throw new Error(text);
      return text;
    },
    reconnect: { shouldReconnect: () => (act('shouldReconnect'), true) },
  };
  const post = callback === 'body' ? { method: 'POST', body: () => (act('body'), 'x') } : {};
  const reduced = {
    initial: 0,
    reduce: (count: number, events: readonly unknown[]) => (act('reduce'), count + events.length),
  };
  const feed =
    callback === 'reduce'
      ? probe(() => ({ events: [], ...useEventStream(url, { ...options, ...reduced }) }))
      : probe(() => useEventStream(url, { ...options, ...post }));
  const stop = stream.store.onChange(() => {
    act('onChange');
  });
  onTestFinished(stop);
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  return { stream, feed, received, acted: () => acted };
}

/** What a server may do, as far as there is somebody to do it to. */
async function live({ stream }: Awaited<ReturnType<typeof setUp>>, callback: Callback) {
  const whileOpen = async (step: () => Promise<void>) => {
    if (stream.openConnections > 0) await step();
  };
  await whileOpen(() => stream.chunk(': hello\n\n'));
  await whileOpen(() => stream.send([{ id: '1', data: 'a' }, 'bad']));
  if (callback !== 'body') {
    await whileOpen(() => stream.drop());
    await stream.advance(10_000);
  }
  await whileOpen(() => stream.send([{ id: '1', data: 'x' }]));
  if (callback === 'onClose') await whileOpen(() => stream.send('end'));
}

test.for(callbacks.flatMap((callback) => actions.map((action) => [callback, action] as const)))(
  '%s may call %s: one connection at most, each event once, and what ends stays so',
  async ([callback, action]) => {
    const page = await setUp(callback, action);
    await live(page, callback);
    const { stream, feed, received, acted } = page;
    expect(acted()).toBe(1);
    if (action === 'close') {
      await stream.advance(60_000);
      expect(feed.current.status).toBe('closed');
      expect(stream.openConnections).toBe(0);
      return;
    }
    // The second `onClose` has nothing to answer.
    if (callback === 'onClose' && action !== 'start' && action !== 'reconnect') {
      expect(feed.current).toMatchObject({ status: 'closed', reason: 'done' });
      return;
    }
    // What a callback asks for waits as a try does.
    await stream.advance(60_000);
    expect(stream.openConnections).toBe(1);
    received.length = 0;
    await stream.send('last');
    expect(received).toEqual(['last']);
    if (action !== 'pause' && callback !== 'reduce') {
      expect(dataOf(feed.current).filter((data) => data === 'last')).toHaveLength(1);
    }
    expect(feed.current.status).toBe('open');
    expect(stream.store.connections()).toHaveLength(1);
  },
);

test('a subscriber whose `headers` throw at once still has its way to leave', async () => {
  const stream = mockStream(url);
  const leave = stream.store.subscribe(
    {
      url,
      headers: () => {
        throw new Error('no token');
      },
    },
    { onEvents: () => undefined },
  );
  leave();
  await stream.advance(60_000);
  expect(stream.store.connections()).toEqual([]);
});

/** When requests were made, in milliseconds since the first, while a hook answers each end in a callback. */
async function requestTimes(
  callback: 'onError' | 'onClose',
  action: 'start' | 'reconnect' | 'retry',
  answer: (stream: ReturnType<typeof mockStream>) => Promise<void>,
) {
  const stream = mockStream(url, { random: () => 0 });
  const again = () => {
    feed.current[action]();
  };
  const feed = probe(() => useEventStream(url, { [callback]: again }));
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  const times: number[] = [];
  let time = 0;
  let answered = 0;
  for (; time < 20_000; time += 50) {
    while (stream.requests.length > answered) {
      times.push(time);
      answered += 1;
      await answer(stream);
    }
    await stream.advance(50);
  }
  return times;
}

test.for([
  ['onError', 'reconnect'],
  ['onError', 'start'],
  ['onError', 'retry'],
] as const)('%s that calls %s keeps to Retry-After', async ([callback, action]) => {
  const times = await requestTimes(callback, action, (stream) =>
    stream.reject(503, { headers: { 'retry-after': '5' } }),
  );
  expect(times).toEqual([0, 5_000, 10_000, 15_000]);
});

test.for([
  ['onClose', 'start', (stream: ReturnType<typeof mockStream>) => stream.reject(204)],
  ['onError', 'start', (stream: ReturnType<typeof mockStream>) => stream.reject(404)],
  ['onError', 'reconnect', (stream: ReturnType<typeof mockStream>) => stream.reject(404)],
] as const)(
  '%s that calls %s at once waits 100 ms at least',
  async ([callback, action, answer]) => {
    const times = await requestTimes(callback, action, answer);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times.length).toBeGreaterThan(10);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(100);
  },
);

test('a subscriber that subscribes again when it hears of a failure asks again, after a wait', async () => {
  const stream = mockStream(url);
  let failures = 0;
  const subscribe = () => {
    stream.store.subscribe(
      { url },
      {
        onEvents: () => undefined,
        onState({ status }) {
          if (status !== 'failed') return;
          failures += 1;
          if (failures < 5) subscribe();
        },
      },
    );
  };
  subscribe();
  for (let count = 1; count <= 5; count++) {
    await stream.connected(count);
    expect(stream.requests).toHaveLength(count);
    await stream.reject(404);
    await stream.advance(20_000);
  }
  expect(failures).toBe(5);
});

test('a subscriber that comes while the store closes is heard, on a connection of its own', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const statuses: string[] = [];
  const onEvents = () => undefined;
  stream.store.subscribe(
    { url },
    {
      onEvents,
      onState({ status }) {
        if (status !== 'closed') return;
        stream.store.subscribe(
          { url },
          { onEvents, onState: (state) => statuses.push(state.status) },
        );
      },
    },
  );
  await stream.connected();
  stream.store.close();
  await stream.advance(10_000);
  expect(statuses.at(-1)).toBe('open');
  expect(stream.openConnections).toBe(1);
});

const nested = ['start', 'retry', 'reconnect', 'close'] as const;

/** A stream that is open, with a count of its live events; `act` is called once, when it is armed. */
async function showLog(act: (log: LogTail) => void, history: LogOptions['history']) {
  const stream = mockStream(url, { autoOpen: true });
  let isArmed = true;
  const once = () => {
    if (!isArmed || log.seen.length === 0) return;
    isArmed = false;
    act(log.current);
  };
  const ask = typeof history === 'function' ? history : undefined;
  const log = probe(() =>
    useLogTail(url, ask && { history: (signal) => (once(), ask(signal)), linger: 0 }),
  );
  const stop = stream.store.onChange(() => {
    if (!ask) once();
  });
  onTestFinished(stop);
  await render(
    <stream.wrapper>
      <log.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  return {
    stream,
    log,
    arm: () => {
      isArmed = true;
    },
  };
}

const told = ({ lines }: LogTail) => lines.map(({ text }) => text);

test.for(nested.flatMap((outer) => nested.map((inner) => [outer, inner] as const)))(
  '%s holds where a listener of the store calls %s meanwhile',
  async ([outer, inner]) => {
    const { stream, log, arm } = await showLog((each) => {
      each[inner]();
    }, undefined);
    await stream.advance(10_000);
    await run(() => {
      log.current.start();
    });
    await stream.advance(10_000);
    await run(() => {
      arm();
      log.current[outer]();
    });
    await stream.advance(60_000);
    const isClosed = inner === 'close' || (outer === 'close' && log.current.status === 'closed');
    expect(stream.openConnections).toBe(isClosed ? 0 : 1);
    expect(log.current.status).toBe(isClosed ? 'closed' : 'open');
    if (isClosed) return;
    await stream.send('last');
    expect(told(log.current).filter((text) => text === 'last')).toHaveLength(1);
    expect(stream.store.connections()).toMatchObject([{ subscribers: 1 }]);
    await run(() => {
      log.current.close();
    });
    await stream.advance(60_000);
    expect(stream.openConnections).toBe(0);
  },
);

test.for(nested)('a history that calls %s gets one connection at most', async (action) => {
  const { stream, log } = await showLog(
    (each) => {
      each[action]();
    },
    () => Promise.resolve({ lines: ['old'] }),
  );
  await stream.advance(60_000);
  await stream.settled();
  if (action === 'close') {
    expect(stream.openConnections).toBe(0);
    expect(log.current.status).toBe('closed');
    return;
  }
  expect(stream.openConnections).toBe(1);
  await stream.send('last');
  expect(told(log.current)).toEqual(['old', 'last']);
  expect(stream.store.connections()).toMatchObject([{ subscribers: 1 }]);
});

test('a subscriber that subscribes again, on a connection that has failed, when it hears so, asks again after a wait', async () => {
  const stream = mockStream(url);
  let count = 0;
  const subscribe = (): (() => void) =>
    stream.store.subscribe(
      { url },
      {
        onEvents: () => undefined,
        onState({ status }) {
          if (status === 'failed' && ++count < 1_000) subscribe();
        },
      },
    );
  stream.store.subscribe({ url }, { onEvents: () => undefined });
  await stream.reject(404);
  subscribe();
  expect(count).toBe(1);
  await stream.advance(30_000);
  await stream.connected(2);
  expect(stream.requests).toHaveLength(2);
});

type Storm = (feed: () => Pick<LogTail, 'start' | 'reconnect'>) => object;

const storms: [string, Storm, (stream: MockStream) => Promise<unknown>][] = [
  [
    'a policy that reconnects',
    (feed) => ({ reconnect: { shouldReconnect: () => (feed().reconnect(), true) } }),
    (stream) => stream.reject(503, { headers: { 'retry-after': '2' } }),
  ],
  [
    'an onError that reconnects behind an await',
    (feed) => ({
      onError: async () => {
        await Promise.resolve();
        feed().reconnect();
      },
    }),
    (stream) => stream.reject(503, { headers: { 'retry-after': '2' } }),
  ],
  [
    'an onClose that starts behind an await',
    (feed) => ({
      onClose: async () => {
        await Promise.resolve();
        feed().start();
      },
    }),
    (stream) => stream.reject(204),
  ],
  [
    'a body that starts',
    (feed) => ({ method: 'POST', body: () => (feed().start(), 'x') }),
    () => Promise.resolve(),
  ],
  [
    'headers that reconnect behind an await',
    (feed) => ({
      headers: async () => {
        await Promise.resolve();
        feed().reconnect();
        return {};
      },
    }),
    () => Promise.resolve(),
  ],
];

test.for(storms)('%s makes no storm of requests', async ([, optionsOf, answer]) => {
  const stream = mockStream(url, { random: () => 0 });
  let calls = 0;
  const counted = <T,>(value: T): T => {
    calls += 1;
    if (calls > 200) throw new Error('A storm.');
    return value;
  };
  const options = optionsOf(() => counted(feed.current));
  const feed = probe(() => useEventStream(url, { manual: true, ...options }));
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  await run(() => {
    feed.current.start();
  });
  let answered = 0;
  for (let time = 0; time < 2_000; time += 50) {
    for (let round = 0; round < 30 && stream.requests.length > answered; round++) {
      answered += 1;
      await answer(stream);
    }
    await stream.advance(50);
  }
  expect(calls).toBeLessThan(30);
});

test('an effect that starts again after each failure makes no storm of requests', async () => {
  const stream = mockStream(url, { random: () => 0 });
  const feed = probe(() => {
    const hook = useEventStream(url);
    const { status, start } = hook;
    useEffect(() => {
      if (status === 'failed') start();
    }, [status, start]);
    return hook;
  });
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  let answered = 0;
  for (let time = 0; time < 2_000; time += 50) {
    for (let round = 0; round < 30 && stream.requests.length > answered; round++) {
      answered += 1;
      await stream.reject(404);
    }
    await stream.advance(50);
  }
  expect(stream.requests.length).toBeLessThan(30);
});

/** What a hook shows of three events, a function of which starts again at the first of them, and they come again. */
async function shownAfter(use: (start: () => void) => Shows) {
  const stream = mockStream(url, { autoOpen: true });
  let starts = 0;
  const start = () => {
    if (starts++ === 0) hook.current.start();
  };
  const hook = probe(() => use(start));
  await render(
    <stream.wrapper>
      <hook.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  await stream.send(['1', '2', '3']);
  await stream.advance(60_000);
  await stream.settled();
  await stream.send(['1', '2', '3']);
  return hook.current;
}

interface Shows {
  status: string;
  start: () => void;
}

const asText = (data: string) => data;
const throwsOn1 = (data: string) => {
  if (data === '1') throw new Error(data);
  return data;
};

test.for<[string, (start: () => void) => BufferOptions, string[]]>([
  ['until', (start) => ({ until: () => (start(), false) }), ['1', '2', '3']],
  ['failOn', (start) => ({ failOn: () => (start(), false) }), ['1', '2', '3']],
  ['onEvent', (start) => ({ onEvent: start }), ['1', '2', '3']],
  ['parse', (start) => ({ parse: (data) => (start(), data), onEvent() {} }), ['1', '2', '3']],
  ['a lazy parse', (start) => ({ parse: (data) => (start(), data) }), ['1', '2', '3']],
  ['onReject', (start) => ({ parse: throwsOn1, onReject: start, onEvent() {} }), ['2', '3']],
])('%s that starts in the middle of a batch has none of it in the new run', async ([, of, all]) => {
  const shown = await shownAfter((start) => useEventStream(url, { parse: asText, ...of(start) }));
  expect(shown).toMatchObject({ status: 'open' });
  expect(dataOf(shown as never)).toEqual(all);
});

test.for<[string, (start: () => void) => LogOptions]>([
  ['parse', (start) => ({ parse: (data) => (start(), data) })],
  ['parse of plain text', (start) => ({ format: 'lines', parse: (data) => (start(), data) })],
  ['until of plain text', (start) => ({ format: 'lines', until: () => (start(), false) })],
])(
  '%s of a log that starts in the middle of a batch has none of it in the new run',
  async ([, of]) => {
    const shown = await shownAfter((start) => useLogTail(url, of(start)));
    expect(told(shown as LogTail)).toEqual(['1', '2', '3']);
  },
);

test('a progress whose `parse` starts in the middle of a batch shows the new run', async () => {
  const values: number[] = [];
  const shown = await shownAfter((start) => {
    const job = useStreamProgress(url, {
      parse: (data) => {
        values.push(Number(data));
        start();
        return values.length > 1 ? null : { progress: 0.5 };
      },
    });
    return job;
  });
  expect(shown).toMatchObject({ status: 'running', percent: null });
});

/** Two hooks on one stream; the second is the one that is looked at. */
async function beside<T extends Shows>(use: () => T, options: MockStreamOptions = {}) {
  const stream = mockStream(url, { random: () => 0, ...options });
  const other = probe(() => useEventStream(url));
  const hook = probe(use);
  await render(
    <stream.wrapper>
      <other.Probe />
      <hook.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  return { stream, hook, other };
}

test.for([
  ['at once', true],
  ['behind an await', false],
] as const)('an onError that starts %s is told of an error once', async ([, isAtOnce]) => {
  const stream = mockStream(url, { random: () => 0 });
  let count = 0;
  const feed = probe(() =>
    useEventStream(url, {
      onError: () => {
        count += 1;
        const start = () => {
          if (count < 1_000) feed.current.start();
        };
        if (isAtOnce) start();
        else void Promise.resolve().then(start);
      },
    }),
  );
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  await stream.reject(404);
  expect(count).toBe(1);
  await stream.advance(30_000);
  expect(stream.requests).toHaveLength(2);
});

test.for(['start', 'retry'] as const)(
  'an onError that calls %s beside another hook is told of an error once',
  async (action) => {
    let count = 0;
    const { stream, hook } = await beside(() =>
      useEventStream(url, {
        onError: () => {
          count += 1;
          hook.current[action]();
        },
      }),
    );
    await stream.reject(503);
    expect(count).toBe(1);
    expect(stream.store.connections()).toHaveLength(1);
  },
);

test('a run that was healthy ends the count of tries, also where a callback begins the next', async () => {
  const stream = mockStream(url, { random: () => 0.999, autoOpen: true });
  const feed = probe(() =>
    useEventStream(url, {
      until: 'end',
      reconnect: { maxAttempts: 3 },
      onClose: () => {
        feed.current.start();
      },
    }),
  );
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  for (let run = 1; run <= 8; run++) {
    await stream.connected(run);
    await stream.advance(600_000);
    await stream.chunk('event: end\ndata: x\n\n');
    // The first wait, and no more.
    await stream.advance(1_000);
  }
  await stream.connected(9);
  await stream.drop();
  expect(feed.current.status).toBe('reconnecting');
});

test.for(['1', '20'])(
  'a wait of %s s that was cut short is not held for the one after it',
  async (asked) => {
    const stream = mockStream(url, { random: () => 0.999 });
    const feed = probe(() =>
      useEventStream(url, {
        onError: (error) => {
          if (error.kind === 'http' && error.status === 404) feed.current.reconnect();
        },
      }),
    );
    await render(
      <stream.wrapper>
        <feed.Probe />
      </stream.wrapper>,
    );
    await stream.reject(503, { headers: { 'retry-after': asked } });
    await run(() => {
      feed.current.reconnect();
    });
    await stream.connected(2);
    await stream.advance(1_000);
    const times: number[] = [];
    for (let time = 0; time < 20_000; time += 250) {
      if (stream.requests.length > times.length + 1) {
        times.push(time);
        await stream.reject(404);
      }
      await stream.advance(250);
    }
    // 1 s, 2 s, 4 s, 8 s, in steps of a quarter: neither what the first answer asked for nor no wait at all.
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(waits.length).toBeLessThan(6);
  },
);

test('a job is not done because another hook connects again', async () => {
  const stream = mockStream(url, { random: () => 0.5, autoOpen: true });
  const job = probe(() => useStreamProgress(url, { doneWhen: 'closed' }));
  const feed = probe(() =>
    useEventStream(url, {
      onEvent: ({ data }) => {
        if (data === 'rotate') feed.current.reconnect();
      },
    }),
  );
  await render(
    <stream.wrapper>
      <job.Probe />
      <feed.Probe />
    </stream.wrapper>,
  );
  await stream.sendProgress(40);
  await stream.advance(5_000);
  await stream.send('rotate');
  await stream.advance(100);
  expect(job.current).toMatchObject({ status: 'connecting', value: 0.4 });
  await stream.advance(30_000);
  expect(job.current).toMatchObject({ status: 'running', value: 0.4 });
});

test.for(['start', 'retry', 'reconnect'] as const)(
  '%s of a button is sent at once, also while the connection of several waits',
  async (action) => {
    const { stream, hook } = await beside(() => useEventStream(url));
    await stream.reject(503, { headers: { 'retry-after': '20' } });
    await stream.advance(1_000);
    await run(() => {
      hook.current[action]();
    });
    await stream.connected(2);
    expect(stream.store.connections()).toHaveLength(1);
  },
);

test.for(['until', 'failOn'] as const)(
  '%s of a log that starts leaves the batch to the run before',
  async (name) => {
    let count = 0;
    const stream = mockStream(url, { autoOpen: true, random: () => 0 });
    const test = ({ data }: StreamEvent) => {
      if (data === 'b' && ++count === 1) log.current.start();
      return false;
    };
    const log = probe(() => useLogTail(url, { [name]: test }));
    await render(
      <stream.wrapper>
        <log.Probe />
      </stream.wrapper>,
    );
    await stream.send([
      { id: '1', data: 'a' },
      { id: '2', data: 'b' },
      { id: '3', data: 'c' },
    ]);
    await stream.advance(2_000);
    await stream.send([{ id: '1', data: 'a' }]);
    await stream.advance(2_000);
    expect(told(log.current)).toEqual(['a']);
  },
);

test('a start in the event that ends a run asks again, also beside another hook', async () => {
  let count = 0;
  const { stream, hook } = await beside(
    () =>
      useEventStream(url, {
        until: 'end',
        onEvent: ({ type }) => {
          if (type === 'end' && ++count === 1) hook.current.start();
        },
      }),
    { autoOpen: true },
  );
  await stream.chunk('data: a\n\nevent: end\ndata: x\n\n');
  await stream.advance(5_000);
  expect(stream.requests).toHaveLength(2);
  expect(hook.current).toMatchObject({ status: 'open', events: [] });
});

test('a start in the last line of a text is not undone by its end', async () => {
  let count = 0;
  const stream = mockStream(url, { random: () => 0.9 });
  const log = probe(() =>
    useLogTail(url, {
      format: 'lines',
      until: ({ data }) => {
        if (data === 'last' && ++count === 1) log.current.start();
        return false;
      },
    }),
  );
  await render(
    <stream.wrapper>
      <log.Probe />
    </stream.wrapper>,
  );
  await stream.open();
  await stream.chunk('a\nlast');
  await stream.end();
  await stream.advance(10);
  expect(log.current.status).toBe('connecting');
  await run(() => {
    log.current.close();
  });
  await stream.advance(5_000);
  expect(stream.requests).toHaveLength(1);
});

test('a chain of streams, each begun at the end of the one before, is not held up', async () => {
  const stream = mockStream(/./, { autoOpen: true });
  const feed = probe(() =>
    useEventStream(`${url}/0`, {
      until: 'end',
      onClose: () => {
        const next = stream.requests.length;
        if (next < 5) feed.current.start({ url: `${url}/${String(next)}` });
      },
    }),
  );
  await render(
    <stream.wrapper>
      <feed.Probe />
    </stream.wrapper>,
  );
  for (let page = 1; page <= 5; page++) {
    await stream.connected(page);
    await stream.chunk('event: end\ndata: x\n\n');
  }
  expect(stream.requests.map((request) => request.url.slice(-1))).toEqual([
    '0',
    '1',
    '2',
    '3',
    '4',
  ]);
});

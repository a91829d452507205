import {
  createConnectionStore,
  FetchEventSource,
  type RequestOptions,
} from 'use-event-stream/core';
import { mockStream, type MockStream } from 'use-event-stream/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { decode, isWanted } from '../../src/core/observer/decode.ts';
import { levelOf } from '../../src/core/log/logLevel.ts';
import { readUpdate } from '../../src/core/progress/progressUpdate.ts';
import { errorText } from '../../src/core/errorText.ts';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';

const url = 'https://example.test/stream';
const secret = 'S3CRET';
const html = { headers: { 'content-type': 'text/html' } };

type Options = RequestOptions & { url?: string; defaults?: RequestOptions };

function connect({ defaults, ...options }: Options = {}) {
  const stream = mockStream(/./, { random: () => 0, defaults });
  return { stream, seen: collect(stream.store, { url, ...options }) };
}

async function connected(options?: Options) {
  const connection = connect(options);
  await connection.stream.open();
  return connection;
}

/** What the code reports instead of throwing. */
function reports() {
  const reported: unknown[] = [];
  const reportError = vi.fn((error: unknown) => reported.push(error));
  vi.stubGlobal('reportError', reportError);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return reported;
}

function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was thrown.');
}

/** All that an error shows: its own properties, its message and stack, and those of its causes. */
function shown(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  const own = Object.values(Object.getOwnPropertyDescriptors(error)).map(
    ({ value }) => value as unknown,
  );
  const { cause } = error;
  return `${String(error)} ${error.stack ?? ''} ${JSON.stringify(own)} ${cause === undefined ? '' : shown(cause)}`;
}

describe('headers', () => {
  const bad: [string, Record<string, string>, string][] = [
    ['a line break in a value', { 'x-key': `${secret}\r\nx: 1` }, '"x-key"'],
    ['a NULL in a value', { 'x-key': `${secret}\0` }, '"x-key"'],
    ['a control character in a value', { 'x-key': `a\u0001${secret}` }, '"x-key"'],
    ['a value outside latin-1', { 'x-key': `€${secret}` }, '"x-key"'],
    ['a space in a name', { [`x ${secret}`]: 'a' }, 'a name'],
    ['no name', { '': secret }, 'a name'],
  ];

  test.for(bad)(
    'with %s are a TypeError that names them and shows no value',
    ([, headers, name]) => {
      for (const options of [{ headers }, { defaults: { headers } }]) {
        const error = errorOf(() => connect(options));
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toContain(name);
        expect(shown(error)).not.toContain(secret);
      }
    },
  );

  test.for(bad)(
    'of a function with %s never leave, and show no value',
    async ([, headers, name]) => {
      const { stream, seen } = connect({ headers: () => headers });
      await stream.settled();
      expect(stream.requests).toHaveLength(0);
      expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
      expect(shown(seen.state?.error)).toContain(name.replaceAll('"', ''));
      expect(shown(seen.state?.error)).not.toContain(secret);
    },
  );

  const lists: [string, unknown][] = [
    ['texts', [`authorization: ${secret}`]],
    ['texts of two letters', new Set(['ab'])],
    ['pairs and a text', [['x-key', 'a'], secret]],
    ['a name alone', [[secret]]],
    ['threes', [['x-key', 'a', secret]]],
    ['names that are none', [[5, secret]]],
    ['nothing', [undefined]],
    ['objects', [{ 'x-key': secret }]],
  ];

  test.for(lists)(
    'that are a list of %s are a TypeError, and nothing is sent',
    async ([, list]) => {
      const headers = list as HeadersInit;
      for (const options of [{ headers }, { defaults: { headers } }]) {
        const error = errorOf(() => connect(options));
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toContain('pairs of a name and a value');
        expect(shown(error)).not.toContain(secret);
      }
      const { stream, seen } = connect({ headers: () => headers });
      await stream.settled();
      expect(stream.requests).toEqual([]);
      expect(shown(seen.state?.error)).toContain('pairs of a name and a value');
      expect(shown(seen.state?.error)).not.toContain(secret);
    },
  );

  class Signed {
    readonly #token = secret;
    get authorization() {
      return this.#token;
    }
  }
  const values = [null, undefined, [secret], { secret }, () => secret, Promise.resolve(secret)];
  const others: [string, unknown][] = [
    ['a promise', Promise.resolve({ authorization: secret })],
    ['a date', new Date()],
    ['an expression', /a/],
    ['an error', new Error(secret)],
    ['bytes', new Blob([secret])],
    ['an object with nothing of its own', new Signed()],
    ['a text', secret],
    ...values.map((value): [string, unknown] => [`a pair with ${typeof value}`, [['a', value]]]),
    ...values
      .filter((value) => value !== undefined)
      .map((value): [string, unknown] => [`an object with ${typeof value}`, { a: value }]),
  ];

  test.for(others)('that are %s are a TypeError, and nothing is sent', async ([, other]) => {
    const headers = other as HeadersInit;
    for (const options of [{ headers }, { defaults: { headers } }]) {
      const error = errorOf(() => connect(options));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain('`headers`');
      expect(shown(error)).not.toContain(secret);
    }
    const { stream, seen } = connect({ headers: () => Object(headers) as HeadersInit });
    await stream.settled();
    if (other instanceof Promise) expect(stream.requests).toHaveLength(1);
    else expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
  });

  test('that are undefined in an object are left out', async () => {
    const headers = { 'x-key': undefined, a: 'b' };
    const { stream } = connect({ headers: headers as never });
    const request = await stream.connected();
    expect([...request.headers.keys()]).toEqual(['a', 'accept']);
  });

  const pairsOf = (token: string) => new Map([['authorization', token]]).entries();
  const onlyOnce = (token: string) => {
    const pairs = pairsOf(token);
    return { [Symbol.iterator]: () => pairs };
  };
  const once: [string, (token: string) => Options][] = [
    ['an iterator', (token) => ({ headers: pairsOf(token) as never })],
    [
      'an iterator among the defaults',
      (token) => ({ defaults: { headers: pairsOf(token) as never } }),
    ],
    [
      'what gives its iterator again, among the defaults',
      (token) => ({ defaults: { headers: onlyOnce(token) } }),
    ],
    [
      'pairs that are iterators, among the defaults',
      (token) => ({ defaults: { headers: [['authorization', token].values()] as never } }),
    ],
    [
      'an iterator that a function gives every time',
      (token) => {
        const headers = pairsOf(token) as never;
        return { headers: () => headers };
      },
    ],
  ];

  test.for(once)('in %s are sent with every attempt', async ([, optionsOf]) => {
    const { stream } = await connected(optionsOf('ann'));
    await stream.drop();
    await stream.advance(1_000);
    await stream.connected(2);
    expect(stream.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'ann',
      'ann',
    ]);
  });

  test('in iterators tell two users apart, and are one for who asks again with the same', async () => {
    const { stream } = await connected({ headers: pairsOf('ann') as never });
    const headers = pairsOf('bob') as never;
    for (let time = 0; time < 2; time++) collect(stream.store, { url, headers });
    await stream.connected(2);
    expect(stream.store.connections().map(({ subscribers }) => subscribers)).toEqual([1, 2]);
  });

  test('are sent as they were when it was asked, though somebody changes them later', async () => {
    const headers = new Headers({ authorization: 'ann' });
    const { stream } = await connected({ headers });
    headers.set('authorization', 'bob');
    collect(stream.store, { url, headers });
    await stream.connected(2);
    await stream.drop();
    await stream.advance(1_000);
    await stream.connected(4);
    const tokens = stream.requests.map((request) => request.headers.get('authorization'));
    expect(tokens.toSorted()).toEqual(['ann', 'ann', 'bob', 'bob']);
  });

  test('with tabs, spaces and latin-1 are sent as they are', async () => {
    const { stream } = connect({ headers: [['x-key', '  a\tb ü ']] });
    const { headers } = await stream.connected();
    expect(headers.get('x-key')).toBe('a\tb ü');
  });
});

describe('a redirect', () => {
  /** What `fetch` is told to do about it. */
  async function redirectOf({ defaults, ...options }: Options) {
    const stream = mockStream(url);
    const fetch = vi.fn(stream.fetch);
    const store = createConnectionStore({ clock: new FakeClock(), fetch, defaults });
    collect(store, { url, ...options });
    await stream.connected();
    return fetch.mock.lastCall?.[1]?.redirect;
  }

  test.for<[string, Options]>([
    ['a header', { headers: { 'x-api-key': secret } }],
    ['a function for headers', { headers: () => ({ authorization: secret }) }],
    ['a default header', { defaults: { headers: { 'x-api-key': secret } } }],
  ])(
    'of a request with %s is refused for good, and the error says how to allow it',
    async ([, options]) => {
      expect(await redirectOf(options)).toBe('manual');
      const { stream, seen } = connect(options);
      await stream.reject(307, { headers: { location: `https://elsewhere.test/?${secret}` } });
      expect(seen.state?.status).toBe('failed');
      expect(seen.state?.error?.message).toContain("`redirect: 'follow'`");
      expect(shown(seen.state?.error)).not.toContain(secret);
      await stream.advance(3_600_000);
      expect(stream.requests).toHaveLength(1);
    },
  );

  test('is refused as browsers show it too, without a status', async () => {
    const opaque = new Response(null, { status: 200 });
    Object.defineProperties(opaque, { type: { value: 'opaqueredirect' }, status: { value: 0 } });
    const store = createConnectionStore({ fetch: () => Promise.resolve(opaque) });
    const seen = collect(store, { url, headers: { a: 'b' } });
    await expect.poll(() => seen.state?.status).toBe('failed');
    expect(seen.state?.error?.message).toContain("`redirect: 'follow'`");
  });

  const changes: [string, RequestOptions, RequestOptions, string[]][] = [
    ['headers come', {}, { headers: { 'x-api-key': secret } }, ['follow', 'manual']],
    [
      'headers come, and what allowed it goes',
      { redirect: 'follow' },
      { redirect: undefined, headers: () => ({ 'x-api-key': secret }) },
      ['follow', 'manual'],
    ],
    ['headers go', { headers: { a: 'b' } }, { headers: undefined }, ['manual', 'follow']],
    ['it is allowed', { headers: { a: 'b' } }, { redirect: 'follow' }, ['manual', 'follow']],
    [
      'headers are none',
      { headers: () => ({}) },
      { headers: () => [['a', 'b']] },
      ['follow', 'manual'],
    ],
  ];

  test.for(changes)(
    'is followed by what each attempt sends: where %s',
    async ([, before, after, expected]) => {
      const defaults = { ...before };
      const stream = mockStream(url);
      const clock = new FakeClock();
      const fetch = vi.fn(stream.fetch);
      const store = createConnectionStore({ clock, fetch, defaults });
      onTestFinished(() => {
        store.close();
      });
      collect(store, { url });
      await stream.connected();
      Object.assign(defaults, after);
      await stream.drop();
      await clock.advance(1_000);
      await stream.connected(2);
      expect(fetch.mock.calls.map(([, init]) => init?.redirect)).toEqual(expected);
    },
  );

  test('is followed for those only who allow it, where others ask for the same', async () => {
    const { stream } = await connected({ headers: {} });
    collect(stream.store, { url, headers: {}, redirect: 'manual' });
    await stream.connected(2);
    expect(stream.store.connections()).toHaveLength(2);
  });

  test('is followed without headers of its own, and where that is asked for', async () => {
    expect(await redirectOf({})).toBe('follow');
    expect(await redirectOf({ headers: { a: 'b' }, redirect: 'follow' })).toBe('follow');
  });
});

describe('an event id', () => {
  test.for([
    ['control characters', 'a\u0001b'],
    ['an escape sequence', '\u001b[31m'],
    ['a DEL', 'a\u007f'],
    ['more than 8,000 bytes', '€'.repeat(3_000)],
  ])('with %s is reported once, and the stream goes on without it', async ([, id]) => {
    const reported = reports();
    const { stream, seen } = await connected();
    const sent = () => stream.requests.at(-1)?.headers.get('last-event-id');
    await stream.send({ id, data: 'a' });
    for (let time = 0; time < 2; time++) {
      await stream.drop();
      await stream.advance(30_000);
      expect([stream.openConnections, sent()]).toEqual([1, null]);
      await stream.open();
    }
    expect(reported).toHaveLength(1);
    expect(String(reported[0])).toContain('the stream goes on without resuming');
    expect(seen.state?.status).toBe('open');
    await stream.send({ id: '2', data: 'b' });
    expect(seen.events.map(({ lastEventId }) => lastEventId)).toEqual([id, '2']);
    await stream.drop();
    await stream.advance(30_000);
    expect(sent()).toBe('2');
    expect(reported).toHaveLength(1);
  });

  if (__DEV__)
    test('to begin after that cannot be sent is a TypeError', () => {
      expect(() => connect({ initialLastEventId: 'a\u0001' })).toThrow(/initialLastEventId/);
      expect(() => connect({ initialLastEventId: 'x'.repeat(8_001) })).toThrow(/8,000 bytes/);
    });

  test('does not break the stream by its name of a property', async () => {
    const { stream, seen } = await connected();
    const first = { id: '__proto__', data: 'a' };
    await stream.send(first);
    await stream.drop();
    await stream.advance(30_000);
    await stream.open();
    expect(stream.requests[1]?.headers.get('last-event-id')).toBe('__proto__');
    await stream.send([first, { id: 'constructor', data: 'b' }]);
    expect(seen.data).toEqual(['a', 'b']);
  });
});

const names = ['error', 'open', 'close', 'constructor', '__proto__', 'toString', 'hasOwnProperty'];

describe.each(names)('an event named %s', (name) => {
  test('is just an event', async () => {
    const { stream, seen } = await connected();
    await stream.send({ type: name, data: { a: 1 } });
    expect(seen.events).toMatchObject([{ type: name, data: '{"a":1}' }]);
    expect(seen.statuses).toEqual(['connecting', 'open']);
  });

  test('is not in a map or list of events that does not name it, and is where one does', () => {
    const event = { type: name, data: '1', lastEventId: '', sequence: 1, receivedAt: 0 };
    const rejected = vi.fn();
    expect(isWanted({ events: { note: 'text' } }, name)).toBe(false);
    expect(isWanted({ events: [] }, name)).toBe(false);
    const events = Object.fromEntries([[name, (text: string) => Number(text) + 1]]);
    expect(isWanted({ events }, name)).toBe(true);
    expect(decode({ events }, event, rejected)).toMatchObject({ type: name, data: 2 });
    expect(decode({ events: { note: 'text' } }, event, rejected)).toEqual(event);
    expect(rejected).not.toHaveBeenCalled();
  });

  test('is a MessageEvent of that name to a FetchEventSource, which stays open', async () => {
    const stream = mockStream(url);
    const source = new FetchEventSource(url, { fetch: stream.fetch, clock: new FakeClock() });
    const seen: Event[] = [];
    await stream.open();
    source.addEventListener(name, (event: Event) => seen.push(event));
    await stream.send({ type: name, data: 'x' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ type: name, data: 'x' });
    expect(source.readyState).toBe(FetchEventSource.OPEN);
  });
});

describe('JSON from the wire', () => {
  const hostile = '{"__proto__":{"progress":50,"done":true,"level":"fatal","error":"x"}}';

  test('gives progress and errors nothing by way of its prototype', () => {
    const update = readUpdate(hostile);
    expect(update).toMatchObject({ progress: undefined, done: false, error: undefined });
    expect(Object.getPrototypeOf(update)).toBe(Object.prototype);
    expect(readUpdate('{"constructor":{"prototype":{"done":true}}}')?.done).toBe(false);
    expect(errorText(hostile)).toBeNull();
  });

  test('gives log lines no level by way of its prototype', () => {
    // Text beyond the first 256 characters says nothing: only what JSON makes of it could.
    const text = JSON.stringify({ text: '.'.repeat(300), level: 0 });
    expect(
      levelOf(text.replace('}', ',"__proto__":{"level":"fatal","severity":"fatal"}}')),
    ).toBeNull();
    expect(levelOf('{"level":"__proto__"}')).toBeNull();
    expect(levelOf('{"level":"constructor"}')).toBeNull();
    expect(levelOf('{"level":1e308}')).toBeNull();
  });

  test('changes no prototype', () => {
    for (const text of [hostile, '{"error":{"__proto__":{"polluted":1}}}']) {
      readUpdate(text);
      errorText(text);
      levelOf(text);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('done');
  });

  test('may be nested as deep as it likes', () => {
    const depth = 1_900;
    const nested = `${'{"error":'.repeat(depth)}"deep"${'}'.repeat(depth)}`;
    expect(errorText(nested)).toBe('deep');
    expect(readUpdate(nested)?.error).toBe('deep');
  });
});

describe('bounds', () => {
  test.for([
    ['line', `data: ${'x'.repeat(101)}\n\n`],
    ['event of short lines', `${'data: xxxxxxxxx\n'.repeat(11)}\n`],
    ['event name', `event: ${'x'.repeat(101)}\ndata: a\n\n`],
    ['id', `id: ${'x'.repeat(101)}\ndata: a\n\n`],
  ])('of a %s hold in one piece as in many', async ([, text = '']) => {
    for (const size of [text.length, 1, 64]) {
      const { stream, seen } = await connected({ maxEventSize: 100 });
      stream.splitBytes(size);
      await stream.chunk(text);
      expect(seen.state?.status).toBe('failed');
      expect(seen.state?.error).toMatchObject({ kind: 'size', limit: 100 });
      expect(seen.events).toEqual([]);
    }
  });

  test.for([
    ['\n', 1],
    ['\r', 1],
    ['\r\n', 1],
    ['\n', 1_000],
  ] as const)('count each further line of an event with 32 (%j, in pieces of %i)', async (how) => {
    const [end, size] = how;
    for (const [lines, status] of [
      [4, 'open'],
      [5, 'failed'],
    ] as const) {
      const { stream, seen } = await connected({ maxEventSize: 100 });
      stream.splitBytes(size);
      await stream.chunk(`: hello${end}${`data${end}`.repeat(lines)}id: 1${end}${end}`);
      expect(seen.state?.status).toBe(status);
      expect(seen.data).toEqual(status === 'open' ? ['\n\n\n'] : []);
    }
  });

  test('let pass what is just as long as allowed', async () => {
    const { stream, seen } = await connected({ maxEventSize: 100 });
    const full = 'x'.repeat(100);
    const lines = `data: ${'x'.repeat(34)}\ndata\ndata\n\n`;
    const text = `id: ${full}\nevent: ${full}\ndata: ${full}\n\n${lines}`;
    await stream.chunk(text);
    stream.splitBytes(1);
    await stream.chunk(text);
    expect(seen.events.length).toBe(4);
    expect(seen.state?.status).toBe('open');
    await stream.chunk(lines.replace('x', 'xx'));
    expect(seen.state?.status).toBe('failed');
  });

  test('cut an endless error body after 16 KiB, and one that stalls after a second', async () => {
    const endless = connect();
    await endless.stream.open({ status: 404 });
    endless.stream.splitBytes(5_000);
    await endless.stream.chunk('A'.repeat(100_000));
    expect(endless.seen.state?.error).toMatchObject({ body: 'A'.repeat(16_384) });
    const stalled = connect();
    await stalled.stream.open(html);
    await stalled.stream.chunk('<p>');
    await stalled.stream.advance(999);
    expect(stalled.seen.state?.status).toBe('connecting');
    await stalled.stream.advance(1);
    expect(stalled.seen.state?.error).toMatchObject({ body: '<p>' });
    expect(stalled.stream.openConnections).toBe(0);
  });

  test('keep what is replayed to late joiners small, long ids and names included', async () => {
    const { stream } = await connected();
    const long = 'x'.repeat(300_000);
    for (let count = 0; count < 10; count++) await stream.send({ type: long, data: 'a', id: long });
    const late = collect(stream.store, { url });
    await stream.settled();
    expect(late.data.length).toBeLessThan(5);
  });
});

describe('a token', () => {
  const where: [string, Options][] = [
    ['the values of the query', { url: `${url}?token=${secret}&a=1&b=2=${secret}` }],
    ['a query that is nothing else', { url: `${url}?${secret}` }],
    ['a query in base64', { url: `${url}?${secret}==` }],
    ['the fragment', { url: `${url}#${secret}` }],
    ['a header', { headers: { authorization: `Bearer ${secret}` } }],
    ['a header of a function', { headers: () => ({ authorization: secret }) }],
    ['a default header', { defaults: { headers: { authorization: secret } } }],
    ['the body', { method: 'POST', body: secret }],
  ];

  test.for(where)('in %s is not in errors, connections() or the console', async ([, options]) => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name),
    );
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const ends: ((stream: MockStream) => Promise<void>)[] = [
      (stream) => stream.drop(),
      (stream) => stream.reject(401),
      (stream) => stream.reject(302),
      (stream) => stream.open(html),
      (stream) => stream.open().then(() => stream.chunk(`data: ${'x'.repeat(200)}`)),
    ];
    for (const end of ends) {
      const { stream, seen } = connect({ maxEventSize: 100, ...options });
      await end(stream);
      await stream.advance(1_000);
      for (const { error } of seen.states) expect(shown(error)).not.toContain(secret);
      const connections = stream.store.connections();
      expect(connections).toHaveLength(1);
      for (const info of connections) {
        expect(JSON.stringify(info) + shown(info.state.error)).not.toContain(secret);
      }
    }
    const late = connect({ openTimeout: 1_000, ...options });
    await late.stream.advance(1_000);
    expect(late.seen.state?.error?.kind).toBe('timeout');
    expect(shown(late.seen.state?.error)).not.toContain(secret);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  if (__DEV__)
    test.for([
      ['does not parse', `http://[x/?token=${secret}`],
      ['does not parse and has a password', `http://user:${secret}@[x/`],
      ['has a password', `https://user:${secret}@example.test/`],
      ['has another scheme', `ftp://user:${secret}@example.test/?${secret}`],
    ])('in a url that %s is not in the TypeError', ([, address = '']) => {
      const error = errorOf(() => connect({ url: address }));
      expect(error).toBeInstanceOf(TypeError);
      expect(shown(error)).not.toContain(secret);
    });

  const values: [string, unknown][] = [
    ['[object Array]', [secret]],
    ['[object Object]', { toString: () => secret }],
    ['[object Symbol]', Symbol(secret)],
  ];
  const options = ['url', 'method', 'share', 'transport', 'credentials', 'redirect', 'linger'];

  if (__DEV__)
    test.for([
      ...options.flatMap((name) => values.map(([type, value]) => [name, type, value] as const)),
      ['body', '[object Array]', [secret]] as const,
      ['body', '[object Symbol]', Symbol(secret)] as const,
      ['body', '[object Number]', Infinity] as const,
      ['body', '[object Promise]', Promise.resolve(secret)] as const,
      ['body', '[object Map]', new Map([[secret, secret]])] as const,
      ['body', '[object Date]', new Date()] as const,
      ['body', '[object Object]', { [Symbol.toStringTag]: secret }] as const,
      ['initialLastEventId', '[object Promise]', Promise.resolve(secret)] as const,
      ['initialLastEventId', '[object Array]', [secret]] as const,
      ['url', '[object Object]', { href: `https://a.test/${secret}` }] as const,
    ])('that is in the option %s as %s is not in the TypeError', ([name, type, value]) => {
      const error = errorOf(() => connect({ method: 'POST', [name]: value }));
      expect(error).toBeInstanceOf(TypeError);
      expect(shown(error)).not.toMatch(/S3CRET|Infinity/);
      expect(error.message).toContain(`\`${name}\` is ${type}`);
    });

  if (__DEV__)
    test.for(values)(
      'that is the method of a FetchEventSource as %s is not in the TypeError',
      ([, value]) => {
        const error = errorOf(() => new FetchEventSource(url, { method: value as never }));
        expect(error.message).toContain('`method` is [object');
        expect(shown(error)).not.toContain(secret);
      },
    );

  test('that a body function gives in something else than a body is not sent, and not shown', async () => {
    for (const body of [[secret], { secret }, new Map([[secret, secret]])]) {
      const { stream, seen } = connect({ method: 'POST', body: () => body as never });
      await stream.settled();
      expect(stream.requests).toEqual([]);
      expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
      expect(shown(seen.state?.error)).not.toContain(secret);
    }
  });

  test('is on nothing that a store shows', async () => {
    const { stream } = await connected({
      url: `${url}?token=${secret}`,
      headers: { authorization: secret },
    });
    const [info] = stream.store.connections();
    expect(info).toMatchObject({
      id: expect.stringMatching(/^\d+$/) as string,
      url: `${url}?token`,
    });
    expect(JSON.stringify(stream.store)).not.toContain(secret);
  });
});

import {
  createConnectionStore,
  FetchEventSource,
  type RequestOptions,
  type StoreOptions,
} from 'use-event-stream/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { decode, isWanted } from '../../src/core/decode.ts';
import { levelOf } from '../../src/core/logLines.ts';
import { errorText, readUpdate } from '../../src/core/progressUpdate.ts';
import { Recent } from '../../src/core/recent.ts';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';

const url = 'https://example.test/stream';
const secret = 'S3CRET';

type Options = RequestOptions & { url?: string; store?: StoreOptions };

function connect({ store: storeOptions, ...options }: Options = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch, ...storeOptions });
  onTestFinished(() => {
    store.close();
  });
  return { clock, server, store, seen: collect(store, { url, ...options }) };
}

async function connected(options?: Options) {
  const connection = connect(options);
  await turns();
  connection.server.last.open();
  await turns();
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
      for (const options of [{ headers }, { store: { defaults: { headers } } }]) {
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
      const { server, seen } = connect({ headers: () => headers });
      await turns();
      expect(server.requests).toHaveLength(0);
      expect(seen.state).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
      expect(shown(seen.state?.error)).toContain(name.replaceAll('"', ''));
      expect(shown(seen.state?.error)).not.toContain(secret);
    },
  );

  test('with tabs, spaces and latin-1 are sent as they are', async () => {
    const { server } = connect({ headers: [['x-key', '  a\tb ü ']] });
    await turns();
    expect(server.last.headers.get('x-key')).toBe('a\tb ü');
  });
});

describe('a redirect', () => {
  test.for<[string, Options]>([
    ['a header', { headers: { 'x-api-key': secret } }],
    ['a function for headers', { headers: () => ({ authorization: secret }) }],
    ['a default header', { store: { defaults: { headers: { 'x-api-key': secret } } } }],
  ])(
    'of a request with %s is refused for good, and the error says how to allow it',
    async ([, options]) => {
      const { server, seen, clock } = connect(options);
      await turns();
      expect(server.last.init.redirect).toBe('manual');
      server.last.refuse(307, { location: `https://elsewhere.test/?${secret}` });
      await expect.poll(() => seen.state?.status).toBe('failed');
      expect(seen.state?.error?.message).toContain("`redirect: 'follow'`");
      expect(shown(seen.state?.error)).not.toContain(secret);
      await clock.advance(3_600_000);
      expect(server.requests).toHaveLength(1);
    },
  );

  test('is refused as browsers show it too, without a status', async () => {
    const opaque = new Response(null, { status: 200 });
    Object.defineProperties(opaque, { type: { value: 'opaqueredirect' }, status: { value: 0 } });
    const { seen } = connect({
      headers: { a: 'b' },
      store: { fetch: () => Promise.resolve(opaque) },
    });
    await expect.poll(() => seen.state?.status).toBe('failed');
    expect(seen.state?.error?.message).toContain("`redirect: 'follow'`");
  });

  test('is followed without headers of its own, and where that is asked for', async () => {
    const plain = connect();
    const asked = connect({ headers: { a: 'b' }, redirect: 'follow' });
    await turns();
    expect(plain.server.last.init.redirect).toBe('follow');
    expect(asked.server.last.init.redirect).toBe('follow');
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
    const { server, clock, seen } = await connected();
    server.last.send(`id: ${id ?? ''}\ndata: a\n\n`);
    await turns();
    for (let time = 0; time < 2; time++) {
      server.last.drop();
      await clock.advance(30_000);
      expect(server.last.headers.has('last-event-id')).toBe(false);
      server.last.open();
      await turns();
    }
    expect(reported).toHaveLength(1);
    expect(String(reported[0])).toContain('the stream goes on without resuming');
    expect(seen.state?.status).toBe('open');
    server.last.send('id: 2\ndata: b\n\n');
    await turns();
    expect(seen.events.map(({ lastEventId }) => lastEventId)).toEqual([id, '2']);
    server.last.drop();
    await clock.advance(30_000);
    expect(server.last.headers.get('last-event-id')).toBe('2');
    expect(reported).toHaveLength(1);
  });

  test('to begin after that cannot be sent is a TypeError', () => {
    expect(() => connect({ initialLastEventId: 'a\u0001' })).toThrow(/initialLastEventId/);
    expect(() => connect({ initialLastEventId: 'x'.repeat(8_001) })).toThrow(/8,000 bytes/);
  });

  test('does not break the stream by its name of a property', async () => {
    const { server, clock, seen } = await connected();
    server.last.send('id: __proto__\ndata: a\n\n');
    await turns();
    server.last.drop();
    await clock.advance(30_000);
    server.last.open();
    await turns();
    expect(server.last.headers.get('last-event-id')).toBe('__proto__');
    server.last.send('id: __proto__\ndata: a\n\nid: constructor\ndata: b\n\n');
    await turns();
    expect(seen.data).toEqual(['a', 'b']);
  });
});

const names = ['error', 'open', 'close', 'constructor', '__proto__', 'toString', 'hasOwnProperty'];

describe.each(names)('an event named %s', (name) => {
  test('is just an event', async () => {
    const { server, seen } = await connected();
    server.last.send(`event: ${name}\ndata: {"a":1}\n\n`);
    await turns();
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
    const clock = new FakeClock();
    const server = new FakeServer();
    const source = new FetchEventSource(url, { fetch: server.fetch, clock });
    onTestFinished(() => {
      source.close();
    });
    const seen: Event[] = [];
    await turns();
    server.last.open();
    await turns();
    source.addEventListener(name, (event: Event) => seen.push(event));
    server.last.send(`event: ${name}\ndata: x\n\n`);
    await turns();
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
    const depth = 200_000;
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
      const { server, seen } = await connected({ maxEventSize: 100 });
      for (let at = 0; at < text.length; at += size) server.last.send(text.slice(at, at + size));
      await expect.poll(() => seen.state?.status).toBe('failed');
      expect(seen.state?.error).toMatchObject({ kind: 'size', limit: 100 });
      expect(seen.events).toEqual([]);
    }
  });

  test('let pass what is just as long as allowed', async () => {
    const { server, seen } = await connected({ maxEventSize: 100 });
    const full = 'x'.repeat(100);
    const text = `id: ${full}\nevent: ${full}\ndata: ${full}\n\n`;
    server.last.send(text);
    for (const character of text) server.last.send(character);
    await expect.poll(() => seen.events.length).toBe(2);
    expect(seen.state?.status).toBe('open');
  });

  test('cut an endless error body after 16 KiB, and one that stalls after a second', async () => {
    const endless = connect();
    await turns();
    const page = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(5_000).fill(65));
      },
    });
    const answered = connect({
      store: { fetch: () => Promise.resolve(new Response(page, { status: 404 })) },
    });
    await expect.poll(() => answered.seen.state?.error).toMatchObject({ body: 'A'.repeat(16_384) });
    endless.server.last.open({ 'content-type': 'text/html' });
    endless.server.last.send('<p>');
    await endless.clock.advance(999);
    expect(endless.seen.state?.status).toBe('connecting');
    await endless.clock.advance(1);
    await expect.poll(() => endless.seen.state?.error).toMatchObject({ body: '<p>' });
    expect(endless.server.last.cancelled).toBe(true);
  });

  test('keep what is replayed to late joiners small, long ids and names included', () => {
    const recent = new Recent(100);
    const long = 'x'.repeat(300_000);
    for (let sequence = 1; sequence <= 50; sequence++) {
      recent.push([{ type: long, data: 'a', lastEventId: long, sequence, receivedAt: 0 }]);
    }
    expect(recent.after(0).length).toBeLessThan(5);
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
    ['a default header', { store: { defaults: { headers: { authorization: secret } } } }],
    ['the body', { method: 'POST', body: secret }],
  ];

  test.for(where)('in %s is not in errors, connections() or the console', async ([, options]) => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name),
    );
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const ends: ((server: FakeServer) => void)[] = [
      (server) => {
        server.last.drop();
      },
      (server) => {
        server.last.refuse(401);
      },
      (server) => {
        server.last.refuse(302);
      },
      (server) => {
        server.last.open({ 'content-type': 'text/html' });
      },
      (server) => {
        server.last.open();
        server.last.send(`data: ${'x'.repeat(200)}`);
      },
    ];
    for (const end of ends) {
      const { server, store, seen, clock } = connect({ maxEventSize: 100, ...options });
      await turns();
      end(server);
      await clock.advance(1_000);
      for (const { error } of seen.states) expect(shown(error)).not.toContain(secret);
      const connections = store.connections();
      expect(connections).toHaveLength(1);
      for (const info of connections) {
        expect(JSON.stringify(info) + shown(info.state.error)).not.toContain(secret);
      }
    }
    const late = connect({ openTimeout: 1_000, ...options });
    await late.clock.advance(1_000);
    expect(late.seen.state?.error?.kind).toBe('timeout');
    expect(shown(late.seen.state?.error)).not.toContain(secret);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

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

  test('is on nothing that a store shows', async () => {
    const { store } = await connected({
      url: `${url}?token=${secret}`,
      headers: { authorization: secret },
    });
    const [info] = store.connections();
    expect(info).toMatchObject({
      id: expect.stringMatching(/^\d+$/) as string,
      url: `${url}?token`,
    });
    expect(JSON.stringify(store)).not.toContain(secret);
  });
});

import {
  createTopic,
  drain,
  eventStream,
  memoryHistory,
  type EventStreamOptions,
  type History,
  type MemoryHistoryOptions,
  type ServerEvent,
} from 'use-event-stream/server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { clientStore, farHistory, forms, numbers, raw } from '../support/eventServer.ts';
import { serve } from '../support/httpServer.ts';

describe.for(forms)('%s', ([, answer]) => {
  /** A server of one topic, and who follows it. */
  async function topicServer(options?: EventStreamOptions, limits?: MemoryHistoryOptions) {
    const far = farHistory(memoryHistory(limits));
    const topic = createTopic<unknown>({ name: 'news', history: far.history });
    const server = await serve(answer(topic, options));
    return { far, topic, server, url: server.url };
  }

  async function client(options?: EventStreamOptions, limits?: MemoryHistoryOptions) {
    const made = await topicServer(options, limits);
    const seen = collect(clientStore(), { url: made.url });
    await expect.poll(made.far.begun).toBe(1);
    await expect.poll(() => seen.state?.status).toBe('open');
    return { ...made, seen };
  }

  test('sends what is published, with its type, as text or JSON', async () => {
    const { topic, seen } = await client();
    void topic.publish('two\nlines\r\nthree\rfour');
    void topic.publish({ price: 1 }, { type: 'price' });
    void topic.publish('');
    await expect.poll(() => seen.events.length).toBe(3);
    expect(seen.events).toMatchObject([
      { type: 'message', data: 'two\nlines\nthree\nfour' },
      { type: 'price', data: '{"price":1}' },
      { data: '' },
    ]);
  });

  test('every event arrives once and in order, through cuts and while the history is asked', async () => {
    const { topic, seen, server } = await client(undefined, { maxEvents: 5_000 });
    const count = 2_000;
    for (let n = 1; n <= count; n++) {
      void topic.publish(String(n));
      if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (n % 500 === 250) {
        await expect.poll(() => seen.events.length).toBeGreaterThan(n - 250);
        server.drop();
      }
    }
    await expect.poll(() => seen.events.length).toBe(count);
    expect(seen.data).toEqual(numbers(count));
    expect(server.requests.length).toBeGreaterThan(3);
  });

  test('what is published while a client catches up arrives once', async () => {
    const { topic, url } = await topicServer();
    const id = await topic.publish('0');
    const opening = raw(url, { 'last-event-id': id });
    for (let n = 1; n <= 500; n++) {
      void topic.publish(String(n));
      // At every moment of a question to the history and of its answer.
      for (let turn = 0; turn <= n % 5; turn++)
        await new Promise((resolve) => setImmediate(resolve));
    }
    const { seen, says } = await opening;
    await says(/data: 500\n/);
    expect([...seen.text.matchAll(/data: (\d+)/g)].map(([, n]) => n)).toEqual(numbers(500));
  });

  test('a history that tells late what it was read to have sends nothing twice', async () => {
    const near = memoryHistory();
    const late: (() => void)[] = [];
    const id = near.append('news', { data: '0' });
    const history: History = {
      ...farHistory(near).history,
      follow: (name, listener) => {
        const stop = near.follow(name, listener);
        // What it has told to others already comes to this one too, once it has read it.
        for (const event of near.read(name, id) ?? [])
          late.push(() => {
            listener(event);
          });
        return stop;
      },
    };
    const topic = createTopic<string>({ name: 'news', history });
    const server = await serve(answer(topic));
    for (const data of numbers(50)) void topic.publish(data);
    const { seen, says } = await raw(server.url, { 'last-event-id': id });
    await says(/data: 50\n/);
    for (const tell of late) tell();
    void topic.publish('51');
    await says(/data: 51\n/);
    expect([...seen.text.matchAll(/data: (\d+)/g)].map(([, n]) => n)).toEqual(numbers(51));
  });

  test('who is cut before the first event misses nothing', async () => {
    const { topic, seen, server } = await client();
    server.drop();
    void topic.publish('while it was away');
    await expect.poll(() => seen.data).toEqual(['while it was away']);
  });

  test('who begins gets the newest, as many as asked for', async () => {
    const { topic, url } = await topicServer({ replay: 2 });
    for (const data of numbers(5)) void topic.publish(data);
    const seen = collect(clientStore(), { url });
    await expect.poll(() => seen.data).toEqual(['4', '5']);
  });

  test('tells who comes too late, then sends what follows', async () => {
    const { topic, seen, server } = await client({ reset: 'lost' }, { maxEvents: 3 });
    void topic.publish('1');
    await expect.poll(() => seen.data).toEqual(['1']);
    await server.kill();
    for (const data of numbers(10, 2)) void topic.publish(data);
    await server.start();
    await expect.poll(() => seen.events.length).toBe(2);
    void topic.publish('12');
    await expect.poll(() => seen.events.length).toBe(3);
    expect(seen.events).toMatchObject([
      { data: '1' },
      { type: 'lost', data: 'null' },
      { data: '12' },
    ]);
    server.drop();
    void topic.publish('13');
    await expect.poll(() => seen.data).toEqual(['1', 'null', '12', '13']);
  });

  test('a restart loses the history, and is told from a resume', async () => {
    let topic = createTopic<string>({ name: 'news', history: memoryHistory() });
    const server = await serve((request, response) => {
      answer(topic)(request, response);
    });
    const seen = collect(clientStore(), { url: server.url });
    await expect.poll(() => seen.state?.status).toBe('open');
    topic.publish('before');
    await expect.poll(() => seen.data).toEqual(['before']);
    await server.kill();
    topic = createTopic<string>({ name: 'news', history: memoryHistory() });
    topic.publish('never seen');
    await server.start();
    await expect.poll(() => seen.events.at(-1)?.type).toBe('reset');
    topic.publish('after');
    await expect.poll(() => seen.data).toEqual(['before', 'null', 'after']);
  });

  test("the id of another's topic gives nothing of that topic", async () => {
    const history = memoryHistory();
    const topicOf = (user: string) => createTopic<string>({ name: `inbox:${user}`, history });
    const server = await serve((request, response) => {
      answer(topicOf(String(request.headers['x-user'])))(request, response);
    });
    const id = topicOf('ada').publish('secret of Ada');
    topicOf('ada').publish('another secret of Ada');
    const mallory = await raw(server.url, { 'x-user': 'mallory', 'last-event-id': id });
    topicOf('mallory').publish('for Mallory');
    await mallory.says(/for Mallory/);
    expect(mallory.seen.text).not.toContain('secret');
  });

  test('answers with headers that proxies heed, and with bytes at once', async () => {
    const { url } = await topicServer({ headers: { 'x-own': '1' }, retry: 1_500 });
    const { response, says } = await raw(url);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-own': '1',
    });
    await says(/^:\nretry: 1500\n\nid: \w+:0\n\n$/);
  });

  test('HEAD has the headers only, and follows nothing', async () => {
    const { url, far } = await topicServer();
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(far.following()).toBe(0);
  });

  test('pages of other origins are allowed by name, Last-Event-ID too', async () => {
    const { url } = await topicServer({ cors: ['https://app.test'] });
    const ask = (origin: string) =>
      fetch(url, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-headers': 'last-event-id,authorization' },
      });
    const own = await ask('https://app.test');
    expect(own.status).toBe(204);
    expect(own.headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(own.headers.get('access-control-allow-credentials')).toBe('true');
    expect(own.headers.get('access-control-allow-headers')).toBe('last-event-id,authorization');
    const foreign = await ask('https://evil.test');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    expect(foreign.headers.get('vary')).toBe('origin');
    const { response } = await raw(url, { origin: 'https://app.test' });
    expect(response.headers['access-control-expose-headers']).toContain('x-run');
  });

  test('a star allows every origin, and no cookies', async () => {
    const { url } = await topicServer({ cors: '*' });
    const { headers } = await fetch(url, { method: 'HEAD', headers: { origin: 'https://a.test' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('the id may stand in the url', async () => {
    const { url, topic } = await topicServer({ lastEventIdParam: 'after' });
    const id = await topic.publish('1');
    void topic.publish('2');
    const { says, seen } = await raw(`${url}/a?x=1&after=${encodeURIComponent(id)}`);
    await says(/data: 2/);
    expect(seen.text).not.toContain('data: 1');
  });

  test('the heart beats', async () => {
    const { url } = await topicServer({ heartbeat: 5 });
    const { says } = await raw(url);
    await says(/(: \n\n){3}/);
  });

  test('a stream ends at its age, and its client goes on', async () => {
    const { topic, seen, server } = await client({ maxAge: 50, retry: 0 });
    await expect.poll(() => server.requests.length).toBeGreaterThan(2);
    void topic.publish('1');
    await expect.poll(() => seen.data).toEqual(['1']);
    expect(seen.states.every(({ error }) => error === null)).toBe(true);
  });

  test('who does not read is cut, and has all once it resumes', async () => {
    const { url, topic, far } = await topicServer({ maxBuffer: 100_000 }, { maxBytes: 1e9 });
    const slow = await raw(url);
    await expect.poll(far.following).toBe(1);
    await slow.says(/id: (\S+)/);
    const [, id = ''] = /id: (\S+)/.exec(slow.seen.text) ?? [];
    slow.response.pause();
    const block = 'x'.repeat(20_000);
    let sent = 0;
    while (far.following() > 0 && sent < 2_000) {
      sent += 1;
      void topic.publish(`${sent} ${block}`);
      if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // What the kernel takes of a connection is a few MB.
    expect(sent).toBeLessThan(2_000);
    slow.response.resume();
    await expect.poll(() => slow.seen.cut).toBe(true);
    // The replay is larger than all that may wait: it is sent at the pace of its reader.
    const again = await raw(url, { 'last-event-id': id });
    await again.says(new RegExp(`data: ${sent} x`));
    const found = [...again.seen.text.matchAll(/data: (\d+) x/g)].map(([, n]) => n);
    expect(found).toEqual(numbers(sent));
  });

  test('an event larger than all that may wait arrives', async () => {
    const { topic, seen } = await client({ maxBuffer: 1_000 });
    const large = 'x'.repeat(1_000_000);
    void topic.publish(large);
    await expect.poll(() => seen.data).toEqual([large]);
  });

  test('is encoded once for all', async () => {
    const { url, topic, far } = await topicServer();
    const clients = await Promise.all(Array.from({ length: 20 }, () => raw(url)));
    await expect.poll(far.following).toBe(20);
    for (const { says } of clients) await says(/id: /);
    const encode = vi.spyOn(TextEncoder.prototype, 'encode');
    onTestFinished(() => {
      encode.mockRestore();
    });
    void topic.publish('for all');
    for (const { says } of clients) await says(/for all/);
    const calls = encode.mock.calls.filter(([text]) => text?.includes('for all'));
    expect(calls).toHaveLength(1);
  });

  test('lets go of who leaves, also while the history is asked', async () => {
    const { url, far, topic } = await topicServer();
    const { request, says } = await raw(url);
    await says(/id: /);
    expect(far.following()).toBe(1);
    request.destroy();
    await expect.poll(far.following).toBe(0);
    const open = far.hold();
    const early = await raw(url);
    await early.says(/retry/);
    const gone = new Promise((resolve) => early.response.once('close', resolve));
    early.request.destroy();
    await gone;
    const later = await raw(url);
    open();
    await later.says(/id: /);
    void topic.publish('1');
    await later.says(/data: 1/);
    expect(far.following()).toBe(1);
  });

  test('a signal ends the stream, also one that was aborted before', async () => {
    const control = new AbortController();
    const { url, far } = await topicServer({ signal: control.signal });
    const first = await raw(url);
    await expect.poll(far.following).toBe(1);
    control.abort();
    await expect.poll(() => first.seen.ended).toBe(true);
    expect(far.following()).toBe(0);
    const second = await raw(url);
    await expect.poll(() => second.seen.ended).toBe(true);
    expect(far.following()).toBe(0);
  });

  test('more than the cap of a topic, or of the process, come back later', async () => {
    const { url, far } = await topicServer({ maxPerTopic: 2 });
    const [first] = await Promise.all([raw(url), raw(url)]);
    const refused = await raw(url);
    expect(refused.response.statusCode).toBe(503);
    const wait = Number(refused.response.headers['retry-after']);
    expect(wait).toBeGreaterThanOrEqual(5);
    expect(wait).toBeLessThanOrEqual(15);
    first.request.destroy();
    await expect.poll(far.following).toBe(1);
    expect((await raw(url)).response.statusCode).toBe(200);
    const other = await topicServer({ maxClients: 1 });
    expect((await raw(other.url)).response.statusCode).toBe(503);
  });

  test('drains: each client has a time of its own, and goes on after it', async () => {
    const { url, topic } = await topicServer();
    const clients = await Promise.all(Array.from({ length: 12 }, () => raw(url)));
    for (const { says } of clients) await says(/id: /);
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
      // By the real clock it would take as long as that until streams are taken again.
      drain(0);
    });
    drain(20_000);
    for (const { seen } of clients) await vi.waitUntil(() => seen.ended);
    const waits = clients.map(({ seen }) => Number(/.*retry: (\d+)\n\n$/s.exec(seen.text)?.[1]));
    expect(Math.max(...waits)).toBeLessThanOrEqual(20_000);
    // One chance in a thousand million that they lie this close together.
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(1_000);
    expect((await raw(url)).response.statusCode).toBe(503);
    vi.setSystemTime(Date.now() + 20_001);
    void topic.publish('still here');
    expect((await raw(url)).response.statusCode).toBe(200);
  });

  test('a history that fails cuts the stream, and is told', async () => {
    const errors: unknown[] = [];
    const far = farHistory();
    const history = { ...far.history, tail: () => Promise.reject(new Error('Down.')) };
    const topic = createTopic<string>({ name: 'a', history });
    const server = await serve(answer(topic, { onError: (error) => errors.push(error) }));
    const { seen } = await raw(server.url);
    await expect.poll(() => seen.cut).toBe(true);
    expect(errors).toMatchObject([{ message: 'Down.' }]);
    expect(far.following()).toBe(0);
  });

  describe('what is iterated', () => {
    test('is sent with its ids, and ends with it', async () => {
      const asked: string[] = [];
      const server = await serve(
        answer(async function* ({ lastEventId }) {
          asked.push(lastEventId);
          await Promise.resolve();
          for (let n = Number(lastEventId) + 1; n <= 3; n++)
            yield { id: String(n), type: 'count', data: { n } };
        }),
      );
      const { seen } = await raw(server.url, { 'last-event-id': '1' });
      await expect.poll(() => seen.ended).toBe(true);
      expect(asked).toEqual(['1']);
      expect(seen.text).toBe(
        ':\nretry: 1000\n\nid: 2\nevent: count\ndata: {"n":2}\n\nid: 3\nevent: count\ndata: {"n":3}\n\n',
      );
    });

    test('is let go of when its client leaves', async () => {
      const steps: string[] = [];
      const server = await serve(
        answer(async function* ({ signal }) {
          try {
            yield { data: 'first' };
            await new Promise((resolve) => {
              signal.addEventListener('abort', resolve);
            });
            steps.push('aborted');
          } finally {
            steps.push('left');
          }
        }),
      );
      const { request, says } = await raw(server.url);
      await says(/first/);
      request.destroy();
      await expect.poll(() => steps).toEqual(['aborted', 'left']);
    });

    test('may come as several events at once, each with its own id and type', async () => {
      const server = await serve(
        answer(async function* () {
          await Promise.resolve();
          yield [
            { data: 'a', id: '1' },
            { data: { b: 2 }, type: 'note', id: '2' },
          ] as const;
          yield [];
          yield { data: 'c' };
        }),
      );
      const { says } = await raw(server.url);
      await says(/id: 1\ndata: a\n\nid: 2\nevent: note\ndata: \{"b":2\}\n\ndata: c\n\n/);
    });

    test('is asked at the pace of its client', async () => {
      let made = 0;
      const server = await serve(
        answer(async function* () {
          await Promise.resolve();
          for (; made < 5_000; made++) yield { data: 'x'.repeat(10_000) };
        }),
      );
      const { response, says, seen } = await raw(server.url);
      await says(/x/);
      response.pause();
      let before = -1;
      // It stands still once the kernel and the bound have enough.
      await vi.waitFor(
        () => {
          const now = made;
          const hasMoved = now !== before;
          before = now;
          if (hasMoved) throw new Error('It goes on.');
        },
        { interval: 200, timeout: 20_000 },
      );
      expect(made).toBeLessThan(5_000);
      response.resume();
      await expect.poll(() => seen.ended).toBe(true);
      expect(made).toBe(5_000);
    });

    test.for<[string, () => AsyncGenerator<ServerEvent>, RegExp]>([
      [
        'throws',
        async function* () {
          await Promise.resolve();
          yield { data: 1 };
          throw new Error('Broken.');
        },
        /Broken/,
      ],

      [
        'gives an id of two lines',
        async function* () {
          await Promise.resolve();
          yield { id: 'a\nb', data: 1 };
        },
        /one line/,
      ],

      [
        'gives what JSON cannot hold',
        async function* () {
          await Promise.resolve();
          yield { data: 1n };
        },
        /bigint/,
      ],
    ])('is cut where it %s', async ([, source, message]) => {
      const errors: unknown[] = [];
      const server = await serve(answer(source, { onError: (error) => errors.push(error) }));
      await expect(fetch(server.url).then((response) => response.text())).rejects.toThrow();
      expect(String(errors)).toMatch(message);
    });
  });
});

test('an option that should be a number and is none is refused', () => {
  const topic = createTopic<string>({ name: 'a', history: memoryHistory() });
  expect(() => eventStream(new Request('http://a.test/'), topic, { heartbeat: NaN })).toThrow(
    '`heartbeat` is NaN',
  );
});

import { Cluster, Redis as IoRedis } from 'ioredis';
import { createClient } from 'redis';
import { createTopic, nodeEventStream } from 'use-event-stream/server';
import { redisHistory, type RedisHistoryOptions } from 'use-event-stream/server/redis';
import { historyCases } from 'use-event-stream/server/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { clientStore, numbers } from '../support/eventServer.ts';
import { serve } from '../support/httpServer.ts';
import { RedisServer } from '../support/redisProcess.ts';
import { redisServer } from '../support/redisServer.ts';

type Client = RedisHistoryOptions['client'];

/** What is opened of each package, and how it is let go of. */
const clients: readonly (readonly [string, (url: string) => Promise<[Client, () => void]>])[] = [
  [
    'redis',
    async (url) => {
      const client = createClient({ url });
      client.on('error', () => undefined);
      await client.connect();
      return [client, client.destroy.bind(client)];
    },
  ],
  [
    'ioredis',
    (url) => {
      const client = new IoRedis(url, { keyPrefix: 'mine:' });
      client.on('error', () => undefined);
      return Promise.resolve([client, client.disconnect.bind(client)]);
    },
  ],
];

/** Commands beside those of the history. */
async function commands(url: string) {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => {
    client.destroy();
  });
  const send = (...command: string[]) => client.sendCommand(command);
  /** The connections, as Redis lists them, and those that wait. */
  const list = async () => (await client.clientList()).map(({ id, cmd }) => ({ id, cmd }));
  const reading = async () => (await list()).filter(({ cmd }) => cmd === 'xread');
  const readerId = async () => {
    await expect.poll(reading).toHaveLength(1);
    return String((await reading())[0]?.id);
  };
  return { client, send, list, reading, readerId };
}

let topics = 0;
/** A name that no other test has. */
const newName = () => `topic ${++topics}`;

describe.for(clients)('a history in Redis by %s', ([, connect]) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.end());

  async function open(options: Partial<RedisHistoryOptions> = {}, url = server.url) {
    const [client, leave] = await connect(url);
    const history = redisHistory({ client, onError: () => undefined, ...options });
    onTestFinished(() => {
      void history.close();
      leave();
    });
    return history;
  }

  /** A topic that clients of the core follow through a real server. */
  async function followed(redis: RedisServer, clientCount: number, name = newName()) {
    const history = await open({}, redis.url);
    const topic = createTopic<unknown>({ name, history });
    const http = await serve((request, response) => {
      // The first event may come while they begin.
      nodeEventStream(request, response, topic, { replay: 1, onError: () => undefined });
    });
    const seen = Array.from({ length: clientCount }, () =>
      collect(clientStore(), { url: http.url }),
    );
    await expect.poll(() => seen.every(({ state }) => state?.status === 'open')).toBe(true);
    await topic.publish('0');
    const all = (data: readonly string[]) =>
      expect.poll(() => seen.map((each) => each.data)).toEqual(seen.map(() => data));
    await all(['0']);
    return { history, topic, http, seen, all };
  }

  for (const { name, run } of historyCases(() => open())) test(name, run);

  test('every event arrives once and in order, though Redis is killed and comes back', async () => {
    const redis = await redisServer({ appendonly: true });
    const { topic, all, seen, http } = await followed(redis, 3);
    for (const data of numbers(50)) await topic.publish(data);
    await redis.kill();
    const kept = numbers(50, 51).map(async (data) => topic.publish(data));
    await redis.start();
    await Promise.all(kept);
    await all(numbers(101, 0));
    for (const data of numbers(50, 101)) await topic.publish(data);
    await all(numbers(151, 0));
    expect(seen.every(({ events }) => events.every(({ type }) => type === 'message'))).toBe(true);
    // Nobody had to come back for it.
    expect(http.requests).toHaveLength(3);
  });

  test('clients are told when Redis comes back without what it had', async () => {
    const redis = await redisServer();
    const { topic, seen, all } = await followed(redis, 2);
    await redis.kill();
    await redis.start();
    await all(['0', 'null']);
    expect(seen.map(({ events }) => events[1]?.type)).toEqual(['reset', 'reset']);
    await topic.publish('1');
    await all(['0', 'null', '1']);
  });

  test('clients are told when all is flushed under a connection that stays', async () => {
    const redis = await redisServer();
    const { topic, seen, all } = await followed(redis, 1);
    await (await commands(redis.url)).send('FLUSHALL');
    await topic.publish('1');
    await all(['0', 'null']);
    expect(seen[0]?.events[1]?.type).toBe('reset');
    await topic.publish('2');
    await all(['0', 'null', '2']);
  });

  test('a reading connection that is killed is opened again, and nothing is missed', async () => {
    const redis = await redisServer();
    const { topic, all } = await followed(redis, 2);
    const { send, readerId } = await commands(redis.url);
    const first = await readerId();
    await Promise.all([
      send('CLIENT', 'KILL', 'ID', first),
      ...numbers(600).map(async (data) => topic.publish(data)),
    ]);
    await all(numbers(601, 0));
    expect(await readerId()).not.toBe(first);
  });

  test('who may have missed what was trimmed is told so', async () => {
    const redis = await redisServer();
    const { topic, seen, all } = await followed(redis, 1);
    const { client, send, readerId } = await commands(redis.url);
    const id = await readerId();
    const [key = ''] = await client.keys('*:topic:*');
    // Sent at once: before the connection is back, all of it has been done.
    await Promise.all([
      send('CLIENT', 'KILL', 'ID', id),
      send('XADD', key, '*', 'data', 'lost'),
      send('XTRIM', key, 'MAXLEN', '0'),
    ]);
    await expect.poll(() => seen[0]?.events.length).toBe(2);
    expect(seen[0]?.events[1]?.type).toBe('reset');
    await topic.publish('1');
    await all(['0', 'null', '1']);
  });

  test('follows a hundred topics on one connection', async () => {
    const redis = await redisServer();
    const history = await open({}, redis.url);
    const { reading, list } = await commands(redis.url);
    const heard: string[] = [];
    const names = Array.from({ length: 100 }, newName);
    const followers = [...names, ...names].map(async (name) =>
      history.follow(name, (event) => heard.push(`${name}: ${event?.data}`)),
    );
    const stops = await Promise.all(followers);
    await Promise.all(names.map((name) => history.append(name, { data: 'x' })));
    await expect.poll(() => heard.length).toBe(200);
    expect(new Set(heard).size).toBe(100);
    await expect.poll(reading).toHaveLength(1);
    expect(await list()).toHaveLength(3);
    for (const stop of stops) stop();
  });

  test('a topic that is newly followed does not wait for the read before it', async () => {
    const history = await open();
    const first = newName();
    await history.follow(first, () => undefined);
    const began = performance.now();
    for (const name of Array.from({ length: 20 }, newName)) {
      const heard = await new Promise((resolve) => {
        void (async () => {
          await history.follow(name, resolve);
          await history.append(name, { data: 'x' });
        })();
      });
      expect(heard).toMatchObject({ data: 'x' });
    }
    // Twenty reads that wait would be a hundred seconds.
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('gives every text as it was', async () => {
    const history = await open();
    const name = newName();
    const { id } = await history.tail(name, 0);
    const texts = [
      '',
      '\0',
      'a\r\nb\n',
      '\u{1f600} \u00e9',
      ' ',
      '{"a":1}',
      '-1',
      'x'.repeat(1_000_000),
    ];
    for (const data of texts) await history.append(name, { data, type: data.slice(0, 9) });
    const events = await history.read(name, id);
    expect(events?.map(({ data }) => data)).toEqual(texts);
    expect(events?.map(({ type }) => type)).toEqual(texts.map((text) => text.slice(0, 9)));
    await history.append(name, { data: '\ud800' });
    expect((await history.tail(name, 1)).events[0]?.data).toBe('\ufffd');
  });

  test('gives a large history in parts, and all of its tail', async () => {
    const history = await open();
    const name = newName();
    const { id } = await history.tail(name, 0);
    const wanted = numbers(1_003);
    await Promise.all(wanted.map((data) => history.append(name, { data })));
    const found: string[] = [];
    for (let last = id; ;) {
      const events = await history.read(name, last);
      expect(events?.length).toBeLessThanOrEqual(250);
      if (!events?.length) break;
      found.push(...events.map(({ data }) => data));
      last = events.at(-1)?.id ?? '';
    }
    expect(found).toEqual(wanted);
    for (const count of [Infinity, 1_003, 251, 250, 249, 1]) {
      const { events } = await history.tail(name, count);
      expect(events.map(({ data }) => data)).toEqual(count > 1_003 ? wanted : wanted.slice(-count));
    }
  });

  test('keeps about as many as it should', async () => {
    const history = await open({ maxEvents: 300 });
    const name = newName();
    const ids = await Promise.all(numbers(2_000).map((data) => history.append(name, { data })));
    const { length } = (await history.tail(name, Infinity)).events;
    expect(length).toBeGreaterThanOrEqual(300);
    expect(length).toBeLessThan(600);
    expect(await history.read(name, ids[0] ?? '')).toBeNull();
  });

  test('who was there before the first event goes on, unless events may have come and gone', async () => {
    const redis = await redisServer();
    const history = await open({ expiry: 500 }, redis.url);
    const name = newName();
    const { id } = await history.tail(name, 0);
    expect(await history.read(name, id)).toEqual([]);
    await history.append(name, { data: '1' });
    expect(await history.read(name, id)).toMatchObject([{ data: '1' }]);
    await expect.poll(() => history.read(name, id)).toBeNull();
    const patient = await open({}, redis.url);
    const { id: later } = await patient.tail(name, 0);
    expect(await patient.read(name, later)).toEqual([]);
    await (await commands(redis.url)).send('FLUSHALL');
    await patient.tail(newName(), 0);
    expect(await patient.read(name, later)).toBeNull();
  });

  test('lets go of what is silent and followed by nobody', async () => {
    const history = await open({ expiry: 300 });
    const [kept, gone] = [newName(), newName()];
    const stop = await history.follow(kept, () => undefined);
    const id = await history.append(kept, { data: 'x' });
    await history.append(gone, { data: 'x' });
    const isThere = async (name: string) => (await history.tail(name, 1)).events.length > 0;
    await expect.poll(() => isThere(gone)).toBe(false);
    // Nothing was published to it either.
    expect(await history.read(kept, id)).toEqual([]);
    stop();
    await expect.poll(() => isThere(kept)).toBe(false);
  });

  test('who follows is told that a trim has taken what was not read yet', async () => {
    const redis = await redisServer();
    const { history, topic, seen } = await followed(redis, 1);
    // Sent at once: the reading connection is told of the first, and reads on when all of it has been done.
    await Promise.all([
      ...numbers(9).map(async (data) => topic.publish(data)),
      history.trim(topic.name, 2),
    ]);
    await topic.publish('10');
    await expect.poll(() => seen[0]?.data.at(-1)).toMatch(/^(10|null)$/);
    await topic.publish('11');
    await expect.poll(() => seen[0]?.data.at(-1)).toBe('11');
    // What is missing has a reset in its place.
    const data = seen[0]?.data ?? [];
    const before = data.slice(0, data.indexOf('null'));
    const after = data.slice(before.length + 1);
    expect(before).toEqual(numbers(before.length, 0));
    expect(after).toEqual(numbers(after.length, 12 - after.length));
  });

  test('keeps the newest as they were where it is trimmed, and its time to expire', async () => {
    const redis = await redisServer();
    const history = await open({}, redis.url);
    const name = newName();
    const ids: string[] = [];
    for (const data of numbers(5)) ids.push(await history.append(name, { data, type: 'note' }));
    const rest = (await history.tail(name, 3)).events;
    await history.trim(name, 9);
    expect((await history.tail(name, 9)).events).toHaveLength(5);
    await history.trim(name, 3);
    await history.trim(name, 3);
    expect((await history.tail(name, 9)).events).toEqual(rest);
    expect(await history.read(name, ids[1] ?? '')).toEqual(rest);
    expect(await history.read(name, ids[0] ?? '')).toBeNull();
    const { client, send } = await commands(redis.url);
    const [key = ''] = await client.keys('*:topic:*');
    expect(await client.pTTL(key)).toBeGreaterThan(80_000_000);
    // Where memory is full it is refused, and nothing is lost.
    await send('CONFIG', 'SET', 'maxmemory', '1');
    await expect(history.trim(name)).rejects.toThrow('OOM');
    await send('CONFIG', 'SET', 'maxmemory', '0');
    expect((await history.tail(name, 9)).events).toEqual(rest);
  });

  test('a Redis whose memory is full still tells where a topic ends', async () => {
    const redis = await redisServer();
    const history = await open({}, redis.url);
    await history.tail(newName(), 0);
    await (await commands(redis.url)).send('CONFIG', 'SET', 'maxmemory', '1');
    const name = newName();
    const { id } = await history.tail(name, 0);
    expect(await history.read(name, id)).toEqual([]);
  });

  test('a topic may have any name', async () => {
    const history = await open();
    const names = ['a\ud800', '\0\n', '__proto__', 'since', '%3A:', '\u{1f600}', '{x}*?['];
    for (const each of names) {
      const name = `${each}${newName()}`;
      const heard: unknown[] = [];
      await history.follow(name, (event) => heard.push(event?.data));
      await history.append(name, { data: 'x' });
      await expect.poll(() => heard).toEqual(['x']);
      expect((await history.tail(name, 9)).events).toHaveLength(1);
    }
  });

  test('where it may connect but not read, it tries less and less often', async () => {
    const redis = await redisServer();
    const errors: unknown[] = [];
    const history = await open({ onError: (error) => errors.push(error) }, redis.url);
    const { send } = await commands(redis.url);
    await send('ACL', 'SETUSER', 'default', '-xread');
    const heard: unknown[] = [];
    const name = newName();
    const began = performance.now();
    await history.follow(name, (event) => heard.push(event?.data));
    await expect.poll(() => errors.length).toBeGreaterThanOrEqual(5);
    // Half of 100 ms, 200, 400 and 800.
    expect(performance.now() - began).toBeGreaterThan(750);
    await send('ACL', 'SETUSER', 'default', '+xread');
    await history.append(name, { data: 'x' });
    // It comes back to an event that it may have missed.
    await expect.poll(() => heard.length).toBeGreaterThan(0);
  });

  test('gone on with by who has had all that was trimmed', async () => {
    const history = await open();
    const name = newName();
    const before = await history.append(name, { data: '1' });
    const last = await history.append(name, { data: '2' });
    await history.trim(name);
    await history.trim(name);
    expect(await history.read(name, last)).toEqual([]);
    expect(await history.read(name, before)).toBeNull();
    await history.append(name, { data: '3' });
    expect(await history.read(name, last)).toMatchObject([{ data: '3' }]);
  });

  test('closed, it reads no more and keeps nothing, and leaves the client to its user', async () => {
    const redis = await redisServer();
    const [client, leave] = await connect(redis.url);
    onTestFinished(leave);
    const history = redisHistory({ client });
    const { reading } = await commands(redis.url);
    await history.follow(newName(), () => undefined);
    await expect.poll(reading).toHaveLength(1);
    await history.close();
    await expect.poll(reading).toHaveLength(0);
    await expect(history.append('late', { data: 'x' })).rejects.toThrow('its history is closed');
    const again = redisHistory({ client });
    await again.append('in time', { data: 'x' });
  });
});

test('a client of another kind is named', () => {
  const cluster = new Cluster([], { lazyConnect: true });
  for (const client of [undefined, null, 'redis://localhost', {}, new Map(), cluster])
    expect(() => redisHistory({ client: client as never })).toThrow(
      /^use-event-stream: the option `client` of a redisHistory .* `createClient\(\)` of the package `redis`/,
    );
  cluster.disconnect();
});

test('options that are no numbers are named', () => {
  const client = new IoRedis({ lazyConnect: true });
  expect(() => redisHistory({ client, expiry: NaN })).toThrow('the option `expiry` is NaN');
  expect(() => redisHistory({ client, maxEvents: -1 })).toThrow('the option `maxEvents` is -1');
});

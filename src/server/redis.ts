/**
 * A history in Redis, which all servers see.
 *
 * @module use-event-stream/server/redis
 */

import type { History, HistoryTail, NewEvent, StoredEvent } from './history.ts';
import { checkNumbers } from './options.ts';
import {
  entriesOf,
  redisOf,
  type Entry,
  type IoRedisClient,
  type NodeRedisClient,
  type Redis,
} from './redisClient.ts';
import { eventOf, origin, Reader } from './redisReader.ts';

export type { IoRedisClient, NodeRedisClient } from './redisClient.ts';

/** What a history in Redis keeps, and where. */
export interface RedisHistoryOptions {
  /**
   * A client that is connected: `createClient()` of the package `redis`, or `new Redis()` of `ioredis`. For the reading
   * that waits a connection of its own is made of it (`duplicate()`).
   */
  client: NodeRedisClient | IoRedisClient;
  /**
   * What the names of all keys begin with. In a Redis Cluster all topics of a history have to be in one slot, as one
   * command reads them: put a hash tag into it, such as `'{events}:'`, and hand in a client of the node that holds it.
   * @defaultValue `'use-event-stream:'`
   */
  prefix?: string | undefined;
  /** How many events of a topic are kept at least; Redis lets go of older ones some at a time (`MAXLEN ~`). @defaultValue 10,000 */
  maxEvents?: number | undefined;
  /**
   * After how long a topic is let go of to which nothing was published and that nobody follows, in milliseconds. Who
   * comes back after it is told that the id is too old. @defaultValue 86,400,000, a day
   */
  expiry?: number | undefined;
  /** Is told what goes wrong on the reading connection; it is opened again. @defaultValue `console.error` */
  onError?: ((error: unknown) => void) | undefined;
}

// Marks, which are no events, have a field `after`: the id of the event before them. `0-0` begins a topic.
const appendScript = `
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('XADD', KEYS[1], '*', 'after', '0-0') end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 3))
if ARGV[2] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return id`;

// A mark takes the place of the newest event that goes. The first XADD fails where memory is full, before anything is lost.
const trimScript = `
local kept = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[1])
local last = kept[tonumber(ARGV[1])]
if not last or last[2][1] == 'after' then return end
redis.call('XADD', KEYS[1], '*', 'after', '')
redis.call('DEL', KEYS[1])
redis.call('XADD', KEYS[1], last[1], 'after', last[1])
for i = #kept - 1, 1, -1 do redis.call('XADD', KEYS[1], kept[i][1], unpack(kept[i][2])) end
if ARGV[2] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end`;

// The time, since when Redis has kept all, and the beginning of a topic.
const beginningScript = `
local time = redis.call('TIME')
local now = string.format('%d%03d', time[1], math.floor(time[2] / 1000))
local since = redis.call('GET', KEYS[2]) or now
if since == now then redis.call('SET', KEYS[2], now) end
return { now, since, redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[1]) }`;

// How many events are read at once.
const part = 250;

const whole = (limit: number, none: number): string =>
  limit === Infinity ? String(none) : String(Math.max(1, Math.ceil(limit)));

const eventsOf = (entries: readonly Entry[]): StoredEvent[] =>
  entries.flatMap((entry) => eventOf(entry) ?? []);

/** Time and number of an id; NaN for what is none. */
function partsOf(id: string): readonly [number, number] {
  const [, time, count] = /^(\d{1,19})-(\d{1,19})$/.exec(id) ?? [];
  return [Number(time ?? NaN), Number(count ?? NaN)];
}

class RedisStreams implements History<Promise<string>> {
  readonly #redis: Redis;
  readonly #reader: Reader;
  readonly #prefix: string;
  readonly #maxEvents: string;
  readonly #expiry: string;
  #isClosed = false;

  constructor(options: RedisHistoryOptions) {
    const {
      client,
      prefix = 'use-event-stream:',
      maxEvents = 10_000,
      expiry = 86_400_000,
      onError = console.error,
    } = options;
    this.#redis = redisOf(client);
    this.#prefix = prefix;
    this.#maxEvents = whole(maxEvents, 1e15);
    this.#expiry = whole(expiry, 0);
    this.#reader = new Reader({
      redis: this.#redis,
      prefix,
      maxEvents: Number(this.#maxEvents),
      expiry: Number(this.#expiry),
      onError,
    });
  }

  async append(topic: string, { data, type }: NewEvent): Promise<string> {
    if (this.#isClosed)
      throw new Error(
        `use-event-stream: nothing can be published to ${JSON.stringify(topic)}: its history is closed.`,
      );
    const fields = ['data', data, ...(type === undefined ? [] : ['type', type])];
    const limits = [this.#maxEvents, this.#expiry];
    const key = this.#keyOf(topic);
    return String(await this.#redis.send('EVAL', appendScript, '1', key, ...limits, ...fields));
  }

  async read(topic: string, after: string): Promise<readonly StoredEvent[] | null> {
    const [time, count] = partsOf(after);
    if (Number.isNaN(time)) return null;
    if (time === 0) return this.#readFirst(topic, count);
    const entries = await this.#range('XRANGE', topic, [after, '+'], part + 1);
    // What is behind an event that is there is there, too. A mark stands for the event before it.
    const [first] = entries;
    const isKnown = first?.id === after || first?.fields.get('after') === after;
    return isKnown ? eventsOf(entries.slice(1)) : null;
  }

  async tail(topic: string, count: number): Promise<HistoryTail> {
    const entries: Entry[] = [];
    for (let end = '+'; ;) {
      // One more: a mark may be among them.
      const size = Math.min(part, count + 1 - entries.length);
      const found = await this.#range('XREVRANGE', topic, [end, '-'], size);
      entries.push(...found);
      const last = found.at(-1);
      if (!last || found.length < size || entries.length > count) break;
      end = `(${last.id}`;
    }
    const id = entries[0]?.id ?? (await this.#startOf(topic));
    // Something has come meanwhile.
    if (id === undefined) return this.tail(topic, count);
    return { id, events: eventsOf(entries).slice(0, count).reverse() };
  }

  async follow(topic: string, listener: (event: StoredEvent | null) => void): Promise<() => void> {
    return this.#reader.follow(this.#keyOf(topic), listener);
  }

  isAfter(id: string, other: string): boolean {
    const [time, count] = partsOf(id);
    const [otherTime, otherCount] = partsOf(other);
    return time > otherTime || (time === otherTime && count > otherCount);
  }

  async trim(topic: string, keep = 0): Promise<void> {
    const limits = [whole(keep + 1, 1e15), this.#expiry];
    await this.#redis.send('EVAL', trimScript, '1', this.#keyOf(topic), ...limits);
  }

  close(): void {
    this.#isClosed = true;
    this.#reader.close();
  }

  #keyOf(topic: string): string {
    // Redis gives back what no UTF-8 has, the half of a pair, as this.
    return `${this.#prefix}topic:${topic.replaceAll(/\p{Surrogate}/gu, '\ufffd')}`;
  }

  async #range(
    command: 'XRANGE' | 'XREVRANGE',
    topic: string,
    between: readonly [string, string],
    count: number,
  ): Promise<readonly Entry[]> {
    const bounds = [...between, 'COUNT', String(Math.ceil(count))];
    return entriesOf(await this.#redis.send(command, this.#keyOf(topic), ...bounds));
  }

  /** The first of a topic, the time, and since when Redis has lost nothing. */
  async #beginningOf(topic: string): Promise<readonly [readonly Entry[], number, number]> {
    const keys = ['2', this.#keyOf(topic), `${this.#prefix}since`];
    const reply = await this.#redis.send('EVAL', beginningScript, ...keys, String(part));
    const [now, since, entries] = Array.isArray(reply) ? (reply as unknown[]) : [];
    return [entriesOf(entries), Number(now), Number(since)];
  }

  /** The position before the first event of a topic that has none: an id with the time in the place of a number. */
  async #startOf(topic: string): Promise<string | undefined> {
    const [entries, now] = await this.#beginningOf(topic);
    return entries.length > 0 ? undefined : `0-${String(now)}`;
  }

  /** All, for who was there before the first event, unless events may have come and gone since then. */
  async #readFirst(topic: string, time: number): Promise<readonly StoredEvent[] | null> {
    const [entries, now, since] = await this.#beginningOf(topic);
    const expiry = Number(this.#expiry) || Infinity;
    const [first] = entries;
    const isWhole = !first || first.fields.get('after') === origin;
    return isWhole && since <= time && time <= now && now - time < expiry
      ? eventsOf(entries)
      : null;
  }
}

/**
 * A history in Redis Streams, for topics and runs of several servers. It needs Redis 7 or newer, or what speaks its
 * language. What Redis has kept, it has kept through a restart of a server; through a restart of Redis as far as it is
 * told to (`appendonly yes`). Where Redis has lost events, clients are told so (`reset`), as with an id that is too old.
 *
 * The ids of the events are those of the stream. All that is followed in this process is read on one connection, which is
 * opened again when it is lost. What is published while Redis cannot be reached waits or rejects as the client has it:
 * by default both packages let it wait for a connection. A reject does not say that nothing was kept.
 *
 * `close()` ends the reading and its connection. The client is yours to close.
 *
 * Other programs may publish with `XADD use-event-stream:topic:NAME MAXLEN ~ 10000 * data TEXT type NAME`, the type left
 * out for a `message`.
 *
 * @throws TypeError where the client is of another kind, or an option is no number and should be one.
 *
 * @example
 * ```ts
 * import { createClient } from 'redis';
 * import { createTopic } from 'use-event-stream/server';
 * import { redisHistory } from 'use-event-stream/server/redis';
 *
 * const client = createClient({ url: 'redis://localhost:6379' });
 * client.on('error', console.error);
 * await client.connect();
 *
 * const history = redisHistory({ client });
 * export const prices = createTopic<{ symbol: string; price: number }>({ name: 'prices', history });
 * ```
 */
export function redisHistory(options: RedisHistoryOptions): History<Promise<string>> {
  checkNumbers(options, ['maxEvents', 'expiry']);
  return new RedisStreams(options);
}

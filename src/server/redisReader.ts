import type { StoredEvent } from './history.ts';
import { later } from './options.ts';
import {
  entriesOf,
  streamsOf,
  type Connection,
  type Entry,
  type OwnConnection,
  type Redis,
} from './redisClient.ts';

type Listener = (event: StoredEvent | null) => void;

/** The position before all entries. */
export const origin = '0-0';

/** A topic that is followed. */
interface Watched {
  readonly key: string;
  readonly listeners: Set<Listener>;
  /** The entry that was told last; empty until it is known. */
  position: string;
  ready: Promise<void>;
}

export interface ReaderOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly maxEvents: number;
  /** In milliseconds; 0 is never. */
  readonly expiry: number;
  readonly onError: (error: unknown) => void;
}

// How many entries of each topic are read at once.
const most = 250;
// How long a read waits in Redis, in milliseconds. New topics need not wait for it: they wake it.
const block = 5_000;
// After how long without an answer a connection is dead.
const patience = 15_000;

const wakeScript = `
redis.call('XADD', KEYS[1], 'MAXLEN', 1, '*', 'wake', '')
redis.call('PEXPIRE', KEYS[1], 60000)`;

/** What was appended, of an entry; undefined for one that is a mark. */
export const eventOf = ({ id, fields }: Entry): StoredEvent | undefined =>
  fields.has('after')
    ? undefined
    : { id, data: fields.get('data') ?? '', type: fields.get('type') };

/** Whether an entry is there. */
export async function has(connection: Connection, key: string, id: string): Promise<boolean> {
  return entriesOf(await connection.send('XRANGE', key, id, id)).length > 0;
}

const wait = (time: number) =>
  new Promise<void>((resolve) => {
    later(resolve, time);
  });

/** Rejects where an answer does not come in time. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let stop = () => {};
  const late = new Promise<never>((_, reject) => {
    stop = later(() => {
      reject(new Error(`use-event-stream: Redis has not answered for ${patience} ms.`));
    }, patience);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    stop();
  }
}

/** Reads all topics that are followed in this process on one connection, and tells who follows them. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #wakeKey: string;
  #woken = origin;
  #connection: OwnConnection | null = null;
  #isRunning = false;
  /** How often it has failed since it was read last. */
  #failed = 0;
  #isClosed = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#wakeKey = `${options.prefix}wake:${crypto.randomUUID()}`;
  }

  async follow(key: string, listener: Listener): Promise<() => void> {
    const watched = this.#watched.get(key) ?? this.#begin(key);
    // The same function may follow twice.
    const own: Listener = (event) => {
      listener(event);
    };
    watched.listeners.add(own);
    const stop = () => {
      watched.listeners.delete(own);
      if (watched.listeners.size === 0 && this.#watched.get(key) === watched)
        this.#watched.delete(key);
    };
    try {
      await watched.ready;
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  close(): void {
    this.#isClosed = true;
    this.#watched.clear();
    this.#connection?.end();
  }

  #begin(key: string): Watched {
    const watched = { key, listeners: new Set<Listener>(), position: '', ready: Promise.resolve() };
    this.#watched.set(key, watched);
    watched.ready = this.#endOf(key).then((end) => {
      watched.position = end;
      this.#wake();
    });
    return watched;
  }

  async #endOf(key: string): Promise<string> {
    const reply = await this.#options.redis.send('XREVRANGE', key, '+', '-', 'COUNT', '1');
    return entriesOf(reply)[0]?.id ?? origin;
  }

  /** Lets the reading begin, or begin again with one more topic. An entry cannot be missed, unlike CLIENT UNBLOCK. */
  #wake(): void {
    if (this.#isClosed) return;
    if (this.#isRunning) {
      // Without it, the topic waits until the read has waited for long enough.
      this.#options.redis.send('EVAL', wakeScript, '1', this.#wakeKey).catch(() => undefined);
    } else {
      this.#isRunning = true;
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    while (!this.#isOver()) {
      try {
        await this.#readAll(await this.#connect(this.#failed > 0));
      } catch (error) {
        if (!this.#isOver()) this.#options.onError(error);
      }
      this.#end();
      this.#failed += 1;
      // Not all processes at the same time.
      if (!this.#isOver())
        await wait(Math.min(5_000, 50 * 2 ** this.#failed) * (0.5 + Math.random() / 2));
    }
    this.#isRunning = false;
  }

  /** Nobody waits for what is read. */
  #isOver(): boolean {
    return this.#isClosed || this.#watched.size === 0;
  }

  #end(): void {
    const connection = this.#connection;
    this.#connection = null;
    connection?.end();
  }

  async #connect(isBack: boolean): Promise<OwnConnection> {
    const connection = await this.#options.redis.open();
    this.#connection = connection;
    if (this.#isClosed) this.#end();
    await inTime(
      Promise.all([...this.#ready()].map((watched) => this.#check(connection, watched, isBack))),
    );
    return connection;
  }

  /** After a time without a connection: whether Redis has what was told last, or has lost it. */
  async #check(connection: Connection, watched: Watched, isBack: boolean): Promise<void> {
    const { key, position } = watched;
    if (position === origin ? !isBack : await has(connection, key, position)) return;
    watched.position = await this.#endOf(key);
    this.#tell(watched, null);
  }

  #ready(): Watched[] {
    return [...this.#watched.values()].filter(({ position }) => position !== '');
  }

  async #readAll(connection: Connection): Promise<void> {
    const { expiry } = this.#options;
    for (let kept = 0; ;) {
      const watched = this.#ready();
      // What is followed does not expire.
      if (expiry > 0 && Date.now() - kept > expiry / 4) {
        kept = Date.now();
        for (const { key } of watched)
          connection.send('PEXPIRE', key, String(expiry)).catch(() => undefined);
      }
      await this.#read(connection, watched);
      // Redis looks at each topic at each read: of many, more is to come at once.
      if (watched.length > 50) await wait(Math.min(50, watched.length / 100));
    }
  }

  async #read(connection: Connection, watched: readonly Watched[]): Promise<void> {
    const keys = [this.#wakeKey, ...watched.map(({ key }) => key)];
    const ids = [this.#woken, ...watched.map(({ position }) => position)];
    const { expiry } = this.#options;
    const time = expiry > 0 ? Math.min(block, Math.ceil(expiry / 4)) : block;
    const bounds = ['COUNT', String(most), 'BLOCK', String(time)];
    const reply = await inTime(connection.send('XREAD', ...bounds, 'STREAMS', ...keys, ...ids));
    this.#failed = 0;
    const asked = new Map(keys.map((key, at) => [this.#options.redis.keyPrefix + key, at]));
    for (const [name, entries] of streamsOf(reply)) {
      const at = asked.get(name) ?? -1;
      const topic = watched[at - 1];
      if (at === 0) this.#woken = entries.at(-1)?.id ?? this.#woken;
      else if (topic) await this.#take(connection, topic, ids[at] ?? origin, entries);
    }
  }

  async #take(
    connection: Connection,
    watched: Watched,
    after: string,
    entries: readonly Entry[],
  ): Promise<void> {
    const isLost = await this.#isLost(connection, watched.key, after, entries);
    watched.position = entries.at(-1)?.id ?? after;
    if (isLost) this.#tell(watched, null);
    else for (const entry of entries) this.#tell(watched, eventOf(entry));
  }

  /** Whether something was trimmed between a position and what was read after it. */
  async #isLost(
    connection: Connection,
    key: string,
    after: string,
    entries: readonly Entry[],
  ): Promise<boolean> {
    // A mark says what was before it, and stands at the beginning of what is kept.
    const mark = entries.findLastIndex(({ fields }) => fields.has('after'));
    if (mark >= 0) return entries[mark]?.fields.get('after') !== (entries[mark - 1]?.id ?? after);
    const isFull = entries.length >= Math.min(most, this.#options.maxEvents);
    return isFull && !(await inTime(has(connection, key, after)));
  }

  #tell({ listeners }: Watched, event: StoredEvent | null | undefined): void {
    if (event === undefined) return;
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }
}

/** A client of the package `redis`, as far as it is called. */
export interface NodeRedisClient {
  readonly options?: unknown;
  /** Sends a command as it is. */
  sendCommand(args: string[], options?: object): Promise<unknown>;
  /** A client of its own with the same options. */
  duplicate(overrides?: object): NodeRedisClient;
  /** Connects. */
  connect(): Promise<unknown>;
  /** Ends the connection at once. */
  destroy(): void;
  /** Tells of what goes wrong. */
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** A client of the package `ioredis`, as far as it is called. */
export interface IoRedisClient {
  readonly options?: unknown;
  /** Sends a command as it is. */
  call(command: string, ...args: string[]): Promise<unknown>;
  /** A client of its own with the same options. */
  duplicate(overrides?: object): IoRedisClient;
  /** Connects. */
  connect(): Promise<unknown>;
  /** Ends the connection at once. */
  disconnect(): void;
  /** Tells of what goes wrong. */
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** Sends commands. */
export interface Connection {
  send(...command: string[]): Promise<unknown>;
}

/** A connection that nobody else has: it may block. It does not come back by itself. */
export interface OwnConnection extends Connection {
  end(): void;
}

/** A client of either package. */
export interface Redis extends Connection {
  /** Opens a connection of its own. */
  open(): Promise<OwnConnection>;
  /** What the client puts before each key, and leaves in what it gives. */
  readonly keyPrefix: string;
}

/** An own property of options that are not known. */
function optionOf(options: unknown, name: string): unknown {
  return typeof options === 'object' && options
    ? (Object.entries(options).find(([key]) => key === name)?.[1] as unknown)
    : undefined;
}

// What a user has set so that commands end in time would end the one that waits.
const unbounded = { commandTimeout: undefined, socketTimeout: undefined };

/** Connects, and leaves nothing behind where that fails. */
async function opened(
  client: NodeRedisClient | IoRedisClient,
  send: Connection['send'],
  destroy: () => void,
): Promise<OwnConnection> {
  const end = () => {
    try {
      destroy();
    } catch {
      // It has ended before.
    }
  };
  // Without it, an error of the connection would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    end();
    throw error;
  }
  return { send, end };
}

function ofNodeRedis(client: NodeRedisClient): Redis {
  const send =
    (from: NodeRedisClient) =>
    (...command: string[]) =>
      // Texts, whatever the client gives its user.
      from.sendCommand(command, { typeMapping: {} });
  return {
    keyPrefix: '',
    send: send(client),
    async open() {
      const socket = optionOf(client.options, 'socket');
      const own = client.duplicate({
        socket: { ...(socket ?? {}), reconnectStrategy: false, socketTimeout: undefined },
        commandOptions: {},
        clientSideCache: undefined,
        disableOfflineQueue: false,
      });
      return opened(own, send(own), () => {
        own.destroy();
      });
    },
  };
}

function ofIoRedis(client: IoRedisClient): Redis {
  const send =
    (from: IoRedisClient) =>
    (...[name = '', ...args]: string[]) =>
      from.call(name, ...args);
  const keyPrefix = optionOf(client.options, 'keyPrefix');
  return {
    keyPrefix: typeof keyPrefix === 'string' ? keyPrefix : '',
    send: send(client),
    async open() {
      const never = () => null;
      const own = client.duplicate({
        ...unbounded,
        lazyConnect: true,
        retryStrategy: never,
        sentinelRetryStrategy: never,
        reconnectOnError: null,
        maxRetriesPerRequest: 0,
        enableAutoPipelining: false,
      });
      return opened(own, send(own), () => {
        own.disconnect();
      });
    },
  };
}

const has = (client: object, names: readonly string[]) =>
  names.every((name) => name in client && typeof Reflect.get(client, name) === 'function');

const isIoRedis = (client: object): client is IoRedisClient =>
  has(client, ['call', 'duplicate', 'connect', 'disconnect']) && !Reflect.get(client, 'isCluster');

const isNodeRedis = (client: object): client is NodeRedisClient =>
  has(client, ['sendCommand', 'duplicate', 'connect', 'destroy', 'hGetAll']);

/** Tells the clients of both packages apart. */
export function redisOf(client: unknown): Redis {
  const given = client ?? {};
  if (typeof given === 'object' && isIoRedis(given)) return ofIoRedis(given);
  if (typeof given === 'object' && isNodeRedis(given)) return ofNodeRedis(given);
  throw new TypeError(
    `use-event-stream: the option \`client\` of a redisHistory is ${client === null ? 'null' : typeof client} of another kind; it must be a client of one server, \`createClient()\` of the package \`redis\` or \`new Redis()\` of \`ioredis\`.`,
  );
}

const texts = /* @__PURE__ */ new TextDecoder();

/** A text of an answer: clients may be told to give bytes. */
const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? texts.decode(value) : String(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An entry of a stream. */
export interface Entry {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** The entries of an answer. */
export const entriesOf = (reply: unknown): readonly Entry[] =>
  listOf(reply).map((entry) => {
    const [id, flat] = listOf(entry);
    const fields = new Map<string, string>();
    const list = listOf(flat).map(textOf);
    for (let at = 0; at < list.length; at += 2) fields.set(list[at] ?? '', list[at + 1] ?? '');
    return { id: textOf(id), fields };
  });

/** The streams of an answer of XREAD. By protocol and client it is an object, a list of pairs or a flat list. */
export function streamsOf(reply: unknown): readonly (readonly [string, readonly Entry[]])[] {
  if (typeof reply !== 'object' || !reply) return [];
  const pairs: unknown[] = Array.isArray(reply) ? pairsOf(reply) : Object.entries(reply);
  return pairs.map((pair) => {
    const [key, entries] = listOf(pair);
    return [textOf(key), entriesOf(entries)] as const;
  });
}

const pairsOf = (list: readonly unknown[]): unknown[] =>
  Array.isArray(list[0])
    ? [...list]
    : list.flatMap((key, at) => (at % 2 === 0 ? [[key, list[at + 1]]] : []));

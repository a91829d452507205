import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What goes wrong on one connection. */
export interface Fault {
  /** How many bytes of the response pass before it happens; default all. */
  after?: number;
  /**
   * `cut` ends the connection (FIN), `reset` breaks it (RST); `stall` passes nothing more though the
   * server goes on, and after `halfOpen` the server is gone but the client's socket stays.
   */
  then?: 'cut' | 'reset' | 'stall' | 'halfOpen';
  /** The response comes in pieces of this many bytes, each in a turn of its own. */
  pieces?: number;
}

/** One connection: passes the request on, and of the response what the fault lets through. */
class Tunnel {
  /** Bytes of the response that were passed on. */
  passed = 0;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #fault: Fault;
  #held: Buffer[] = [];
  #ended = false;
  #working = false;

  constructor(client: Socket, port: number, fault: Fault) {
    this.#client = client.setNoDelay();
    this.#fault = fault;
    this.#server = connect(port, '127.0.0.1').setNoDelay();
    client.on('data', (chunk: Buffer) => this.#server.write(chunk));
    client.on('error', () => null).on('close', () => this.#server.destroy());
    this.#server.on('error', () => null);
    this.#server.on('data', (chunk: Buffer) => {
      this.#held.push(chunk);
      this.#work();
    });
    this.#server.on('end', () => {
      this.#ended = true;
      this.#work();
    });
    if (this.#left === 0) this.#strike();
  }

  get #left(): number {
    return (this.#fault.after ?? Infinity) - this.passed;
  }

  #work(): void {
    if (this.#working) return;
    this.#working = true;
    void this.#pass().finally(() => (this.#working = false));
  }

  async #pass(): Promise<void> {
    const { pieces = Infinity } = this.#fault;
    for (let piece = this.#next(pieces); piece; piece = this.#next(pieces)) {
      this.passed += piece.length;
      const isRoom = this.#client.write(piece);
      if (this.#left === 0) this.#strike();
      if (pieces !== Infinity) await new Promise((resolve) => setImmediate(resolve));
      if (!isRoom) await this.#drained();
    }
    if (this.#ended && this.#left > 0) this.#client.end();
  }

  /** The next bytes to pass; a burst waits until it is full, or the response over. */
  #next(pieces: number): Buffer | null {
    const held = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held);
    const size = Math.min(pieces, this.#left);
    if (!held || held.length === 0 || size === 0 || this.#client.destroyed) return null;
    const isShort = pieces !== Infinity && held.length < size && !this.#ended;
    this.#held = isShort ? [held] : [held.subarray(size)].filter(({ length }) => length > 0);
    return isShort ? null : held.subarray(0, size);
  }

  /** Until the client has taken what it was sent; the server waits for as long. */
  async #drained(): Promise<void> {
    if (this.#client.destroyed) return;
    this.#server.pause();
    await new Promise<unknown>((resolve) => {
      this.#client.once('drain', resolve).once('close', resolve);
    });
    this.#server.resume();
  }

  #strike(): void {
    const { then = 'cut' } = this.#fault;
    if (then === 'cut') this.#client.end();
    if (then === 'reset') this.#client.resetAndDestroy();
    if (then !== 'stall') this.#server.destroy();
  }

  /** Ends both sides. */
  destroy(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}

/** Stands between a client and a server on loopback and does to each connection what its fault says. */
export class FaultProxy {
  /** The faults of the connections to come, in order; those after the last have none. */
  faults: Fault[] = [];
  /** The connections that were accepted. */
  readonly tunnels: Tunnel[] = [];
  #port = 0;
  readonly #server = createServer();

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, and passes on to this port. */
  async start(target: number): Promise<this> {
    this.#server.on('connection', (client) => {
      this.tunnels.push(new Tunnel(client, target, this.faults.shift() ?? {}));
    });
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Ends every connection and stops listening. */
  close(): Promise<void> {
    for (const tunnel of this.tunnels) tunnel.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }
}

/** A proxy before this server that ends with the test. */
export async function proxyTo(server: { url: string }, faults: Fault[] = []): Promise<FaultProxy> {
  const proxy = await new FaultProxy().start(Number(new URL(server.url).port));
  proxy.faults = faults;
  onTestFinished(() => proxy.close());
  return proxy;
}

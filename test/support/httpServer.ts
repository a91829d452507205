import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Answers one request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server on loopback that can be killed in mid-stream and brought back on its port. */
export class HttpServer {
  readonly requests: IncomingMessage[] = [];
  #port = 0;
  #handler: Handler;
  #server = createServer();

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the same port as before. */
  async start(): Promise<this> {
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      this.#handler(request, response);
    });
    await new Promise<void>((resolve) => {
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Destroys every connection. */
  drop(): void {
    this.#server.closeAllConnections();
  }

  /** Destroys every connection and stops listening. */
  kill(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }
}

/** A server that ends with the test. */
export async function serve(handler: Handler): Promise<HttpServer> {
  const server = await new HttpServer(handler).start();
  onTestFinished(() => server.kill());
  return server;
}

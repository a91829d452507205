import { FetchEventSource, type FetchEventSourceInit } from 'use-event-stream/core';
import { onTestFinished } from 'vitest';
import { FakeClock } from './fakeClock.ts';
import { serve } from './httpServer.ts';

/** The header of a stream that an EventSource takes. */
export const eventStream = { 'content-type': 'text/event-stream' };

/** A message as a page sees it. */
export interface Message {
  type: string;
  data: unknown;
  lastEventId: string;
}

/** An event source that notes whatever it dispatches, of every type, and the state it is in then. */
export class Recorder extends FetchEventSource {
  readonly messages: Message[] = [];
  readonly #log: string[] = [];
  #lost: () => void = () => undefined;
  /** Settles with the first event that says that the stream has ended. */
  readonly lost = new Promise<void>((resolve) => {
    this.#lost = resolve;
  });

  /** What was dispatched, each with the state of that moment: `open 1`, `message 1`, `error 0`. */
  get log(): readonly string[] {
    return this.#log;
  }

  override dispatchEvent(event: Event): boolean {
    this.#log.push(`${event.type} ${this.readyState}`);
    if (event instanceof MessageEvent) {
      const { type, data, lastEventId } = event as MessageEvent<unknown>;
      this.messages.push({ type, data, lastEventId });
    } else if (event.type === 'error') this.#lost();
    return super.dispatchEvent(event);
  }
}

/** Opens an event source that is closed with the test. */
export function listen(url: string | URL, init?: FetchEventSourceInit): Recorder {
  const source = new Recorder(url, init);
  onTestFinished(() => {
    source.close();
  });
  return source;
}

/** A body that hands over exactly these chunks. */
export function bodyOf(chunks: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** The bytes in pieces, cut at these places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places, bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** The answer's bytes, as they came, cut at places of the test's choice. */
const fetchInPieces =
  (places: readonly number[]): typeof fetch =>
  async (input, init) => {
    const { status, headers, ...response } = await answer(input, init);
    return new Response(bodyOf(cutAt(response.bytes, places)), { status, headers });
  };

async function answer(...request: Parameters<typeof fetch>) {
  const response = await fetch(...request);
  const { status, headers } = response;
  return { status, headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** A server that answers with this stream and ends it. */
export function serveStream(stream: string | Uint8Array, headers: object = eventStream) {
  return serve((_, response) => {
    response.writeHead(200, { ...headers });
    response.end(stream);
  });
}

/** Reads a stream over HTTP to its end, cut at these places if any, and gives its messages. */
export async function read(url: string, places?: readonly number[]): Promise<Message[]> {
  const source = listen(url, {
    clock: new FakeClock(),
    fetch: places ? fetchInPieces(places) : undefined,
  });
  await source.lost;
  source.close();
  return source.messages;
}

/** Serves a stream and reads it, in one piece, byte by byte and cut in two at every place; all must be the same. */
export async function readEveryWay(stream: string | Uint8Array): Promise<Message[][]> {
  const bytes = Buffer.from(stream);
  const server = await serveStream(bytes);
  const places = Array.from(bytes.keys());
  const ways = [undefined, places, ...places.map((place) => [place])];
  const results = await Promise.all(ways.map((way) => read(server.url, way)));
  const distinct = new Map(results.map((messages) => [JSON.stringify(messages), messages]));
  return [...distinct.values()];
}

/** Only the data of what a stream becomes, however it is cut. */
export async function dataOf(stream: string | Uint8Array): Promise<unknown[]> {
  const ways = await readEveryWay(stream);
  if (ways.length === 1) return ways[0]?.map(({ data }) => data) ?? [];
  throw new Error(`The stream gives other events when it is cut: ${JSON.stringify(ways)}`);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { serve } from '../support/httpServer.ts';

/** What the server has: how much was ordered of each thing, and how many changes led to that. */
export interface Orders {
  readonly version: number;
  readonly amounts: Readonly<Record<string, number>>;
}

/** One change; folded twice, or not at all, it leads to a state that never was. */
export interface Change {
  readonly version: number;
  readonly thing: string;
  readonly amount: number;
}

export const none: Orders = { version: 0, amounts: {} };

export const change = ({ amounts }: Orders, { version, thing, amount }: Change): Orders => ({
  version,
  amounts: { ...amounts, [thing]: (amounts[thing] ?? 0) + amount },
});

interface Snapshot {
  readonly state: Orders;
  readonly lastEventId: string;
}

/** What goes wrong, and how often. */
export interface OrdersOptions {
  /** From 0 to 1. */
  readonly random: () => number;
  /** How old a snapshot may be that a cache gives, in milliseconds. */
  readonly cachedFor?: number;
  /** How many events are kept for those that come back. */
  readonly history?: number;
}

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A server of numbered changes to a state. `/events` goes on after an id as far as its history goes, and otherwise says
 * `reset`; `/snapshot` gives the state with the id of the last change in it, slowly.
 */
export async function serveOrders({ random, cachedFor = 0, history = 60 }: OrdersOptions) {
  let state = none;
  let id = 0;
  let kept: { id: number; text: string }[] = [];
  let cached: Snapshot & { at: number } = { state, lastEventId: '0', at: 0 };
  let met = (): void => undefined;
  const versions: Orders[] = [state];
  const streams = new Set<ServerResponse>();
  const counts = { resumed: 0, reset: 0, snapshots: 0, cuts: 0, restarts: 0, refused: 0 };
  const within = (least: number, most: number) => Math.floor(least + random() * (most - least));

  const tell = (text: string) => {
    for (const stream of streams) stream.write(text);
  };
  const next = (): Change => {
    const made = { version: state.version + 1, thing: `t${within(0, 9)}`, amount: within(1, 9) };
    state = change(state, made);
    versions.push(state);
    id += 1;
    return made;
  };
  const reset = () => {
    kept = [];
    tell(`event: reset\nid: ${id}\ndata: x\n\n`);
  };
  const answerEvents = (request: IncomingMessage, response: ServerResponse) => {
    const header = request.headers['last-event-id'];
    const asked = Number(header);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    const isKnown = asked === id || (asked <= id && asked + 1 >= (kept[0]?.id ?? Infinity));
    if (header !== undefined && isKnown) {
      counts.resumed += 1;
      response.write(kept.flatMap((each) => (each.id > asked ? [each.text] : [])).join(''));
    } else if (header !== undefined) {
      counts.reset += 1;
      response.write(`event: reset\nid: ${id}\ndata: x\n\n`);
    }
    streams.add(response);
    response.on('close', () => streams.delete(response));
    met();
  };
  const now = (): Snapshot => {
    if (Date.now() - cached.at >= cachedFor) {
      cached = { state, lastEventId: String(id), at: Date.now() };
    }
    return cached;
  };
  const answerSnapshot = async (response: ServerResponse) => {
    counts.snapshots += 1;
    await soon(within(0, 60));
    const text = JSON.stringify(now());
    await soon(within(0, 60));
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  };
  const server = await serve((request, response) => {
    if (request.url === '/events') answerEvents(request, response);
    else if (counts.refused < 2 && random() < 0.2) {
      counts.refused += 1;
      response.writeHead(503).end();
    } else void answerSnapshot(response);
  });
  onTestFinished(() => {
    for (const stream of streams) stream.destroy();
  });
  return {
    url: server.url,
    versions,
    counts,
    get state() {
      return state;
    },
    /** Changes one thing, and tells of it. */
    change() {
      const text = JSON.stringify(next());
      const event = { id, text: `id: ${id}\ndata: ${text}\n\n` };
      kept = [...kept, event].slice(-history);
      tell(event.text);
    },
    /** Changes many things at once, which no event tells. */
    changeAll() {
      for (let count = within(1, 9); count > 0; count--) next();
      reset();
    },
    cut() {
      counts.cuts += 1;
      for (const stream of streams) stream.destroy();
    },
    /** The server is gone for a while; its state is on a disk, and its ids begin with 1. Resolves when somebody is back. */
    async restart() {
      counts.restarts += 1;
      await server.kill();
      id = 0;
      kept = [];
      const isMet = new Promise<void>((resolve) => (met = resolve));
      await soon(within(0, 40));
      await server.start();
      await isMet;
    },
    get id() {
      return id;
    },
    within,
    soon,
  };
}

export type OrdersServer = Awaited<ReturnType<typeof serveOrders>>;

import { get, type IncomingMessage } from 'node:http';
import { createConnectionStore, type ConnectionStore } from 'use-event-stream/core';
import {
  eventStream,
  memoryHistory,
  nodeEventStream,
  type EventSourceOf,
  type EventStreamOptions,
  type History,
  type MemoryHistory,
} from 'use-event-stream/server';
import { expect, onTestFinished } from 'vitest';
import { nodeListener } from '../../stories/server/node.ts';
import type { Handler } from './httpServer.ts';

type Answering = (source: EventSourceOf<never>, options?: EventStreamOptions) => Handler;

/** Both ways to answer, each as a handler of Node's http. */
export const forms: readonly (readonly [string, Answering])[] = [
  [
    'nodeEventStream',
    (source, options) => (request, response) => {
      nodeEventStream(request, response, source, options);
    },
  ],
  [
    'eventStream',
    (source, options) =>
      nodeListener((request) => Promise.resolve(eventStream(request, source, options))),
  ],
];

/** A history that is asynchronous, as one of another process is, and counts who follows. */
export function farHistory(near: MemoryHistory = memoryHistory()) {
  let following = 0;
  let begun = 0;
  let gate: Promise<void> | null = null;
  const far = async <T>(run: () => T): Promise<T> => {
    await (gate ?? new Promise((resolve) => setImmediate(resolve)));
    const found = await run();
    // The answer is on its way, and something may be published meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    return found;
  };
  const history: History = {
    append: (topic, event) => near.append(topic, event),
    read: (topic, after) => far(() => near.read(topic, after)),
    tail: (topic, count) =>
      far(() => {
        begun += 1;
        return near.tail(topic, count);
      }),
    follow: (topic, listener) =>
      far(() => {
        following += 1;
        const stop = near.follow(topic, listener);
        return () => {
          following -= 1;
          stop();
        };
      }),
    isAfter: (id, other) => near.isAfter(id, other),
    trim: (topic, keep) => {
      near.trim(topic, keep);
    },
    close: () => {
      near.close();
    },
  };
  return {
    history,
    /** How many have been told where the topic ends: from there on they miss nothing. */
    begun: () => begun,
    /** How many follow now. */
    following: () => following,
    /** Holds up all that is asked, until what it gives is called. */
    hold: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = () => {
          gate = null;
          resolve();
        };
      });
      return open;
    },
  };
}

/** A store that is closed with the test, and comes back at once. */
export function clientStore(): ConnectionStore {
  const store = createConnectionStore({ defaults: { reconnect: { delay: 0, maxDelay: 100 } } });
  onTestFinished(() => {
    store.close();
  });
  return store;
}

/** An answer as its bytes come, until the test is over. */
export async function raw(url: string, headers: Record<string, string> = {}) {
  const request = get(url, { headers, agent: false });
  request.on('error', () => undefined);
  onTestFinished(() => {
    request.destroy();
  });
  const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
  const seen = { text: '', ended: false, cut: false };
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', (chunk: string) => (seen.text += chunk));
  response.on('end', () => (seen.ended = true));
  response.on('close', () => (seen.cut = !seen.ended));
  return {
    request,
    response,
    seen,
    says: (text: string | RegExp) => expect.poll(() => seen.text).toMatch(text),
  };
}

/** The numbers from 1 on, as texts. */
export const numbers = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => String(from + index));

import type { ReactElement, ReactNode } from 'react';
import { createConnectionStore, StreamProvider } from 'use-event-stream';
import type { StoreOptions } from 'use-event-stream/core';
import { onTestFinished } from 'vitest';
import { FakeClock, turns } from './fakeClock.ts';
import { FakeServer } from './fakeServer.ts';
import { act } from './render.ts';

/** A store on a fake clock and a fake server, and the steps of a test on it, each of which runs in `act`. */
export function setUpPage(options: StoreOptions = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch, ...options });
  onTestFinished(() => {
    store.close();
  });
  return {
    clock,
    server,
    store,
    /** Children below a provider of the store. */
    below: (children: ReactNode): ReactElement => (
      <StreamProvider store={store}>{children}</StreamProvider>
    ),
    settle: () => act(turns),
    advance: (ms: number) => act(() => clock.advance(ms)),
    /** Answers the newest request. */
    open: () =>
      act(async () => {
        await turns();
        server.last.open();
        await turns();
      }),
    /** Breaks the newest request. */
    drop: () =>
      act(async () => {
        server.last.drop();
        await turns();
      }),
    /** Sends text on the newest request and lets it be published: a frame, and the quiet moment after it. */
    send: (text: string) =>
      act(async () => {
        server.last.send(text);
        await clock.advance(40);
      }),
  };
}

/** A component that uses a hook, and what the hook returned to it. */
export function probe<R extends { status: string }>(use: () => R) {
  const seen: R[] = [];
  function Probe() {
    const result = use();
    seen.push(result);
    return <p>{result.status}</p>;
  }
  return {
    Probe,
    seen,
    get current() {
      const last = seen.at(-1);
      if (!last) throw new Error('Nothing was rendered.');
      return last;
    },
  };
}

/** The data of events. */
export const dataOf = <T,>({ events }: { events: readonly { data: T }[] }): T[] =>
  events.map(({ data }) => data);

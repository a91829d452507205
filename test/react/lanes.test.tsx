import * as React from 'react';
import { useLayoutEffect, useState } from 'react';
import { createConnectionStore, StreamProvider, useEventStream } from 'use-event-stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { render } from '../support/render.ts';

interface Commit {
  status: string;
  count: number;
}

function Counter({ onCommit }: { onCommit: (commit: Commit) => void }) {
  const { status, data: count } = useEventStream('https://example.test/stream', {
    initial: 0,
    reduce: (before: number, events) => before + events.length,
    until: 'done',
  });
  useLayoutEffect(() => {
    onCommit({ status, count });
  });
  return null;
}

/** A transition where React has them, else an ordinary update. */
const startTransition = (update: () => void): void => {
  const react: object = React;
  if ('startTransition' in react) (react.startTransition as (update: () => void) => void)(update);
  else update();
};

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function Slow({ version }: { version: number }) {
  burn(2);
  return <>{version}</>;
}

function Page(props: { onCommit: (commit: Commit) => void; onTurn: (turn: () => void) => void }) {
  const { onCommit, onTurn } = props;
  const [version, setVersion] = useState(0);
  useLayoutEffect(() => {
    onTurn(() => {
      startTransition(() => {
        setVersion((before) => before + 1);
      });
    });
  }, [onTurn]);
  return (
    <>
      <Counter onCommit={onCommit} />
      {Array.from({ length: 10 }, (_, index) => (
        <Slow key={index} version={version} />
      ))}
    </>
  );
}

/** Renders the page, and leaves `act`: from here on React shares out its work as in a browser. */
async function openPage() {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch });
  const commits: Commit[] = [];
  let turn = (): void => undefined;
  await render(
    <StreamProvider store={store}>
      <Page
        onCommit={(commit) => commits.push(commit)}
        onTurn={(next) => {
          turn = next;
        }}
      />
    </StreamProvider>,
  );
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  onTestFinished(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  });
  await turns();
  return {
    clock,
    server,
    commits,
    turn: () => {
      turn();
    },
  };
}

/** Gives React one turn of the event loop, in which it does a part of what waits. */
const oneTask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

// React 17 begins with what a server would have rendered.
const order = ['idle', 'connecting', 'open', 'closed'];
const events = (count: number) => 'data: x\n\n'.repeat(count);

// How long a frame's update has been waiting when the end comes: React has done nothing, a part or all of it.
test.each([0, 1, 2, 5, 20])(
  'no commit goes backwards or shows closed without the last data, %i tasks after a frame',
  async (tasks) => {
    const { clock, server, commits, turn } = await openPage();
    server.last.open();
    for (let round = 0; round < 10; round++) {
      turn();
      server.last.send(events(7));
      await clock.advance(40);
      for (let task = 0; task < tasks; task++) await oneTask();
    }
    turn();
    server.last.send(events(4));
    await clock.advance(16);
    server.last.send(`${events(3)}event: done\ndata: x\n\n`);
    await turns();
    await vi.waitFor(() => {
      expect(commits.at(-1)?.status).toBe('closed');
    });
    await vi.waitFor(async () => {
      const { length } = commits;
      for (let task = 0; task < 50; task++) await oneTask();
      expect(commits).toHaveLength(length);
    });

    const counts = commits.map(({ count }) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    const steps = commits.map(({ status }) => order.indexOf(status));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    for (const { count } of commits.filter(({ status }) => status === 'closed')) {
      // The event that ends the stream counts too.
      expect(count).toBe(78);
    }
  },
);

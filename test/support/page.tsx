import type { ReactElement, ReactNode } from 'react';
import { mockStream, type MockStreamOptions } from 'use-event-stream/testing';

/** A mocked stream of any url with the shortest waits, and its steps by short names; `send` sends raw text. */
export function setUpPage(options: MockStreamOptions = {}) {
  const stream = mockStream(/./, { random: () => 0, ...options });
  const { store, open, drop, reject, advance, settled: settle, chunk: send } = stream;
  return {
    ...{ stream, store, open, drop, reject, advance, settle, send },
    below: (children: ReactNode): ReactElement => <stream.wrapper>{children}</stream.wrapper>,
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

import {
  useEventStream,
  type ConnectionState,
  type StreamEvent,
  type StreamOptions,
} from 'use-event-stream';
import { useLayoutEffect } from 'react';

/** One commit of a component that shows a stream of numbers. */
export interface Commit {
  url: string;
  state: ConnectionState;
  numbers: readonly number[];
}

/** What the components of one test have committed and heard. */
export class Log {
  readonly commits: Commit[] = [];
  /** The url that was rendered last, and the number, for each call of `onEvent`. */
  readonly heard: { url: string; number: number }[] = [];

  get last(): Commit | undefined {
    return this.commits.at(-1);
  }

  get numbers(): number[] {
    return this.heard.map(({ number }) => number);
  }
}

const numberOf = ({ data }: StreamEvent) => Number(data);

/** Folds a stream of numbers and notes all that it shows and hears. */
export function Probe(props: { url: string; log: Log; options?: StreamOptions }) {
  const { url, log, options } = props;
  const result = useEventStream(url, {
    ...options,
    initial: new Array<number>(),
    reduce: (all, events) => [...all, ...events.map(numberOf)],
    onEvent: (event) => {
      log.heard.push({ url, number: numberOf(event) });
    },
  });
  useLayoutEffect(() => {
    log.commits.push({ url, state: result, numbers: result.data });
  });
  return <output>{result.status}</output>;
}

import { startTransition, Suspense, use, useEffect, useState, type ReactNode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { createConnectionStore, StreamProvider, useEventStream } from 'use-event-stream';
import { useReference } from './reference.ts';
import { place, render } from './render.tsx';
import { until, wait, type Params, type Scene } from './scene.ts';
import { Watch } from './watch.ts';
import { Work } from '../../browser/support/work.tsx';

interface TickerProps {
  url: string;
  onTick: () => void;
}

type Ticker = (props: TickerProps) => ReactNode;

const useTick = (value: string | undefined, onTick: () => void) => {
  useEffect(() => {
    if (value !== undefined) onTick();
  }, [value, onTick]);
};

function NoStream({ onTick }: TickerProps) {
  useTick('', onTick);
  return null;
}

function Own({ url, onTick }: TickerProps) {
  const { data } = useEventStream(url, { maxEvents: 1 });
  useTick(data, onTick);
  return data;
}

function ByHand({ url, onTick }: TickerProps) {
  const data = useReference(url, String, onTick).at(-1);
  useTick(data, onTick);
  return data;
}

const tickers: Readonly<Record<string, Ticker>> = {
  'no stream': NoStream,
  'use-event-stream': Own,
  'written by hand': ByHand,
};

/** What the steps share: a stream that ticks, and work of which it is noted when it is committed. */
interface Stage {
  url: string;
  hasStream: boolean;
  /** The component on the stream. */
  ticker: ReactNode;
  /** How long the work takes, in milliseconds. */
  ms: number;
  turns: number;
  onCommit: (version: number) => void;
  /** Resolves when the stream flows. */
  flowing: () => Promise<boolean>;
  /** Milliseconds until `version` was committed, or until the time was up. */
  timed: (version: number, begin: () => void) => Promise<{ ms: number; committed: number }>;
}

function openStage(params: Params): Stage {
  const { contestant = '', url = '', content = '0', turns = '1', limit = '10000' } = params;
  const Shown = tickers[contestant];
  if (!Shown) throw new Error(`There is no ticker named ${contestant}.`);
  const hasStream = contestant !== 'no stream';
  let ticks = 0;
  let done = -1;
  const onTick = () => {
    ticks += 1;
  };
  return {
    url,
    hasStream,
    ticker: <Shown url={url} onTick={onTick} />,
    ms: Number(content),
    turns: Number(turns),
    onCommit(version) {
      done = version;
    },
    flowing: () => until(() => ticks > (hasStream ? 2 : 0)),
    async timed(version, begin) {
      const from = performance.now();
      begin();
      const committed = await until(() => done >= version, Number(limit));
      return { ms: performance.now() - from, committed: Number(committed) };
    },
  };
}

type Turn = (version: number) => void;

/** Work that turns to another version in a transition; `onReady` takes the way to do so. */
function Turning(props: {
  ms: number;
  onCommit: Stage['onCommit'];
  onReady: (turn: Turn) => void;
}) {
  const { ms, onCommit, onReady } = props;
  const [version, setVersion] = useState(0);
  useEffect(() => {
    onReady((next) => {
      startTransition(() => {
        setVersion(next);
      });
    });
  }, [onReady]);
  return <Work ms={ms} version={version} onCommit={onCommit} />;
}

/** Updates wrapped into `startTransition`. */
async function transition({ ticker, ms, turns, onCommit, flowing, timed }: Stage) {
  let turn: Turn = () => undefined;
  const onReady = (ready: Turn) => {
    turn = ready;
  };
  render(
    <>
      {ticker}
      <Turning ms={ms} onCommit={onCommit} onReady={onReady} />
    </>,
  );
  await flowing();
  const all: { ms: number; committed: number }[] = [];
  for (let version = 1; version <= turns; version++) {
    all.push(
      await timed(version, () => {
        turn(version);
      }),
    );
    await wait(50);
  }
  const sum = all.reduce((total, each) => total + each.ms, 0);
  return { ms: sum / all.length, committed: Math.min(...all.map((each) => each.committed)) };
}

function Later({ ready, children }: { ready: Promise<void>; children: ReactNode }) {
  use(ready);
  return children;
}

/** What was suspended goes on. */
async function reveal({ ticker, ms, onCommit, flowing, timed }: Stage) {
  let resolve: () => void = () => undefined;
  const ready = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  render(
    <>
      {ticker}
      <Suspense fallback={<b>wait</b>}>
        <Later ready={ready}>
          <Work ms={ms} onCommit={onCommit} />
        </Later>
      </Suspense>
    </>,
  );
  await flowing();
  // A fallback that was shown only now is held for a while, with or without a stream.
  await wait(1_000);
  return timed(0, resolve);
}

/** A page from a server, with a boundary that is hydrated while the stream flows. */
async function hydrate({ url, hasStream, ticker, ms, onCommit, timed }: Stage) {
  const store = createConnectionStore();
  const page = (
    <StreamProvider store={store}>
      {ticker}
      <Suspense fallback={<b>wait</b>}>
        <Work ms={ms} onCommit={onCommit} />
      </Suspense>
    </StreamProvider>
  );
  place().innerHTML = renderToString(page);
  if (hasStream) {
    await new Promise<void>((open) => {
      store.subscribe(
        { url },
        {
          onEvents(events) {
            if (events.length > 0) open();
          },
        },
      );
    });
  }
  return timed(0, () => {
    hydrateRoot(place(), page);
  });
}

/** The stream by itself. */
async function flow({ ticker, flowing }: Stage) {
  render(ticker);
  await flowing();
  const watch = new Watch();
  await wait(2_000);
  return watch.stop();
}

/** How a piece of work fares beside a stream; `turns` times in a row. */
export const scene: Scene = (params) => {
  const stage = openStage(params);
  return {
    transition: () => transition(stage),
    reveal: () => reveal(stage),
    hydrate: () => hydrate(stage),
    flow: () => flow(stage),
  };
};

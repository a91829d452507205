import { useState, useTransition } from 'react';
import { expect, test } from 'vitest';
import { mount, until } from '../support/mount.tsx';
import { startServer } from '../support/server.ts';
import { StoreTicker, StreamTicker, type Ticker } from '../support/tickers.tsx';
import { Work } from '../support/work.tsx';

function Page(props: {
  Ticker: Ticker;
  url: string;
  onTick: (count: number) => void;
  onWork: (version: number, time: number) => void;
}) {
  const { Ticker, url, onTick, onWork } = props;
  const [version, setVersion] = useState(0);
  const [, startTransition] = useTransition();
  const turn = () => {
    startTransition(() => {
      setVersion((before) => before + 1);
    });
  };
  return (
    <>
      <button onClick={turn}>Turn the page</button>
      <Ticker url={url} onCommit={onTick} />
      <Work ms={120} version={version} onCommit={onWork} />
    </>
  );
}

/** Renders the page and waits for the stream to flow. */
async function openPage(Ticker: Ticker, rate: number) {
  const server = await startServer();
  const ticks: number[] = [];
  const commits: number[] = [];
  const { container } = mount(
    <Page
      Ticker={Ticker}
      url={`${server.url}/numbers?rate=${String(rate)}`}
      onTick={(count) => ticks.push(count)}
      onWork={(version, time) => (commits[version] = time)}
    />,
  );
  const ticking = (more: number) => {
    const target = ticks.length + more;
    return until(() => ticks.length >= target);
  };
  const turn = () => {
    container.querySelector('button')?.click();
    return performance.now();
  };
  await ticking(10);
  return { server, commits, ticking, turn };
}

const rates = [60, 250, 1_000];

test.each(rates)(
  'a transition with 120 ms of work commits within 400 ms under %i updates a second',
  async (rate) => {
    const { commits, ticking, turn } = await openPage(StreamTicker, rate);
    const took: number[] = [];
    for (let version = 1; version <= 5; version++) {
      const begin = turn();
      await until(() => commits[version] !== undefined);
      took.push((commits[version] ?? Infinity) - begin);
      await ticking(2);
    }

    // What else the machine does can only add to it: the fastest is the one to hold to the bound.
    expect(Math.min(...took)).toBeLessThan(400);
  },
);

test.each(rates)(
  'a control with useSyncExternalStore alone holds that transition up as long as %i updates a second come',
  async (rate) => {
    const { server, commits, ticking, turn } = await openPage(StoreTicker, rate);
    turn();
    await ticking(60);
    expect(commits[1]).toBeUndefined();

    await server.kill();
    await until(() => commits[1] !== undefined);
  },
);

import { createParser } from 'eventsource-parser';
import { useEventStream } from 'use-event-stream';
import { useEffect } from 'react';
import { expect, test } from 'vitest';
import { isWebKit } from '../support/engine.ts';
import { mount } from '../support/mount.tsx';
import { startServer } from '../support/server.ts';

/** How long each reader reads, in milliseconds. */
const turn = 1_500;

/** Counts the frames that are drawn; gives how many a second there were, and stops. */
function watchFrames(): () => number {
  const start = performance.now();
  let count = 0;
  let request = requestAnimationFrame(function drawn() {
    count += 1;
    request = requestAnimationFrame(drawn);
  });
  return () => {
    cancelAnimationFrame(request);
    return (count * 1_000) / (performance.now() - start);
  };
}

/** Reads for a turn without a hook, and parses what comes; gives the events a second. */
async function readByHand(url: string): Promise<number> {
  const control = new AbortController();
  const { body } = await fetch(url, { signal: control.signal });
  if (!body) throw new Error('There is no body.');
  let events = 0;
  const parser = createParser({ onEvent: () => (events += 1) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const start = performance.now();
  while (performance.now() < start + turn) {
    const { value } = await reader.read();
    parser.feed(decoder.decode(value, { stream: true }));
  }
  control.abort();
  return (events * 1_000) / (performance.now() - start);
}

/** Shows the last of the numbers that have come one after the other: one that is missing or comes twice stops it. */
function Count(props: { url: string; onCommit: (count: number) => void }) {
  const { url, onCommit } = props;
  const { data } = useEventStream(url, {
    initial: 0,
    reduce: (count: number, events) =>
      events.reduce((last, { data }) => (Number(data) === last + 1 ? last + 1 : last), count),
  });
  useEffect(() => {
    onCommit(data);
  }, [data, onCommit]);
  return data;
}

/** Reads with the hook for a turn at least; gives the events and the frames a second. */
async function readWithHook(url: string): Promise<{ events: number; frames: number }> {
  let last = 0;
  let commits = 0;
  const start = performance.now();
  const frames = watchFrames();
  const page = mount(
    <Count
      url={url}
      onCommit={(count) => {
        last = count;
        commits += 1;
      }}
    />,
  );
  await expect.poll(() => performance.now() > start + turn && commits > 2).toBe(true);
  page.unmount();
  page.store.close();
  return { events: (last * 1_000) / (performance.now() - start), frames: frames() };
}

/** With how much data each event comes, as a price or a line has it, in characters. */
const sizes = [20, 200];

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

// On a quiet machine it is 30 frames and more, and half of by hand: what is asked for here holds on a busy one too.
test.each(sizes)(
  'a flood of events of %i characters leaves the page its frames, and none is lost',
  async (size) => {
    const server = await startServer();
    const flood = `${server.url}/numbers?burst=100&pad=${String(size)}`;
    const frames: number[] = [];
    const ratios: number[] = [];
    for (const round of [1, 2, 3, 4, 5]) {
      // It is cut once, and so the server is known to resume.
      const read = await readWithHook(`${flood}&first=100&hook=${String(round)}`);
      frames.push(read.frames);
      // A reader by hand stands still in WebKit, where nothing holds the server back.
      const byHand = isWebKit ? 0 : await readByHand(`${flood}&hand=${String(round)}`);
      ratios.push(read.events / byHand);
    }
    const ratio = isWebKit ? '' : `, ${median(ratios).toFixed(2)} of by hand`;
    console.info(`flood: ${median(frames).toFixed(0)} frames a second${ratio}`);
    expect(median(frames)).toBeGreaterThan(20);
    expect(median(ratios)).toBeGreaterThan(0.2);
  },
);

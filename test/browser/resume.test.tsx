import { useEventStream, type ConnectionState } from 'use-event-stream';
import { useEffect } from 'react';
import { expect, test } from 'vitest';
import { isFirefox, isWebKit } from './support/engine.ts';
import { makeStore, mount, until } from './support/mount.tsx';
import { startServer } from './support/server.ts';

const numbers = Array.from({ length: 1_000 }, (_, index) => index + 1);
const deaths = [137, 402, 733];

interface Shown {
  state: ConnectionState;
  data: readonly number[];
}

function Numbers(props: {
  url: string;
  transport: 'fetch' | 'eventsource';
  onNumber: (number: number) => void;
  onCommit: (shown: Shown) => void;
}) {
  const { url, transport, onNumber, onCommit } = props;
  const state = useEventStream(url, {
    transport,
    reconnect: { delay: 100, maxDelay: 200 },
    initial: new Array<number>(),
    reduce: (all, events) => [...all, ...events.map(({ data }) => Number(data))],
    onEvent: ({ data }) => {
      onNumber(Number(data));
    },
  });
  useEffect(() => {
    onCommit({ state, data: state.data });
  });
  return state.data.length;
}

/** The last number that is shown, once so many tries were begun behind it: all but the last found nobody listening. */
function lastBeforeLoss(commits: readonly Shown[], tries: number): number {
  const last = commits.at(-1)?.data.length ?? 0;
  const waiting = commits.filter(
    ({ state, data }) => data.length === last && state.status === 'reconnecting',
  );
  return new Set(waiting.map(({ state }) => state.attempt)).size >= tries ? last : 0;
}

// Firefox's EventSource gives up on a server of another origin that cannot be reached, and the next one knows no id:
// there the server is back before the first try.
const outages = {
  fetch: { tries: 2, retry: 100 },
  eventsource: isFirefox ? { tries: 1, retry: 1_000 } : { tries: 2, retry: 100 },
};

test.each(['fetch', 'eventsource'] as const)(
  '1,000 numbers come once each and in order over %s, though the server dies three times in mid-stream',
  async (transport) => {
    const server = await startServer(deaths);
    const { tries, retry } = outages[transport];
    const target = `/numbers?count=1000&rate=2000&retry=${String(retry)}`;
    const heard: number[] = [];
    const commits: Shown[] = [];
    mount(
      <Numbers
        url={server.url + target}
        transport={transport}
        onNumber={(number) => heard.push(number)}
        onCommit={(shown) => commits.push(shown)}
      />,
    );
    const losses: string[] = [];
    for (const death of deaths) {
      const before = Number(losses.at(-1) ?? 0);
      await until(() => lastBeforeLoss(commits, tries) > before);
      const last = lastBeforeLoss(commits, tries);
      // The end of what was written may have died with the server.
      expect(last).toBeLessThanOrEqual(death);
      losses.push(String(last));
      await server.restart();
    }
    await until(() => commits.at(-1)?.data.length === 1_000);

    expect(heard).toEqual(numbers);
    expect(commits.at(-1)?.data).toEqual(numbers);
    expect((await server.traffic(target)).lastEventIds).toEqual(['', ...losses]);
  },
);

/** A header's bytes, as Node shows them. */
const asBytes = (text: string) =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');

test.each(['fetch', 'eventsource'] as const)(
  'an id outside ASCII goes back over %s in UTF-8',
  async (transport) => {
    const id = 'Grüße ✓';
    const server = await startServer();
    const query = new URLSearchParams({ body: `retry: 100\nid: ${id}\ndata: one\n\n` });
    const target = `/text?${query.toString()}`;
    let heard = 0;
    makeStore().subscribe(
      { url: server.url + target, transport, reconnect: { delay: 100 } },
      { onEvents: ({ length }) => (heard += length) },
    );
    await until(() => heard > 0);
    await server.restart();
    await until(async () => (await server.traffic(target)).requests > 1);

    // WebKit's `fetch` takes the bytes for text and encodes them once more.
    const sent = transport === 'fetch' && isWebKit ? asBytes(asBytes(id)) : asBytes(id);
    expect((await server.traffic(target)).lastEventIds).toEqual(['', sent]);
  },
);

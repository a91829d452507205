import {
  experimental_streamedQuery as streamedQuery,
  QueryClient,
  QueryClientProvider,
  useQuery,
} from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import { createConnectionStore, json, type ConnectionStore } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { eventStream } from '../support/eventSource.ts';
import { serve } from '../support/httpServer.ts';

interface Price {
  symbol: string;
  price: number;
}

/** What the page "Iterables and other libraries" shows, with a store and a url of the test. */
function Prices({ store, url }: { store: ConnectionStore; url: string }) {
  const { data = [], fetchStatus } = useQuery({
    queryKey: ['prices', url],
    queryFn: streamedQuery({
      streamFn: ({ signal }) => store.events(url, { parse: json<Price>, until: 'end', signal }),
      reducer: (prices: readonly Price[], { data }) => [...prices, data].slice(-2),
      initialValue: [],
    }),
    retry: false,
  });
  return <p aria-busy={fetchStatus === 'fetching'}>{data.map(({ price }) => price).join()}</p>;
}

const price = (value: number) => `data: {"symbol":"A","price":${value}}\n\n`;

test('streamedQuery of TanStack Query shows the newest, and leaves when it is unmounted', async () => {
  const sent: ((text: string) => void)[] = [];
  const server = await serve((_, response) => {
    response.writeHead(200, eventStream);
    sent.push((text) => response.write(text));
    response.flushHeaders();
  });
  const store = createConnectionStore({ defaults: { linger: 0 } });
  const client = new QueryClient();
  onTestFinished(() => {
    store.close();
    client.clear();
  });
  const show = () =>
    render(
      <QueryClientProvider client={client}>
        <Prices store={store} url={server.url} />
      </QueryClientProvider>,
    );
  const { unmount } = show();
  await expect.poll(() => sent.length).toBe(1);
  sent[0]?.(price(1) + price(2) + price(3));
  await screen.findByText('2,3');
  expect(store.connections()).toHaveLength(1);
  unmount();
  await expect.poll(() => store.connections()).toEqual([]);
  show();
  await expect.poll(() => sent.length).toBe(2);
  sent[1]?.(`${price(4)}event: end\ndata: {"symbol":"A","price":5}\n\n`);
  await screen.findByText('4,5');
  await expect.poll(() => screen.getByText('4,5').ariaBusy).not.toBe('true');
  expect(store.connections()).toEqual([]);
});

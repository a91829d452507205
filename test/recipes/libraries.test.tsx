import { configureStore } from '@reduxjs/toolkit';
import { createApi, fakeBaseQuery } from '@reduxjs/toolkit/query';
import { render, screen } from '@testing-library/react';
import { createMemoryRouter, RouterProvider, useLoaderData } from 'react-router';
import useSWRSubscription from 'swr/subscription';
import { StreamProvider, json, useEventStream } from 'use-event-stream';
import { createConnectionStore, type ConnectionStore } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { eventStream } from '../support/eventSource.ts';
import { serve } from '../support/httpServer.ts';

interface Price {
  symbol: string;
  price: number;
}

const block = (id: number) =>
  `id: ${String(id)}\ndata: ${JSON.stringify({ symbol: 'A', price: id })}\n\n`;

/** A server whose streams the test writes, and a store. */
async function setUp() {
  const asked: { id: string | null; send: (text: string) => void }[] = [];
  const server = await serve((request, response) => {
    const id = request.headers['last-event-id'];
    response.writeHead(200, eventStream);
    response.flushHeaders();
    asked.push({
      id: typeof id === 'string' ? id : null,
      send: (text) => {
        response.write(text);
      },
    });
  });
  const store = createConnectionStore({ defaults: { linger: 0 } });
  onTestFinished(() => {
    store.close();
  });
  const connected = async (count: number) => {
    await expect.poll(() => asked.length).toBe(count);
    const last = asked[count - 1];
    if (!last) throw new Error('Nobody asked.');
    return last;
  };
  return { url: server.url, store, asked, connected };
}

/** What the page "Iterables and other libraries" shows, with a store and a url of the test. */
const apiOf = (store: ConnectionStore, url: string) =>
  createApi({
    baseQuery: fakeBaseQuery(),
    endpoints: (build) => ({
      prices: build.query<Price[], string>({
        queryFn: () => ({ data: [] }),
        keepUnusedDataFor: 0,
        async onCacheEntryAdded(_, entry) {
          await entry.cacheDataLoaded;
          const prices = store.events(url, { parse: json<Price> });
          void entry.cacheEntryRemoved.then(() => prices.return());
          for await (const { data } of prices) {
            entry.updateCachedData((draft) => {
              draft.push(data);
              draft.splice(0, draft.length - 2);
            });
          }
        },
      }),
    }),
  });

test('onCacheEntryAdded of RTK Query keeps an entry up to date, and leaves with it', async () => {
  const { url, store, connected } = await setUp();
  const api = apiOf(store, url);
  const redux = configureStore({
    reducer: { [api.reducerPath]: api.reducer },
    middleware: (defaults) => defaults().concat(api.middleware),
  });
  const query = redux.dispatch(api.endpoints.prices.initiate('A'));
  const { send } = await connected(1);
  send(block(1) + block(2) + block(3));
  const prices = () => api.endpoints.prices.select('A')(redux.getState()).data;
  await expect.poll(prices).toEqual([
    { symbol: 'A', price: 2 },
    { symbol: 'A', price: 3 },
  ]);
  query.unsubscribe();
  await expect.poll(() => store.connections()).toEqual([]);
});

function LastPrice({ store, url }: { store: ConnectionStore; url: string }) {
  const { data, error } = useSWRSubscription<Price, Error, string>(url, (key, { next }) => {
    const prices = store.events(key, { parse: json<Price> });
    const read = async () => {
      for await (const { data: price } of prices) next(null, price);
    };
    read().catch((cause: unknown) => {
      next(cause as Error);
    });
    return () => void prices.return();
  });
  return <p>{error ? error.message : data?.price}</p>;
}

test('a subscription of SWR shows the newest event, and leaves when it is unmounted', async () => {
  const { url, store, connected } = await setUp();
  const { unmount } = render(<LastPrice store={store} url={url} />);
  const { send } = await connected(1);
  send(block(1));
  await screen.findByText('1');
  send(block(2));
  await screen.findByText('2');
  unmount();
  await expect.poll(() => store.connections()).toEqual([]);
});

test('a loader of React Router gives the first event, and a hook goes on after it', async () => {
  const { url, store, connected, asked } = await setUp();
  const loader = async ({ request: { signal } }: { request: Request }) => {
    const prices = store.events(url, { parse: json<Price>, signal });
    for await (const { data, lastEventId } of prices) return { first: data, lastEventId };
    throw new Error('There is no price today.');
  };
  function Page() {
    const { first, lastEventId } = useLoaderData<typeof loader>();
    const options = { parse: json<Price>, initialLastEventId: lastEventId };
    const { data = first } = useEventStream(url, options);
    return <p>{data.price}</p>;
  }
  const router = createMemoryRouter([
    { path: '/', loader, element: <Page />, HydrateFallback: () => null },
  ]);
  render(
    <StreamProvider store={store}>
      <RouterProvider router={router} />
    </StreamProvider>,
  );
  const first = await connected(1);
  first.send(block(7));
  await screen.findByText('7');
  const second = await connected(2);
  expect(asked.map(({ id }) => id)).toEqual([null, '7']);
  second.send(block(8));
  await screen.findByText('8');
});

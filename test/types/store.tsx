/** Stores, the provider, and the core without React. */
import type { ReactNode } from 'react';
import {
  createConnectionStore,
  StreamProvider,
  type Attempt,
  type Clock,
  type ConnectionState,
  type ConnectionStore,
  type Controls,
  type EventIterator,
  type HeadersOption,
  type ReconnectPolicy,
  type RequestOptions,
  type StoreOptions,
  type StreamEvent,
  type StreamOptions,
  type StreamUrl,
} from 'use-event-stream';
import * as core from 'use-event-stream/core';
import { typeOf } from './equal.ts';

declare function useSession(): {
  userId: string;
  getToken: (signal: AbortSignal) => Promise<string>;
};

export function App({ children }: { children: ReactNode }) {
  const { userId, getToken } = useSession();
  const headers = async ({ signal }: Attempt) => ({
    authorization: `Bearer ${await getToken(signal)}`,
  });
  return (
    <StreamProvider key={userId} baseUrl="https://api.example.com" defaults={{ headers }}>
      {children}
    </StreamProvider>
  );
}

export function Inherits({ getToken, children }: Session) {
  return (
    <StreamProvider
      defaults={{
        headers: async ({ signal, error, attempt, lastEventId }) => {
          typeOf(attempt).is<number>();
          typeOf(lastEventId).is<string>();
          const isRefused = error?.kind === 'http' && error.status === 401;
          return { authorization: await getToken(signal), 'x-refused': String(isRefused) };
        },
      }}
    >
      {children}
    </StreamProvider>
  );
}

interface Session {
  getToken: (signal: AbortSignal) => Promise<string>;
  children: ReactNode;
}

export const store = createConnectionStore({ replay: 100 });
export const logOut = () => {
  store.close();
};

export function WithStore({ children }: { children: ReactNode }) {
  return <StreamProvider store={store}>{children}</StreamProvider>;
}

export function StoreAndOptions() {
  // @ts-expect-error a store has its options already
  return <StreamProvider store={store} baseUrl="/api" />;
}

const policy: Partial<ReconnectPolicy> = {
  maxAttempts: 3,
  shouldReconnect: (error, attempt) => error.kind === 'network' && attempt < 3,
};
const headers: HeadersOption = ({ lastEventId }) => [['x-from', lastEventId]];
const request: RequestOptions = { headers, reconnect: policy, share: 'prices', body: () => 'x' };
const options: StoreOptions = { defaults: request, baseUrl: undefined };
const streamOptions: StreamOptions = { ...request, until: { data: '[DONE]' } };
export const optionsOfAll = { options, streamOptions };

/** The store of `./core` is the one that the hooks take. */
export const coreStore: ConnectionStore = core.createConnectionStore(options);

export function watch(url: StreamUrl, show: (state: ConnectionState) => void): () => void {
  if (!url) return () => undefined;
  const leave = coreStore.subscribe(
    { url, ...request, format: 'ndjson', events: ['price'] },
    {
      onEvents(events) {
        // What was not decoded is not known either.
        typeOf(events).is<readonly StreamEvent<unknown>[]>();
      },
      onState: show,
    },
  );
  return leave;
}

export async function iterate(signal: AbortSignal) {
  const texts = store.events('/api/log', { signal, until: 'end', maxEvents: 10 });
  typeOf(texts).is<EventIterator<StreamEvent>>();
  typeOf(texts.dropped).is<number>();
  for await (const { data } of texts) typeOf(data).is<string>();
  for await (const { data } of store.events('/api', { format: 'bytes' })) {
    typeOf(data.byteLength).is<number>();
  }
  const events = { price: core.json<{ price: number }>, note: 'text' } as const;
  const named = store.events('/api', { events, failOn: ({ type }) => type === 'note' });
  for await (const event of named) {
    if (event.type === 'price') typeOf(event.data).is<{ price: number }>();
    else typeOf(event.data).is<string>();
  }
  // @ts-expect-error a stream has an address
  store.events(null);
  // @ts-expect-error what a hook alone has
  store.events('/api', { reduce: () => 0, initial: 0 });
}

export const openUrls = () =>
  store.connections().map(({ url, state: { status } }) => [url, status]);

export const still: Clock = {
  now: () => 0,
  random: () => 0.5,
  frame: () => () => undefined,
  timeout: () => () => undefined,
  idle: () => () => undefined,
};

/** All buttons of a stream. */
export function Buttons({ close, reconnect, clear, pause, resume, paused, start }: Controls) {
  return (
    <>
      <button onClick={close} />
      <button onClick={reconnect} />
      <button onClick={clear} />
      <button onClick={paused ? resume : pause} />
      <button
        onClick={() => {
          start();
        }}
      />
    </>
  );
}

// @ts-expect-error a negative or unknown word is caught where it can be
createConnectionStore({ defaults: { transport: 'websocket' } });
// @ts-expect-error the core knows nothing of React
export const absent: unknown = core.useEventStream;

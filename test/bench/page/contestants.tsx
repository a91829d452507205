import { fetchEventSource } from '@microsoft/fetch-event-source';
import {
  experimental_streamedQuery as streamedQuery,
  QueryClient,
  useQuery,
} from '@tanstack/react-query';
import { createEventSource } from 'eventsource-client';
import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react';
import { SSEProvider, useSSE } from 'react-hooks-sse';
import { useEventSource } from 'react-use-websocket';
import useSWRSubscription from 'swr/subscription';
import { json, useEventStream } from 'use-event-stream';
import { useReference } from './reference.ts';

interface Item {
  n: number;
}

/** What one contestant is asked to do: tell of every event, and show the last hundred. */
export interface Task {
  url: string;
  /** To be called once for every event. */
  onEvent: () => void;
  /** To be called after every commit, with the text of the newest event. */
  onShown: (newest: string) => void;
}

const kept = 100;

/** The last hundred, the same for all contestants. */
function List({ rows, onShown }: { rows: readonly string[]; onShown: Task['onShown'] }) {
  useLayoutEffect(() => {
    const newest = rows.at(-1);
    if (newest !== undefined) onShown(newest);
  });
  return (
    <ol>
      {rows.map((text, index) => (
        <li key={index}>{text}</li>
      ))}
    </ol>
  );
}

/** The client that the query among the contestants uses. */
export const queryClient = new QueryClient();
const identity = (data: string) => data;
const parsed = (data: string) => JSON.parse(data) as Item;
const textOf = ({ n }: Item) => `{"n":${String(n)}`;

/** The events of a stream as an async iterable, for the query that wants one. */
async function* iterate(url: string, onEvent: () => void) {
  for await (const { data } of createEventSource({ url })) {
    onEvent();
    yield data;
  }
}

function HooksSseList({ onEvent, onShown }: Omit<Task, 'url'>) {
  const rows = useSSE<readonly string[], string>('message', [], {
    parser: String,
    stateReducer(before, { data }) {
      onEvent();
      return [...before.slice(1 - kept), data];
    },
  });
  return <List rows={rows} onShown={onShown} />;
}

function Own({ url, onEvent, onShown }: Task) {
  const { events } = useEventStream(url, { onEvent });
  return <List rows={events.map(({ data }) => data)} onShown={onShown} />;
}

function OwnOverEventSource({ url, onEvent, onShown }: Task) {
  const { events } = useEventStream(url, { onEvent, transport: 'eventsource' });
  return <List rows={events.map(({ data }) => data)} onShown={onShown} />;
}

function OwnWithoutOnEvent({ url, onShown }: Task) {
  const { events } = useEventStream(url);
  return <List rows={events.map(({ data }) => data)} onShown={onShown} />;
}

function ByHand({ url, onEvent, onShown }: Task) {
  return <List rows={useReference(url, identity, onEvent)} onShown={onShown} />;
}

function OwnParsing({ url, onShown }: Task) {
  const { events } = useEventStream(url, { parse: json<Item> });
  return <List rows={events.map(({ data }) => textOf(data))} onShown={onShown} />;
}

function ByHandParsingEach({ url, onEvent, onShown }: Task) {
  const rows = useReference(url, parsed, onEvent);
  return <List rows={rows.map(textOf)} onShown={onShown} />;
}

function EventSourceWithSetState({ url, onEvent, onShown }: Task) {
  const [rows, setRows] = useState<readonly string[]>([]);
  useEffect(() => {
    const source = new EventSource(url);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      onEvent();
      setRows((before) => [...before.slice(1 - kept), data]);
    };
    return () => {
      source.close();
    };
  }, [url, onEvent]);
  return <List rows={rows} onShown={onShown} />;
}

function ReactHooksSse({ url, onEvent, onShown }: Task) {
  return (
    <SSEProvider endpoint={url}>
      <HooksSseList onEvent={onEvent} onShown={onShown} />
    </SSEProvider>
  );
}

function ReactUseWebsocket({ url, onEvent, onShown }: Task) {
  const [rows, setRows] = useState<readonly string[]>([]);
  const [events] = useState(() => ({
    message({ data }: MessageEvent<string>) {
      onEvent();
      setRows((before) => [...before.slice(1 - kept), data]);
    },
  }));
  useEventSource(url, { events });
  return <List rows={rows} onShown={onShown} />;
}

function SwrSubscription({ url, onEvent, onShown }: Task) {
  const { data: rows = [] } = useSWRSubscription<readonly string[], unknown, string>(
    url,
    (key, { next }) => {
      const source = new EventSource(key);
      source.onmessage = ({ data }: MessageEvent<string>) => {
        onEvent();
        next(null, (before = []) => [...before.slice(1 - kept), data]);
      };
      return () => {
        source.close();
      };
    },
  );
  return <List rows={rows} onShown={onShown} />;
}

function StreamedQuery({ url, onEvent, onShown }: Task) {
  const { data: rows = [] } = useQuery(
    {
      queryKey: [url],
      queryFn: streamedQuery({ streamFn: () => iterate(url, onEvent) }),
    },
    queryClient,
  );
  return <List rows={rows.slice(-kept)} onShown={onShown} />;
}

function FetchEventSource({ url, onEvent, onShown }: Task) {
  const [rows, setRows] = useState<readonly string[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    void fetchEventSource(url, {
      signal: controller.signal,
      onmessage({ data }) {
        onEvent();
        setRows((before) => [...before, data]);
      },
    });
    return () => {
      controller.abort();
    };
  }, [url, onEvent]);
  return <List rows={rows.slice(-kept)} onShown={onShown} />;
}

/** By the name that the tables show. */
export const contestants: Readonly<Record<string, (task: Task) => ReactNode>> = {
  'use-event-stream': Own,
  'use-event-stream over EventSource': OwnOverEventSource,
  'use-event-stream without onEvent': OwnWithoutOnEvent,
  'written by hand': ByHand,
  "use-event-stream, parse: 'json'": OwnParsing,
  'written by hand, parses each': ByHandParsingEach,
  'EventSource with setState': EventSourceWithSetState,
  'react-hooks-sse': ReactHooksSse,
  'react-use-websocket': ReactUseWebsocket,
  'SWR subscription': SwrSubscription,
  streamedQuery: StreamedQuery,
  'fetch-event-source': FetchEventSource,
};

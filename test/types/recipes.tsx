/** Whole components, as users write them. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import {
  json,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type StreamEvent,
} from 'use-event-stream';
import { z } from 'zod';
import { typeOf } from './equal.ts';

const NotificationSchema = z.object({ id: z.string(), title: z.string() });

export function Bell() {
  const { events, status, clear } = useEventStream('/api/notifications', {
    transport: 'eventsource',
    credentials: 'include',
    schema: NotificationSchema,
    maxEvents: 20,
  });
  return (
    <button onClick={clear} aria-busy={status !== 'open'}>
      {events.length}
      <ul>
        {events.map((event) => (
          <li key={event.data.id}>{event.data.title}</li>
        ))}
      </ul>
    </button>
  );
}

interface JobPageProps {
  jobId: string | null;
  setJobId: (id: string) => void;
}

export function JobPage({ jobId, setJobId }: JobPageProps) {
  const url = jobId && `/api/jobs/${jobId}/events`;
  const job = useStreamProgress(url, {
    events: ['progress'],
    steps: ['build', 'test', { name: 'deploy', weight: 3 }],
    until: 'done',
  });
  const log = useLogTail(url, { events: ['log'], until: 'done' });
  const start = async () => {
    const response = await fetch('/api/jobs', { method: 'POST' });
    setJobId(((await response.json()) as { id: string }).id);
  };
  const cancel = async () => {
    await fetch(`/api/jobs/${jobId ?? ''}`, { method: 'DELETE' });
    job.cancel();
  };
  if (job.status === 'idle') return <button onClick={() => void start()}>Run</button>;
  const { status, error } = job;
  return (
    <section>
      <div {...job.progressProps} />
      <ol>
        {job.steps.map((step) => (
          <li key={step.name}>
            {step.name} {step.status}
          </li>
        ))}
      </ol>
      {status === 'failed' && <p role="alert">{error.message}</p>}
      <pre>{log.lines.map((line) => line.text + '\n')}</pre>
      <button onClick={() => void cancel()}>Cancel</button>
    </section>
  );
}

interface Message {
  role: 'user' | 'assistant';
  content: string;
}

const Delta = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().optional() }) })),
});
const tokenOf = ({ data }: StreamEvent<z.infer<typeof Delta>>) =>
  data.choices[0]?.delta.content ?? '';

export function Chat() {
  const [messages, setMessages] = useState<Message[]>([]);
  const answer = useEventStream('/api/chat', {
    manual: true,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    schema: Delta,
    until: { data: '[DONE]' },
    initial: '',
    reduce: (text, events) => text + events.map(tokenOf).join(''),
    onClose: ({ data }) => {
      typeOf(data).is<string>();
      if (data) setMessages((before) => [...before, { role: 'assistant', content: data }]);
    },
  });
  const ask = (history: Message[]) => {
    setMessages(history);
    answer.start({ body: JSON.stringify({ messages: history, stream: true }) });
  };
  const regenerate = () => {
    const last = messages.findLastIndex(({ role }) => role === 'user');
    ask(messages.slice(0, last + 1));
  };
  const send = (form: FormData) => {
    const question = form.get('question');
    if (typeof question === 'string') ask([...messages, { role: 'user', content: question }]);
  };
  const isBusy = answer.status === 'connecting' || answer.status === 'open';
  return (
    <>
      <ul>
        {messages.map((message, index) => (
          <li key={index}>{message.content}</li>
        ))}
        {isBusy && <li aria-live="polite">{answer.data}</li>}
      </ul>
      <form action={send}>
        <input name="question" />
      </form>
      {isBusy ? (
        <button onClick={answer.close}>Stop</button>
      ) : (
        <button onClick={regenerate}>Regenerate</button>
      )}
    </>
  );
}

interface Item {
  id: string;
  title: string;
}

interface FeedProps {
  items: Item[];
  lastEventId: string;
}

const newestFirst = (all: Item[], events: readonly { data: Item }[]) =>
  [...events.map(({ data }) => data), ...all].slice(0, 50);

/** Options that are made elsewhere keep their types. */
const feedOptions = ({ items, lastEventId }: FeedProps) => ({
  initial: items,
  initialLastEventId: lastEventId,
  parse: json<Item>,
  reduce: newestFirst,
});

export function Feed(props: FeedProps) {
  const { data, status, error } = useEventStream('/api/feed', feedOptions(props));
  typeOf(data).is<Item[]>();
  if (status === 'failed') throw error;
  return (
    <ul>
      {data.map((item) => (
        <li key={item.id}>{item.title}</li>
      ))}
    </ul>
  );
}

export function FeedInPlace({ items, lastEventId }: FeedProps) {
  const { data } = useEventStream('/api/feed', {
    initial: items,
    initialLastEventId: lastEventId,
    parse: json<Item>,
    reduce: (all, events) => [...events.map((event) => event.data), ...all].slice(0, 50),
  });
  return (
    <ul>
      {data.map((item) => (
        <li key={item.id}>{item.title}</li>
      ))}
    </ul>
  );
}

export function LiveCache() {
  const client = useQueryClient();
  useEventStream('/api/changes', {
    events: { todo: json<{ id: string }>, user: json<{ id: string; name: string }> },
    maxEvents: 0,
    onEvents: (events) => {
      for (const event of events) {
        if (event.type === 'user') client.setQueryData(['user', event.data.id], event.data);
      }
      if (events.some((event) => event.type === 'todo')) {
        void client.invalidateQueries({ queryKey: ['todos'] });
      }
    },
    onOpen: ({ attempt, resumed }) => {
      if (attempt > 0 && !resumed) void client.invalidateQueries();
    },
  });
  return null;
}

export function Typing({ room }: { room: string }) {
  const { events } = useEventStream(`/api/rooms/${room}`, {
    events: { typing: json<{ user: string }> },
    maxAge: 5_000,
  });
  return <p>{[...new Set(events.map((event) => event.data.user))].join(', ')} typing</p>;
}

declare function Line(props: { points: readonly (readonly [number, number])[] }): ReactNode;

export function Chart() {
  const { events } = useEventStream('/api/cpu', {
    schema: z.object({ t: z.number(), v: z.number() }),
    maxAge: 5 * 60_000,
    throttle: 100,
  });
  const points = useMemo(() => events.map(({ data }) => [data.t, data.v] as const), [events]);
  return <Line points={points} />;
}

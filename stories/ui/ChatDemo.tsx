import { useCallback, useEffect, useState } from 'react';
import { createConnectionStore, StreamProvider, type ConnectionStore } from 'use-event-stream';
import { anthropicMessages, openaiChat, openaiResponses, uiMessages } from 'use-event-stream/ai';
import type { Demo } from '../demo.tsx';
import { Chat } from '../docs/client/Chat.tsx';
import type { ChatFormat } from '../server/chatWires.ts';
import type { ChatReport, Trouble } from '../server/session.ts';
import { Card } from './Card.tsx';
import { Figure } from './ReceivedNumbers.tsx';

const formats = { openaiChat, openaiResponses, anthropicMessages, uiMessages };

const labels: Readonly<Record<ChatFormat, string>> = {
  openaiChat: 'OpenAI chat completions',
  openaiResponses: 'OpenAI responses',
  anthropicMessages: 'Anthropic messages',
  uiMessages: 'AI SDK UI messages',
};
const names = Object.keys(labels) as ChatFormat[];

const troubles: readonly { readonly trouble: Trouble; readonly label: string }[] = [
  { trouble: 'fail', label: 'fails in the middle' },
  { trouble: 'refuse', label: 'is refused' },
  { trouble: 'busy', label: 'has to wait (429)' },
  { trouble: 'cut', label: 'is cut in mid-sentence' },
];

/** How long a page takes that is loaded again, in milliseconds. */
const RELOAD = 400;

/** The chat of the recipe, with what the server is to do to its next answer. */
export function ChatDemo({ demo, interval = 30 }: { demo: Demo; interval?: number }) {
  const [format, setFormat] = useState<ChatFormat>('openaiChat');
  const { store, reload } = usePage(demo.store);
  return (
    <Card title="Ask about event streams">
      <p className="footnote">Try “How does it reconnect?” or “Why not WebSockets?”</p>
      <div className="chat-page">
        {store && (
          <StreamProvider store={store}>
            <Chat
              key={format}
              id={`chat-${demo.session}-${format}`}
              url={demo.url(`/api/chat?interval=${interval}&format=${format}`)}
              format={formats[format]}
            />
          </StreamProvider>
        )}
      </div>
      <div className="toolbar" role="group" aria-label="Page">
        <label>
          Wire format{' '}
          <select
            value={format}
            onChange={({ target }) => {
              setFormat(names.find((name) => name === target.value) ?? 'openaiChat');
            }}
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {labels[name]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={reload}>
          Reload the page
        </button>
      </div>
      <Server demo={demo} />
    </Card>
  );
}

/** A page that can be loaded again: nothing of the one before is left but its storage. */
function usePage(first: ConnectionStore) {
  const [store, setStore] = useState<ConnectionStore | null>(first);
  const reload = () => {
    setStore(null);
    setTimeout(() => {
      setStore(createConnectionStore());
    }, RELOAD);
  };
  return { store, reload };
}

/** How often the server is asked what it has seen, in milliseconds. */
const PACE = 500;

/** What the server is to do to the next answer, and what it has seen. */
function Server({ demo }: { demo: Demo }) {
  const [report, setReport] = useState<ChatReport | null>(null);
  const ask = useCallback(() => {
    // One that is not answered is followed by the next.
    demo.chats().then(setReport, () => undefined);
  }, [demo]);
  useEffect(() => {
    const timer = setInterval(ask, PACE);
    return () => {
      clearInterval(timer);
    };
  }, [ask]);
  return (
    <>
      <div className="toolbar" role="group" aria-label="The next answer">
        <span aria-hidden>The next answer</span>
        {troubles.map(({ trouble, label }) => (
          <button
            key={trouble}
            type="button"
            aria-pressed={report?.trouble === trouble}
            onClick={() => void demo.plan(trouble).then(ask)}
          >
            {label}
          </button>
        ))}
      </div>
      <dl className="figures figures-three" aria-label="What the server has seen">
        <Figure label="Asked (POST)" value={report?.asked ?? 0} />
        <Figure label="Resumed (GET)" value={report?.resumed ?? 0} />
        <Figure label="Stopped" value={report?.stopped ?? 0} />
      </dl>
    </>
  );
}

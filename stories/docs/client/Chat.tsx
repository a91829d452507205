import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { useEventStream, useSmoothText, type CloseReason } from 'use-event-stream';
import { openaiChat, type AiFormat } from 'use-event-stream/ai';
import { FollowEnd } from './FollowEnd.tsx';

/** `end` says why nothing is added to an answer any more: it is done, or was stopped by hand (`manual`). */
type Message = { id: string; role: 'user' | 'assistant'; content: string; end?: CloseReason };

const load = (id: string) => JSON.parse(sessionStorage.getItem(id) ?? '[]') as readonly Message[];

interface ChatProps {
  /** The name of the conversation, which is found by it after a reload. */
  id: string;
  url?: string;
  format?: AiFormat;
}

export function Chat({ id, url = '/api/chat', format = openaiChat }: ChatProps) {
  const [messages, setMessages] = useState(() => load(id));
  const [draft, setDraft] = useState('');
  const [edited, setEdited] = useState<number | undefined>(undefined);
  const [writing, setWriting] = useState<{ close: () => void } | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    sessionStorage.setItem(id, JSON.stringify(messages));
  }, [id, messages]);

  const answer = (history: readonly Message[]) => {
    setMessages([...history, { id: crypto.randomUUID(), role: 'assistant', content: '' }]);
  };
  const edit = (text: string, index: number | undefined) => {
    setDraft(text);
    setEdited(index);
    input.current?.focus();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const content = draft.trim();
    if (writing || content === '') return;
    answer([...messages.slice(0, edited), { id: crypto.randomUUID(), role: 'user', content }]);
    setDraft('');
    setEdited(undefined);
  };

  return (
    <>
      <FollowEnd label="Conversation" last={messages.at(-1)?.id ?? ''}>
        {messages.map((message, index) =>
          message.role === 'user' ? (
            <div key={message.id} className="bubble" data-role="user">
              <span className="visually-hidden">You: </span>
              {message.content}
              <button
                type="button"
                onClick={() => {
                  edit(message.content, index);
                }}
              >
                Edit
              </button>
            </div>
          ) : (
            <Answer
              key={message.id}
              url={url}
              format={format}
              message={message}
              history={messages.slice(0, index)}
              onWriting={setWriting}
              onEnd={(ended) => {
                setMessages((all) => all.map((each) => (each.id === ended.id ? ended : each)));
              }}
            />
          ),
        )}
        {messages.length > 0 && !writing && (
          <button
            type="button"
            onClick={() => {
              button.current?.focus();
              answer(messages.slice(0, -1));
            }}
          >
            {messages.at(-1)?.end ? 'Regenerate' : 'Try again'}
          </button>
        )}
      </FollowEnd>
      <form className="question" onSubmit={submit}>
        <input
          ref={input}
          aria-label={edited === undefined ? 'Your question' : 'Your question, edited'}
          placeholder="Your question"
          autoComplete="off"
          value={draft}
          onChange={({ target }) => {
            setDraft(target.value);
          }}
        />
        {edited !== undefined && (
          <button
            type="button"
            onClick={() => {
              edit('', undefined);
            }}
          >
            Cancel
          </button>
        )}
        <button
          ref={button}
          className="primary"
          type={writing ? 'button' : 'submit'}
          onClick={(event) => {
            if (!writing) return;
            // It sends again at once: this click is not to.
            event.preventDefault();
            writing.close();
            // To close is to look away: without this the answer would be written on.
            void fetch(`/api/runs/${messages.at(-1)?.id}/stop`, { method: 'POST' });
          }}
        >
          {writing ? 'Stop' : 'Send'}
        </button>
      </form>
    </>
  );
}

interface AnswerProps {
  url: string;
  format: AiFormat;
  message: Message;
  /** What it is to answer. */
  history: readonly Message[];
  onWriting: (writing: { close: () => void } | null) => void;
  onEnd: (message: Message) => void;
}

/** An answer with a stream of its own. */
function Answer({ url, format, message, history, onWriting, onEnd }: AnswerProps) {
  const { data, status, error, retryAt, close } = useEventStream(!message.end && url, {
    ...format,
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id: message.id, messages: history }),
    resume: () => ({ url: `/api/runs/${message.id}` }),
    persist: { key: message.id },
    onClose: ({ data: { text: content }, reason }) => {
      onEnd({ ...message, content, end: reason });
    },
  });
  const isBusy = status === 'connecting' || status === 'open' || status === 'reconnecting';
  useEffect(() => {
    onWriting(isBusy ? { close } : null);
  }, [isBusy, close, onWriting]);
  const text = useSmoothText(message.content || data.text);
  return (
    <>
      <div className="bubble" data-role="assistant" aria-busy={isBusy} hidden={!text && !isBusy}>
        <span className="visually-hidden">Answer: </span>
        {text}
      </div>
      {message.end === 'manual' && <p>Stopped</p>}
      {error && <p role="alert">{error.reason ?? 'The connection was lost.'}</p>}
      {retryAt && <p role="status">Next try at {new Date(retryAt).toLocaleTimeString()}</p>}
    </>
  );
}

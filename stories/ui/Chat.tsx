import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { useEventStream } from 'use-event-stream';
import { z } from 'zod';
import { Card } from './Card.tsx';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

const Completion = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().optional() }) })),
});

/** A conversation, and the answer that is being written to its last question. */
function useConversation(url: string) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const answer = useEventStream(url, {
    manual: true,
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    schema: Completion,
    until: { data: '[DONE]' },
    initial: '',
    reduce: (text, events) =>
      text + events.map(({ data }) => data.choices[0]?.delta.content ?? '').join(''),
    onClose: ({ data }) => {
      if (data) setMessages((before) => [...before, { role: 'assistant', content: data }]);
    },
  });
  const send = (history: readonly Message[]) => {
    setMessages(history);
    answer.start({ body: JSON.stringify({ messages: history }) });
  };
  const lastQuestion = messages.findLastIndex(({ role }) => role === 'user');
  return {
    messages,
    answer,
    ask: (content: string) => {
      send([...messages, { role: 'user', content }]);
    },
    regenerate: () => {
      send(messages.slice(0, lastQuestion + 1));
    },
  };
}

/** A question goes out by POST, the answer comes token by token and is folded into one text. */
export function Chat({ url }: { url: string }) {
  const { messages, answer, ask, regenerate } = useConversation(url);
  const isBusy = answer.status === 'connecting' || answer.status === 'open';
  return (
    <Card title="Ask about event streams">
      <Transcript
        messages={messages}
        pending={isBusy ? answer.data : null}
        error={answer.status === 'failed' ? answer.error.message : null}
      />
      <div className="toolbar">
        <button type="button" onClick={answer.close} disabled={!isBusy}>
          Stop
        </button>
        <button type="button" onClick={regenerate} disabled={isBusy || messages.length === 0}>
          Regenerate
        </button>
      </div>
      <QuestionForm disabled={isBusy} onAsk={ask} />
    </Card>
  );
}

interface TranscriptProps {
  messages: readonly Message[];
  /** The answer that is being written, or null. */
  pending: string | null;
  error: string | null;
}

function Transcript({ messages, pending, error }: TranscriptProps) {
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [messages, pending, error]);
  return (
    <div
      ref={scroller}
      className="scroller transcript"
      role="log"
      aria-label="Conversation"
      aria-busy={pending !== null}
      tabIndex={0}
    >
      {messages.length === 0 && (
        <p className="placeholder">Try “How does it reconnect?” or “Why not WebSockets?”</p>
      )}
      {messages.map(({ role, content }, index) => (
        <Bubble key={index} role={role} content={content} />
      ))}
      {pending !== null && <Bubble role="assistant" content={pending} writing />}
      {error && (
        <p role="alert" className="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function Bubble({ role, content, writing = false }: Message & { writing?: boolean }) {
  return (
    <div className="bubble" data-role={role} data-writing={writing}>
      <span className="visually-hidden">{role === 'user' ? 'You: ' : 'Answer: '}</span>
      {content}
    </div>
  );
}

function QuestionForm({ disabled, onAsk }: { disabled: boolean; onAsk: (text: string) => void }) {
  const [text, setText] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (disabled || text.trim() === '') return;
    onAsk(text.trim());
    setText('');
  };
  return (
    <form className="question" onSubmit={submit}>
      <input
        aria-label="Your question"
        placeholder="Your question"
        autoComplete="off"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
        }}
      />
      <button type="submit" className="primary" disabled={disabled}>
        Send
      </button>
    </form>
  );
}

import { useState } from 'react';
import { json, useEventStream } from 'use-event-stream';

interface Completion {
  choices: { delta: { content?: string } }[];
}

/** Asks by POST, and shows the answer as it is written. */
export function Answer() {
  const [asked, setAsked] = useState('');
  const { data, status, start } = useEventStream('chat?interval=2', {
    manual: true,
    method: 'POST',
    parse: json<Completion>,
    until: { data: '[DONE]' },
    initial: '',
    reduce: (text, events) =>
      text + events.map((event) => event.data.choices[0]?.delta.content ?? '').join(''),
  });
  const ask = (question: string) => {
    setAsked(question);
    start({ body: JSON.stringify({ messages: [{ content: question }] }) });
  };
  return (
    <section aria-label="Answer" data-status={status}>
      <button onClick={() => ask('Why a proxy?')}>Ask about proxies</button>
      <button onClick={() => ask('Why React?')}>Ask about React</button>
      <p>{asked}</p>
      <pre data-testid="answer">{data}</pre>
    </section>
  );
}

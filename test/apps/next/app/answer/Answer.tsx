'use client';

import { json, useEventStream } from 'use-event-stream';

interface Completion {
  choices: { delta: { content?: string } }[];
}

/** Asks by POST when it is told to, and shows the answer as it is written. */
export function Answer({ question }: { question: string }) {
  const { data, status, start } = useEventStream('/api/answer?interval=2', {
    manual: true,
    method: 'POST',
    parse: json<Completion>,
    until: { data: '[DONE]' },
    initial: '',
    reduce: (text, events) =>
      text + events.map((event) => event.data.choices[0]?.delta.content ?? '').join(''),
  });
  const ask = () => start({ body: JSON.stringify({ messages: [{ content: question }] }) });
  return (
    <>
      <button onClick={ask}>Ask</button>
      <p data-testid="status">{status}</p>
      <pre data-testid="answer">{data || 'Nothing asked yet'}</pre>
    </>
  );
}

import { useEventStream } from 'use-event-stream';
import { createElement, useEffect } from 'react';
import { createRoot } from 'react-dom/client';

const { searchParams } = new URL(import.meta.url);
const server = searchParams.get('server') ?? '';
const target = searchParams.get('target') ?? '';
const begins = searchParams.has('begins');

function Chat() {
  const { data, status, start } = useEventStream(`${server}/chat${target}`, {
    method: 'POST',
    body: 'Hello?',
    manual: true,
    initial: '',
    reduce: (text, events) => text + events.map(({ data }) => `${data} `).join(''),
    until: ({ data }) => data === '60',
    resume: () => ({ url: `${server}/runs${target}` }),
    reconnect: { delay: 100, maxDelay: 200 },
    persist: 'session',
  });
  useEffect(() => {
    // The page that was loaded first sends the question; a later one finds that it was sent.
    if (begins && !sessionStorage.getItem('asked')) {
      sessionStorage.setItem('asked', 'yes');
      start();
    }
  }, [start]);
  return createElement('p', null, `${status}: ${data.trim()}`);
}

createRoot(document.body.appendChild(document.createElement('div'))).render(createElement(Chat));

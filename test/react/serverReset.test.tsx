import { createConnectionStore } from 'use-event-stream/core';
import { StreamProvider, useEventStream } from 'use-event-stream';
import { createTopic, memoryHistory, nodeEventStream } from 'use-event-stream/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { render } from '../support/render.ts';
import { serve } from '../support/httpServer.ts';

test('a server that has lost its history begins the state of a page from the start', async () => {
  const topicOf = () => createTopic<string>({ name: 'news', history: memoryHistory() });
  let topic = topicOf();
  const server = await serve((request, response) => {
    nodeEventStream(request, response, topic, { replay: 10 });
  });
  const store = createConnectionStore({ defaults: { reconnect: { delay: 0, maxDelay: 100 } } });
  onTestFinished(() => {
    store.close();
  });
  function News() {
    const { data } = useEventStream(server.url, {
      initial: '',
      reduce: (text, events) => text + events.map((event) => event.data).join(''),
      reset: 'reset',
    });
    return <output>{data}</output>;
  }
  await render(
    <StreamProvider store={store}>
      <News />
    </StreamProvider>,
  );
  // What a real server sends comes when it comes.
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const shown = () => document.querySelector('output')?.textContent;
  topic.publish('a');
  topic.publish('b');
  await expect.poll(shown).toBe('ab');
  await server.kill();
  topic = topicOf();
  await server.start();
  await expect.poll(shown).not.toContain('ab');
  topic.publish('c');
  await expect.poll(shown).toMatch(/^(null)?c$/);
});

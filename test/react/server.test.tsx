// @vitest-environment node
import { createConnectionStore, StreamProvider } from 'use-event-stream';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { FakeServer } from '../support/fakeServer.ts';
import { Page, serverHtml } from '../support/serverPage.tsx';

// React 17 marks the root.
const render = (node: ReactNode) => renderToString(<>{node}</>).replace(' data-reactroot=""', '');

test('a server renders idle, asks nobody and says nothing', () => {
  const complaint = vi.spyOn(console, 'error');
  const server = new FakeServer();
  const store = createConnectionStore({ fetch: server.fetch });
  const html = render(
    <StreamProvider store={store}>
      <Page url="https://example.test/stream" />
    </StreamProvider>,
  );

  expect(html).toBe(serverHtml);
  expect(server.requests).toEqual([]);
  expect(store.connections()).toEqual([]);
  expect(complaint).not.toHaveBeenCalled();
});

test('a server renders a relative url without a store or a document', () => {
  expect(render(<Page url="/api/stream" />)).toBe(serverHtml);
});

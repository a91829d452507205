// @vitest-environment node
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { useSmoothText } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, test, vi } from 'vitest';
import { Page, serverHtml } from '../support/serverPage.tsx';

// React 17 marks the root.
const render = (node: ReactNode) => renderToString(<>{node}</>).replace(' data-reactroot=""', '');

test('a server renders idle, asks nobody and says nothing', () => {
  const complaint = vi.spyOn(console, 'error');
  const stream = mockStream('https://example.test/stream');
  const html = render(
    <stream.wrapper>
      <Page url="https://example.test/stream" />
    </stream.wrapper>,
  );

  expect(html).toBe(serverHtml);
  expect(stream.requests).toEqual([]);
  expect(stream.store.connections()).toEqual([]);
  expect(complaint).not.toHaveBeenCalled();
});

test('a server renders a relative url without a store or a document', () => {
  expect(render(<Page url="/api/stream" />)).toBe(serverHtml);
});

test('a server renders the whole of a smooth text, and says nothing', () => {
  const complaint = vi.spyOn(console, 'error');
  const Text = () => <p>{useSmoothText('All of it.')}</p>;
  expect(render(<Text />)).toBe('<p>All of it.</p>');
  expect(complaint).not.toHaveBeenCalled();
});

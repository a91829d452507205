// @vitest-environment jsdom
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../support/eventSource.ts';
import { turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';

test("resolves its url against the document's base", () => {
  const { fetch } = new FakeServer();
  expect(listen('a?b', { fetch }).url).toBe(new URL('a?b', document.baseURI).href);
  const base = document.head.appendChild(document.createElement('base'));
  onTestFinished(() => {
    base.remove();
  });
  base.href = 'https://example.test/deep/page';
  expect(listen('stream', { fetch }).url).toBe('https://example.test/deep/stream');
  expect(listen('', { fetch }).url).toBe('https://example.test/deep/page');
});

test("dispatches the window's own events", async () => {
  const server = new FakeServer();
  const source = listen('https://example.test/', { fetch: server.fetch });
  const events: Event[] = [];
  source.onopen = (event) => events.push(event);
  source.onmessage = (event) => events.push(event);
  await turns();
  server.last.open();
  server.last.send('data: a\n\n');
  await expect.poll(() => events).toHaveLength(2);
  expect(source).toBeInstanceOf(window.EventTarget);
  expect(events[0]).toBeInstanceOf(window.Event);
  expect(events[1]).toBeInstanceOf(window.MessageEvent);
});

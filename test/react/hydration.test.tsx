import { StrictMode, type ReactNode } from 'react';
import * as ReactDOM from 'react-dom';
import { createConnectionStore, StreamProvider } from 'use-event-stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { act } from '../support/render.ts';
import { Page, serverHtml } from '../support/serverPage.tsx';

interface LegacyDom {
  hydrate(node: ReactNode, container: Element): void;
  unmountComponentAtNode(container: Element): void;
}

const isLegacy = (dom: object): dom is LegacyDom => !('createRoot' in dom) && 'hydrate' in dom;

/** Hydrates on whatever React the project runs on, 17 to 19; gives the way to unmount. */
async function hydrate(node: ReactNode, container: Element): Promise<() => void> {
  const dom: object = ReactDOM;
  if (isLegacy(dom)) {
    dom.hydrate(node, container);
    return () => {
      dom.unmountComponentAtNode(container);
    };
  }
  // Not a literal: Vite would try to resolve it for React 17 too.
  const client = 'react-dom/client';
  const { hydrateRoot } = (await import(
    /* @vite-ignore */ client
  )) as typeof import('react-dom/client');
  const root = hydrateRoot(container, node);
  return () => {
    root.unmount();
  };
}

test.each([
  ['', false],
  [' in StrictMode', true],
])(
  'what a server rendered hydrates without a warning%s, and then shows the stream',
  async (_, strict) => {
    const complaint = vi.spyOn(console, 'error');
    const clock = new FakeClock();
    const server = new FakeServer();
    const store = createConnectionStore({ clock, fetch: server.fetch });
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = serverHtml;
    const page = (
      <StreamProvider store={store}>
        <Page url="https://example.test/stream" />
      </StreamProvider>
    );
    await act(async () => {
      const unmount = await hydrate(strict ? <StrictMode>{page}</StrictMode> : page, container);
      onTestFinished(async () => {
        await act(unmount);
        container.remove();
      });
    });
    await act(async () => {
      await turns();
      server.last.open();
      await turns();
      server.last.send('data: one\n\ndata: two\n\n');
      await clock.advance(40);
    });

    expect(container.innerHTML).toBe('<output>open 2</output>');
    expect(server.requests).toHaveLength(1);
    expect(complaint).not.toHaveBeenCalled();
  },
);

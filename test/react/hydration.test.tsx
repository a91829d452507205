import { StrictMode, type ReactNode } from 'react';
import * as ReactDOM from 'react-dom';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
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
    const stream = mockStream('https://example.test/stream');
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = serverHtml;
    const page = (
      <stream.wrapper>
        <Page url="https://example.test/stream" />
      </stream.wrapper>
    );
    await act(async () => {
      const unmount = await hydrate(strict ? <StrictMode>{page}</StrictMode> : page, container);
      onTestFinished(async () => {
        await act(unmount);
        container.remove();
      });
    });
    await stream.open();
    await stream.send(['one', 'two']);

    expect(container.innerHTML).toBe('<output>open 2</output>');
    expect(stream.requests).toHaveLength(1);
    expect(complaint).not.toHaveBeenCalled();
  },
);

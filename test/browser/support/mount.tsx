import { createConnectionStore, StreamProvider, type ConnectionStore } from 'use-event-stream';
import type { ReactNode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { onTestFinished, vi } from 'vitest';

/** A store that ends with the test. */
export function makeStore(): ConnectionStore {
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  return store;
}

function place(html = ''): HTMLElement {
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = html;
  onTestFinished(() => {
    container.remove();
  });
  return container;
}

/** Renders as an application does, without `act`, and unmounts when the test is over. */
export function mount(node: ReactNode, store = makeStore()) {
  const container = place();
  const root = createRoot(container);
  const render = (next: ReactNode) => {
    root.render(<StreamProvider store={store}>{next}</StreamProvider>);
  };
  onTestFinished(() => {
    root.unmount();
  });
  render(node);
  return {
    container,
    store,
    render,
    unmount: () => {
      root.unmount();
    },
  };
}

/** Hydrates what a server has rendered of the same node. */
export function hydrate(html: string, node: ReactNode, store = makeStore()): HTMLElement {
  const container = place(html);
  const root = hydrateRoot(container, <StreamProvider store={store}>{node}</StreamProvider>);
  onTestFinished(() => {
    root.unmount();
  });
  return container;
}

/** Resolves when the test holds; long enough for a busy machine, and never a measure of anything. */
export const until = (test: () => boolean | Promise<boolean>): Promise<void> =>
  vi.waitFor(
    async () => {
      if (!(await test())) throw new Error(`This does not become true: ${test.toString()}`);
    },
    { timeout: 10_000, interval: 10 },
  );

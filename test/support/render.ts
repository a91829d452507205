import * as React from 'react';
import { createElement, StrictMode, type ReactNode } from 'react';
import * as ReactDOM from 'react-dom';
import { onTestFinished } from 'vitest';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

type Act = (callback: () => Promise<void>) => Promise<void>;

/** What a first render shows before anything else: React 17 cannot tell a mount from hydrating. */
export const firstStatuses: readonly string[] = 'useSyncExternalStore' in React ? [] : ['idle'];

/** Whether the project renders all in StrictMode: twice, and from React 18 on with every effect run twice. */
const isStrict = import.meta.env['VITE_STRICT'] === 'true';

export const rendersPerCommit = isStrict ? 2 : 1;

interface Root {
  render(node: ReactNode): void;
  unmount(): void;
}

interface LegacyDom {
  render(node: ReactNode, container: Element): void;
  unmountComponentAtNode(container: Element): void;
}

const isLegacy = (dom: object): dom is LegacyDom => !('createRoot' in dom) && 'render' in dom;

async function createRoot(container: Element): Promise<Root> {
  const dom: object = ReactDOM;
  if (isLegacy(dom))
    return {
      render: (node) => {
        dom.render(node, container);
      },
      unmount: () => {
        dom.unmountComponentAtNode(container);
      },
    };
  // Not a literal: Vite would try to resolve it for React 17 too.
  const client = 'react-dom/client';
  const { createRoot } = (await import(
    /* @vite-ignore */ client
  )) as typeof import('react-dom/client');
  return createRoot(container);
}

/** `React.act`, which came with 18.3, or what older Reacts have in its place. */
async function findAct(): Promise<Act> {
  const react: object = React;
  if ('act' in react) return react.act as Act;
  const utils: object = await import('react-dom/test-utils');
  return (utils as { act: Act }).act;
}

/** Runs the callback and lets React finish what it set going. One step per call: React 18 holds updates until the end. */
export async function act(callback: () => void | Promise<void>) {
  const reactAct = await findAct();
  // React 17 wants to be awaited only where the callback is asynchronous.
  await reactAct(async () => {
    await callback();
  });
}

/** Renders on whatever React the project runs on, 17 to 19, and unmounts when the test is over. */
export async function render(node: ReactNode) {
  const container = document.body.appendChild(document.createElement('div'));
  const root = await createRoot(container);
  let mounted = true;
  const rerender = (next: ReactNode) =>
    act(() => {
      root.render(isStrict ? createElement(StrictMode, null, next) : next);
    });
  const unmount = async () => {
    if (!mounted) return;
    mounted = false;
    await act(() => {
      root.unmount();
    });
    container.remove();
  };
  onTestFinished(unmount);
  await rerender(node);
  return { container, rerender, unmount };
}

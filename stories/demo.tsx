import type { Decorator, Loader } from '@storybook/react-vite';
import { createConnectionStore, StreamProvider, type ConnectionStore } from 'use-event-stream';
import type { ChatReport, SessionReport, Trouble } from './server/session.ts';
import type { Control } from './server/ticks.ts';
import { DemoFrame } from './ui/code/DemoFrame.tsx';
import { DemoPage } from './ui/DemoPage.ts';
import { WhileVisible } from './ui/WhileVisible.tsx';
import './ui/demo.css';

/** One demo's part of the demo server, and the connections it has open. */
export class Demo {
  readonly page: DemoPage;
  readonly store: ConnectionStore;
  readonly session = Math.random().toString(36).slice(2, 10);

  /**
   * @param visible - false for a demo that rests until it is known to be in sight
   * @param fetch - what its store asks with
   */
  constructor(visible = true, fetch?: typeof globalThis.fetch) {
    this.page = new DemoPage(visible);
    this.store = createConnectionStore({
      page: this.page,
      fetch,
      defaults: { suspendWhenHidden: true },
    });
  }

  /** The address of an endpoint, such as `/api/prices?rate=20`, within this demo's session. */
  url(path: string): string {
    return `${path}${path.includes('?') ? '&' : '?'}session=${this.session}`;
  }

  /** Does to this demo's streams what networks and servers do. */
  async control(control: Control): Promise<void> {
    const body = JSON.stringify(control);
    await fetch(this.url('/api/ticks/control'), { method: 'POST', body });
  }

  /** Has this demo's next answer get into trouble. */
  async plan(trouble: Trouble): Promise<void> {
    const body = JSON.stringify({ trouble });
    await fetch(this.url('/api/chat/trouble'), { method: 'POST', body });
  }

  /** How often this demo has asked for answers, gone on with one, and stopped one. */
  async chats(): Promise<ChatReport> {
    const response = await fetch(this.url('/api/chat'));
    return (await response.json()) as ChatReport;
  }

  /** What the server has open for this demo, and had. */
  async report(): Promise<SessionReport> {
    const response = await fetch(this.url('/api/ticks/connections'));
    return (await response.json()) as SessionReport;
  }
}

const demos = new WeakMap<HTMLElement, { id: string; demo: Demo }>();

/** Gives every story a demo of its own; one that is rendered again (another theme, say) keeps it. */
export const loadDemo: Loader = ({ id, canvasElement, viewMode }) => {
  const known = demos.get(canvasElement);
  if (known?.id === id) return { demo: known.demo };
  const demo = new Demo(viewMode !== 'docs');
  demos.set(canvasElement, { id, demo });
  return { demo };
};

/** The demo that {@link loadDemo} has made for a story. */
export function demoOf({ loaded }: { loaded: Record<string, unknown> }): Demo {
  const { demo } = loaded;
  if (demo instanceof Demo) return demo;
  throw new Error('The story has no demo; add loadDemo to its loaders.');
}

/** Lets the hooks of a story use its demo's store, and shows its code. On a page of many only what is in sight streams. */
export const inDemo: Decorator = (Story, context) => {
  const { page, store } = demoOf(context);
  const story = (
    <DemoFrame story={context}>
      <StreamProvider store={store}>
        <Story />
      </StreamProvider>
    </DemoFrame>
  );
  return context.viewMode === 'docs' ? (
    <WhileVisible onVisible={page.show}>{story}</WhileVisible>
  ) : (
    story
  );
};

// @vitest-environment node
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

const timeout = 180_000;

/** What blocks take from the reader's own code, from the test runner and from packages that are not installed here. */
const surroundings = `
declare function Dashboard(): import('react').ReactElement;
declare function Latest(): import('react').ReactElement;
declare function Ticker(): import('react').ReactElement;
declare function getToken(how?: { refresh: boolean; signal: AbortSignal }): Promise<string | null>;
declare function afterEach(run: () => Promise<void>): void;
declare function test(name: string, run: () => Promise<void>): void;

declare module 'express' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  export default function express(): {
    get(path: string, handler: Handler): void;
    use(handler: Handler): void;
    listen(port: number): void;
  };
}

declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  type Filter = (request: IncomingMessage, response: ServerResponse) => boolean;
  type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  function compression(options?: { filter?: Filter }): Handler;
  namespace compression {
    const filter: Filter;
  }
  export default compression;
}

declare module '@microsoft/fetch-event-source' {
  interface EventSourceMessage { id: string; event: string; data: string; retry?: number }
  interface FetchEventSourceInit extends RequestInit {
    headers?: Record<string, string>;
    onopen?: (response: Response) => Promise<void>;
    onmessage?: (event: EventSourceMessage) => void;
    onclose?: () => void;
    onerror?: (error: unknown) => number | null | undefined | void;
    openWhenHidden?: boolean;
  }
  export function fetchEventSource(input: RequestInfo, init: FetchEventSourceInit): Promise<void>;
}

declare module 'react-native' {
  import type { ComponentType, PropsWithChildren, ReactElement } from 'react';
  type Style = Readonly<Record<string, string | number>>;
  type Plain = PropsWithChildren<{ style?: Style }>;
  export const View: ComponentType<Plain>;
  export const ScrollView: ComponentType<Plain>;
  export const Text: ComponentType<Plain & { accessibilityLiveRegion?: 'none' | 'polite' | 'assertive' }>;
  export const Pressable: ComponentType<Plain & { accessibilityRole: 'button'; onPress: () => void }>;
  export const TextInput: ComponentType<{
    accessibilityLabel: string;
    value: string;
    onChangeText: (text: string) => void;
  }>;
  export function FlatList<Item>(props: {
    data: readonly Item[];
    keyExtractor: (item: Item, index: number) => string;
    renderItem: (info: { item: Item; index: number }) => ReactElement | null;
  }): ReactElement;
  export const AppState: {
    readonly currentState: 'active' | 'background' | 'inactive' | 'unknown' | 'extension';
    addEventListener(type: 'change', listener: (state: string) => void): { remove: () => void };
  };
}

declare module '@react-native-community/netinfo' {
  interface NetInfoState { type: string; isConnected: boolean | null }
  const NetInfo: { addEventListener(listener: (state: NetInfoState) => void): () => void };
  export default NetInfo;
}

declare module 'react-native-mmkv' {
  interface MMKV {
    getString(key: string): string | undefined;
    set(key: string, value: string): void;
    remove(key: string): boolean;
  }
  export function createMMKV(configuration?: { id: string }): MMKV;
}

declare module 'expo/fetch' {
  interface FetchRequestInit {
    body?: BodyInit | null;
    credentials?: RequestCredentials;
    headers?: HeadersInit;
    method?: string;
    signal?: AbortSignal | null;
    redirect?: RequestRedirect;
  }
  interface FetchRequestLike {
    readonly url: string;
    readonly body: BodyInit | null;
    readonly method: string;
    readonly headers: Headers;
  }
  export function fetch(
    input: string | URL | FetchRequestLike,
    init?: FetchRequestInit,
  ): Promise<Response>;
}

declare module 'react-hooks-sse' {
  import type { PropsWithChildren, ReactElement } from 'react';
  export function SSEProvider(props: PropsWithChildren<{ endpoint: string }>): ReactElement;
  export function useSSE<S, T = S>(
    eventName: string,
    initialState: S,
    options?: { stateReducer?: (state: S, changes: { data: T }) => S; parser?: (data: string) => T },
  ): S;
}

declare module 'react-use-websocket' {
  export enum ReadyState { UNINSTANTIATED = -1, CONNECTING, OPEN, CLOSING, CLOSED }
  interface EventSourceOptions extends EventSourceInit {
    events?: { [eventName: string]: (message: MessageEvent) => void };
    share?: boolean;
  }
  export function useEventSource(
    url: string | null,
    options?: EventSourceOptions,
    connect?: boolean,
  ): { lastEvent: MessageEvent | null; readyState: ReadyState };
}

declare module 'remix-utils/sse/react' {
  interface Options { init?: EventSourceInit; event?: string; enabled?: boolean }
  export function useEventSource(url: string | URL, options?: Options): string | null;
}

declare module '@vueuse/core' {
  interface Ref<T> { value: T }
  interface Options {
    immediate?: boolean;
    autoConnect?: boolean;
    autoReconnect?: boolean | { retries?: number; delay?: number; onFailed?: () => void };
    serializer?: { read: (raw?: string) => unknown };
  }
  export function useEventSource(url: string, events?: string[], options?: Options): {
    status: Ref<'CONNECTING' | 'OPEN' | 'CLOSED'>;
    data: Ref<unknown>;
    error: Ref<Event | null>;
    close: () => void;
  };
}

declare module '@ai-sdk/react' {
  interface Options { api?: string; streamProtocol?: 'data' | 'text' }
  export function useCompletion(options?: Options): {
    completion: string;
    complete: (prompt: string) => Promise<string | null | undefined>;
    isLoading: boolean;
    error: Error | undefined;
    stop: () => void;
  };
}

declare module '@tanstack/react-start' {
  export function createServerFn(options?: { method?: 'GET' | 'POST' }): {
    handler<R>(run: (context: { data: undefined }) => R): () => Promise<Awaited<R>>;
  };
}
`;

interface Page {
  /** Its path from the root. */
  path: string;
  text: string;
}

interface Block {
  page: Page;
  file: string;
  /** Stands at the lines where it stands in the page, so that the compiler names those. */
  text: string;
}

const read = (pattern: string, textOf: (source: string) => string): readonly Page[] =>
  globSync(pattern, { cwd: fromRoot('.') }).map((path) => ({
    path,
    text: textOf(readFileSync(fromRoot(path), 'utf8')),
  }));

/** What the docstrings of a source say, each line at its place. */
const docstringsOf = (source: string): string =>
  source.replaceAll(/^(?: *\* ?(.*)|.*)$/gm, (_, line: string = '') => line);

const pages = ['stories/**/*.mdx', 'AGENTS.md'].flatMap((pattern) => read(pattern, (text) => text));
const sources = read('src/**/*.{ts,tsx}', docstringsOf);

/** The blocks of TypeScript in a page, each a module of its own beside the page. */
function blocksOf(page: Page): Block[] {
  const fences = page.text.matchAll(/^```(tsx?)\n(.*?)^```$/gms);
  return Array.from(fences, ({ 1: extension = '', 2: code = '', index }, number) => {
    const linesBefore = page.text.slice(0, index).split('\n').length;
    const file = fromRoot(page.path.replace(/\.\w+$/, `-${number}.${extension}`));
    return { page, file, text: `${'\n'.repeat(linesBefore)}${code}\nexport {};` };
  });
}

/** What does not compile in these pages, as `path:line: message`. */
function problemsOf(these: readonly Page[]): string[] {
  const blocks = these.flatMap(blocksOf);
  const around = { file: fromRoot('stories/pages-around.d.ts'), text: surroundings };
  const all = [...blocks, around];
  const { problems } = typecheck({
    files: all.map(({ file }) => file),
    texts: new Map(all.map(({ file, text }) => [file, text])),
    options: {
      paths: {
        ...fromSources.paths,
        'use-event-stream/testing/msw': [fromRoot('src/testing/msw.ts')],
        'use-event-stream/server': [fromRoot('src/server/index.ts')],
        'use-event-stream/server/redis': [fromRoot('src/server/redis.ts')],
        'use-event-stream/server/testing': [fromRoot('src/server/testing.ts')],
        'use-event-stream/tabs': [fromRoot('src/tabs/index.ts')],
        'use-event-stream/tabs/worker': [fromRoot('src/tabs/worker.ts')],
        'use-event-stream/websocket': [fromRoot('src/websocket/index.ts')],
      },
      types: ['node'],
      declaration: false,
      emitDeclarationOnly: false,
      noEmit: true,
    },
  });
  return problems.map(({ file, line, message }) => {
    const block = blocks.find((each) => each.file === file);
    return `${block?.page.path ?? file}:${line}: ${message}`;
  });
}

test(
  'every block of the documentation and every example of a docstring compiles, and one that does not is named',
  { timeout },
  () => {
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.flatMap(blocksOf).length).toBeGreaterThan(40);
    expect(sources.flatMap(blocksOf).length).toBeGreaterThan(15);
    const text = ['Text.', '```ts', "const count: number = 'one';", '```', ''].join('\n');
    const wrong = { path: 'stories/docs/Wrong.mdx', text };
    // Together: the wrong page shows that the others were looked at, too.
    expect(problemsOf([...pages, ...sources, wrong])).toEqual([
      expect.stringMatching(/^stories\/docs\/Wrong\.mdx:3: Type 'string'/),
    ]);
  },
);

test('no block of TypeScript hides from the compiler', () => {
  const fences = [...pages, ...sources].flatMap(({ text }) => [...text.matchAll(/^ *```(\w*)/gm)]);
  const languages = new Set(fences.map(([, language]) => language));
  expect([...languages].sort()).toEqual(['', 'nginx', 'sh', 'text', 'ts', 'tsx']);
});

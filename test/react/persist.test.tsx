import { json, useEventStream, useLogTail, type StreamOptions } from 'use-event-stream';
import { mockStream, type MockStream } from 'use-event-stream/testing';
import { beforeEach, expect, test } from 'vitest';
import { listenForReports } from '../support/reports.ts';
import { dataOf, probe } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

beforeEach(() => {
  sessionStorage.clear();
});

interface Chat {
  status: string;
  data: unknown;
}

const resume: StreamOptions['resume'] = ({ response }) => ({
  url: `/runs/${String(response?.headers.get('x-run'))}`,
});

const chat = {
  method: 'POST',
  body: 'Hello?',
  until: { data: '[DONE]' },
  parse: json<string>,
  initial: '',
  reduce: (text: string, events: readonly { data: string }[]) =>
    text + events.map(({ data }) => data).join(''),
  resume,
  persist: 'session',
} as const;

/** A page with a store of its own, on the storage that all pages of a tab have. */
async function load<R extends { status: string }>(use: () => R) {
  const stream: MockStream = mockStream(/./, { random: () => 0 });
  const hook = probe(use);
  const { unmount } = await render(
    <stream.wrapper>
      <hook.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  const leave = async () => {
    await unmount();
    await stream.advance(1_000);
  };
  return { stream, hook, leave, unmount };
}

/** The page once more, after one on which the event with the id 5 had come. */
async function reload<R extends { status: string }>(use: () => R) {
  const first = await load(use);
  await first.stream.open();
  await first.stream.chunk('id: 5\ndata: a\n\n');
  await first.leave();
  return load(use);
}

const useChat = (options: object = {}): Chat & { start: () => void } =>
  useEventStream('/chat', { ...chat, manual: true, ...options });

const say = (word: string, id: number) => `id: ${String(id)}\ndata: ${JSON.stringify(word)}\n\n`;

async function begin(stream: MockStream, hook: { current: { start: () => void } }) {
  await act(() => {
    hook.current.start();
  });
  await stream.settled();
  await stream.open({ headers: { 'x-run': '7' } });
}

test('a run goes on after a reload: one POST, and its text is whole', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('Hel', 1) + say('lo', 2));
  await first.stream.advance(1_000);
  await first.leave();
  const { stream, hook } = await load(() => useChat());
  expect(hook.current).toMatchObject({ status: 'connecting', data: 'Hello' });
  expect(
    stream.requests.map(({ method, url, headers }) => [method, url, headers.get('last-event-id')]),
  ).toEqual([['GET', new URL('/runs/7', location.href).href, '2']]);
  await stream.open();
  await stream.chunk(`${say('!', 3)}data: [DONE]\n\n`);
  expect(hook.current).toMatchObject({ status: 'closed', data: 'Hello!' });
  expect(sessionStorage.length).toBe(0);
});

test('after a second reload the run is still known by its first answer', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await first.leave();
  const second = await load(() => useChat());
  await second.stream.open();
  await second.stream.chunk(say('b', 2));
  await second.leave();
  const { stream, hook } = await load(() => useChat());
  expect(hook.current.data).toBe('ab');
  expect(
    stream.requests.map(({ url, headers }) => [
      new URL(url).pathname,
      headers.get('last-event-id'),
    ]),
  ).toEqual([['/runs/7', '2']]);
});

test('a run that was never begun is not taken up', async () => {
  const first = await load(() => useChat());
  await first.leave();
  const { stream, hook } = await load(() => useChat());
  expect(hook.current.status).toBe('idle');
  expect(stream.requests).toEqual([]);
});

test('what was closed by hand is forgotten', async () => {
  const first = await load(() => useEventStream('/chat', { ...chat, manual: true }));
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  expect(sessionStorage.length).toBe(1);
  await act(() => {
    first.hook.current.close();
  });
  expect(sessionStorage.length).toBe(0);
});

test('a state of another version is thrown away', async () => {
  const persist = (version: number) => ({ persist: { version } });
  const first = await load(() => useChat(persist(1)));
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await first.leave();
  const { stream, hook } = await load(() => useChat(persist(2)));
  expect(hook.current).toMatchObject({ status: 'idle', data: '' });
  expect(stream.requests).toEqual([]);
  expect(sessionStorage.length).toBe(0);
});

test('the events of a GET stream go on behind the last one', async () => {
  const use = () => useEventStream('/feed', { persist: 'session' });
  const { stream, hook } = await reload(use);
  expect(stream.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual(['5']);
  await stream.open();
  await stream.chunk('id: 6\ndata: b\n\n');
  expect(dataOf(hook.current)).toEqual(['b']);
});

test('with `state` the events are kept too', async () => {
  const use = () => useEventStream('/feed', { persist: { state: true } });
  const { stream, hook } = await reload(use);
  await stream.open();
  await stream.chunk('id: 6\ndata: b\n\n');
  expect(dataOf(hook.current)).toEqual(['a', 'b']);
});

test('a log goes on behind its last line', async () => {
  const use = () => useLogTail('/log', { persist: 'session' });
  const { stream } = await reload(use);
  expect(stream.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual(['5']);
});

test('it is written at most once a second, and when the page is hidden', async () => {
  let writes = 0;
  const storage = {
    getItem: () => null,
    setItem: () => {
      writes += 1;
    },
    removeItem: () => undefined,
  };
  const { stream } = await load(() => useEventStream('/feed', { persist: storage }));
  await stream.open();
  for (let id = 1; id <= 50; id++) await stream.chunk(`id: ${String(id)}\ndata: a\n\n`);
  expect(writes).toBe(1);
  await stream.advance(1_000);
  expect(writes).toBe(2);
  await stream.chunk('id: 51\ndata: a\n\n');
  await stream.hide();
  expect(writes).toBe(3);
});

test('a tab that was duplicated reads along, and does not write over its twin', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await first.stream.advance(1_000);
  const before = sessionStorage.getItem(sessionStorage.key(0) ?? '');
  const twin = await load(() => useChat());
  expect(twin.hook.current.data).toBe('a');
  await twin.stream.open();
  await twin.stream.chunk(say('b', 2));
  await twin.leave();
  expect(sessionStorage.getItem(sessionStorage.key(0) ?? '')).toBe(before);
});

test('a state that is no JSON is not kept, and that is said once', async () => {
  const reported = listenForReports();
  const use = () =>
    useEventStream('/feed', {
      initial: new Map<string, string>(),
      reduce: (all, events) =>
        new Map([...all, ...events.map(({ data }) => [data, data] as const)]),
      persist: 'session',
    });
  const { stream } = await load(use);
  await stream.open();
  await stream.chunk('id: 5\ndata: a\n\n');
  await stream.advance(5_000);
  await stream.chunk('id: 6\ndata: b\n\n');
  await stream.advance(5_000);
  expect(sessionStorage.length).toBe(0);
  expect(reported().map(String)).toEqual([expect.stringContaining('JSON cannot hold')]);
});

test('a state of more than 1,048,576 characters is not kept, and that is said once', async () => {
  const reported = listenForReports();
  const use = () =>
    useEventStream('/feed', {
      initial: '',
      reduce: (text, events) => text + events.map(({ data }) => data).join(''),
      persist: 'session',
    });
  const { stream } = await load(use);
  await stream.open();
  await stream.chunk(`id: 5\ndata: ${'a'.repeat(1_048_000)}\n\n`);
  expect(sessionStorage.length).toBe(1);
  await stream.chunk(`id: 6\ndata: ${'b'.repeat(1_000)}\n\n`);
  await stream.advance(1_000);
  await stream.chunk('id: 7\ndata: c\n\n');
  await stream.advance(1_000);
  expect(sessionStorage.length).toBe(0);
  expect(reported().map(String)).toEqual([expect.stringContaining('more than 1048576 characters')]);
});

test('neither the headers nor the body of the request are written, nor the body of an answer', async () => {
  const use = () =>
    useChat({
      body: 'S3CRET',
      headers: { authorization: 'S3CRET' },
      persist: { state: false },
    });
  const { stream, hook } = await load(use);
  await begin(stream, hook);
  await stream.chunk(say('S3CRET', 1));
  await stream.advance(1_000);
  const entries = Object.keys(sessionStorage).map((key) => sessionStorage.getItem(key));
  expect(entries).toEqual([expect.stringContaining('"x-run","7"')]);
  expect(entries.join()).not.toContain('S3CRET');
});

test('what was kept for one user, whose `version` it has, is not shown to the next', async () => {
  const useFeed = (version: string) =>
    useEventStream('/feed', { persist: { version, state: true } });
  const first = await load(() => useFeed('one'));
  await first.stream.open();
  await first.stream.chunk('id: 5\ndata: of one\n\n');
  await first.leave();
  expect(sessionStorage.length).toBe(1);
  const { stream, hook } = await load(() => useFeed('two'));
  expect(dataOf(hook.current)).toEqual([]);
  expect(stream.requests[0]?.headers.get('last-event-id')).toBeNull();
  expect(sessionStorage.length).toBe(0);
});

test('a storage that is full or forbidden is reported once, and loses nothing', async () => {
  const reported = listenForReports();
  const full = () => {
    throw new Error('Full.');
  };
  const storage = { getItem: full, setItem: full, removeItem: full };
  const { stream, hook } = await load(() => useEventStream('/feed', { persist: storage }));
  await stream.open();
  await stream.chunk('id: 5\ndata: a\n\n');
  expect(dataOf(hook.current)).toEqual(['a']);
  expect(reported().map(String)).toEqual(['Error: Full.']);
});

test('a twin that was duplicated forgets a run that ends in it', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await first.stream.advance(1_000);
  const twin = await load(() => useChat());
  await twin.stream.open();
  await twin.stream.chunk('data: [DONE]\n\n');
  expect(twin.hook.current.status).toBe('closed');
  expect(sessionStorage.length).toBe(0);
});

const rubbish: [string, string][] = [
  ['no JSON', '{'],
  ['no object', '5'],
  ['no id', '{"at":1}'],
  ['a status that no answer has', '{"id":"1","at":1,"head":{"status":101,"url":"","headers":[]}}'],
  ['no status at all', '{"id":"1","at":1,"head":{"status":0,"url":"","headers":[]}}'],
  [
    'headers that are none',
    '{"id":"1","at":1,"head":{"status":200,"url":"","headers":[["\\n",""]]}}',
  ],
  ['a head that is none', '{"id":"1","at":1,"head":{"status":"x","headers":7}}'],
];

test.for(rubbish)('an entry with %s is not taken up', async ([, text]) => {
  const storage = { getItem: () => text, setItem: () => undefined, removeItem: () => undefined };
  const { stream, hook } = await load(() => useChat({ persist: storage }));
  expect(hook.current.status).toBe('idle');
  expect(stream.requests).toEqual([]);
});

test('events that are none are reported, and the stream goes on', async () => {
  const reported = listenForReports();
  const text = '{"id":"1","at":1,"kept":{"state":[null,{}]}}';
  const storage = { getItem: () => text, setItem: () => undefined, removeItem: () => undefined };
  const use = () => useEventStream('/feed', { persist: { storage, state: true } });
  const { stream, hook } = await load(use);
  await stream.open();
  await stream.chunk('id: 2\ndata: b\n\n');
  expect(dataOf(hook.current)).toEqual(['b']);
  expect(reported()).toHaveLength(1);
});

test('each url has its own place: the old one is kept, the new one found', async () => {
  const useFeed = (url: string) => useEventStream(url, { persist: { state: true } });
  const first = await load(() => useFeed('/a'));
  await first.stream.open();
  await first.stream.chunk('id: 5\ndata: five\n\n');
  await first.leave();
  let url = '/b';
  const stream = mockStream(/./, { random: () => 0 });
  const hook = probe(() => useFeed(url));
  const page = () => (
    <stream.wrapper>
      <hook.Probe key="one" />
    </stream.wrapper>
  );
  const { rerender } = await render(page());
  await stream.open();
  await stream.chunk('id: 7\ndata: seven\n\n');
  url = '/a';
  await rerender(page());
  await stream.settled();
  expect(dataOf(hook.current)).toEqual(['five']);
  url = '/b';
  await rerender(page());
  await stream.settled();
  expect(dataOf(hook.current)).toEqual(['seven']);
  expect(stream.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual([
    null,
    '5',
    '7',
  ]);
});

test('no header of a request and no body is kept', async () => {
  const headers = { authorization: 'Bearer secret' };
  const first = await load(() => useChat({ headers, body: 'private question' }));
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await first.leave();
  const text = sessionStorage.getItem(sessionStorage.key(0) ?? '');
  expect(text).toContain('x-run');
  expect(text).not.toMatch(/secret|private/);
});

test('without an id the text of a run is told once more from its beginning', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk('data: "Hel"\n\ndata: "lo"\n\n');
  await first.leave();
  const { stream, hook } = await load(() => useChat());
  expect(hook.current).toMatchObject({ status: 'connecting', data: '' });
  await stream.open();
  await stream.chunk('data: "Hel"\n\ndata: "lo"\n\n');
  expect(hook.current.data).toBe('Hello');
});

test('EventSource takes up no place that it cannot ask for', async () => {
  const use = () => useEventStream('/feed', { transport: 'eventsource', persist: { state: true } });
  const { stream, hook } = await reload(use);
  await stream.open();
  await stream.chunk('id: 5\ndata: a\n\nid: 6\ndata: b\n\n');
  expect(dataOf(hook.current)).toEqual(['a', 'b']);
});

test('a state of a snapshot is kept, goes on from its id, and is forgotten while another is wanted', async () => {
  const asked: string[] = [];
  const use = () =>
    useEventStream('/orders', {
      initial: '',
      reduce: (text, events) => text + events.map(({ data }) => data).join(''),
      snapshot: ({ reason }) => {
        asked.push(reason);
        return reason === 'start' ? { state: 'S' } : new Promise<never>(() => undefined);
      },
      reset: 'reset',
      persist: 'session',
    });
  const { stream, hook, leave } = await reload(use);
  await stream.open();
  expect(hook.current).toMatchObject({ data: 'Sa', stale: false });
  await stream.chunk('id: 6\ndata: b\n\n');
  expect(hook.current.data).toBe('Sab');
  expect(stream.requests[0]?.headers.get('last-event-id')).toBe('5');
  await stream.chunk('event: reset\ndata: x\n\n');
  await leave();
  expect(asked).toEqual(['start', 'reset']);
  expect(sessionStorage.length).toBe(0);
});

test('a store that is closed leaves the place to the next one', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await act(() => {
    first.stream.store.close();
  });
  const { stream, hook } = await load(() => useChat());
  expect(hook.current.data).toBe('a');
  expect(stream.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual(['1']);
});

test('a run that `resume` does not go on with is forgotten', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await first.leave();
  const second = await load(() => useChat({ resume: () => null }));
  expect(second.hook.current.status).toBe('failed');
  expect(sessionStorage.length).toBe(0);
});

test('`clear()` is written too', async () => {
  const first = await load(() => useEventStream('/chat', { ...chat, manual: true }));
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await act(() => {
    first.hook.current.clear();
  });
  await first.leave();
  const { hook } = await load(() => useChat());
  expect(hook.current.data).toBe('');
});

test('a state that cannot be kept is looked at ever more rarely', async () => {
  listenForReports();
  let looks = 0;
  const state = {
    get number() {
      looks += 1;
      return NaN;
    },
  };
  const reduce = () => state;
  const { stream } = await load(() =>
    useEventStream('/feed', { initial: state, reduce, persist: 'session' }),
  );
  await stream.open();
  for (let id = 1; id <= 120; id++) {
    await stream.chunk(`id: ${String(id)}\ndata: a\n\n`);
    await stream.advance(1_000);
  }
  expect(looks).toBeGreaterThan(3);
  expect(looks).toBeLessThan(12);
});

test('what is started once more is forgotten before anything is asked for', async () => {
  const first = await load(() => useEventStream('/chat', { ...chat, manual: true }));
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  expect(sessionStorage.length).toBe(1);
  await act(() => {
    first.hook.current.start();
  });
  expect(sessionStorage.length).toBe(0);
});

test('what was begun is not sent again by a page that has no `resume` any more', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await first.leave();
  const { stream, hook } = await load(() => useChat({ resume: undefined }));
  expect(hook.current.status).toBe('idle');
  expect(stream.requests).toEqual([]);
});

test('the entry of a page that has crashed is written again after five seconds', async () => {
  const first = await load(() => useChat());
  await begin(first.stream, first.hook);
  await first.stream.chunk(say('a', 1));
  await first.stream.advance(1_000);
  const name = sessionStorage.key(0) ?? '';
  const idIn = () => (JSON.parse(sessionStorage.getItem(name) ?? '{}') as { id?: string }).id;
  const { stream } = await load(() => useChat());
  await stream.open();
  await stream.chunk(say('b', 2));
  await stream.advance(1_000);
  expect(idIn()).toBe('1');
  await stream.advance(6_000);
  await stream.chunk(say('c', 3));
  expect(idIn()).toBe('3');
});

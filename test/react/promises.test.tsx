import {
  defineStream,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type ConnectionState,
  type StreamEvent,
} from 'use-event-stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { render } from '../support/render.ts';
import { listenForReports } from '../support/reports.ts';

const url = 'https://example.test/stream';

/** What an async function returns that throws; the types refuse it where a value is meant. */
const late = (): never => Promise.reject(new Error('late')) as never;

/** What a hook shows in short: what came of three events, where an option is asked for a value. */
type Use = () => { status: string; shown: unknown };

const texts = ({ lines }: ReturnType<typeof useLogTail>) => lines.map(({ text }) => text);

/** The hook as its callers in JavaScript see it. */
const useUntyped = useEventStream as (
  from: string,
  options: object,
) => { status: string; events: readonly StreamEvent<unknown>[]; rejected: number };

function useEvents(options: object) {
  const stream = useUntyped(url, options);
  return { status: stream.status, shown: [dataOf(stream), stream.rejected] };
}

function useLog(options: Parameters<typeof useLogTail>[1]) {
  const log = useLogTail(url, options);
  return { status: log.status, shown: texts(log) };
}

function useJob(options: Parameters<typeof useStreamProgress>[1]) {
  const { percent, statusText, ...job } = useStreamProgress(url, options);
  return { status: job.status, shown: [percent, statusText] };
}

const counts = defineStream({ initial: 0, reduce: (sum: number, batch) => sum + batch.length });

function useSelected() {
  const stream = useEventStream(url, counts, { select: (count) => count, isEqual: late });
  return { status: stream.status, shown: stream.data };
}

function useReduced() {
  const stream = useEventStream(url, { initial: 'none', reduce: late });
  return { status: stream.status, shown: stream.data };
}

function useSelectedLate() {
  const stream = useEventStream(url, counts, { select: late });
  return { status: stream.status, shown: stream.data as unknown };
}

const throws = (): never => {
  throw new Error('no value');
};

const schema = { '~standard': { version: 1, vendor: 'own', validate: late } } as const;

const all = ['1', '2', '3'];
const events = [all, 0];
const job = [3, '3%'];

test.for<[option: string, hook: string, use: Use, shown: unknown]>([
  ['until', 'useEventStream', () => useEvents({ until: late }), events],
  ['until', 'useLogTail', () => useLog({ until: late }), all],
  ['until', 'useLogTail of plain text', () => useLog({ format: 'lines', until: late }), all],
  ['until', 'useStreamProgress', () => useJob({ until: late }), job],
  ['failOn', 'useEventStream', () => useEvents({ failOn: late }), events],
  ['failOn', 'useLogTail', () => useLog({ failOn: late }), all],
  ['failOn', 'useLogTail of plain text', () => useLog({ format: 'lines', failOn: late }), all],
  ['failOn', 'useStreamProgress', () => useJob({ failOn: late }), job],
  ['parse', 'useEventStream', () => useEvents({ parse: late }), [[], 3]],
  ['parse', 'the event map', () => useEvents({ events: { message: late } }), [[], 3]],
  ['schema', 'useEventStream', () => useEvents({ schema }), [[], 3]],
  ['parse', 'useLogTail', () => useLog({ parse: late }), all],
  ['parse', 'useLogTail of plain text', () => useLog({ format: 'lines', parse: late }), all],
  ['parse', 'useStreamProgress', () => useJob({ parse: late }), [null, 'in progress']],
  ['filter.test', 'useLogTail', () => useLog({ filter: { test: late } }), []],
  ['getTotal', 'useStreamProgress', () => useJob({ getTotal: late }), job],
  ['reduce', 'useEventStream', useReduced, 'none'],
  ['isEqual', 'useEventStream', useSelected, 3],
  ['select', 'useEventStream', useSelectedLate, undefined],
  [
    'failOn',
    'useEventStream with a parser that throws',
    () => useEvents({ failOn: late, parse: throws }),
    [[], 3],
  ],
  [
    'parse',
    'a field of useStreamProgress',
    () => useJob({ parse: () => ({ progress: late() }) }),
    [null, 'in progress'],
  ],
])('a promise of `%s` in %s counts as no, and is told once', async ([option, , use, shown]) => {
  const reported = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
  onTestFinished(() => {
    reported.mockRestore();
  });
  const { below, stream, advance } = setUpPage({ autoOpen: true });
  const hook = probe(use);
  await render(below(<hook.Probe />));
  const isPlain = (await stream.connected()).headers.get('accept')?.includes('text/plain') ?? false;
  for (const data of all) {
    await (isPlain ? stream.chunk(`${data}\n`) : stream.send(data));
    await advance(10);
  }
  await advance(10_000);
  expect(['open', 'running']).toContain(hook.current.status);
  expect(hook.current.shown).toEqual(shown);
  expect(reported.mock.calls.map(([error]) => String(error))).toEqual([
    `TypeError: use-event-stream: the option \`${option}\` gave a promise, and nothing waits for it; have it give its value at once.`,
  ]);
});

const boom = (): never => {
  throw new Error('boom');
};

/** What is no promise of the language, but one to whoever asks for its `then`; or throws at that. */
const thenables: [string, object][] = [
  ['a function with a `then`', Object.assign(() => true, { then: () => undefined })],
  ['a `then` that throws', { then: boom }],
  ['a `then` that cannot be read', Object.defineProperty({}, 'then', { get: boom })],
];

test.for(
  thenables.flatMap(([name, value]): [string, string, Use, unknown][] => {
    const give = () => value as never;
    return [
      [name, 'until', () => useEvents({ until: give }), events],
      [name, 'failOn', () => useLog({ failOn: give }), all],
      [name, 'filter.test', () => useLog({ filter: { test: give } }), []],
      [name, 'parse', () => useEvents({ parse: give }), [[], 3]],
      [name, 'getTotal', () => useJob({ getTotal: give }), job],
    ];
  }),
)('%s counts as a promise of `%s`', async ([, option, use, shown]) => {
  const reports = listenForReports();
  const { below, stream, advance } = setUpPage({ autoOpen: true });
  const hook = probe(use);
  await render(below(<hook.Probe />));
  for (const data of all) {
    await stream.send(data);
    await advance(10);
  }
  await advance(10_000);
  expect(['open', 'running']).toContain(hook.current.status);
  expect(hook.current.shown).toEqual(shown);
  expect(reports()).toEqual([expect.stringContaining(`\`${option}\` gave a promise`)]);
});

test('a promise of `shouldReconnect` tries nothing again, and is told', async () => {
  const reported = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
  onTestFinished(() => {
    reported.mockRestore();
  });
  const { below, stream, reject, advance } = setUpPage();
  const hook = probe((): ConnectionState =>
    useEventStream(url, { reconnect: { shouldReconnect: late } }),
  );
  await render(below(<hook.Probe />));
  await reject(503);
  await advance(60_000);
  expect(hook.current.status).toBe('failed');
  expect(stream.requests).toHaveLength(1);
  expect(reported.mock.calls.map(([error]) => String(error))).toEqual([
    expect.stringContaining('`reconnect.shouldReconnect` gave a promise'),
  ]);
});

test('a promise of `statusText` is told, and English stands in', async () => {
  const reported = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
  onTestFinished(() => {
    reported.mockRestore();
  });
  const { below, stream, advance } = setUpPage({ autoOpen: true });
  const hook = probe(() => useJob({ statusText: late }));
  await render(below(<hook.Probe />));
  const whileConnecting = reported.mock.calls.length;
  for (const data of all) await stream.send(data);
  await advance(10_000);
  expect(hook.current.shown).toEqual([3, '3%']);
  expect(whileConnecting).toBeGreaterThan(0);
  expect(reported).toHaveBeenCalledTimes(whileConnecting);
});

import {
  defineStream,
  json,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type StreamError,
  type StreamOptions,
} from 'use-event-stream';
import { expect, test } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';

type FailOn = StreamOptions['failOn'];

const overloaded = '{"error":{"type":"overloaded_error","message":"Overloaded"}}';

const forms: readonly (readonly [string, FailOn, type: string, data: string, reason: string])[] = [
  ['an event name', 'error', 'error', 'No space left', 'No space left'],
  ['a text', { data: '[ERROR]' }, 'message', '[ERROR]', '[ERROR]'],
  ['a test', ({ data }) => data.includes('"error"'), 'message', overloaded, 'Overloaded'],
];

const block = (type: string, data: string) => `event: ${type}\ndata: ${data}\n\n`;

test.for(forms)(
  'an event that `failOn` names by %s fails the stream, and is not delivered',
  async ([, failOn, type, data, reason]) => {
    const { below, stream, open, send, advance } = setUpPage();
    const heard: string[] = [];
    const errors: StreamError[] = [];
    const hook = probe(() =>
      useEventStream(url, {
        failOn,
        onEvent: (event) => heard.push(event.data),
        onError: (error) => errors.push(error),
        onClose: () => heard.push('closed'),
      }),
    );
    await render(below(<hook.Probe />));
    await open();
    await send(`data: a\n\n${block(type, data)}data: b\n\n`);
    expect(hook.current).toMatchObject({
      status: 'failed',
      data: 'a',
      error: { kind: 'job', url, reason, message: reason, event: { type, data } },
    });
    expect(dataOf(hook.current)).toEqual(['a']);
    expect(heard).toEqual(['a']);
    expect(errors).toEqual([hook.current.error]);
    await advance(300_000);
    expect(stream.requests).toHaveLength(1);
    expect(stream.openConnections).toBe(0);
  },
);

test('a test of `failOn` is given the parsed event, and a reducer all before it', async () => {
  const { below, open, send } = setUpPage();
  const hook = probe(() =>
    useEventStream(url, {
      method: 'POST',
      parse: json<{ delta?: string; error?: object }>,
      failOn: ({ data }) => data.error !== undefined,
      initial: '',
      reduce: (text, events) => text + events.map(({ data }) => data.delta).join(''),
    }),
  );
  await render(below(<hook.Probe />));
  await open();
  await send(`data: {"delta":"Hal"}\n\ndata: ${overloaded}\n\ndata: {"delta":"lo"}\n\n`);
  expect(hook.current).toMatchObject({ status: 'failed', data: 'Hal' });
  expect(hook.current.error).toMatchObject({
    kind: 'job',
    reason: 'Overloaded',
    event: { data: overloaded },
  });
});

const endings: readonly (readonly [string, string, status: string, shown: readonly string[]])[] = [
  ['before that of `until`', block('bad', '1') + block('end', '2'), 'failed', ['0']],
  ['after that of `until`', block('end', '2') + block('bad', '1'), 'closed', ['0', '2']],
];

test.for(endings)('the event of `failOn` counts %s', async ([, sent, status, shown]) => {
  const { below, open, send } = setUpPage();
  const hook = probe(() => useEventStream(url, { until: 'end', failOn: 'bad' }));
  await render(below(<hook.Probe />));
  await open();
  await send(`data: 0\n\n${sent}`);
  expect(hook.current.status).toBe(status);
  expect(dataOf(hook.current)).toEqual(shown);
});

test.for<[string, FailOn]>([
  ['a name', 'end'],
  ['a test', ({ type }) => type === 'end'],
])('an event that `until` and `failOn` both name by %s fails the stream', async ([, failOn]) => {
  const { below, open, send } = setUpPage();
  const hook = probe(() => useEventStream(url, { until: failOn, failOn }));
  await render(below(<hook.Probe />));
  await open();
  await send(block('end', 'x'));
  expect(hook.current).toMatchObject({ status: 'failed', data: undefined });
});

test('an event that gives no reason is named in the message, and its url', async () => {
  const { below, open, send } = setUpPage();
  const hook = probe(() => useEventStream(`${url}?token=secret`, { failOn: 'error' }));
  await render(below(<hook.Probe />));
  await open();
  await send(block('error', '{}'));
  expect(hook.current.error?.reason).toBeNull();
  expect(hook.current.error?.message).toMatch(/stream\?token told of a failure .* "error"/);
});

test('fails one hook and leaves its neighbour on the connection', async () => {
  const { below, open, send, stream } = setUpPage();
  const one = probe(() => useEventStream(url, { failOn: 'bad' }));
  const two = probe(() => useEventStream(url));
  await render(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  await open();
  await send(`${block('bad', '1')}data: 2\n\n`);
  expect(one.current.status).toBe('failed');
  expect(two.current).toMatchObject({ status: 'open', data: '2' });
  expect(dataOf(two.current)).toEqual(['1', '2']);
  expect(stream.openConnections).toBe(1);
});

test('fails a defined stream for all that name it, also for one that comes late', async () => {
  const { below, open, send, stream } = setUpPage();
  const errors: string[] = [];
  const answer = defineStream({
    failOn: 'error',
    initial: 0,
    reduce: (count, events) => count + events.length,
    onError: ({ kind }) => errors.push(kind),
  });
  const one = probe(() => useEventStream(url, answer));
  const two = probe(() => useEventStream(url, answer, { select: (count) => count * 10 }));
  const { rerender } = await render(below([<one.Probe key="1" />]));
  await open();
  await send(`data: a\n\n${block('error', 'x')}`);
  await rerender(below([<one.Probe key="1" />, <two.Probe key="2" />]));
  expect(one.current).toMatchObject({ status: 'failed', data: 1 });
  expect(two.current).toMatchObject({ status: 'failed', data: 10 });
  expect(errors).toEqual(['job']);
  expect(stream.requests).toHaveLength(1);
});

test.for(['start', 'reconnect'] as const)('goes on after `%s`', async (way) => {
  const { below, open, send, settle, stream } = setUpPage();
  const hook = probe(() => useEventStream(url, { failOn: ({ type }) => type === 'error' }));
  await render(below(<hook.Probe />));
  await open();
  await send(`data: a\n\n${block('error', 'x')}`);
  await act(hook.current[way]);
  await settle();
  await open();
  await send('data: b\n\n');
  expect(hook.current).toMatchObject({ status: 'open', data: 'b', error: null });
  expect(dataOf(hook.current)).toEqual(way === 'start' ? ['b'] : ['a', 'b']);
  expect(stream.requests).toHaveLength(2);
});

const native = { transport: 'eventsource' } as const;

test.for<[string, string, () => { status: string; error: StreamError | null }]>([
  ['useEventStream', 'broken', () => useEventStream(url, { ...native, failOn: 'broken' })],
  ['useEventStream', 'error', () => useEventStream(url, { ...native, failOn: 'error' })],
  ['useStreamProgress', 'broken', () => useStreamProgress(url, { ...native, failOn: 'broken' })],
  ['useStreamProgress', 'error', () => useStreamProgress(url, native)],
  ['useLogTail', 'broken', () => useLogTail(url, { ...native, failOn: 'broken' })],
])('%s listens with EventSource for %s, and a lost connection is not it', async ([, type, use]) => {
  const { below, stream, open, drop, advance } = setUpPage();
  const hook = probe(use);
  await render(below(<hook.Probe />));
  await open();
  await drop();
  expect(hook.current.status).toBe('reconnecting');
  await advance(5_000);
  await open();
  await stream.send({ type, data: 'No space left' });
  expect(hook.current).toMatchObject({ status: 'failed', error: { reason: 'No space left' } });
});

const lines: readonly (readonly [string, 'sse' | 'lines', string, readonly string[]])[] = [
  ['an event', 'sse', 'data: a\n\ndata: FAILED: 3\n\ndata: b\n\n', ['a']],
  ['a line of plain text', 'lines', 'a\nFAILED: 3\nb\n', ['a']],
];

test.for(lines)('a log fails with %s, which is no line of it', async ([, format, sent, shown]) => {
  const { below, open, send, stream } = setUpPage();
  const log = probe(() =>
    useLogTail(url, { format, failOn: ({ data }) => data.startsWith('FAILED') }),
  );
  await render(below(<log.Probe />));
  await open();
  await send(sent);
  expect(log.current).toMatchObject({ status: 'failed', error: { reason: 'FAILED: 3' } });
  expect(log.current.lines.map(({ text }) => text)).toEqual(shown);
  expect(stream.openConnections).toBe(0);
});

test('a log of plain text fails with a last line without a line break', async () => {
  const { below, open, send, stream } = setUpPage();
  const log = probe(() => useLogTail(url, { format: 'text', failOn: { data: 'FAILED' } }));
  await render(below(<log.Probe />));
  await open();
  await send('a\nFAILED');
  expect(log.current).toMatchObject({ status: 'open', partial: 'FAILED' });
  await stream.end();
  expect(log.current).toMatchObject({ status: 'failed', partial: '', error: { kind: 'job' } });
  expect(log.current.lines.map(({ text }) => text)).toEqual(['a']);
});

const jobs: readonly (readonly [string, FailOn, type: string, status: string])[] = [
  ['an event named error by default', undefined, 'error', 'failed'],
  ['another name', 'broken', 'broken', 'failed'],
  ['no event named error where another is named', 'broken', 'error', 'running'],
  ['a test', ({ data }) => data === 'x', 'message', 'failed'],
  ['nothing where the test says so', () => false, 'error', 'running'],
];

test.for(jobs)('a job fails by %s', async ([, failOn, type, status]) => {
  const { below, open, send } = setUpPage();
  const errors: StreamError[] = [];
  const job = probe(() =>
    useStreamProgress(url, { failOn, onError: (error) => errors.push(error) }),
  );
  await render(below(<job.Probe />));
  await open();
  await send(block(type, 'x'));
  expect(job.current.status).toBe(status);
  expect(errors.map(({ reason }) => reason)).toEqual(status === 'failed' ? ['x'] : []);
});

test('the reason of a job is what its own parser has read', async () => {
  const { below, open, send } = setUpPage();
  const job = probe(() =>
    useStreamProgress(url, { parse: (data) => ({ error: data.split('|')[1] }) }),
  );
  await render(below(<job.Probe />));
  await open();
  await send('data: E|disk full\n\n');
  expect(job.current.error).toMatchObject({ kind: 'job', reason: 'disk full' });
});

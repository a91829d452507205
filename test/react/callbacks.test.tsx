import { lazy, Suspense } from 'react';
import {
  defineStream,
  json,
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type StreamEvent,
} from 'use-event-stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dataOf, probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';

/** Keeps an error that a component throws out of the log; React 17 and 18 throw it to the window too. */
function expectErrors(): void {
  const handled = (event: ErrorEvent) => {
    event.preventDefault();
  };
  window.addEventListener('error', handled);
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => {
    window.removeEventListener('error', handled);
    log.mockRestore();
  });
}

test('calls back with what comes while a Suspense boundary shows its fallback', async () => {
  const { below, open, send, advance } = setUpPage();
  let arrive: (module: { default: () => null }) => void = () => undefined;
  const Late = lazy(
    () =>
      new Promise<{ default: () => null }>((resolve) => {
        arrive = resolve;
      }),
  );
  const each: string[] = [];
  const batches: string[] = [];
  const hook = probe(() =>
    useEventStream(url, {
      onEvent: ({ data }) => each.push(data),
      onEvents: (events) => batches.push(...events.map(({ data }) => data)),
    }),
  );
  const page = (isLate: boolean) =>
    below(
      <Suspense fallback={<i>wait</i>}>
        <hook.Probe />
        {isLate && <Late />}
      </Suspense>,
    );
  const { container, rerender } = await render(page(false));
  await open();
  await send('data: 1\n\n');
  await rerender(page(true));
  expect(container.textContent).toContain('wait');
  await send('data: 2\n\n');
  await act(async () => {
    arrive({ default: () => null });
    await Promise.resolve();
  });
  await advance(1_000);
  await send('data: 3\n\n');
  expect(container.textContent).not.toContain('wait');
  expect(each).toEqual(['1', '2', '3']);
  expect(batches).toEqual(['1', '2', '3']);
});

test('begins a run that is not over where `start` is called on the event that ends the one before', async () => {
  const { below, stream, open, send, advance } = setUpPage();
  let ends = 0;
  const hook = probe(() => {
    const shown = useEventStream(url, {
      until: 'end',
      onEvent: ({ type }) => {
        if (type === 'end' && ++ends === 1) shown.start();
      },
    });
    return shown;
  });
  await render(below(<hook.Probe />));
  await open();
  await send('data: old\n\nevent: end\ndata: old\n\ndata: old\n\n');
  await advance(1_000);
  expect(hook.current).toMatchObject({ status: 'connecting', reason: null });
  expect(dataOf(hook.current)).toEqual([]);
  expect([stream.requests.length, stream.openConnections]).toEqual([2, 1]);
  await open();
  await send('data: new\n\nevent: end\ndata: end\n\n');
  expect(hook.current).toMatchObject({ status: 'closed', reason: 'done' });
  expect(dataOf(hook.current)).toEqual(['new', 'end']);
});

test('gives a reducer no event of the run before where `start` is called on one', async () => {
  const { below, stream, open, send, advance } = setUpPage();
  let starts = 0;
  const hook = probe(() => {
    const shown = useEventStream(url, {
      initial: '',
      reduce: (text: string, events: readonly StreamEvent[]) =>
        text + events.map(({ data }) => data).join(''),
      onEvent: ({ data }) => {
        if (data === 'b' && ++starts === 1) shown.start();
      },
    });
    return shown;
  });
  await render(below(<hook.Probe />));
  await open();
  await send('data: a\n\ndata: b\n\ndata: c\n\n');
  await advance(1_000);
  expect(hook.current).toMatchObject({ status: 'connecting', data: '' });
  expect([stream.requests.length, stream.openConnections]).toEqual([2, 1]);
  await open();
  await send('data: d\n\n');
  expect(hook.current.data).toBe('d');
});

test('delivers nothing after the event on which `close` is called, and closes with its data', async () => {
  const { below, open, send } = setUpPage();
  const heard: unknown[] = [];
  const hook = probe(() => {
    const shown = useEventStream(url, {
      onEvent: ({ data }) => {
        heard.push(data);
        if (data === 'b') shown.close();
      },
      onEvents: (events) => heard.push(events.length),
      onClose: (info) => heard.push(info),
    });
    return shown;
  });
  await render(below(<hook.Probe />));
  await open();
  await send('data: a\n\ndata: b\n\ndata: c\n\n');
  expect(heard).toEqual(['a', 'b', { reason: 'manual', data: 'b' }]);
  expect(hook.current.status).toBe('closed');
  expect(dataOf(hook.current)).toEqual(['a', 'b']);
});

test('keeps only what comes after the event on which `clear` is called', async () => {
  const { below, open, send } = setUpPage();
  const hook = probe(() => {
    const shown = useEventStream(url, {
      onEvent: ({ type }) => {
        if (type === 'reset') shown.clear();
      },
    });
    return shown;
  });
  await render(below(<hook.Probe />));
  await open();
  await send('data: a\n\nevent: reset\ndata: r\n\ndata: b\n\n');
  expect(dataOf(hook.current)).toEqual(['b']);
});

test('tells `onReject` of live events only, and counts those of a replay', async () => {
  const { below, open, send, advance } = setUpPage();
  const rejected: string[] = [];
  const first = probe(() => useEventStream(url));
  const late = probe(() =>
    useEventStream(url, {
      parse: json<number>,
      onReject: ({ event }) => rejected.push(event.data),
    }),
  );
  const { rerender } = await render(below([<first.Probe key="1" />]));
  await open();
  await send('data: old\n\n');
  await rerender(below([<first.Probe key="1" />, <late.Probe key="2" />]));
  await advance(100);
  expect(late.current.rejected).toBe(1);
  expect(rejected).toEqual([]);
  await send('data: new\n\n');
  expect(late.current.rejected).toBe(2);
  expect(rejected).toEqual(['new']);
});

test('tells in `onOpen` whether the server was asked to go on, at the first try too', async () => {
  for (const [initialLastEventId, resumed] of [
    ['7', true],
    [undefined, false],
  ] as const) {
    const { below, stream, open } = setUpPage();
    const opened: unknown[] = [];
    const hook = probe(() =>
      useEventStream(url, {
        initialLastEventId,
        onOpen: ({ attempt, resumed }) => opened.push([attempt, resumed]),
      }),
    );
    await render(below(<hook.Probe />));
    await open();
    expect(opened).toEqual([[0, resumed]]);
    expect(stream.requests.at(-1)?.headers.get('last-event-id')).toBe(initialLastEventId ?? null);
  }
});

const decode = () => ({ chunk: () => undefined, end: () => undefined });

test('says what to do about a format that is made anew in every render', async () => {
  expectErrors();
  const { below } = setUpPage();
  const Probe = ({ step }: { step: number }) => (
    <p>
      {step} {useEventStream(url, { format: { contentType: 'a/b', decode } }).status}
    </p>
  );
  const twice = async () => {
    const { rerender } = await render(below(<Probe step={1} />));
    await rerender(below(<Probe step={2} />));
  };
  await expect(twice()).rejects.toThrow(/option `format`.*constant or in useMemo/);
});

const useStream = (options: object) => useEventStream(url, options);
const useLog = (options: object) => useLogTail(url, options);
const useProgress = (options: object) => useStreamProgress(url, options);

if (__DEV__)
  test.for<[string, (options: object) => { status: string }, object | null, RegExp]>([
    ['null for options', useStream, null, /`options` is null; it must be an object/],
    ['null for options of a log', useLog, null, /`options` is null/],
    ['null for options of a job', useProgress, null, /`options` is null/],
    ['onEvent', useStream, { onEvent: 'x' }, /`onEvent` is "x"; it must be a function/],
    ['onEvents', useStream, { onEvents: {} }, /`onEvents` is/],
    ['onOpen', useStream, { onOpen: 1 }, /`onOpen` is 1/],
    ['onError', useStream, { onError: true }, /`onError` is true/],
    ['onReject', useStream, { onReject: null }, /`onReject` is null/],
    ['onClose', useStream, { onClose: 5 }, /`onClose` is 5/],
    ['enabled', useStream, { enabled: 'false' }, /`enabled` is "false"; it must be true or false/],
    ['manual', useStream, { manual: 'false' }, /`manual` is "false"/],
    ['events', useStream, { events: 'price' }, /`events` is "price"/],
    ['a decoder in events', useStream, { events: { price: 5 } }, /`events.price` is 5/],
    ['schema', useStream, { schema: 'x' }, /`schema` is "x".*Standard Schema/],
    ['enabled of a log', useLog, { enabled: 'no' }, /`enabled` is "no"/],
    ['follow', useLog, { follow: 'no' }, /`follow` is "no"; it must be true or false/],
    ['stripAnsi', useLog, { stripAnsi: 'no' }, /`stripAnsi` is "no"/],
    ['events of a log', useLog, { events: [1] }, /`events` is 1/],
    ['manual of a job', useProgress, { manual: 'no' }, /`manual` is "no"/],
    ['failOn', useProgress, { failOn: 5 }, /`failOn` is 5; it must be an event type/],
    ['until', useStream, { until: null }, /`until` is null; it must be an event type/],
    ['the data of until', useStream, { until: { data: 5 } }, /`until` is \[object Object\]/],
    ['until without data', useStream, { until: {} }, /`until` is \[object Object\]/],
    ['doneWhen', useProgress, { doneWhen: 'no' }, /`doneWhen` is "no"; it must be one of 'told'/],
    ['steps', useProgress, { steps: 'abc' }, /`steps` is "abc"; it must be a list/],
    ['a step', useProgress, { steps: [5] }, /`steps` is 5/],
    ['onDone', useProgress, { onDone: 5 }, /`onDone` is 5/],
    ['onError of a job', useProgress, { onError: 'x' }, /`onError` is "x"/],
  ])('refuses nonsense in %s by name', async ([, use, options, message]) => {
    expectErrors();
    const { below } = setUpPage();
    const Probe = () => <p>{use(options as object).status}</p>;
    await expect(render(below(<Probe />))).rejects.toThrow(message);
  });

if (__DEV__)
  test.for<[object | undefined, RegExp]>([
    [undefined, /`options` is undefined; it must be an object/],
    [{ throttle: -1 }, /`throttle` is -1/],
    [{ format: 'x' }, /`format` is "x"/],
    [{ linger: -1 }, /`linger` is -1/],
    [{ until: 7 }, /`until` is 7/],
  ])('defines no stream with %o', ([options, message]) => {
    expect(() => defineStream(options as object)).toThrow(message);
  });

if (__DEV__)
  test('refuses to start with nonsense', async () => {
    const { below } = setUpPage();
    const hook = probe(() => useEventStream(url, { manual: true }));
    await render(below(<hook.Probe />));
    expect(() => {
      hook.current.start('x' as never);
    }).toThrow('`options` is "x"; it must be an object');
    expect(() => {
      hook.current.start({ url: '' });
    }).toThrow('`url` is ""; it must be a url to start with');
  });

test('refuses a default header that cannot be sent, by name', async () => {
  expectErrors();
  const headers = { 'a b': '1' };
  await expect(render(<StreamProvider defaults={{ headers }} />)).rejects.toThrow(/`headers`/);
});

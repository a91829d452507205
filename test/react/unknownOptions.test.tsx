import {
  createConnectionStore,
  defineStream,
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
} from 'use-event-stream';
import { FetchEventSource } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { probe, setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';

/** What is warned of from now on. */
function warnings(): string[] {
  const told: string[] = [];
  const spy = vi.spyOn(console, 'warn').mockImplementation((text: string) => {
    told.push(text);
  });
  onTestFinished(() => {
    spy.mockRestore();
  });
  return told;
}

/** Renders a hook with options that its type does not allow. */
async function renderWith(use: (options: object) => { status: string }, options: object) {
  const { below } = setUpPage();
  const hook = probe(() => use(options));
  await render(below(<hook.Probe />));
}

const prices = defineStream({});

type Way = (options: object) => unknown;
const eventStream: Way = (options) => renderWith((given) => useEventStream(url, given), options);
const progress: Way = (options) => renderWith((given) => useStreamProgress(url, given), options);
const logTail: Way = (options) => renderWith((given) => useLogTail(url, given), options);
const defined: Way = (options) =>
  renderWith((given) => useEventStream(url, prices, given), options);
const provider: Way = (options) => render(<StreamProvider {...options} />);
const subscribe: Way = (options) => {
  const { store } = setUpPage();
  store.subscribe({ url, ...options }, { onEvents: () => undefined })();
};
const source: Way = (options) => {
  const { stream } = setUpPage();
  new FetchEventSource(url, { fetch: stream.fetch, ...options }).close();
};

if (__DEV__)
  test.for<[Way, object, string]>([
    [
      eventStream,
      { maxEvent: 3 },
      'useEventStream has no option maxEvent: did you mean maxEvents?',
    ],
    [eventStream, { onevent: () => 0 }, 'no option onevent: did you mean onEvent?'],
    [eventStream, { initial: 0, reduce: () => 0, mehtod: 'POST' }, 'mehtod: did you mean method?'],
    [eventStream, { colour: 'red' }, 'useEventStream has no option colour.'],
    [eventStream, { failon: 'error' }, 'failon: did you mean failOn?'],
    [defined, { selct: () => 0 }, 'selct: did you mean select?'],
    [defined, { maxAge: 3 }, 'the hook of a defined stream has no option maxAge.'],
    [defineStream, { thottle: 3 }, 'defineStream has no option thottle: did you mean throttle?'],
    [progress, { errorEvent: 'x' }, 'useStreamProgress has no option errorEvent.'],
    [progress, { donWhen: 'full' }, 'donWhen: did you mean doneWhen?'],
    [logTail, { maxLine: 3 }, 'useLogTail has no option maxLine: did you mean maxLines?'],
    [
      logTail,
      { filter: { minlevel: 'warn' } },
      'filter has no option minlevel: did you mean minLevel?',
    ],
    [logTail, { k: 3 }, 'useLogTail has no option k.'],
    [logTail, { reconnect: { maxAttempt: 3 } }, 'maxAttempt: did you mean maxAttempts?'],
    [
      eventStream,
      { reconnect: { delayy: 3 } },
      'reconnect has no option delayy: did you mean delay?',
    ],
    [provider, { default: {} }, 'StreamProvider has no option default: did you mean defaults?'],
    [
      provider,
      { defaults: { header: {} } },
      'defaults has no option header: did you mean headers?',
    ],
    [createConnectionStore, { basUrl: '/' }, 'basUrl: did you mean baseUrl?'],
    [createConnectionStore, { defaults: { reconnect: { repeats: true } } }, 'did you mean repeat?'],
    [subscribe, { formt: 'sse' }, 'subscribe has no option formt: did you mean format?'],
    [progress, { onComplete: () => 0 }, 'useStreamProgress has no option onComplete.'],
    [progress, { onConnect: () => 0 }, 'useStreamProgress has no option onConnect.'],
    [
      source,
      { credentials: 'include' },
      'FetchEventSource has no option credentials: did you mean withCredentials?',
    ],
    [source, { share: true }, 'FetchEventSource has no option share.'],
    [source, { transport: 'fetch' }, 'FetchEventSource has no option transport.'],
    [source, { linger: 3 }, 'FetchEventSource has no option linger.'],
    [source, { suspendWhenHidden: true }, 'FetchEventSource has no option suspendWhenHidden.'],
    [source, { withCredential: true }, 'withCredential: did you mean withCredentials?'],
  ])(
    'an option that does not exist is named, with what may be meant: %#',
    async ([way, options, text]) => {
      const told = warnings();
      await way(options);
      await way(options);
      expect(told).toEqual([expect.stringContaining(text)]);
      expect(told[0]).toMatch(/^use-event-stream: /);
    },
  );

if (__DEV__)
  test('options that exist warn of nothing', async () => {
    const told = warnings();
    const request = {
      transport: 'fetch',
      linger: 3,
      share: 'x',
      idleTimeout: 5,
      failOn: 'x',
    } as const;
    await eventStream({
      ...request,
      until: 'x',
      maxAge: 3,
      onClose: () => 0,
      headers: { 'x-a': '1' },
    });
    await logTail({
      ...request,
      history: () => ({ lines: [] }),
      filter: { text: '' },
      follow: false,
    });
    await progress({ ...request, steps: ['a'], getTotal: () => 3, scale: 'fraction' });
    await defined({ enabled: false, select: () => 0, isEqual: Object.is });
    await provider({
      defaults: { ...request, failOn: undefined, reconnect: { delay: 3 } },
      replay: 3,
    });
    expect(told).toEqual([expect.stringContaining('defaults has no option failOn')]);
  });

if (__DEV__)
  test('what `start` cannot change is named', async () => {
    const told = warnings();
    const { below } = setUpPage();
    const hook = probe(() => useEventStream(url, { manual: true }));
    await render(below(<hook.Probe />));
    const overrides = { bodi: 'x', method: 'POST' };
    await act(() => {
      hook.current.start(overrides);
    });
    expect(told).toEqual([expect.stringContaining('start has no option bodi: did you mean body?')]);
  });

if (__DEV__)
  test('an option that comes with a later render is named, once', async () => {
    const told = warnings();
    const { below } = setUpPage();
    const Probe = ({ options }: { options: object }) => (
      <p>{useEventStream(url, options).status}</p>
    );
    const { rerender } = await render(below(<Probe options={{ maxEvents: 3 }} />));
    expect(told).toEqual([]);
    for (let count = 0; count < 3; count++) {
      await rerender(below(<Probe options={{ maxEvents: 3, maxAges: count }} />));
      await rerender(below(<Probe options={{ maxAges: count }} />));
    }
    expect(told).toEqual([expect.stringContaining('maxAges: did you mean maxAge?')]);
  });

if (!__DEV__)
  test('a production build warns of nothing', () => {
    const told = warnings();
    defineStream({ maxEvnts: 3 } as object);
    createConnectionStore({ basseUrl: '/' } as object);
    expect(told).toEqual([]);
  });

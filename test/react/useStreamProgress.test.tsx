import type { ServerResponse } from 'node:http';
import { StrictMode, type ReactNode } from 'react';
import {
  createConnectionStore,
  StreamProvider,
  useStreamProgress,
  type ProgressOptions,
  type ProgressUpdate,
  type StreamProgress,
  type StreamUrl,
} from 'use-event-stream';
import { mockStream, type MockAnswer, type MockStream } from 'use-event-stream/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { internalsOf } from '../../src/core/store/connectionStore.ts';
import { TestClock } from '../../src/testing/testClock.ts';
import { serve } from '../support/httpServer.ts';
import { act, firstStatuses, render, rendersPerCommit } from '../support/render.ts';
import { listenForReports } from '../support/reports.ts';

const url = 'https://example.test/job';
const progress = (data: object) => ({ type: 'progress', data });
const done = { type: 'done', data: '' };

interface Props {
  from?: StreamUrl;
  options?: ProgressOptions;
}

interface Setting {
  /** The url at first. */
  start?: StreamUrl;
  wrap?: (node: ReactNode) => ReactNode;
}

/** Renders the hook on a scripted stream of any url and keeps what it returned. */
async function renderProgress(
  first: ProgressOptions = {},
  { start = url, wrap = (node) => node }: Setting = {},
) {
  const stream = mockStream(/./);
  const seen: StreamProgress[] = [];
  function Job({ from = start, options = first }: Props) {
    const job = useStreamProgress(from, options);
    seen.push(job);
    return <div {...job.progressProps} />;
  }
  const page = (props: Props) =>
    wrap(
      <stream.wrapper>
        <Job {...props} />
      </stream.wrapper>,
    );
  const root = await render(page({}));
  return {
    stream,
    seen,
    get job() {
      const last = seen.at(-1);
      if (!last) throw new Error('Nothing was rendered.');
      return last;
    },
    get statuses() {
      return seen.map(({ status }) => status).filter((each, i, all) => each !== all[i - 1]);
    },
    get bar() {
      return root.container.querySelector('div');
    },
    do(step: (job: StreamProgress) => void) {
      return act(() => {
        step(this.job);
      });
    },
    rerender: (props: Props = {}) => root.rerender(page(props)),
  };
}

/** Whether anything waits for a time to come. */
function isTimed({ store }: MockStream): boolean {
  const { clock } = internalsOf(store);
  if (clock instanceof TestClock) return clock.isDue(Infinity);
  throw new Error("The clock is not the mock's.");
}

test('shows a job from its beginning to its end, and lets the connection go', async () => {
  const ends: unknown[] = [];
  const page = await renderProgress({
    events: ['progress'],
    until: 'done',
    onDone: ({ lastEvent }) => ends.push(lastEvent?.type),
  });
  await page.stream.open();
  await page.stream.send(progress({ step: 'build', progress: 40, message: 'Linking' }));
  expect(page.job).toMatchObject({
    ...{ status: 'running', error: null, retryAt: null },
    ...{ value: 0.4, percent: 40, step: 'build', message: 'Linking' },
  });
  expect(page.stream.openConnections).toBe(1);
  await page.stream.send(done);
  expect(page.job).toMatchObject({ status: 'done', value: 1, percent: 100, remainingMs: 0 });
  expect(page.statuses).toEqual([...firstStatuses, 'connecting', 'running', 'done']);
  expect(ends).toEqual(['done']);
  expect(page.stream.openConnections).toBe(0);
  await page.stream.advance(120_000);
  expect(page.stream.requests).toHaveLength(1);
});

test('gives a progressbar its attributes, and no value as long as there is none', async () => {
  const page = await renderProgress();
  await page.stream.open();
  const attributes = () =>
    ['role', 'aria-valuemin', 'aria-valuemax', 'aria-valuenow', 'aria-valuetext'].map(
      (name) => page.bar?.getAttribute(name) ?? null,
    );
  expect(attributes()).toEqual(['progressbar', '0', '100', null, null]);
  await page.stream.send(progress({ step: 'Resolving' }));
  expect(attributes()).toEqual(['progressbar', '0', '100', null, 'Resolving']);
  await page.stream.send(progress({ step: 'Fetching', progress: 99.9 }));
  expect(attributes()).toEqual(['progressbar', '0', '100', '99', 'Fetching: 99%']);
});

test('does not run a job again that was full when its stream ended', async () => {
  const page = await renderProgress();
  await page.stream.open();
  await page.stream.send(progress({ progress: 100 }));
  expect(page.job.status).toBe('running');
  await page.stream.end();
  expect(page.job.status).toBe('done');
  await page.stream.advance(120_000);
  expect(page.stream.requests).toHaveLength(1);
  expect(isTimed(page.stream)).toBe(false);
});

test('keeps its value through an outage, and says when it will be back', async () => {
  const now = 1_000_000;
  // The time of a mock begins at the page's.
  vi.setSystemTime(now);
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const page = await renderProgress();
  await page.stream.open();
  await page.stream.send(progress({ progress: 60 }));
  await page.stream.drop();
  expect(page.job).toMatchObject({
    status: 'reconnecting',
    value: 0.6,
    error: { kind: 'network' },
  });
  expect(page.job.retryAt).toBeGreaterThan(now);
  await page.stream.advance(1_000);
  await page.stream.open();
  await page.stream.send(progress({ progress: 10 }));
  expect(page.job).toMatchObject({ status: 'running', value: 0.6, error: null });
});

test('is failed by the error event, tells of it once, and stays failed', async () => {
  const errors: string[] = [];
  const page = await renderProgress({ onError: ({ message }) => errors.push(message) });
  await page.stream.open();
  await page.stream.send(progress({ step: 'build', progress: 30 }));
  await page.stream.send({ type: 'error', data: { message: 'No space left' } });
  const { status, error } = page.job;
  // Whoever has checked the status has an error with a kind.
  expect(status === 'failed' && error.kind === 'job' && error.event.type).toBe('error');
  expect(page.job).toMatchObject({ value: 0.3, steps: [{ name: 'build', status: 'failed' }] });
  await page.stream.advance(60_000);
  expect(errors).toEqual(['No space left']);
  expect(page.stream.requests).toHaveLength(1);
  expect(page.stream.openConnections).toBe(0);
});

test('is failed where a stream by POST ends before it said that it was done', async () => {
  const errors: string[] = [];
  const page = await renderProgress({
    method: 'POST',
    onError: ({ kind }) => errors.push(kind),
  });
  await page.stream.open();
  await page.stream.send(progress({ progress: 30 }));
  await page.stream.end();
  expect(page.job).toMatchObject({ status: 'failed', error: { kind: 'incomplete' } });
  expect(errors).toEqual(['incomplete']);
});

test.for<[string, unknown, string | null]>([
  ['a text', 'disk full', 'disk full'],
  ['an object with a message', { code: 5, message: 'disk full' }, 'disk full'],
  ['a number', 5, '5'],
  ['true', true, 'The job has failed.'],
  ['an object without words', { code: 5 }, 'The job has failed.'],
])('a failure that `parse` tells by %s has a reason', async ([, error, reason]) => {
  const page = await renderProgress({ parse: (data) => JSON.parse(data) as ProgressUpdate });
  await page.stream.open();
  await page.stream.send(JSON.stringify({ error }));
  expect(page.job).toMatchObject({ status: 'failed', error: { message: reason, reason } });
});

test('a failure that `parse` tells by an object that holds itself has a reason', async () => {
  const update: object = {};
  Object.assign(update, { error: update });
  const page = await renderProgress({ parse: () => update });
  await page.stream.open();
  await page.stream.send('1');
  expect(page.job).toMatchObject({ status: 'failed', error: { reason: 'The job has failed.' } });
});

test('no failure is what `parse` tells by false, null, 0 or an empty text', async () => {
  const page = await renderProgress({ parse: (data) => JSON.parse(data) as ProgressUpdate });
  await page.stream.open();
  await page.stream.send([false, null, 0, ''].map((error) => ({ data: { error, progress: 20 } })));
  expect(page.job).toMatchObject({ status: 'running', percent: 20 });
});

test('a batch survives a parser whose update throws when it is read', async () => {
  const reports = listenForReports();
  const update = {
    get progress(): number {
      throw new Error('boom');
    },
  };
  const page = await renderProgress({
    parse: (data) => (data === '2' ? update : { progress: Number(data) }),
  });
  await page.stream.open();
  await page.stream.send(['1', '2', '3']);
  expect(page.job).toMatchObject({ status: 'running', percent: 3 });
  expect(reports()).toEqual(['Error: boom']);
});

test('is failed with the error of a refused request', async () => {
  const page = await renderProgress();
  await page.stream.reject(404);
  expect(page.job).toMatchObject({ status: 'failed', error: { kind: 'http', status: 404 } });
});

test('cancels for good: the request is aborted, and nothing comes after', async () => {
  const page = await renderProgress();
  await page.stream.open();
  await page.stream.send(progress({ progress: 30 }));
  await page.do((job) => {
    job.cancel();
  });
  expect(page.job).toMatchObject({ status: 'cancelled', error: null, value: 0.3 });
  expect(page.stream.openConnections).toBe(0);
  await page.stream.advance(60_000);
  expect(page.job.status).toBe('cancelled');
  expect(page.stream.requests).toHaveLength(1);
});

test('waits for `start`, which may change the request, and begins anew with every start', async () => {
  const page = await renderProgress({ manual: true, until: 'done' });
  expect(page.job.status).toBe('idle');
  expect(page.stream.requests).toHaveLength(0);
  await page.do((job) => {
    job.start({ method: 'POST', body: '{"n":1}' });
  });
  const first = await page.stream.connected();
  expect(first).toMatchObject({ method: 'POST', body: '{"n":1}' });
  await page.stream.open();
  await page.stream.send([progress({ progress: 70 }), done]);
  expect(page.job.status).toBe('done');
  await page.do((job) => {
    job.start();
  });
  expect(page.job).toMatchObject({ status: 'connecting', value: null, steps: [], elapsedMs: 0 });
  expect((await page.stream.connected(2)).method).toBe('GET');
});

test('goes back to the beginning by `reset`, and asks for nothing until it is started', async () => {
  const page = await renderProgress();
  await page.stream.open();
  await page.stream.send(progress({ progress: 30, step: 'build' }));
  await page.do((job) => {
    job.reset();
  });
  expect(page.job).toMatchObject({ status: 'idle', value: null, step: null, steps: [] });
  expect(page.stream.openConnections).toBe(0);
  await page.stream.advance(60_000);
  expect(page.stream.requests).toHaveLength(1);
  await page.do((job) => {
    job.start();
  });
  await page.stream.open();
  await page.stream.send(progress({ progress: 10 }));
  expect(page.job).toMatchObject({ status: 'running', value: 0.1 });
});

test('ticks while nothing comes, and no longer than the job runs', async () => {
  const page = await renderProgress({ until: 'done' });
  await page.stream.open();
  await page.stream.send(progress({ progress: 10 }));
  await page.stream.advance(15_000);
  expect(page.job.elapsedMs).toBeGreaterThan(14_000);
  expect(page.job.stalled).toBe(true);
  expect(page.seen.length / rendersPerCommit).toBeLessThan(25);
  await page.stream.send(done);
  await page.stream.advance(1_000);
  expect(isTimed(page.stream)).toBe(false);
});

test('begins with nothing of the old job when the url changes', async () => {
  const page = await renderProgress();
  await page.stream.open();
  await page.stream.send(progress({ progress: 80 }));
  await page.rerender({ from: `${url}/2` });
  expect(page.job).toMatchObject({ status: 'connecting', value: null });
  await page.rerender({ from: null });
  expect(page.job.status).toBe('idle');
  await page.stream.advance(1_000);
  expect(page.stream.openConnections).toBe(0);
});

test('opens one connection in StrictMode, and hands out the same functions for ever', async () => {
  const page = await renderProgress({}, { wrap: (node) => <StrictMode>{node}</StrictMode> });
  await page.stream.open();
  await page.stream.send(progress({ progress: 80 }));
  expect(page.stream.requests).toHaveLength(1);
  const functions = ({ start, cancel, reset }: StreamProgress) => [start, cancel, reset];
  const { job } = page;
  await page.rerender({ options: { until: 'end' } });
  functions(page.job).forEach((each, index) => {
    expect(each).toBe(functions(job)[index]);
  });
});

test('calls the callbacks of the last render, and survives one that throws', async () => {
  const heard: string[] = [];
  const reported: unknown[] = [];
  const original = globalThis.reportError;
  globalThis.reportError = (error) => reported.push(error);
  onTestFinished(() => {
    globalThis.reportError = original;
  });
  const page = await renderProgress({ until: 'done', onDone: () => heard.push('old') });
  await page.stream.open();
  const boom = new Error('boom');
  await page.rerender({
    options: {
      until: 'done',
      onDone() {
        heard.push('new');
        throw boom;
      },
    },
  });
  await page.stream.send(done);
  expect(heard).toEqual(['new']);
  expect(reported).toEqual([boom]);
  expect(page.job.status).toBe('done');
});

test('shows what has come of a job to a component that joins after its end', async () => {
  const stream = mockStream(url);
  const outcomes: string[] = [];
  const options: ProgressOptions = {
    until: 'done',
    onDone: () => outcomes.push('done'),
    onError: ({ kind }) => outcomes.push(kind),
  };
  let shown: StreamProgress | null = null;
  const First = () => <i>{useStreamProgress(url, { until: 'done' }).status}</i>;
  function Second() {
    shown = useStreamProgress(url, options);
    return null;
  }
  const page = (both: boolean) => (
    <stream.wrapper>
      <First />
      {both && <Second />}
    </stream.wrapper>
  );
  const root = await render(page(false));
  await stream.open();
  await stream.send([progress({ progress: 50 }), done]);
  await root.rerender(page(true));
  await stream.settled();
  expect(shown).toMatchObject({ status: 'done', value: 1 });
  expect(outcomes).toEqual(['done']);
  expect(stream.requests).toHaveLength(1);
});

test('does not try to parse what is no JSON at its first look', async () => {
  const parse = vi.spyOn(JSON, 'parse');
  onTestFinished(() => {
    parse.mockRestore();
  });
  const others = ['booting', '', '12:30:05 copying', '-', '2026-01-02 done', 'true', '"a"', '[7]'];
  const updates = ['40', ' -1.5e3 ', '\n{"progress": 50}', '{"progress": 60'];
  const page = await renderProgress();
  await page.stream.open();
  await page.stream.send([...others, ...updates].map((data) => ({ data })));
  expect(page.job.percent).toBe(50);
  const tried = parse.mock.calls.map(([text]) => text);
  expect([...others, ...updates].filter((data) => tried.includes(data))).toEqual(updates);
});

if (__DEV__)
  test('names a bad option', async () => {
    function Bad() {
      // @ts-expect-error Neither is this a scale.
      useStreamProgress(url, { scale: 'permille' });
      return null;
    }
    const silent = () => undefined;
    const original = console.error;
    console.error = silent;
    onTestFinished(() => {
      console.error = original;
    });
    await expect(render(<Bad />)).rejects.toThrow('`scale` is "permille"');
  });

/** A download from a real server, whose pieces the test sends. */
async function serveDownload(headers: Record<string, string>) {
  let response: ServerResponse | null = null;
  const server = await serve((_, answer) => {
    response = answer;
    answer.writeHead(200, { 'content-type': 'application/zip', ...headers });
    answer.flushHeaders();
  });
  return {
    url: `${server.url}/file.zip`,
    send: (piece: Uint8Array) => response?.write(piece),
    end: () => response?.end(),
    cut: () => response?.destroy(),
  };
}

/** Renders a download on the system's clock. */
async function renderDownload(file: { url: string }) {
  const chunks: Uint8Array[] = [];
  let done = 0;
  const seen: StreamProgress[] = [];
  function Download() {
    const download = useStreamProgress(file.url, {
      format: 'bytes',
      manual: true,
      onChunk: (chunk) => chunks.push(chunk),
      onDone: () => (done += 1),
    });
    seen.push(download);
    return null;
  }
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  await render(
    <StreamProvider store={store}>
      <Download />
    </StreamProvider>,
  );
  return {
    chunks,
    get done() {
      return done;
    },
    get last() {
      return seen.at(-1);
    },
    /** Goes on as soon as what is shown is as wanted; one `act` follows the other without a gap. */
    async until(wanted: (shown: StreamProgress) => boolean) {
      while (!seen.some((shown) => wanted(shown))) {
        await act(() => new Promise<void>((resolve) => setImmediate(resolve)));
      }
    },
  };
}

test('measures a download over real HTTP, and hands over its chunks', async () => {
  const file = await serveDownload({ 'content-length': '8' });
  const page = await renderDownload(file);
  await act(() => {
    page.last?.start();
  });
  await page.until(({ status }) => status === 'running');
  file.send(new Uint8Array([1, 2]));
  await page.until(({ value }) => value === 0.25);
  expect(page.last).toMatchObject({ loaded: 2, total: 8, percent: 25 });
  file.send(new Uint8Array([3, 4, 5, 6, 7, 8]));
  file.end();
  await page.until(({ status }) => status === 'done');
  expect(page.chunks.flatMap((chunk) => [...chunk])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(page.done).toBe(1);
});

test('fails a download that is cut, and does not call it done', async () => {
  const file = await serveDownload({ 'content-length': '8' });
  const page = await renderDownload(file);
  await act(() => {
    page.last?.start();
  });
  await page.until(({ status }) => status === 'running');
  file.send(new Uint8Array([1, 2]));
  await page.until(({ loaded }) => loaded === 2);
  file.cut();
  await page.until(({ status }) => status === 'failed');
  expect(page.last).toMatchObject({ value: 0.25, error: { kind: 'network' } });
  expect(page.done).toBe(0);
});

describe.each(['fetch', 'eventsource'] as const)('with %s, a job', (transport) => {
  type Page = Awaited<ReturnType<typeof renderProgress>>;

  test.each<[string, (page: Page) => Promise<void>]>([
    ['done', ({ stream }) => stream.send({ type: 'end', data: '' })],
    ['failed', ({ stream }) => stream.send({ type: 'error', data: 'No space left' })],
    [
      'cancelled',
      (page) =>
        page.do(({ cancel }) => {
          cancel();
        }),
    ],
  ])('that is %s is not asked for again', async (status, finish) => {
    const page = await renderProgress({ transport, until: 'end', events: ['message'] });
    await page.stream.open();
    await page.stream.sendProgress(30);
    await finish(page);
    expect(page.job.status).toBe(status);
    expect(page.stream.openConnections).toBe(0);
    await page.rerender();
    await page.stream.hide();
    await page.stream.show();
    await page.stream.offline();
    await page.stream.online();
    await page.stream.advance(300_000);
    expect(page.job.status).toBe(status);
    expect(page.stream.requests).toHaveLength(1);
  });

  test('that is cut off keeps its value through the reconnect', async () => {
    const page = await renderProgress({ transport, until: 'end', events: ['message'] });
    await page.stream.open();
    await page.stream.sendProgress({ progress: 60, step: 'build' }, { id: '7' });
    await page.stream.drop();
    expect(page.job).toMatchObject({ status: 'reconnecting', value: 0.6, step: 'build' });
    await page.stream.advance(5_000);
    await page.stream.open();
    expect(page.job).toMatchObject({ status: 'running', value: 0.6, step: 'build' });
    if (transport === 'fetch') {
      expect(page.stream.requests[1]?.headers.get('last-event-id')).toBe('7');
    }
    await page.stream.sendProgress(55);
    expect(page.job.value).toBe(0.6);
  });
});

test('watches a job that was started by POST, at the address that the answer names', async () => {
  const page = await renderProgress({ manual: true, until: 'end' }, { start: null });
  expect(page.job.status).toBe('idle');
  await page.do(({ start }) => {
    start({ url: 'https://example.test/jobs/7' });
  });
  await page.stream.open();
  await page.stream.sendProgress(40);
  expect(page.stream.requests).toMatchObject([
    { method: 'GET', url: 'https://example.test/jobs/7' },
  ]);
  expect(page.job).toMatchObject({ status: 'running', value: 0.4 });
  await page.do(({ start }) => {
    start({ url: 'https://example.test/jobs/8' });
  });
  expect(page.job).toMatchObject({ status: 'connecting', value: null });
  await page.stream.connected(2);
  expect(page.stream.openConnections).toBe(1);
});

describe('the status text', () => {
  test('tells of every status at once, and nothing while idle', async () => {
    const page = await renderProgress({ manual: true, until: 'end' });
    expect(page.job.statusText).toBe('');
    await page.do(({ start }) => {
      start();
    });
    expect(page.job.statusText).toBe('connecting');
    await page.stream.open();
    await page.stream.sendProgress({ progress: 10, step: 'Uploading' });
    expect(page.job.statusText).toBe('Uploading: 10%');
    await page.stream.drop();
    expect(page.job.statusText).toBe('reconnecting');
    await page.stream.advance(5_000);
    await page.stream.open();
    expect(page.job.statusText).toBe('Uploading: 10%');
    await page.stream.send({ type: 'error', data: 'No space left' });
    expect(page.job.statusText).toBe('failed: No space left');
    await page.do(({ reset }) => {
      reset();
    });
    expect(page.job.statusText).toBe('');
  });

  test('changes at most every 5 s within a step, and comes to the last word', async () => {
    const page = await renderProgress({ until: 'end' });
    await page.stream.open();
    await page.stream.sendProgress({ step: 'Uploading', progress: 0 });
    for (let progress = 1; progress <= 20; progress++) {
      await page.stream.advance(1_000);
      await page.stream.sendProgress({ step: 'Uploading', progress });
    }
    const texts = new Set(page.seen.map(({ statusText }) => statusText));
    // Beside the first two: one for each 5 s, and one where time left came to be known.
    expect(texts.size).toBeGreaterThan(4);
    expect(texts.size).toBeLessThan(9);
    expect(page.job.statusText).toMatch(/^Uploading: (1[5-9]|20)%, about a minute left$/);
    await page.stream.sendProgress({ step: 'Processing', progress: 20 });
    expect(page.job.statusText).toMatch(/^Processing: 20%/);
    await page.stream.sendProgress({ step: 'Processing', progress: 21 });
    expect(page.job.statusText).toMatch(/^Processing: 20%/);
    await page.stream.advance(6_000);
    expect(page.job.statusText).toMatch(/^Processing: 21%/);
  });

  test('is in another language where a function says so', async () => {
    const page = await renderProgress({
      until: 'end',
      statusText: ({ status, percent, step }) =>
        status === 'running' ? `${step ?? ''} ${String(percent)} %` : `(${status})`,
    });
    expect(page.job.statusText).toBe('(connecting)');
    await page.stream.open();
    await page.stream.sendProgress({ step: 'Hochladen', progress: 12.7 });
    expect(page.job.statusText).toBe('Hochladen 12 %');
    await page.stream.send({ type: 'end', data: '' });
    expect(page.job.statusText).toBe('(done)');
  });
});

describe('a download', () => {
  const zip = 'https://example.test/file.zip';
  const bytes = (length: number) => new Uint8Array(length);

  async function begin(answer: MockAnswer, options: ProgressOptions<'bytes'> = {}) {
    // The two formats differ in what callbacks are given, which these tests do not look at.
    const ofBytes = { format: 'bytes', ...options } as ProgressOptions;
    const page = await renderProgress(ofBytes, { start: zip });
    await page.stream.open(answer);
    await page.stream.chunk(bytes(40));
    return page;
  }

  test.each<[string, HeadersInit]>([
    ['that was encoded', { 'content-length': '100', 'content-encoding': 'gzip' }],
    ['that does not tell its length', {}],
  ])('%s has no value before it is done', async (_, headers) => {
    const page = await begin({ headers });
    expect(page.job).toMatchObject({ value: null, loaded: 40, total: null, remainingMs: null });
    expect(page.job.progressProps).not.toHaveProperty('aria-valuenow');
    await page.stream.end();
    expect(page.job).toMatchObject({ status: 'done', value: 1, loaded: 40 });
  });

  test('that is longer than it said becomes indeterminate', async () => {
    const page = await begin({ headers: { 'content-length': '50' } });
    expect(page.job).toMatchObject({ value: 0.8, total: 50 });
    await page.stream.chunk(bytes(11));
    expect(page.job).toMatchObject({ value: null, percent: null, loaded: 51, total: null });
  });

  test('takes its length from where `getTotal` says that it is', async () => {
    const headers = { 'x-size': '80', 'content-length': '50', 'content-encoding': 'gzip' };
    const getTotal = (response: Response) => Number(response.headers.get('x-size'));
    const page = await begin({ headers }, { getTotal });
    expect(page.job).toMatchObject({ value: 0.5, total: 80 });
  });

  describe('whose total `getTotal` tells', () => {
    const getTotal = ({ headers }: Response) => Number(headers.get('x-size') ?? 100);

    test.each<[string, ProgressOptions<'bytes'>, MockAnswer]>([
      ['by default', {}, {}],
      ['where a close alone means nothing', { doneWhen: 'told' }, {}],
      ['where a full value is the end', { doneWhen: 'full' }, {}],
      ['where `until` did not come', { until: () => false }, {}],
      ['though it was encoded', {}, { headers: { 'content-encoding': 'gzip' } }],
    ])('has failed where it ends before that: %s', async (_, options, answer) => {
      const ends: string[] = [];
      const page = await begin(answer, {
        getTotal,
        ...options,
        onDone: () => ends.push('done'),
        onError: ({ kind }) => ends.push(kind),
      });
      await page.stream.end();
      expect(page.job).toMatchObject({
        status: 'failed',
        value: 0.4,
        error: { kind: 'incomplete' },
      });
      expect(page.job.error?.message).toContain('40 of 100 bytes');
      expect(ends).toEqual(['incomplete']);
      await page.stream.advance(60_000);
      expect(page.stream.requests).toHaveLength(1);
    });

    test.each<[string, ProgressOptions<'bytes'>, number]>([
      ['where all of it has come', {}, 60],
      ['where more than that has come', {}, 80],
      ['where the end is said to be the end, for the total is a guess', { doneWhen: 'closed' }, 1],
      ['where `until` is the end', { until: ({ data }) => data.length === 2 }, 2],
      ['where the total is none', { getTotal: () => Infinity }, 1],
      ['where the total is not known', { getTotal: () => null }, 1],
    ])('is done %s', async (_, options, rest) => {
      const page = await begin({}, { getTotal, ...options });
      await page.stream.chunk(bytes(rest));
      if (page.stream.openConnections > 0) await page.stream.end();
      expect(page.job).toMatchObject({ status: 'done', value: 1, error: null });
    });

    test('is counted from the beginning where it is asked for again', async () => {
      const page = await begin({}, { getTotal, reconnect: { repeat: true } });
      await page.stream.drop();
      await page.stream.advance(30_000);
      await page.stream.open();
      await page.stream.chunk(bytes(70));
      await page.stream.end();
      expect(page.job).toMatchObject({
        status: 'failed',
        loaded: 70,
        error: { kind: 'incomplete' },
      });
      expect(page.job.error?.message).toContain('70 of 100 bytes');
    });
  });

  test('has failed where less has come than `Content-Length` announced', async () => {
    const page = await begin({ headers: { 'content-length': '100' } });
    await page.stream.end();
    expect(page.job).toMatchObject({ status: 'failed', value: 0.4, error: { kind: 'incomplete' } });
    expect(page.job.error?.message).toContain('40 of 100 bytes');
  });

  test('is aborted by `cancel`, and begun anew by `start`', async () => {
    const page = await begin({ headers: { 'content-length': '80' } });
    await page.do(({ cancel }) => {
      cancel();
    });
    expect(page.job).toMatchObject({ status: 'cancelled', value: 0.5 });
    expect(page.stream.openConnections).toBe(0);
    await page.do(({ start }) => {
      start();
    });
    await page.stream.open({ headers: { 'content-length': '80' } });
    expect(page.job).toMatchObject({ status: 'running', loaded: null });
  });
});

import type { ServerResponse } from 'node:http';
import { StrictMode, type ReactNode } from 'react';
import {
  createConnectionStore,
  StreamProvider,
  useStreamProgress,
  type ProgressOptions,
  type StreamProgress,
  type StreamUrl,
} from 'use-event-stream';
import { expect, onTestFinished, test } from 'vitest';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { serve } from '../support/httpServer.ts';
import { act, firstStatuses, render } from '../support/render.ts';

const url = 'https://example.test/job';
const progress = (data: object) => `event: progress\ndata: ${JSON.stringify(data)}\n\n`;

interface Props {
  url?: StreamUrl;
  options?: ProgressOptions;
}

/** Renders the hook on a fake clock and a fake server and keeps what it returned. */
async function renderProgress(options: ProgressOptions = {}, wrap = (node: ReactNode) => node) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch });
  onTestFinished(() => {
    store.close();
  });
  const seen: StreamProgress[] = [];
  function Job({ url: given = url, options: rendered = options }: Props) {
    const job = useStreamProgress(given, rendered);
    seen.push(job);
    return <div {...job.progressProps} />;
  }
  const below = (props: Props) =>
    wrap(
      <StreamProvider store={store}>
        <Job {...props} />
      </StreamProvider>,
    );
  const root = await render(below({}));
  /** Does something in `act` and lets it be published. */
  const after = (step: () => void) =>
    act(async () => {
      await turns();
      step();
      await clock.advance(40);
    });
  return {
    clock,
    server,
    store,
    seen,
    after,
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
    open: () =>
      after(() => {
        server.last.open();
      }),
    send: (text: string) =>
      after(() => {
        server.last.send(text);
      }),
    advance: (ms: number) => act(() => clock.advance(ms)),
    rerender: (props: Props) => root.rerender(below(props)),
    unmount: root.unmount,
  };
}

test('shows a job from its beginning to its end, and lets the connection go', async () => {
  const done: unknown[] = [];
  const page = await renderProgress({
    events: ['progress'],
    until: 'done',
    onDone: ({ lastEvent }) => done.push(lastEvent?.type),
  });
  await page.open();
  await page.send(progress({ step: 'build', progress: 40, message: 'Linking' }));
  expect(page.job).toMatchObject({
    ...{ status: 'running', error: null, retryAt: null },
    ...{ value: 0.4, percent: 40, step: 'build', message: 'Linking' },
  });
  expect(page.server.live).toBe(1);
  await page.send('event: done\ndata:\n\n');
  expect(page.job).toMatchObject({ status: 'done', value: 1, percent: 100, remainingMs: 0 });
  expect(page.statuses).toEqual([...firstStatuses, 'connecting', 'running', 'done']);
  expect(done).toEqual(['done']);
  expect(page.server.live).toBe(0);
  await page.advance(120_000);
  expect(page.server.requests).toHaveLength(1);
});

test('gives a progressbar its attributes, and no value as long as there is none', async () => {
  const page = await renderProgress();
  await page.open();
  const attributes = () =>
    ['role', 'aria-valuemin', 'aria-valuemax', 'aria-valuenow', 'aria-valuetext'].map(
      (name) => page.bar?.getAttribute(name) ?? null,
    );
  expect(attributes()).toEqual(['progressbar', '0', '100', null, null]);
  await page.send(progress({ step: 'Resolving' }));
  expect(attributes()).toEqual(['progressbar', '0', '100', null, 'Resolving']);
  await page.send(progress({ step: 'Fetching', progress: 99.9 }));
  expect(attributes()).toEqual(['progressbar', '0', '100', '99', 'Fetching: 99%']);
});

test('does not run a job again that was full when its stream ended', async () => {
  const page = await renderProgress();
  await page.open();
  await page.send(progress({ progress: 100 }));
  expect(page.job.status).toBe('running');
  await page.after(() => {
    page.server.last.end();
  });
  expect(page.job.status).toBe('done');
  await page.advance(120_000);
  expect(page.server.requests).toHaveLength(1);
  expect(page.clock.pending).toBe(0);
});

test('keeps its value through an outage, and says when it will be back', async () => {
  const page = await renderProgress();
  await page.open();
  await page.send(progress({ progress: 60 }));
  page.clock.chance = 0.5;
  await page.after(() => {
    page.server.last.drop();
  });
  expect(page.job).toMatchObject({
    status: 'reconnecting',
    value: 0.6,
    error: { kind: 'network' },
  });
  expect(page.job.retryAt).toBeGreaterThan(page.clock.now());
  await page.advance(1_000);
  await page.open();
  await page.send(progress({ progress: 10 }));
  expect(page.job).toMatchObject({ status: 'running', value: 0.6, error: null });
});

test('is failed by the error event, tells of it once, and stays failed', async () => {
  const errors: string[] = [];
  const page = await renderProgress({ onError: ({ message }) => errors.push(message) });
  await page.open();
  await page.send(progress({ step: 'build', progress: 30 }));
  await page.send('event: error\ndata: {"message":"No space left"}\n\n');
  const { status, error } = page.job;
  // Whoever has checked the status has an error with a kind.
  expect(status === 'failed' && error.kind === 'job' && error.event.type).toBe('error');
  expect(page.job).toMatchObject({ value: 0.3, steps: [{ name: 'build', status: 'failed' }] });
  await page.advance(60_000);
  expect(errors).toEqual(['No space left']);
  expect(page.server.requests).toHaveLength(1);
  expect(page.server.live).toBe(0);
});

test('is failed where a stream by POST ends before it said that it was done', async () => {
  const errors: string[] = [];
  const page = await renderProgress({
    method: 'POST',
    onError: ({ kind }) => errors.push(kind),
  });
  await page.open();
  await page.send(progress({ progress: 30 }));
  await page.after(() => {
    page.server.last.end();
  });
  expect(page.job).toMatchObject({ status: 'failed', error: { kind: 'incomplete' } });
  expect(errors).toEqual(['incomplete']);
});

test('is failed with the error of a refused request', async () => {
  const page = await renderProgress();
  await page.after(() => {
    page.server.last.refuse(404);
  });
  expect(page.job).toMatchObject({ status: 'failed', error: { kind: 'http', status: 404 } });
});

test('cancels for good: the request is aborted, and nothing comes after', async () => {
  const page = await renderProgress();
  await page.open();
  await page.send(progress({ progress: 30 }));
  await page.after(() => {
    page.job.cancel();
  });
  expect(page.job).toMatchObject({ status: 'cancelled', error: null, value: 0.3 });
  expect(page.server.last.cancelled).toBe(true);
  await page.advance(60_000);
  expect(page.job.status).toBe('cancelled');
  expect(page.server.requests).toHaveLength(1);
});

test('waits for `start`, which may change the request, and begins anew with every start', async () => {
  const page = await renderProgress({ manual: true, until: 'done' });
  expect(page.job.status).toBe('idle');
  expect(page.server.requests).toHaveLength(0);
  await page.after(() => {
    page.job.start({ method: 'POST', body: '{"n":1}' });
  });
  expect(page.server.last.init).toMatchObject({ method: 'POST', body: '{"n":1}' });
  await page.open();
  await page.send(`${progress({ progress: 70 })}event: done\ndata:\n\n`);
  expect(page.job.status).toBe('done');
  await page.after(() => {
    page.job.start();
  });
  expect(page.job).toMatchObject({ status: 'connecting', value: null, steps: [], elapsedMs: 0 });
  expect(page.server.last.init.method).toBe('GET');
});

test('goes back to the beginning by `reset`, and asks for nothing until it is started', async () => {
  const page = await renderProgress();
  await page.open();
  await page.send(progress({ progress: 30, step: 'build' }));
  await page.after(() => {
    page.job.reset();
  });
  expect(page.job).toMatchObject({ status: 'idle', value: null, step: null, steps: [] });
  expect(page.server.last.cancelled).toBe(true);
  await page.advance(60_000);
  expect(page.server.requests).toHaveLength(1);
  await page.after(() => {
    page.job.start();
  });
  await page.open();
  await page.send(progress({ progress: 10 }));
  expect(page.job).toMatchObject({ status: 'running', value: 0.1 });
});

test('ticks while nothing comes, and no longer than the job runs', async () => {
  const page = await renderProgress({ until: 'done' });
  await page.open();
  await page.send(progress({ progress: 10 }));
  await page.advance(15_000);
  expect(page.job.elapsedMs).toBeGreaterThan(14_000);
  expect(page.job.stalled).toBe(true);
  expect(page.seen.length).toBeLessThan(25);
  await page.send('event: done\ndata:\n\n');
  await page.advance(1_000);
  expect(page.clock.pending).toBe(0);
});

test('begins with nothing of the old job when the url changes', async () => {
  const page = await renderProgress();
  await page.open();
  await page.send(progress({ progress: 80 }));
  await page.rerender({ url: `${url}/2` });
  expect(page.job).toMatchObject({ status: 'connecting', value: null });
  await page.rerender({ url: null });
  expect(page.job.status).toBe('idle');
  await page.advance(1_000);
  expect(page.server.live).toBe(0);
});

test('opens one connection in StrictMode, and hands out the same functions for ever', async () => {
  const page = await renderProgress({}, (node) => <StrictMode>{node}</StrictMode>);
  await page.open();
  await page.send(progress({ progress: 80 }));
  expect(page.server.requests).toHaveLength(1);
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
  await page.open();
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
  await page.send('event: done\ndata:\n\n');
  expect(heard).toEqual(['new']);
  expect(reported).toEqual([boom]);
  expect(page.job.status).toBe('done');
});

test('shows what has come of a job to a component that joins after its end', async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch });
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
    <StreamProvider store={store}>
      <First />
      {both && <Second />}
    </StreamProvider>
  );
  const root = await render(page(false));
  await act(async () => {
    await turns();
    server.last.open();
    await turns();
    server.last.send(`${progress({ progress: 50 })}event: done\ndata:\n\n`);
    await clock.advance(40);
  });
  await root.rerender(page(true));
  await act(() => clock.advance(40));
  expect(shown).toMatchObject({ status: 'done', value: 1 });
  expect(outcomes).toEqual(['done']);
  expect(server.requests).toHaveLength(1);
});

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

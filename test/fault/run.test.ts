import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { runServer } from '../support/runServer.ts';
import { seeded } from '../support/seeded.ts';
import { proxyTo, type Fault } from './proxy.ts';

const soon = { interval: 1, timeout: 10_000 };

const resume: RequestOptions['resume'] = ({ response }) => ({
  url: `/runs/${String(response?.headers.get('x-run'))}`,
});

/** Words of one to four bytes a character. */
const wordsOf = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `${['an', 'über', '世界', '🎉'][index % 4]} ${index}`,
  );

/** What arrives of these words, each once and in order. */
const deltas = (words: readonly string[]) => [
  ...words.map((word) => JSON.stringify(word)),
  '[DONE]',
];

/** Posts and reads the answer; every wait for the next try is over at once, unless the test waits. */
function post(
  base: string,
  { waits = false, ...options }: RequestOptions & { waits?: boolean } = {},
) {
  const clock = new FakeClock();
  const store = createConnectionStore({ clock, baseUrl: base });
  const request = { url: '/chat', method: 'POST', body: 'Hello?', resume, ...options };
  const seen = collect(store, request);
  const stop = store.onChange(() => {
    const { retryAt } = seen.state ?? {};
    if (!waits && typeof retryAt === 'number') void clock.advance(retryAt - clock.now());
  });
  const close = () => {
    stop();
    store.close();
  };
  onTestFinished(close);
  const ended = () => expect.poll(() => seen.state?.status, soon).toMatch(/^(closed|failed)$/);
  return { seen, store, clock, ended, close };
}

test.for(['cut', 'reset'] as const)(
  'an answer that is %s after whatever byte is whole, and was asked for once',
  async (then) => {
    const words = wordsOf(4);
    const { server, log } = await runServer(words);
    const proxy = await proxyTo(server);
    const first = post(proxy.url);
    await first.ended();
    first.close();
    const whole = proxy.tunnels[0]?.passed ?? 0;
    expect(whole).toBeGreaterThan(200);
    const answered: number[] = [];
    for (let after = 1; after < whole; after++) {
      log.length = 0;
      proxy.faults = [{ after, then }];
      const { seen, ended, close } = post(proxy.url);
      await ended();
      const at = `byte ${after} of ${whole}`;
      expect(log.filter(({ method }) => method === 'POST').length, at).toBe(1);
      // Nobody can know of a run whose answer has not come.
      const isAnswered = seen.statuses.includes('open');
      expect(seen.state?.status, at).toBe(isAnswered ? 'closed' : 'failed');
      expect(seen.data, at).toEqual(isAnswered ? deltas(words) : []);
      if (isAnswered) answered.push(after);
      close();
    }
    // From the end of the head on, every one.
    expect(answered.length).toBeGreaterThan(100);
    expect(answered.length).toBe(whole - (answered[0] ?? 0));
  },
);

test.for([1, 2, 3])(
  'an answer that is cut in 200 random places is whole, and was asked for once (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    const words = wordsOf(3_000);
    const { server, log } = await runServer(words);
    const proxy = await proxyTo(server);
    // The head of the first answer has to come; of the others it may be cut too.
    const within = (least: number, most: number) => Math.floor(least + random() * (most - least));
    proxy.faults = Array.from({ length: 200 }, (_, index): Fault => {
      const after = index === 0 ? within(250, 900) : within(0, 900);
      return { after, then: random() < 0.5 ? 'cut' : 'reset' };
    });
    const { seen, ended } = post(proxy.url);
    await ended();
    expect(proxy.faults).toEqual([]);
    expect(seen.state).toMatchObject({ status: 'closed', reason: 'done' });
    expect(seen.data).toEqual(deltas(words));
    expect(seen.events.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: words.length + 1 }, (_, index) => index + 1),
    );
    expect(log.filter(({ method }) => method === 'POST').length).toBe(1);
  },
);

test('200 answers that are cut at random places, and cut once more, are whole', async () => {
  const random = seeded(4);
  const words = wordsOf(8);
  const cut = { post: 0, get: 0 };
  const run = await runServer(words, {
    cut: (_, rest) => {
      const last = run.log.at(-1);
      if (last?.method === 'POST') return cut.post;
      return last?.id === null || rest.length > 150 ? cut.get : null;
    },
  });
  for (let round = 0; round < 200; round++) {
    run.log.length = 0;
    cut.post = Math.floor(random() * 250);
    cut.get = Math.floor(random() * 60) + 30;
    const { seen, ended, close } = post(run.server.url);
    await ended();
    const at = `round ${round}: ${JSON.stringify(cut)}`;
    expect(seen.state?.status, at).toBe('closed');
    expect(seen.data, at).toEqual(deltas(words));
    expect(run.posts, at).toBe(1);
    close();
  }
});

test('a run goes on where its server was killed and has come back with its history', async () => {
  const words = wordsOf(6);
  const run = await runServer(words, { made: 2 });
  const { seen, ended } = post(run.server.url);
  await expect.poll(() => seen.data.length, soon).toBe(2);
  await run.server.kill();
  const isRefused = () => seen.states.filter(({ error }) => error?.kind === 'network').length > 2;
  await expect.poll(isRefused, soon).toBe(true);
  await run.server.start();
  await expect.poll(() => run.open, soon).toBe(1);
  run.make(4);
  await expect.poll(() => seen.data.length, soon).toBe(4);
  await run.server.kill();
  run.make();
  await run.server.start();
  await ended();
  expect(seen.state?.status).toBe('closed');
  expect(seen.data).toEqual(deltas(words));
  expect(run.posts).toBe(1);
});

test('a run is gone where its server has come back without its history', async () => {
  const run = await runServer(wordsOf(6), { made: 2 });
  const { seen, ended } = post(run.server.url);
  await expect.poll(() => seen.data.length, soon).toBe(2);
  await run.server.kill();
  run.runs.clear();
  await run.server.start();
  await ended();
  expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'http', status: 404 } });
  expect(run.posts).toBe(1);
});

test('a token that has expired is asked for once more, and the run goes on', async () => {
  const words = wordsOf(6);
  let valid = 1;
  const run = await runServer(words, {
    cut: (n) => (n === 0 ? 60 : null),
    allows: ({ headers }) => headers.authorization === `Bearer ${valid}`,
  });
  let token = 1;
  const refused: (string | null)[] = [];
  const { seen, ended } = post(run.server.url, {
    headers(attempt) {
      if (attempt.refused) {
        refused.push(attempt.refused.get('authorization'));
        token += 1;
      }
      return { authorization: `Bearer ${token}` };
    },
    resume(attempt) {
      // It expires between the POST and what follows.
      valid = 2;
      return resume(attempt);
    },
  });
  await ended();
  expect(seen.state?.status).toBe('closed');
  expect(seen.data).toEqual(deltas(words));
  expect(refused).toEqual(['Bearer 1']);
  expect(run.log.map(({ method, id }) => [method, id])).toEqual([
    ['POST', null],
    ['GET', '2'],
    ['GET', '2'],
    ['GET', '7'],
  ]);
});

test('an address that has expired is asked for once more, and the run goes on', async () => {
  const words = wordsOf(6);
  const run = await runServer(words, {
    cut: (n) => (n === 0 ? 60 : null),
    allows: ({ method, url }) => method === 'POST' || url?.endsWith('token=2') === true,
  });
  const { seen, ended } = post(run.server.url, {
    resume: (attempt) => ({ url: `/runs/1?token=${attempt.refused ? 2 : 1}` }),
    reconnect: { maxAttempts: 1 },
  });
  await expect.poll(() => seen.data, soon).toEqual(deltas(words));
  await ended();
  expect(run.posts).toBe(1);
});

/** A window whose page a test sends away and brings back. */
function stubWindow(): EventTarget {
  const target = new EventTarget();
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return target;
}

test('a page that was away while the run went on reads the rest when it is back', async () => {
  const page = stubWindow();
  const words = wordsOf(6);
  const run = await runServer(words, { made: 2 });
  const { seen, ended } = post(run.server.url);
  await expect.poll(() => seen.data.length, soon).toBe(2);
  page.dispatchEvent(new Event('pagehide'));
  await expect.poll(() => run.open, soon).toBe(0);
  expect(seen.state).toMatchObject({ status: 'reconnecting', retryAt: null, error: null });
  run.make();
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await ended();
  expect(seen.state?.status).toBe('closed');
  expect(seen.data).toEqual(deltas(words));
  expect(run.posts).toBe(1);
});

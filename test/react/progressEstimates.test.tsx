import { useStreamProgress, type ProgressOptions, type StreamProgress } from 'use-event-stream';
import { mockStream, type MockAnswer } from 'use-event-stream/testing';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/job';
const second = 1_000;
const minute = 60 * second;
/** By the page's clock, when each test begins. */
const begin = 1_800_000_000_000;

// The time of a mock begins at the page's.
beforeEach(() => {
  vi.setSystemTime(begin);
  onTestFinished(() => {
    vi.useRealTimers();
  });
});

/** Renders a job, and a second component on the same stream once it is asked for. */
async function watch(options: ProgressOptions = {}) {
  const stream = mockStream(url);
  const shown: StreamProgress[] = [];
  function Job({ place }: { place: number }) {
    shown[place] = useStreamProgress(url, options);
    return null;
  }
  const page = (components: number) => (
    <stream.wrapper>
      {Array.from({ length: components }, (_, place) => (
        <Job key={place} place={place} />
      ))}
    </stream.wrapper>
  );
  const root = await render(page(1));
  const at = (place: number): StreamProgress => {
    const job = shown[place];
    if (!job) throw new Error('Nothing was rendered.');
    return job;
  };
  return {
    stream,
    get job() {
      return at(0);
    },
    get second() {
      return at(1);
    },
    async join() {
      await root.rerender(page(2));
      await stream.settled();
    },
    /** Sends the updates, each after a second. */
    async each(updates: readonly object[]) {
      for (const update of updates) {
        await stream.advance(second);
        await stream.sendProgress(update);
      }
    },
  };
}

const times = <T,>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index + 1));

describe('the time left of a job that counts first', () => {
  /** What it tells while it counts, for two minutes, and then each second of ten of its work. */
  const kinds: [string, (second: number) => object, (second: number) => object][] = [
    ['says only what it does', () => ({ message: 'Counting' }), (n) => ({ progress: n * 10 })],
    [
      'tells nothing of an unknown total',
      () => ({ loaded: 0, total: null }),
      (n) => ({ loaded: n * 50, total: 500 }),
    ],
    [
      'tells what it finds, and then how much of it is done',
      (n) => ({ loaded: n * 10, total: null }),
      (n) => ({ loaded: n * 120, total: 1_200 }),
    ],
    [
      'tells what it finds, and then percent',
      (n) => ({ loaded: n * 10 }),
      (n) => ({ progress: n * 10 }),
    ],
    ['takes back a total', () => ({ total: 0 }), (n) => ({ loaded: n, total: 10 })],
  ];

  test.each(kinds)('is that of its work: it %s', async (_, count, work) => {
    const page = await watch();
    await page.stream.open();
    const startedAt = begin;
    await page.each(times(120, (n) => ({ startedAt, ...count(n) })));
    expect(page.job).toMatchObject({ value: null, remainingMs: null });
    await page.each(times(4, (n) => ({ startedAt, ...work(n) })));
    expect(page.job.value).toBeCloseTo(0.4, 6);
    expect(page.job.remainingMs).toBeCloseTo(6 * second, -2);
    expect(page.job.elapsedMs).toBe(124 * second);
  });

  test.each(kinds)('is shown to who joins late: it %s', async (_, count, work) => {
    const page = await watch();
    await page.stream.open();
    const startedAt = begin;
    await page.each(times(60, (n) => ({ startedAt, ...count(n) })));
    await page.each(times(4, (n) => ({ startedAt, ...work(n) })));
    await page.join();
    expect(page.second.value).toBeCloseTo(0.4, 6);
    expect(page.second.remainingMs).toBeCloseTo(6 * second, -2);
  });

  test('is not what was found while it counted', async () => {
    const page = await watch();
    await page.stream.open();
    await page.each([{ loaded: 1_000 }, { loaded: 2_000 }, { loaded: 10, total: 2_000 }]);
    expect(page.job).toMatchObject({ value: 0.005, loaded: 10, total: 2_000 });
    await page.each([{ loaded: 5 }]);
    expect(page.job).toMatchObject({ value: 0.005, loaded: 10 });
  });
});

test.each([
  ['with no weight', 0, 1],
  ['of the same weight', 1, 1],
])('a step %s that tells nothing is no time at speed zero', async (_, counting, working) => {
  const steps = [
    { name: 'count', weight: counting },
    { name: 'work', weight: working },
  ];
  const page = await watch({ steps });
  await page.stream.open();
  await page.each([{ step: 'count' }]);
  await page.stream.advance(59 * second);
  await page.each(times(10, (n) => ({ step: 'work', progress: 2 * n })));
  expect(page.job.remainingMs).toBeCloseTo(40 * second, -2);
});

test('counts again in the middle, which is no time at speed zero', async () => {
  const page = await watch();
  await page.stream.open();
  await page.each(times(10, (n) => ({ loaded: n, total: 20 })));
  expect(page.job.remainingMs).toBeCloseTo(10 * second, -1);
  await page.each(times(60, () => ({ total: null })));
  expect(page.job).toMatchObject({ value: null, remainingMs: null });
  await page.each(times(5, (n) => ({ loaded: 10 + n, total: 20 })));
  expect(page.job.rate).toBeCloseTo(1, 6);
  expect(page.job.remainingMs).toBeCloseTo(5 * second, -1);
});

test('knows the speed of an amount whose total is unknown', async () => {
  const page = await watch();
  await page.stream.open();
  await page.each(times(10, (n) => ({ loaded: n * 100 })));
  expect(page.job).toMatchObject({ value: null, remainingMs: null });
  expect(page.job.rate).toBeCloseTo(100, 6);
  await page.each(times(10, (n) => ({ loaded: 1_000 + n * 100, total: 4_000 })));
  expect(page.job.rate).toBeCloseTo(100, 6);
  expect(page.job.remainingMs).toBeCloseTo(20 * second, -1);
});

test.each([
  ['percent', (n: number) => ({ progress: n })],
  ['an amount', (n: number) => ({ loaded: n, total: 100 })],
])('follows the new speed after a reconnect, by %s', async (_, update) => {
  const page = await watch();
  await page.stream.open();
  await page.each(times(10, (n) => update(n)));
  const { rate } = page.job;
  await page.stream.drop();
  await page.stream.advance(30 * second);
  await page.stream.open();
  await page.each(times(30, (n) => update(10 + n * 3)));
  expect((page.job.rate ?? 0) / (rate ?? 1)).toBeGreaterThan(2.7);
  expect((page.job.rate ?? 0) / (rate ?? 1)).toBeLessThan(3.01);
});

test('estimates the whole of a job whose weighted steps tell amounts', async () => {
  const page = await watch({
    steps: [
      { name: 'fetch', weight: 1 },
      { name: 'store', weight: 1 },
    ],
  });
  await page.stream.open();
  await page.each(times(10, (n) => ({ step: 'fetch', loaded: n * 1_000, total: 10_000 })));
  await page.each(times(5, (n) => ({ step: 'store', loaded: n, total: 10 })));
  expect(page.job).toMatchObject({ value: 0.75, loaded: 5, total: 10 });
  expect(page.job.rate).toBeCloseTo(0.05, 6);
  expect(page.job.remainingMs).toBeCloseTo(5 * second, -1);
});

test('goes on with the step that runs when a step comes that was not declared', async () => {
  const page = await watch({ steps: ['build', 'test'] });
  await page.stream.open();
  const told = () => page.job.steps.map(({ name, status }) => [name, status]);
  await page.each([{ step: 'build', progress: 10 }, { step: 'lint' }]);
  expect(page.job.step).toBe('lint');
  expect(told()).toEqual([
    ['build', 'running'],
    ['test', 'pending'],
  ]);
  await page.each([{ step: 'test' }]);
  expect(told()).toEqual([
    ['build', 'done'],
    ['test', 'running'],
  ]);
});

describe('the start that a server names', () => {
  const dated = (serverTime: number, headers: Record<string, string> = {}): MockAnswer => ({
    headers: {
      'content-type': 'text/event-stream',
      date: new Date(serverTime).toUTCString(),
      ...headers,
    },
  });
  /** A job that is a quarter done after a minute of its server's time. */
  const quarter = (serverTime: number) => ({ progress: 25, startedAt: serverTime - minute });

  test('gives an estimate at once, also where a first word said nothing of how far it is', async () => {
    const page = await watch();
    await page.stream.open();
    await page.stream.sendProgress({ step: 'build', startedAt: begin - minute });
    await page.stream.sendProgress(quarter(begin));
    expect(page.job).toMatchObject({ elapsedMs: minute, remainingMs: 3 * minute });
  });

  test.each([
    ['ten minutes ahead', 10 * minute],
    ['ten minutes behind', -10 * minute],
    ['a day ahead', 24 * 60 * minute],
    ['ten seconds behind', -10 * second],
    ['three seconds behind', -3 * second],
    ['three seconds ahead', 3 * second],
  ])('is understood where the server is %s', async (_, skew) => {
    const page = await watch();
    await page.stream.open(dated(begin + skew));
    await page.stream.sendProgress(quarter(begin + skew));
    expect(page.job.elapsedMs).toBe(minute);
    expect(page.job.remainingMs).toBeCloseTo(3 * minute, 3);
    await page.stream.advance(5 * second);
    expect(page.job.elapsedMs).toBe(minute + 5 * second);
    await page.join();
    expect(page.second.elapsedMs).toBe(minute + 5 * second);
  });

  test('is understood again after a reconnect, also where that answer has no date', async () => {
    const page = await watch();
    const server = begin - 10 * minute;
    await page.stream.open(dated(server));
    await page.stream.sendProgress(quarter(server));
    for (const answer of [dated(server + 10 * second), {}]) {
      await page.stream.drop();
      await page.stream.advance(10 * second);
      await page.stream.open(answer);
      await page.stream.sendProgress(quarter(server));
    }
    expect(page.job.elapsedMs).toBe(minute + 20 * second);
  });

  test.each<[string, MockAnswer]>([
    ['has no date', {}],
    ['has a date that is none', dated(begin, { date: 'soon' })],
    ['has an age that is none', dated(begin - 10 * minute, { age: 'old' })],
    ['was kept in a cache', dated(begin - 10 * minute, { age: '600' })],
    ['is a second old', dated(begin - second)],
    ['is dated two seconds ahead', dated(begin + 2 * second)],
  ])('is taken as it is where the answer %s', async (_, answer) => {
    const page = await watch();
    await page.stream.open(answer);
    await page.stream.sendProgress(quarter(begin));
    expect(page.job).toMatchObject({ elapsedMs: minute, remainingMs: 3 * minute });
  });

  test('is taken as it is where a proxy has held the answer back', async () => {
    const page = await watch();
    await page.stream.connected();
    await page.stream.advance(25 * second);
    await page.stream.open(dated(begin));
    await page.stream.sendProgress(quarter(begin));
    expect(page.job.elapsedMs).toBe(minute + 25 * second);
  });

  test('is forgotten with its run', async () => {
    const page = await watch();
    await page.stream.open(dated(begin + 10 * minute));
    await page.stream.sendProgress(quarter(begin + 10 * minute));
    await act(() => {
      page.job.start();
    });
    await page.stream.open();
    await page.stream.sendProgress({ progress: 50, startedAt: begin - 2 * minute });
    expect(page.job).toMatchObject({ elapsedMs: 2 * minute, remainingMs: 2 * minute });
  });
});

describe('a start that the server names', () => {
  const startedAt = begin - minute;

  test('is reckoned with where it is told later', async () => {
    const page = await watch();
    await page.stream.open();
    await page.stream.sendProgress({ progress: 10 });
    await page.stream.advance(10 * second);
    await page.stream.sendProgress({ progress: 20, startedAt });
    expect(page.job.remainingMs).toBeCloseTo(4 * 70 * second, 3);
  });

  test('holds through a burst of old news', async () => {
    const page = await watch();
    await page.stream.open();
    await page.stream.sendProgress({ progress: 10, startedAt });
    await page.stream.advance(200);
    await page.stream.sendProgress({ progress: 25 });
    expect(page.job.remainingMs).toBeCloseTo(3 * (minute + 200), 3);
  });

  test('is no sample after which the next is late only by as much again', async () => {
    const page = await watch();
    await page.stream.open();
    await page.stream.sendProgress({ progress: 25, startedAt });
    await page.stream.advance(5 * second);
    expect(page.job.remainingMs).toBeCloseTo(3 * minute + 5 * second, 3);
  });

  test('says nothing of the speed after an outage', async () => {
    const page = await watch();
    await page.stream.open();
    await page.each(times(20, (n) => ({ progress: 2 * n, startedAt: begin - 60 * minute })));
    expect(page.job.rate).toBeGreaterThan(0.015);
    await page.stream.drop();
    await page.stream.advance(10 * second);
    await page.stream.open();
    await page.stream.sendProgress({ progress: 50 });
    expect(page.job.rate).toBeGreaterThan(0.015);
  });
});

test('counts time since the first answer, also for who joins late, and through a reconnect', async () => {
  const page = await watch();
  await page.stream.open();
  await page.stream.advance(9 * second);
  await page.each([{ progress: 10 }]);
  await page.stream.advance(5 * second);
  await page.join();
  expect(page.second.elapsedMs).toBe(15 * second);
  await page.stream.drop();
  await page.stream.advance(5 * second);
  await page.stream.open();
  expect(page.job.elapsedMs).toBe(20 * second);
  expect(page.second.elapsedMs).toBe(20 * second);
});

test('forgets how long it counted where the last of it came just before its work', async () => {
  const page = await watch();
  await page.stream.open();
  await page.each(times(60, () => ({ message: 'Counting', startedAt: begin })));
  await page.stream.advance(100);
  await page.stream.sendProgress({ progress: 10 });
  await page.each(times(3, (n) => ({ progress: 10 + n * 10 })));
  expect(page.job.remainingMs).toBeCloseTo(6 * second, -2);
});

describe('the speed', () => {
  test('is of the amounts that come with the percentage, also where some come without', async () => {
    const page = await watch();
    await page.stream.open();
    const both = (n: number) => ({ progress: n * 10, loaded: n * 100 });
    await page.each([both(1), both(2), both(3)]);
    expect(page.job.rate).toBeCloseTo(100, 6);
    expect(page.job.remainingMs).toBeCloseTo(7 * second, -1);
    await page.each([{ progress: 40 }, both(5)]);
    expect(page.job.rate).toBeGreaterThan(90);
  });

  test('is measured afresh where a job goes over from a percentage to amounts', async () => {
    const page = await watch();
    await page.stream.open();
    await page.each(times(5, (n) => ({ progress: n * 10 })));
    await page.each(times(4, (n) => ({ loaded: 500 + n * 100, total: 1_000 })));
    expect(page.job.rate).toBeCloseTo(100, 6);
    expect(page.job.remainingMs).toBeCloseTo(second, -1);
  });

  test('is none when it is over', async () => {
    const page = await watch();
    await page.stream.open();
    await page.each(times(5, (n) => ({ progress: n * 10 })));
    await page.each([{ done: true }]);
    expect(page.job).toMatchObject({ rate: null, remainingMs: 0 });
  });

  test('does not decay in an outage, however often a try fails', async () => {
    const page = await watch();
    await page.stream.open();
    await page.each(times(10, (n) => ({ progress: n })));
    const { rate } = page.job;
    await page.stream.drop();
    for (let tries = 0; tries < 3; tries++) {
      await page.stream.advance(20 * second);
      await page.stream.reject(503);
    }
    expect(page.job).toMatchObject({ status: 'reconnecting', rate, stalled: false });
  });
});

test('what it has found does not become less while it counts', async () => {
  const page = await watch();
  await page.stream.open();
  await page.each([
    { loaded: 5, total: null },
    { loaded: 3, total: null },
  ]);
  expect(page.job).toMatchObject({ value: null, loaded: 5, total: null });
});

describe('a job is stalled', () => {
  test.each([
    ['another step', { step: 'b' }],
    ['another message', { message: 'b' }],
    ['an amount of unknown total', { loaded: 2 }],
    ['a higher value', { progress: 20 }],
  ])('until %s comes', async (_, news) => {
    const page = await watch();
    await page.stream.open();
    await page.each([{ step: 'a', message: 'a', loaded: 1 }]);
    await page.stream.advance(11 * second);
    expect(page.job.stalled).toBe(true);
    await page.stream.sendProgress(news);
    expect(page.job.stalled).toBe(false);
  });

  test('after four times as long as usual, where that is longer', async () => {
    const page = await watch();
    await page.stream.open();
    await page.stream.sendProgress({ progress: 0 });
    for (let progress = 1; progress <= 6; progress++) {
      await page.stream.advance(10 * second);
      await page.stream.sendProgress({ progress });
    }
    await page.stream.advance(39 * second);
    expect(page.job.stalled).toBe(false);
    await page.stream.advance(3 * second);
    expect(page.job.stalled).toBe(true);
  });

  test('not as soon as it is heard of again after an outage', async () => {
    const page = await watch();
    await page.stream.open();
    await page.each([{ progress: 10 }]);
    await page.stream.drop();
    await page.stream.advance(25 * second);
    await page.stream.open();
    expect(page.job.stalled).toBe(false);
    await page.stream.advance(11 * second);
    expect(page.job.stalled).toBe(true);
  });
});

test('is not stalled once it is over', async () => {
  const page = await watch();
  await page.stream.open();
  await page.each([{ progress: 10 }]);
  await page.stream.advance(11 * second);
  await page.stream.sendProgress({ done: true });
  expect(page.job.stalled).toBe(false);
});

test('a weighted step takes what names none, does not go back, and ends once', async () => {
  const page = await watch({
    steps: [
      { name: 'fetch', weight: 1 },
      { name: 'store', weight: 1 },
    ],
  });
  await page.stream.open();
  await page.each([
    { step: 'fetch', progress: 100 },
    { step: 'fetch', progress: 100 },
    { step: 'store', progress: 60 },
    { progress: 70 },
    { progress: 50 },
  ]);
  expect(page.job.value).toBeCloseTo(0.85, 6);
  expect(page.job.steps).toMatchObject([
    { name: 'fetch', status: 'done', endedAt: begin + second },
    { name: 'store', status: 'running', value: 0.7 },
  ]);
});

test('steps that were not declared are done with the job', async () => {
  const page = await watch();
  await page.stream.open();
  await page.each([{ step: 'a' }, { step: 'b' }, { done: true }]);
  expect(page.job.steps).toMatchObject([
    { name: 'a', status: 'done', value: 1, endedAt: begin + 2 * second },
    { name: 'b', status: 'done', value: 1, endedAt: begin + 3 * second },
  ]);
});

test.each([
  [60, 'failed', begin + 2 * second],
  [100, 'done', begin + second],
])('a step at %d %% has %s where the job then fails', async (progress, status, endedAt) => {
  const page = await watch({ steps: [{ name: 'fetch', weight: 1 }] });
  await page.stream.open();
  await page.each([{ step: 'fetch', progress }, { error: 'No space left' }]);
  expect(page.job).toMatchObject({ status: 'failed', steps: [{ status, endedAt }] });
});

test('says at once how far the job is when it is heard of again', async () => {
  const page = await watch();
  await page.stream.open();
  await page.stream.sendProgress({ step: 'build', progress: 10 });
  expect(page.job.statusText).toBe('build: 10%');
  await page.stream.sendProgress({ progress: 30 });
  expect(page.job.statusText).toBe('build: 10%');
  await page.stream.drop();
  await page.stream.advance(second);
  await page.stream.open();
  expect(page.job.statusText).toBe('build: 30%');
});

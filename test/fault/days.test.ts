import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { seeded } from '../support/seeded.ts';

// Days take seconds, and more where the machine is busy.
const hour = 3_600_000;
const day = 24 * hour;
const url = 'https://example.test/stream';

/** The same with few digits, so that sums of them are exact. */
function coarse(seed: number): () => number {
  const random = seeded(seed);
  return () => Math.floor(random() * 1_024) / 1_024;
}

const chances = {
  least: () => () => 0,
  most: () => () => 1,
  random: () => coarse(1),
};

class ChanceClock extends FakeClock {
  override readonly random: () => number;
  constructor(random: () => number) {
    super();
    this.random = random;
  }
}

type Answer = (clock: FakeClock) => Response | Promise<Response>;

const down: Answer = () => Promise.reject(new TypeError('network error'));

/** Accepts, sends this and drops after so long. */
const flapping =
  (text: string, after = 0): Answer =>
  (clock) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        clock.timeout(() => {
          controller.error(new TypeError('network error'));
        }, after);
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };

/** When the requests were made that a server gets in so much time. */
async function requestTimes(
  answer: Answer,
  chance: keyof typeof chances,
  options: RequestOptions & { time?: number } = {},
) {
  const { time = day, ...request } = options;
  const clock = new ChanceClock(chances[chance]());
  const begun = clock.now();
  const times: number[] = [];
  const store = createConnectionStore({
    clock,
    fetch: async () => {
      times.push(clock.now() - begun);
      return answer(clock);
    },
  });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url, ...request });
  await turns();
  await clock.advance(time);
  expect(seen.state?.status).not.toBe('failed');
  return times;
}

/** The tries that the policy gives: a wait of `chance * min(30 s, 1 s * 2^n)`, and never less than 100 ms. */
function policyTimes(chance: keyof typeof chances, time = day): number[] {
  const random = chances[chance]();
  const times: number[] = [];
  let now = 0;
  for (let tries = 0; now <= time; tries++) {
    times.push(now);
    now += Math.max(100, random() * Math.min(30_000, 1_000 * 2 ** tries));
  }
  return times;
}

const shortestWait = (times: readonly number[]) =>
  Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));

test.for([
  ['longest', 'most', day, 2_884],
  ['random', 'random', day, 5_774],
  // What no day brings: a chance of nothing at every try, here for a tenth of an hour.
  ['shortest', 'least', hour / 10, 3_601],
] as const)(
  'a server that is down gets the tries of the policy, with the %s waits',
  async ([, chance, time, count]) => {
    const times = await requestTimes(down, chance, { time });
    expect(times).toEqual(policyTimes(chance, time));
    expect(times).toHaveLength(count);
  },
);

test('a server that accepts, sends an event and drops at once gets no more than one that is down', async () => {
  const answer = flapping('retry: 0\nid: 1\ndata: a\n\n');
  expect(await requestTimes(answer, 'random')).toEqual(policyTimes('random'));
});

test.for([11, 400])(
  'a server that drops at once and sets a `retry` of %i nines gets a request every 30 s',
  async (digits) => {
    const retry = '9'.repeat(digits);
    const times = await requestTimes(flapping(`retry: ${retry}\ndata: a\n\n`), 'least');
    expect(times).toHaveLength(2_881);
    expect(shortestWait(times)).toBe(30_000);
  },
);

test.for([5, 11, 400])(
  'a server that refuses with a `Retry-After` of %i nines gets a request every 30 s',
  async (digits) => {
    const headers = { 'retry-after': '9'.repeat(digits) };
    const times = await requestTimes(() => new Response(null, { status: 503, headers }), 'least');
    expect(times).toHaveLength(2_881);
    expect(shortestWait(times)).toBe(30_000);
  },
);

test('a server that drops as soon as it counts as healthy gets less than a request a second', async () => {
  const answer = flapping('retry: 0\ndata: a\n\n', 1_000);
  const counts = { least: 328, most: 181, random: 244 };
  for (const chance of ['least', 'most', 'random'] as const) {
    const times = await requestTimes(answer, chance, { time: hour / 10 });
    expect(times).toHaveLength(counts[chance]);
    expect(shortestWait(times)).toBeGreaterThanOrEqual(1_100);
  }
});

test('tries go on for a day and more with `delay: 0` and with `maxDelay: Infinity`', async () => {
  const often = await requestTimes(down, 'most', { reconnect: { delay: 0 }, time: hour / 10 });
  expect(often).toHaveLength(3_601);
  const seldom = await requestTimes(down, 'least', {
    reconnect: { maxDelay: Infinity },
    time: hour / 10,
  });
  expect(seldom).toHaveLength(3_601);
});

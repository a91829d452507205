import { describe, expect, test, vi } from 'vitest';
import { contentLength } from '../../src/core/connection/answer.ts';
import {
  closed,
  connecting,
  failed,
  open,
  reconnecting,
} from '../../src/core/connection/connectionState.ts';
import { StreamError } from '../../src/core/error.ts';
import {
  ProgressAccumulator,
  type ProgressAccumulatorOptions,
} from '../../src/core/progress/progressAccumulator.ts';
import {
  beginRate,
  rateAt,
  sampleRate,
  skipTime,
  type Rate,
} from '../../src/core/progress/progressRate.ts';
import { readUpdate } from '../../src/core/progress/progressUpdate.ts';
import { errorText } from '../../src/core/errorText.ts';
import { FakeClock } from '../support/fakeClock.ts';

/** A fold whose connection and events are in the test's hand. */
function setUp(options: ProgressAccumulatorOptions = {}) {
  const clock = new FakeClock();
  const fold = new ProgressAccumulator(() => options, {
    clock,
    url: () => 'https://example.test/job',
  });
  let sequence = 0;
  const event = (data: unknown, type = 'message') => ({
    type,
    data: typeof data === 'object' && !ArrayBuffer.isView(data) ? JSON.stringify(data) : data,
    lastEventId: '',
    sequence: ++sequence,
    receivedAt: clock.now(),
  });
  return {
    clock,
    fold,
    open: () => fold.stateChanged(open(clock.now())),
    /** Sends one event; true where it has ended the run. */
    send: (data: unknown, type?: string) => fold.push([event(data, type)]),
    sendAll: (all: readonly unknown[]) => fold.push(all.map((data) => event(data))),
    cleanEnd: () => fold.stateChanged(reconnecting(1, clock.now() + 500, null)),
    get now() {
      return fold.value();
    },
  };
}

const network = new StreamError('network', 'gone', {});

describe('value', () => {
  test('reads percent by default, and a fraction where asked', () => {
    const percent = setUp();
    percent.send({ progress: 0.5 });
    expect(percent.now.value).toBe(0.005);
    const fraction = setUp({ scale: 'fraction' });
    fraction.send({ progress: 0.5 });
    expect(fraction.now.value).toBe(0.5);
  });

  test('takes a number alone for progress', () => {
    const job = setUp();
    job.send('40');
    expect(job.now.value).toBe(0.4);
  });

  test('divides what is loaded by the total, in one update or in several', () => {
    const job = setUp();
    job.send({ total: 8 });
    expect(job.now).toMatchObject({ value: null, loaded: null, total: 8 });
    job.send({ loaded: 2 });
    expect(job.now).toMatchObject({ value: 0.25, loaded: 2, total: 8 });
  });

  test('never goes back, and stays within 0 and 1', () => {
    const job = setUp();
    const values = [-5, 30, 20, 60, 59, 250].map((progress) => {
      job.send({ progress });
      return job.now.value;
    });
    expect(values).toEqual([0, 0.3, 0.3, 0.6, 0.6, 1]);
  });

  test('ignores numbers that are not finite', () => {
    const updates = [{ progress: 30 }, { progress: NaN }, { progress: Infinity }, { loaded: NaN }];
    const job = setUp({ parse: () => updates.shift() ?? null });
    for (let i = 0; i < 4; i++) job.send('');
    expect(job.now).toMatchObject({ value: 0.3, loaded: null, total: null });
  });

  test.each([{ total: 0 }, { total: -1 }, { total: null }])(
    'is unknown where the total is: %o',
    (unknown) => {
      const job = setUp();
      job.send({ loaded: 5, total: 10 });
      job.send({ loaded: 6, ...unknown });
      expect(job.now).toMatchObject({ value: null, loaded: 6, total: null });
      job.send({ loaded: 1, total: 10 });
      expect(job.now.value).toBe(0.6);
    },
  );

  test('passes over what it cannot parse, and says nothing of it', () => {
    const reported = vi.spyOn(console, 'error');
    const job = setUp();
    job.send({ progress: 10 });
    for (const data of ['', 'compiling main.c', '[1]', 'null', '{"progress":', '"x"']) {
      job.send(data);
    }
    expect(job.now).toMatchObject({ value: 0.1, message: null, outcome: null });
    expect(reported).not.toHaveBeenCalled();
  });

  test('reports what `parse` throws, and goes on', () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const boom = new Error('boom');
    const job = setUp({
      parse(data) {
        if (data === 'bad') throw boom;
        return { progress: Number(data) };
      },
    });
    job.send('bad');
    job.send('20');
    vi.unstubAllGlobals();
    expect(reported).toHaveBeenCalledExactlyOnceWith(boom);
    expect(job.now.value).toBe(0.2);
  });

  test('hears only the events it is to hear', () => {
    const job = setUp({ events: ['progress'] });
    job.send({ progress: 90 }, 'log');
    job.send({ progress: 10 }, 'progress');
    expect(job.now.value).toBe(0.1);
  });

  test('is the same object as long as nothing changes', () => {
    const job = setUp();
    job.open();
    job.send({ progress: 10 });
    expect(job.now).toBe(job.now);
  });
});

test('ten jobs on one stream: what is told of another job changes nothing', () => {
  const job = setUp({
    parse: (data) => (String(data).startsWith('mine') ? { progress: 10 } : null),
  });
  job.open();
  job.send('mine');
  const { now } = job;
  job.send('yours');
  expect(job.now).toBe(now);
});

describe('steps', () => {
  const weighted = [
    { name: 'build', weight: 1 },
    { name: 'test', weight: 1 },
    { name: 'deploy', weight: 2 },
  ];

  test('with weights make up the whole', async () => {
    const job = setUp({ steps: weighted });
    const values = [];
    for (const update of [
      { progress: 50 },
      { step: 'test', progress: 50 },
      { step: 'test', progress: 40 },
      { step: 'deploy' },
      { step: 'deploy', loaded: 1, total: 4 },
    ]) {
      await job.clock.advance(100);
      job.send(update);
      values.push(job.now.value);
    }
    expect(values).toEqual([0.125, 0.375, 0.375, 0.5, 0.625]);
    const start = job.clock.now() - 500;
    expect(job.now.steps).toEqual([
      { ...weighted[0], status: 'done', value: 1, startedAt: start + 100, endedAt: start + 200 },
      { ...weighted[1], status: 'done', value: 1, startedAt: start + 200, endedAt: start + 400 },
      { ...weighted[2], status: 'running', value: 0.25, startedAt: start + 400, endedAt: null },
    ]);
  });

  test('are never gone back to', () => {
    const job = setUp({ steps: weighted });
    job.send({ step: 'deploy', progress: 0 });
    job.send({ step: 'build', progress: 90 });
    expect(job.now).toMatchObject({ value: 0.5, step: 'deploy' });
  });

  test('that were passed over are done, and have no times', () => {
    const job = setUp({ steps: weighted });
    job.send({ step: 'deploy' });
    expect(job.now.steps[0]).toMatchObject({ status: 'done', startedAt: null, endedAt: null });
  });

  test('without weights leave `progress` to be of the whole job', () => {
    const job = setUp({ steps: ['Uploading', 'Processing', 'Complete'] });
    job.send({ step: 'Uploading', progress: 25 });
    job.send({ step: 'Processing', progress: 50, message: 'page 3' });
    expect(job.now).toMatchObject({ value: 0.5, step: 'Processing', message: 'page 3' });
    expect(job.now.steps.map(({ status }) => status)).toEqual(['done', 'running', 'pending']);
  });

  test('show by themselves where none were declared, at most 100 of them', () => {
    const job = setUp();
    job.send({ progress: 1 });
    expect(job.now.steps).toEqual([]);
    job.send({ step: 'a', progress: 1 });
    job.send({ step: 'b', progress: 2 });
    expect(job.now.steps.map(({ name, status }) => [name, status])).toEqual([
      ['a', 'done'],
      ['b', 'running'],
    ]);
    for (let file = 0; file < 300; file++) job.send({ step: `file ${file}` });
    expect(job.now.steps).toHaveLength(100);
    expect(job.now.steps.at(-1)).toMatchObject({ name: 'file 299', status: 'running' });
  });

  test('end with the job: all of them done, or the present one failed', () => {
    const good = setUp({ steps: weighted, until: 'done' });
    good.send({ step: 'build', progress: 10 });
    good.send('', 'done');
    expect(good.now.steps.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    const bad = setUp({ steps: weighted });
    bad.send({ step: 'test', progress: 10 });
    bad.send('', 'error');
    expect(bad.now.steps.map(({ status }) => status)).toEqual(['done', 'failed', 'pending']);
  });
});

describe('outcome', () => {
  test('is failed by the error event, in the words of the server', () => {
    const job = setUp({ failOn: 'failed', until: () => true });
    expect(job.send({ error: 'disk full' }, 'failed')).toBe(true);
    expect(job.now.outcome).toMatchObject({
      status: 'failed',
      error: {
        kind: 'job',
        message: 'disk full',
        url: 'https://example.test/job',
        event: { type: 'failed', data: '{"error":"disk full"}' },
      },
    });
  });

  test('is failed by an update with an error, even where `until` says that it is done', () => {
    const job = setUp({ until: 'end' });
    expect(job.send({ progress: 100, error: 'checksum' }, 'end')).toBe(true);
    expect(job.now.outcome).toMatchObject({ status: 'failed', error: { message: 'checksum' } });
  });

  test.each<[string, ProgressAccumulatorOptions, unknown, string]>([
    ['an event', { until: 'done', events: ['progress'] }, 'x', 'done'],
    ['a text', { until: { data: '[DONE]' } }, '[DONE]', 'message'],
    ['a test', { until: ({ data }) => data === 'bye' }, 'bye', 'message'],
    ['`done`', {}, { done: true }, 'message'],
    ['a full value', { doneWhen: 'full' }, { progress: 100 }, 'message'],
  ])('is done by %s', (_, options, data, type) => {
    const job = setUp(options);
    expect(job.send({ progress: 10 }, 'progress')).toBe(false);
    expect(job.send(data, type)).toBe(true);
    expect(job.now).toMatchObject({ outcome: { status: 'done' }, value: 1, remainingMs: 0 });
  });

  test('is not decided by a full value alone', () => {
    const job = setUp();
    expect(job.send({ progress: 100 })).toBe(false);
    expect(job.now.outcome).toBeNull();
  });

  test('is incomplete where the stream is closed first', () => {
    const job = setUp();
    job.open();
    job.send({ progress: 99 });
    job.fold.stateChanged(closed('done'));
    expect(job.now).toMatchObject({
      value: 0.99,
      outcome: { status: 'failed', error: { kind: 'incomplete' } },
    });
  });

  test.each<[string, ProgressAccumulatorOptions]>([
    ['with `until`', { until: 'done' }],
    ['with `doneWhen` told', { doneWhen: 'told' }],
  ])('is incomplete %s even where the value was full', (_, options) => {
    const job = setUp(options);
    job.open();
    job.send({ progress: 100 });
    job.fold.stateChanged(closed('done'));
    expect(job.now.outcome).toMatchObject({ error: { kind: 'incomplete' } });
  });

  test('is done by a close where that means done', () => {
    const job = setUp({ doneWhen: 'closed' });
    job.open();
    job.fold.stateChanged(closed('done'));
    expect(job.now.outcome).toEqual({ status: 'done' });
  });

  test.each<[string, ProgressAccumulatorOptions, number]>([
    ['where a close means done', { doneWhen: 'closed' }, 10],
    ['at a full value', {}, 100],
  ])('is done by a clean end that would be connected again, %s', (_, options, progress) => {
    const job = setUp(options);
    job.open();
    job.send({ progress });
    expect(job.cleanEnd()).toBe(true);
    expect(job.now.outcome).toEqual({ status: 'done' });
  });

  test('stays open through an outage, and through a clean end that says nothing', () => {
    const job = setUp({ doneWhen: 'closed' });
    job.open();
    const cut = reconnecting(1, job.clock.now() + 500, network);
    expect(job.fold.stateChanged(cut)).toBe(false);
    expect(job.fold.stateChanged(reconnecting(1, null, null))).toBe(false);
    const plain = setUp();
    plain.open();
    plain.send({ progress: 10 });
    expect(plain.cleanEnd()).toBe(false);
  });

  test('is cancelled by whoever closes the stream here, and failed with its connection', () => {
    const left = setUp();
    left.open();
    left.fold.stateChanged(closed('manual'));
    expect(left.now.outcome).toEqual({ status: 'cancelled' });
    const cut = setUp();
    cut.fold.stateChanged(failed(0, network));
    expect(cut.now.outcome).toEqual({ status: 'failed', error: network });
  });

  test('is for good: neither events nor a new connection change it', () => {
    const job = setUp();
    job.send({ progress: 20, done: true });
    expect(job.send({ error: 'late' })).toBe(true);
    expect(job.fold.stateChanged(connecting)).toBe(true);
    expect(job.now.outcome).toEqual({ status: 'done' });
    job.fold.clear();
    expect(job.now).toMatchObject({ outcome: null, value: null, elapsedMs: 0, lastEvent: null });
  });
});

describe('time', () => {
  /** Sends the values a second apart. */
  async function steadily(job: ReturnType<typeof setUp>, values: readonly number[]) {
    for (const progress of values) {
      job.send({ progress });
      await job.clock.advance(1_000);
    }
  }

  test('that passes before there is an answer is no stall', async () => {
    const job = setUp();
    await job.clock.advance(60_000);
    expect(job.now.stalled).toBe(false);
  });

  test('left is unknown before two samples and one second', async () => {
    const job = setUp();
    job.open();
    job.send({ progress: 0 });
    await job.clock.advance(5_000);
    expect(job.now).toMatchObject({ rate: null, remainingMs: null });
    job.send({ progress: 10 });
    expect(job.now.remainingMs).toBeCloseTo(45_000, 3);
    const quick = setUp();
    quick.open();
    quick.send({ progress: 0 });
    await quick.clock.advance(500);
    quick.send({ progress: 10 });
    expect(quick.now.remainingMs).toBeNull();
    await quick.clock.advance(500);
    quick.send({ progress: 20 });
    expect(quick.now.remainingMs).toBeCloseTo(4_000, 3);
  });

  test('left is exact for a steady job, from the first estimate on', async () => {
    const job = setUp();
    job.open();
    await steadily(job, [0, 10]);
    for (const [progress, left] of [
      [20, 8_000],
      [30, 7_000],
      [40, 6_000],
    ] as const) {
      job.send({ progress });
      expect(job.now.rate).toBeCloseTo(0.1, 6);
      expect(job.now.remainingMs).toBeCloseTo(left, 3);
      await job.clock.advance(1_000);
    }
  });

  test('left is measured in the units of what is loaded', async () => {
    const job = setUp();
    job.open();
    job.send({ loaded: 0, total: 1_000 });
    await job.clock.advance(1_000);
    job.send({ loaded: 200 });
    expect(job.now).toMatchObject({ loaded: 200, total: 1_000 });
    expect(job.now.rate).toBeCloseTo(200, 6);
    expect(job.now.remainingMs).toBeCloseTo(4_000, 3);
  });

  test('left grows while nothing comes, and the job counts as stalled after 10 s', async () => {
    const job = setUp();
    job.open();
    await steadily(job, [0, 10, 20, 30]);
    const before = job.now;
    await job.clock.advance(5_000);
    expect(job.now.remainingMs).toBeGreaterThan((before.remainingMs ?? 0) * 1.5);
    expect(job.now.stalled).toBe(false);
    await job.clock.advance(5_000);
    expect(job.now.stalled).toBe(true);
    job.send({ progress: 30 });
    expect(job.now.stalled).toBe(true);
    job.send({ progress: 31 });
    expect(job.now.stalled).toBe(false);
  });

  test('left grows in a stall by the time waited, and is known again as soon as the job goes on', async () => {
    const job = setUp();
    job.open();
    await steadily(job, [0, 10, 20, 30]);
    const { rate, remainingMs } = job.now;
    await job.clock.advance(20_000);
    expect(job.now.rate).toBeLessThan((rate ?? 0) / 4);
    expect(job.now.remainingMs).toBeCloseTo((remainingMs ?? 0) + 20_000, 0);
    job.send({ progress: 31 });
    expect(job.now.remainingMs).toBeLessThan(15_000);
  });

  test('left is nothing where nothing is left to do, however long the last word takes', async () => {
    const job = setUp();
    job.open();
    await steadily(job, [0, 50, 100]);
    await job.clock.advance(9_000);
    expect(job.now).toMatchObject({ outcome: null, remainingMs: 0 });
  });

  test('of an outage is left out of the speed, and so is what was done in it', async () => {
    const job = setUp();
    job.open();
    await steadily(job, [0, 10, 20]);
    job.fold.stateChanged(reconnecting(1, null, network));
    const { rate } = job.now;
    expect(rate).toBeCloseTo(0.1, 6);
    await job.clock.advance(60_000);
    expect(job.now).toMatchObject({ rate, stalled: false, elapsedMs: 63_000 });
    job.open();
    job.send({ progress: 70 });
    await job.clock.advance(1_000);
    job.send({ progress: 80 });
    expect(job.now.rate).toBeCloseTo(0.1, 6);
    expect(job.now.remainingMs).toBeCloseTo(2_000, 0);
  });

  test('that a burst of old news tells of does not count as speed', async () => {
    const job = setUp();
    job.open();
    job.sendAll([10, 20, 30, 40].map((progress) => ({ progress })));
    await job.clock.advance(50);
    job.send({ progress: 50 });
    await job.clock.advance(1_000);
    job.send({ progress: 51 });
    expect(job.now.rate).toBeCloseTo(0.01, 6);
  });

  test('since the start that the server names gives an estimate at once', () => {
    const job = setUp();
    job.open();
    job.send({ progress: 25, startedAt: job.clock.now() - 60_000 });
    expect(job.now.elapsedMs).toBe(60_000);
    expect(job.now.remainingMs).toBeCloseTo(180_000, 0);
  });

  test('since a start in the future is none', () => {
    const job = setUp();
    job.open();
    job.send({ progress: 25, startedAt: job.clock.now() + 60_000 });
    expect(job.now).toMatchObject({ elapsedMs: 0, remainingMs: null });
  });

  test('passes with a tick a second, and stands still when the job is over', async () => {
    const job = setUp();
    expect(job.fold.refreshIn()).toBeNull();
    job.open();
    const before = job.now;
    expect(job.fold.refreshIn()).toBe(1_000);
    await job.clock.advance(999);
    expect(job.now).toBe(before);
    await job.clock.advance(1);
    expect(job.now.elapsedMs).toBe(1_000);
    job.send({ done: true });
    expect(job.fold.refreshIn()).toBeNull();
    await job.clock.advance(5_000);
    expect(job.now.elapsedMs).toBe(1_000);
  });
});

describe('rate', () => {
  const second = 1_000;
  const sampled = (from: Rate, samples: readonly (readonly [at: number, amount: number])[]) =>
    samples.reduce((rate, [at, amount]) => sampleRate(rate, at, amount), from);

  test('forgets: what lies 15 s back counts little', () => {
    let rate = beginRate(0, 0);
    for (let at = 1; at <= 30; at++) rate = sampleRate(rate, at * second, at * 100);
    for (let at = 31; at <= 75; at++) rate = sampleRate(rate, at * second, 3_000 + (at - 30) * 10);
    expect(rateAt(rate, 75 * second)).toBeGreaterThan(10.5);
    expect(rateAt(rate, 75 * second)).toBeLessThan(11);
  });

  test('does not depend on how finely a steady amount is sampled', () => {
    const coarse = sampled(beginRate(0, 0), [[10 * second, 50]]);
    let fine = beginRate(0, 0);
    for (let at = 300; at <= 10_000; at += 50) fine = sampleRate(fine, at, at / 200);
    expect(rateAt(coarse, 10 * second)).toBeCloseTo(5, 6);
    expect(rateAt(fine, 10 * second)).toBeCloseTo(5, 6);
  });

  test('counts the first wait in full, however long it was', () => {
    const rate = sampled(beginRate(0, 0), [
      [10 * second, 10],
      [20 * second, 110],
    ]);
    expect(rateAt(rate, 20 * second)).toBeCloseTo(7.09, 2);
  });

  test('decays only when the next sample is later than usual', () => {
    const rate = sampled(beginRate(0, 0), [
      [4 * second, 40],
      [8 * second, 80],
    ]);
    expect(rateAt(rate, 12 * second)).toBeCloseTo(10, 6);
    expect(rateAt(rate, 20 * second)).toBeLessThan(9);
    expect(rateAt(rate, 200 * second)).toBeLessThan(0.001);
  });

  test('does not fall for one long wait, but for several', () => {
    let rate = beginRate(0, 0);
    for (let at = 1; at <= 20; at++) rate = sampleRate(rate, at * second, at * 10);
    const once = sampleRate(rate, 40 * second, 210);
    expect(rateAt(once, 40 * second)).toBeGreaterThan(5);
    const often = sampled(once, [
      [60 * second, 220],
      [80 * second, 230],
    ]);
    expect(rateAt(often, 80 * second)).toBeLessThan(1);
  });

  test('takes up again after a time that is left out as if it had not been', () => {
    const before = sampled(beginRate(0, 0), [[2 * second, 20]]);
    const after = skipTime(before, 90 * second);
    expect(rateAt(after, 92 * second)).toBe(rateAt(before, 2 * second));
  });
});

describe('download', () => {
  const bytes = (length: number) => new Uint8Array(length);
  const answer = (headers: Record<string, string>) => ({
    sentAt: 0,
    openedAt: 0,
    response: new Response('', { headers }),
  });

  test('counts chunks against `Content-Length`, and is done by the end', () => {
    const job = setUp({ format: 'bytes' });
    job.open();
    job.fold.answered(answer({ 'content-length': '400' }));
    job.send(bytes(100));
    expect(job.now).toMatchObject({ value: 0.25, loaded: 100, total: 400 });
    job.fold.stateChanged(closed('done'));
    expect(job.now.outcome).toEqual({ status: 'done' });
  });

  test('does not believe the length of what was encoded on the way', () => {
    const length = (headers: Record<string, string>) =>
      contentLength(new Response('', { headers }));
    expect(length({ 'content-length': '400', 'content-encoding': 'gzip' })).toBeNull();
    expect(length({ 'content-length': '400', 'content-encoding': 'identity' })).toBe(400);
    expect(length({})).toBeNull();
  });

  test('asks `getTotal` where there is one', () => {
    const job = setUp({
      format: 'bytes',
      getTotal: ({ headers }) => Number(headers.get('x-size')),
    });
    job.open();
    job.fold.answered(answer({ 'content-length': '400', 'x-size': '200' }));
    job.send(bytes(100));
    expect(job.now.value).toBe(0.5);
  });

  test('is of unknown length once there is more than was announced', () => {
    const job = setUp({ format: 'bytes' });
    job.open();
    job.fold.answered(answer({ 'content-length': '100' }));
    job.send(bytes(100));
    expect(job.now.value).toBe(1);
    job.send(bytes(1));
    expect(job.now).toMatchObject({ value: null, loaded: 101, total: null });
  });

  test('begins to count anew with another response, and never goes back', () => {
    const chunks: unknown[] = [];
    const job = setUp({ format: 'bytes', onChunk: (chunk, response) => chunks.push(response) });
    job.open();
    const [first, second] = [answer({ 'content-length': '4' }), answer({ 'content-length': '4' })];
    job.fold.answered(first);
    job.send(bytes(3));
    job.fold.answered(second);
    job.send(bytes(2));
    expect(job.now).toMatchObject({ value: 0.75, loaded: 3, total: 4 });
    job.send(bytes(2));
    expect(job.now).toMatchObject({ value: 1, loaded: 4 });
    expect(chunks).toEqual([first.response, second.response, second.response]);
  });
});

test('reads why a job has failed from JSON or from text', () => {
  expect(errorText('{"error":"a","message":"b"}')).toBe('a');
  expect(errorText('{"message":"b"}')).toBe('b');
  expect(errorText('{"error":{"message":"c"}}')).toBe('c');
  expect(errorText('"d"')).toBe('d');
  expect(errorText('no JSON')).toBe('no JSON');
  expect(errorText('')).toBeNull();
  expect(errorText('{}')).toBeNull();
});

test('takes no error for one that is absent', () => {
  expect(readUpdate('{"error":null}')?.error).toBeUndefined();
  expect(readUpdate('{"error":""}')?.error).toBeUndefined();
  expect(readUpdate('{"error":true}')?.error).toBe('The job has failed.');
});

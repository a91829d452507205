import {
  createTopic,
  memoryHistory,
  type History,
  type MemoryHistory,
} from 'use-event-stream/server';
import { historyCases } from 'use-event-stream/server/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

describe('the history in memory', () => {
  for (const { name, run } of historyCases(() => memoryHistory())) test(name, run);
});

test('what a listener publishes is heard by all after what it was told', () => {
  const history = memoryHistory();
  const heard: string[] = [];
  history.follow('chat', ({ data }) => {
    if (data === 'question') history.append('chat', { data: 'answer' });
  });
  history.follow('chat', ({ data }) => heard.push(data));
  history.append('chat', { data: 'question' });
  history.append('chat', { data: 'thanks' });
  expect(heard).toEqual(['question', 'answer', 'thanks']);
});

test('a listener that throws does not end the telling of what comes later', () => {
  const history = memoryHistory();
  const heard: string[] = [];
  history.follow('chat', ({ data }) => {
    heard.push(data);
    if (data === '1') throw new Error('broken');
  });
  expect(() => history.append('chat', { data: '1' })).toThrow('broken');
  history.append('chat', { data: '2' });
  expect(heard).toEqual(['1', '2']);
});

const datas = (history: MemoryHistory, topic: string) =>
  history.tail(topic, Infinity).events.map(({ data }) => data);

/** A history that is wrong in one thing. */
const broken = (change: (history: History) => Partial<History>) => () => {
  const history = memoryHistory();
  const whole: History = {
    append: (topic, event) => history.append(topic, event),
    read: (topic, after) => history.read(topic, after),
    tail: (topic, count) => history.tail(topic, count),
    follow: (topic, listener) => history.follow(topic, listener),
    isAfter: (id, other) => history.isAfter(id, other),
    trim: (topic, keep) => {
      history.trim(topic, keep);
    },
    close: () => {
      history.close();
    },
  };
  return { ...whole, ...change(whole) };
};

test.for<[string, (history: History) => Partial<History>]>([
  ['loses the type', (good) => ({ append: (topic, { data }) => good.append(topic, { data }) })],
  [
    'gives all, whatever the id',
    (good) => ({ read: async (t) => (await good.tail(t, 99)).events }),
  ],
  [
    'forgets its end',
    (good) => ({ tail: async (t, n) => ({ ...(await good.tail(t, n)), id: '0' }) }),
  ],
  ['mixes topics', (good) => ({ append: (_, event) => good.append('one', event) })],
  ['knows of no order', () => ({ isAfter: () => true })],
  [
    'takes each id for its own',
    (good) => ({ read: async (t, id) => (await good.read(t, id)) ?? [] }),
  ],
  ['trims nothing', () => ({ trim: () => undefined })],
  ['tells nobody', () => ({ follow: () => () => undefined })],
  [
    'stops for nobody',
    (good) => ({
      follow: async (topic, listener) => {
        await good.follow(topic, listener);
        return () => undefined;
      },
    }),
  ],
])('the contract finds one that %s', async ([, change]) => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const found = historyCases(broken(change)).map(async ({ run }) => {
    const running = run();
    // Who waits for what never comes has waited long enough.
    const timer = setInterval(() => vi.setSystemTime(Date.now() + 10_000), 20);
    await running.finally(() => {
      clearInterval(timer);
    });
  });
  const results = await Promise.allSettled(found);
  expect(results.some(({ status }) => status === 'rejected')).toBe(true);
});

test('an id of a history that was lost is not known', () => {
  const id = memoryHistory().append('a', { data: 'x' });
  const history = memoryHistory();
  history.append('a', { data: 'y' });
  expect(history.read('a', id)).toBeNull();
});

test('a topic is bounded in number, and who is behind is told so', () => {
  const history = memoryHistory({ maxEvents: 3 });
  const ids = ['1', '2', '3', '4', '5'].map((data) => history.append('a', { data }));
  expect(datas(history, 'a')).toEqual(['3', '4', '5']);
  expect(history.read('a', ids[0] ?? '')).toBeNull();
  expect(history.read('a', ids[1] ?? '')).toHaveLength(3);
});

test('a topic is bounded in bytes, but for its newest event', () => {
  const history = memoryHistory({ maxBytes: 1_000 });
  for (const data of ['a', 'b', 'c']) history.append('a', { data: data.repeat(400) });
  expect(datas(history, 'a')).toEqual(['b'.repeat(400), 'c'.repeat(400)]);
  history.append('a', { data: 'd'.repeat(5_000) });
  expect(datas(history, 'a')).toEqual(['d'.repeat(5_000)]);
});

test('events are kept for their age, those of a silent topic too', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const history = memoryHistory({ maxAge: 1_000 });
  const id = history.append('silent', { data: 'a' });
  history.append('a', { data: 'b' });
  vi.setSystemTime(600);
  history.append('a', { data: 'c' });
  vi.setSystemTime(1_200);
  expect(datas(history, 'a')).toEqual(['c']);
  history.append('a', { data: 'd' });
  expect(datas(history, 'silent')).toEqual([]);
  // Nothing has followed it.
  expect(history.read('silent', id)).toEqual([]);
});

test('the topics that are silent for longest go first, and are known to have been there', () => {
  const history = memoryHistory({ maxTopics: 2 });
  const first = history.append('a', { data: '1' });
  history.append('a', { data: '2' });
  history.append('b', { data: '3' });
  history.append('a', { data: '4' });
  const third = history.append('c', { data: '5' });
  expect(datas(history, 'b')).toEqual([]);
  expect(datas(history, 'a')).toEqual(['1', '2', '4']);
  history.append('d', { data: '6' });
  history.append('a', { data: '7' });
  expect(history.read('a', first)).toBeNull();
  expect(datas(history, 'a')).toEqual(['7']);
  expect(history.read('a', third)).toHaveLength(1);
});

test('a topic that never spoke is at its end, unless more topics were let go of than are counted', () => {
  const history = memoryHistory({ maxTopics: 2 });
  const { id } = history.tail('quiet', 0);
  const speakOnce = (topic: string) => {
    history.append(topic, { data: 'a' });
    history.trim(topic);
  };
  for (const topic of ['a', 'b']) speakOnce(topic);
  expect(history.read('quiet', id)).toEqual([]);
  expect(history.read('a', id)).toBeNull();
  speakOnce('c');
  expect(history.read('quiet', id)).toBeNull();
});

test('all topics together are bounded', () => {
  const history = memoryHistory({ maxTotalBytes: 2_000 });
  for (const topic of ['a', 'b', 'c']) history.append(topic, { data: 'x'.repeat(800) });
  expect(['a', 'b', 'c'].map((topic) => datas(history, topic).length)).toEqual([0, 1, 1]);
});

test('100,000 events of a topic that keeps 1,000 hold little memory', () => {
  const history = memoryHistory();
  for (let n = 0; n < 100_000; n++) history.append('a', { data: String(n) });
  expect(datas(history, 'a')).toHaveLength(1_000);
  expect(datas(history, 'a').at(0)).toBe('99000');
});

test('nothing is published to a closed history', () => {
  const history = memoryHistory();
  history.append('a', { data: 'x' });
  history.close();
  expect(datas(history, 'a')).toEqual([]);
  expect(() => history.append('a', { data: 'y' })).toThrow('its history is closed');
});

test('what cannot be sent throws before anything is kept', () => {
  const history = memoryHistory();
  const topic = createTopic<unknown>({ name: 'a', history });
  const own: { self?: unknown } = {};
  own.self = own;
  for (const value of [1n, own, undefined, () => 0, Symbol('a')])
    expect(() => topic.publish(value)).toThrow(TypeError);
  expect(() => topic.publish('a', { type: 'two\nlines' })).toThrow('one line');
  expect(datas(history, 'a')).toEqual([]);
  for (const value of ['text', { a: 1 }, null, 0]) topic.publish(value);
  expect(datas(history, 'a')).toEqual(['text', '{"a":1}', 'null', '0']);
});

test('an option that is no number, and a topic without a name, are refused', () => {
  expect(() => memoryHistory({ maxEvents: NaN })).toThrow('`maxEvents` is NaN');
  expect(() => createTopic({ name: '', history: memoryHistory() })).toThrow('`name`');
});

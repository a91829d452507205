import { describe, expect, test, vi } from 'vitest';
import { connecting, open, reconnecting } from '../../src/core/connection/connectionState.ts';
import type { RawEvent } from '../../src/core/event.ts';
import { LogAccumulator } from '../../src/core/log/logAccumulator.ts';
import type { LogAccumulatorOptions } from '../../src/core/log/logOptions.ts';
import type { LineList } from '../../src/core/log/logRows.ts';

let sequence = 0;
const event = (data: unknown, type = 'message'): RawEvent => ({
  type,
  data,
  lastEventId: '',
  sequence: ++sequence,
  receivedAt: 1_000,
});
const texts = (lines: LineList) => lines.map(({ text }) => text);
const ids = (lines: LineList) => lines.map(({ id }) => id);

/** A fold whose options a test can change, and the ways to feed it. */
function setUp(options: LogAccumulatorOptions = {}) {
  const held = { options };
  const fold = new LogAccumulator(() => held.options, { now: () => 1_000 });
  return {
    fold,
    set: (next: LogAccumulatorOptions) => {
      held.options = next;
    },
    push: (...data: unknown[]) => fold.push(data.map((each) => event(each))),
    get texts() {
      return texts(fold.value().lines);
    },
  };
}

describe('events', () => {
  test('become lines with ids from 0, each line of their data one', () => {
    const { fold, push } = setUp();
    push('a', 'b\r\nWARN c', '');
    const { lines, partial, total } = fold.value();
    expect(lines.toArray()).toEqual([
      { kind: 'line', id: 0, text: 'a', level: null, receivedAt: 1_000, truncated: 0 },
      { kind: 'line', id: 1, text: 'b', level: null, receivedAt: 1_000, truncated: 0 },
      { kind: 'line', id: 2, text: 'WARN c', level: 'warn', receivedAt: 1_000, truncated: 0 },
      { kind: 'line', id: 3, text: '', level: null, receivedAt: 1_000, truncated: 0 },
    ]);
    expect([partial, total]).toEqual(['', 4]);
  });

  test('of other names are left out, and change nothing', () => {
    const { fold } = setUp({ events: ['log'] });
    fold.push([event('a', 'log')]);
    const before = fold.value();
    fold.push([event('50', 'progress')]);
    expect(fold.value()).toBe(before);
    expect(texts(before.lines)).toEqual(['a']);
  });

  test('of other data than text are shown as JSON', () => {
    const log = setUp();
    log.push({ level: 'error' }, undefined);
    expect(log.texts).toEqual(['{"level":"error"}', 'undefined']);
  });
});

describe('plain text', () => {
  test('is cut into lines, and its unfinished line known', () => {
    const log = setUp({ format: 'lines' });
    log.push('a\nb', 'c\r', '\nd');
    expect(log.texts).toEqual(['a', 'bc']);
    expect(log.fold.value().partial).toBe('d');
  });

  test('shows a progress bar as one line', () => {
    const log = setUp({ format: 'text' });
    log.push('10%\r20%');
    expect(log.fold.value().partial).toBe('20%');
    log.push('\r30%\r');
    expect(log.fold.value().partial).toBe('30%');
    log.push('\n');
    expect(log.texts).toEqual(['30%']);
  });

  test('ends its unfinished line where the response ends, and not in the next one', () => {
    const log = setUp({ format: 'lines' });
    log.push('cut');
    log.fold.stateChanged(open(1));
    expect(log.fold.value().partial).toBe('cut');
    log.fold.stateChanged(reconnecting(1, null, null));
    log.push('new\n');
    expect(log.texts).toEqual(['cut', 'new']);
    log.fold.stateChanged(connecting);
    expect(log.texts).toEqual(['cut', 'new']);
  });

  test('is tested for its end line by line', () => {
    const options = { format: 'lines' as const };
    const marked = setUp({ ...options, until: { data: '[DONE]' } });
    expect(marked.push('a\n[DONE]\nb\n')).toBe(true);
    expect(marked.texts).toEqual(['a']);
    const tested = setUp({ ...options, until: ({ data }) => data === 'bye' });
    expect(tested.push('a\nb')).toBe(false);
    expect(tested.push('\nbye\nc\nd')).toBe(true);
    expect(tested.texts).toEqual(['a', 'b', 'bye']);
    expect(tested.fold.value().partial).toBe('');
  });
});

describe('bounds', () => {
  test('of lines are exact, and what falls out is counted', () => {
    const log = setUp({ maxLines: 3 });
    log.push('aaa', 'bb', 'ü', 'd', 'e');
    const { lines, total, firstId, dropped } = log.fold.value();
    expect(texts(lines)).toEqual(['ü', 'd', 'e']);
    expect([ids(lines), total, firstId]).toEqual([[2, 3, 4], 5, 2]);
    expect(dropped).toEqual({ lines: 2, bytes: 5 });
  });

  test('of bytes are exact, counted in UTF-8', () => {
    // A row counts 64 beside its text.
    const log = setUp({ maxBytes: 6 + 3 * 64 });
    log.push('aaa', 'ü', 'b');
    expect(log.texts).toEqual(['aaa', 'ü', 'b']);
    log.push('c');
    expect(log.texts).toEqual(['ü', 'b', 'c']);
    expect(log.fold.value().dropped).toEqual({ lines: 1, bytes: 3 });
  });

  test('of a line cut it, and it says by how much', () => {
    const log = setUp({ maxLineLength: 3 });
    log.push('abc', 'abcdef', 'ab😀');
    expect(log.fold.value().lines.map((row) => row.kind === 'line' && row.truncated)).toEqual([
      0, 3, 2,
    ]);
    expect(log.texts).toEqual(['abc', 'abc', 'ab']);
  });

  test('of a line hold for one that never ends', () => {
    const log = setUp({ format: 'text', maxLineLength: 3 });
    for (let piece = 0; piece < 1_000; piece++) log.push('x'.repeat(100));
    expect(log.fold.value().partial).toBe('xxx');
    log.push('\n');
    expect(log.fold.value().lines.at(0)).toMatchObject({ text: 'xxx', truncated: 99_997 });
  });

  test('that change hold at once', () => {
    const log = setUp({ filter: { text: 'x' } });
    log.push('x1', 'x2', 'y', 'x3');
    log.set({ maxLines: 2, filter: { text: 'x' } });
    expect(log.texts).toEqual(['x3']);
    expect(log.fold.value().firstId).toBe(2);
  });

  test('may be zero', () => {
    const log = setUp({ maxLines: 0 });
    log.push('a', 'b');
    expect(log.fold.value()).toMatchObject({ total: 2, firstId: 2, dropped: { lines: 2 } });
    expect(log.texts).toEqual([]);
  });
});

test('leaves an old list as it was', () => {
  const log = setUp({ maxLines: 2 });
  log.push('a', 'b');
  const before = log.fold.value().lines;
  log.push('c', 'd');
  log.fold.clear();
  expect(texts(before)).toEqual(['a', 'b']);
});

test('forgets its lines and counts when it is cleared, but neither its ids nor the unfinished line', () => {
  const log = setUp({ format: 'lines', maxLines: 2 });
  log.push('a\nb\nc\nhel');
  log.fold.clear();
  expect(log.fold.value()).toMatchObject({
    total: 0,
    firstId: 3,
    partial: 'hel',
    dropped: { lines: 0, bytes: 0 },
  });
  log.push('lo\n');
  expect(log.fold.value().lines.toArray()).toMatchObject([{ id: 3, text: 'hello' }]);
});

test('gives the same value until something changes', () => {
  const log = setUp({ filter: { text: 'a' } });
  log.push('a', 'b');
  const before = log.fold.value();
  log.set({ filter: { text: 'a' } });
  expect(log.fold.value()).toBe(before);
});

describe('a filter', () => {
  test('hides lines and neither their ids nor their number', () => {
    const log = setUp({ filter: { minLevel: 'warn' } });
    log.push('INFO a', 'WARN b', 'c', 'ERROR d');
    const { lines, total } = log.fold.value();
    expect([ids(lines), total]).toEqual([[1, 2, 3], 4]);
    log.set({});
    expect(ids(log.fold.value().lines)).toEqual([0, 1, 2, 3]);
  });

  test('tests new lines only, and all only when it changes', () => {
    const tested: string[] = [];
    const filter = {
      test: ({ text }: { text: string }) => {
        tested.push(text);
        return true;
      },
    };
    const log = setUp({ filter });
    log.push('a', 'b');
    log.set({ filter: { ...filter } });
    log.push('c');
    expect(log.texts).toEqual(['a', 'b', 'c']);
    expect(tested).toEqual(['a', 'b', 'c']);
    log.set({ filter: { ...filter, text: 'c' } });
    expect(log.texts).toEqual(['c']);
    // The text is looked for first; only what has it is tested.
    expect(tested).toEqual(['a', 'b', 'c', 'c']);
  });

  test('loses what has fallen out of the whole', () => {
    const log = setUp({ maxLines: 2, filter: { text: 'x' } });
    log.push('x1', 'x2', 'y');
    expect(log.texts).toEqual(['x2']);
    log.push('y', 'y');
    expect(log.texts).toEqual([]);
  });

  test('made anew without another outcome changes nothing', () => {
    const log = setUp({ filter: { test: ({ text }) => text > 'a' } });
    log.push('a', 'b', 'c');
    const before = log.fold.value();
    log.set({ filter: { test: ({ text }) => text > 'a' } });
    expect(log.fold.value()).toBe(before);
    const paused = log.fold.whilePaused(before);
    expect(paused).toBe(before);
    log.set({ filter: { test: ({ text }) => text > 'b' } });
    expect(texts(log.fold.whilePaused(before).lines)).toEqual(['c']);
  });
});

describe('a parser', () => {
  test('makes a line, several or none of a text, and tells their level', () => {
    const log = setUp({
      format: 'lines',
      parse: (data) => {
        if (data === 'none') return null;
        return data === 'plain' ? 'INFO plain' : { text: 'ERROR one\ntwo', level: 'debug' };
      },
    });
    log.push('none\nplain\nboth\n');
    expect(log.fold.value().lines.toArray()).toMatchObject([
      { id: 0, text: 'INFO plain', level: 'info' },
      { id: 1, text: 'ERROR one', level: 'debug' },
      { id: 2, text: 'two', level: 'debug' },
    ]);
  });

  test('is given the whole of a line that will be cut', () => {
    const log = setUp({
      format: 'lines',
      maxLineLength: 4,
      parse: (data) => (JSON.parse(data) as { msg: string }).msg,
    });
    log.push('{"msg":"a lo', 'ng message"}\n');
    expect(log.fold.value().lines.at(0)).toMatchObject({ text: 'a lo', truncated: 10 });
  });

  test('that throws is reported and loses no line', () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const log = setUp({ parse: (data) => JSON.parse(data) as string });
    log.push('"a"', 'b');
    expect(log.texts).toEqual(['a', 'b']);
    expect(reported).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });
});

test('takes escapes out where it is asked to, before a line is cut', () => {
  const colours = '\u001b[31mred\u001b[0m';
  const raw = setUp();
  raw.push(colours);
  expect(raw.texts).toEqual([colours]);
  const stripped = setUp({ stripAnsi: true, maxLineLength: 3, format: 'lines' });
  stripped.push(`${colours}\n${colours}`);
  expect(stripped.fold.value().lines.toArray()).toMatchObject([{ text: 'red', truncated: 0 }]);
  expect(stripped.fold.value().partial).toBe('red');
});

describe('a pause', () => {
  test('counts what waits and what has come and gone', () => {
    const log = setUp({ maxLines: 3 });
    log.push('a', 'b');
    const frozen = log.fold.value();
    expect(log.fold.whilePaused(frozen)).toBe(frozen);
    log.push('c', 'd');
    const paused = log.fold.whilePaused(frozen);
    expect(paused).toMatchObject({ pending: 2, missed: 0, total: 2 });
    expect(log.fold.whilePaused(frozen)).toBe(paused);
    log.push('e', 'f', 'g');
    expect(log.fold.whilePaused(frozen)).toMatchObject({ pending: 3, missed: 2 });
    expect(texts(log.fold.whilePaused(frozen).lines)).toEqual(['a', 'b']);
    expect(log.fold.value()).toMatchObject({ pending: 0, missed: 0 });
  });

  test('counts as waiting what the filter lets pass, and filters what is frozen', () => {
    const log = setUp();
    log.push('a', 'b');
    const frozen = log.fold.value();
    log.push('b2', 'c');
    log.set({ filter: { text: 'b' } });
    const paused = log.fold.whilePaused(frozen);
    expect([texts(paused.lines), paused.pending]).toEqual([['b'], 1]);
    log.set({});
    expect(texts(log.fold.whilePaused(frozen).lines)).toEqual(['a', 'b']);
  });
});

test.each([
  ['newline', 'a\rb\r\nc\rd', { total: 4, dropped: { lines: 3, bytes: 3 } }],
  ['newline', 'a\rb\rc\nd', { total: 4, dropped: { lines: 3, bytes: 3 } }],
  ['newline', 'a\nb\rc', { total: 3, dropped: { lines: 2, bytes: 2 } }],
  ['overwrite', 'a\rb\nc', { total: 2, dropped: { lines: 1 } }],
  ['keep', 'a\rb\nc', { total: 2, dropped: { lines: 1 } }],
] as const)('counts with `cr` %s the lines of %j that are not kept', (cr, text, counted) => {
  const log = setUp({ cr, maxLines: 1 });
  log.push(text);
  expect(log.fold.value()).toMatchObject(counted);
});

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { LogLevel } from '../../src/core/log/logLevel.ts';
import {
  carriageReturns,
  compileFilter,
  cutLine,
  LineSplitter,
  linesOf,
  sameFilter,
  type CarriageReturn,
  type LogFilter,
  type LogLine,
} from '../../src/core/log/logLines.ts';
import { asker } from '../../src/core/report.ts';
import { byteLength } from '../../src/core/size.ts';

/** What comes of pieces of text: the lines, then what is left. */
function split(pieces: readonly string[], cr: CarriageReturn = 'overwrite', limit = Infinity) {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for (const piece of pieces) {
    splitter.push(piece, { cr, limit }, (line, surplus) => {
      lines.push(surplus > 0 ? `${line}+${surplus}` : line);
      return false;
    });
  }
  return { lines, held: splitter.held, surplus: splitter.surplus };
}

const line = (text: string, level: LogLevel | null = null): LogLine => ({
  kind: 'line',
  id: 0,
  text,
  level,
  receivedAt: 0,
  truncated: 0,
});

const ask = asker('filter.test');

const passing = (filter: LogFilter, lines: readonly LogLine[]) =>
  lines.filter((each) => compileFilter(filter, ask)?.(each) ?? true).map(({ text }) => text);

describe('LineSplitter', () => {
  test('holds the line that is not finished', () => {
    expect(split(['one\ntw', 'o\n\nthr'])).toEqual({
      lines: ['one', 'two', ''],
      held: 'thr',
      surplus: 0,
    });
  });

  test.each(carriageReturns)('takes \\r\\n across pieces as one break (%s)', (cr) => {
    expect(split(['one\r', '\ntwo\r\n', '\r', '\n'], cr).lines).toEqual(['one', 'two', '']);
  });

  test('lets a bare \\r begin the line anew, also across pieces', () => {
    expect(split(['10%\r20%', '\r', '30%\r', '\nnext'])).toMatchObject({
      lines: ['30%'],
      held: 'next',
    });
    expect(split(['100%\r99%\r']).held).toBe('99%');
    expect(split(['a\r\r\n']).lines).toEqual(['a']);
  });

  test('lets a bare \\r end the line at once where it is a newline', () => {
    expect(split(['10%\r20%\r'], 'newline').lines).toEqual(['10%', '20%']);
    expect(split(['a\r', '', '\nb\r', 'c\n'], 'newline').lines).toEqual(['a', 'b', 'c']);
  });

  test('keeps a bare \\r where it is asked to', () => {
    expect(split(['a\rb\r', 'c\r\n'], 'keep').lines).toEqual(['a\rb\rc']);
    expect(linesOf('a\r', 'keep')).toEqual(['a\r']);
  });

  test('holds no more than its limit, and counts the rest', () => {
    expect(split(['abc', 'def', 'ghi'], 'overwrite', 4)).toMatchObject({
      held: 'abcd',
      surplus: 5,
    });
    expect(split(['abcdef\rxy\nabcdef\n'], 'overwrite', 4).lines).toEqual(['xy', 'abcd+2']);
  });

  test('stops where it is told to', () => {
    const lines: string[] = [];
    const stopped = new LineSplitter().push('a\nb\nc\n', { cr: 'keep', limit: 9 }, (each) => {
      lines.push(each);
      return each === 'b';
    });
    expect([stopped, lines]).toEqual([true, ['a', 'b']]);
  });

  test('gives the same lines wherever the text is cut', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n'), maxLength: 3 });
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom(...carriageReturns), (pieces, cr) => {
        expect(split(pieces, cr)).toEqual(split([pieces.join('')], cr));
      }),
      { numRuns: 500 },
    );
  });
});

test('takes a complete text apart, a break at its end beginning no other line', () => {
  expect(linesOf('one', 'overwrite')).toEqual(['one']);
  expect(linesOf('one\r\ntwo\n', 'overwrite')).toEqual(['one', 'two']);
  expect(linesOf('', 'overwrite')).toEqual(['']);
  expect(linesOf('\n', 'overwrite')).toEqual(['']);
  expect(linesOf('\r', 'overwrite')).toEqual(['']);
});

test('cuts a line at its limit, never inside a surrogate pair', () => {
  expect(cutLine('abc', 0, 3)).toBe('abc');
  expect(cutLine('abcd', 0, 3)).toBe('abc');
  expect(cutLine('ab😀', 0, 3)).toBe('ab');
  expect(cutLine('ab😀', 0, 4)).toBe('ab😀');
  expect(cutLine('ab\ud83d', 1, 3)).toBe('ab');
});

test('counts bytes as UTF-8 does', () => {
  expect(byteLength('ü'.repeat(20))).toBe(40);
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '\u007f', 'ü', '€', '\uffff', '😀') }),
      (text) => {
        expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
      },
    ),
  );
});

describe('a filter', () => {
  const lines = [line('GET /a', 'info'), line('get /b', 'error'), line('POST /a', null)];

  test('passes all where it asks for nothing', () => {
    for (const filter of [undefined, {}, { text: '' }])
      expect(compileFilter(filter, ask)).toBeNull();
  });

  test('finds text in upper and lower case, and signs of patterns as they are', () => {
    expect(passing({ text: 'GET' }, lines)).toEqual(['GET /a', 'get /b']);
    expect(passing({ text: '[a-z](1)' }, [line('x[A-Z](1)'), line('b1')])).toEqual(['x[A-Z](1)']);
  });

  test('does not mind the flags g and y', () => {
    const pattern = /a/gy;
    pattern.lastIndex = 1;
    const many = [line('xa'), line('xa'), line('xa'), line('b')];
    expect(passing({ pattern }, many)).toEqual(['xa', 'xa', 'xa']);
    expect(pattern.lastIndex).toBe(1);
  });

  test('shows levels from the least one on, and lines whose level is not clear', () => {
    expect(passing({ minLevel: 'info' }, lines)).toEqual(['GET /a', 'get /b', 'POST /a']);
    expect(passing({ minLevel: 'warn' }, lines)).toEqual(['get /b', 'POST /a']);
  });

  test('asks for everything at once', () => {
    const filter: LogFilter = { text: '/', pattern: /^g/i, minLevel: 'info' };
    expect(passing({ ...filter, test: ({ text }) => text.endsWith('b') }, lines)).toEqual([
      'get /b',
    ]);
  });

  test('looks at what is visible', () => {
    expect(passing({ text: 'error' }, [line('\u001b[31merr\u001b[0mor')])).toHaveLength(1);
    expect(passing({ text: '31m' }, [line('\u001b[31merr\u001b[0mor')])).toHaveLength(0);
  });

  test('hides nothing where its test throws', () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const broken = () => {
      throw new Error('broken');
    };
    expect(passing({ test: broken }, lines)).toHaveLength(3);
    expect(reported).toHaveBeenCalledTimes(3);
    vi.unstubAllGlobals();
  });

  test('lets gaps pass', () => {
    const passes = compileFilter({ text: 'x' }, ask);
    expect(passes?.({ kind: 'gap', id: 0, text: '', receivedAt: 0, missing: 3 })).toBe(true);
  });

  test('is compared by value, and its test by identity', () => {
    const test = () => true;
    expect(sameFilter({ text: 'a', pattern: /b/i, test }, { test, text: 'a', pattern: /b/i })).toBe(
      true,
    );
    expect(sameFilter(undefined, { text: '' })).toBe(true);
    expect(sameFilter({ pattern: /b/i }, { pattern: /b/ })).toBe(false);
    expect(sameFilter({ minLevel: 'info' }, { minLevel: 'warn' })).toBe(false);
    expect(sameFilter({ test }, { test: () => true })).toBe(false);
  });
});

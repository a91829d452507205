import { useLogTail, type LogHistory, type LogOptions, type LogTail } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { probe } from '../support/page.tsx';
import { render } from '../support/render.ts';
import { listenForReports } from '../support/reports.ts';

const url = 'https://example.test/log';

/** The options as a caller in JavaScript may give them. */
interface UntypedOptions extends Omit<LogOptions, 'parse' | 'history'> {
  parse?: (data: string) => unknown;
  history?: unknown;
}

async function show(options: UntypedOptions) {
  const stream = mockStream(url, { autoOpen: true });
  const log = probe(() => useLogTail(url, options as LogOptions));
  await render(
    <stream.wrapper>
      <log.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  return { stream, log };
}

/** The rows in short: a line's text, a gap as `-`. */
const rowsOf = ({ lines }: LogTail) =>
  lines.map(({ kind, text }) => (kind === 'line' ? text : '-'));

const unset: unknown[] = [];
unset.length = 1;

describe.each(['auto', 'lines'] as const)('with the format %s', (format) => {
  test.for<[string, unknown, string[]]>([
    ['undefined', undefined, ['bad']],
    ['a number', 7, ['bad']],
    ['a list with null', [null], ['bad']],
    ['a list with what was never set', unset, ['bad']],
    ['an object without a text', { text: 7 }, ['bad']],
    ['a symbol', Symbol('x'), ['bad']],
    ['a list of both', ['good', null, 7, { text: 'too' }], ['good', 'bad', 'too']],
  ])('a parser that gives %s costs no line', async ([, value, shown]) => {
    const reports = listenForReports();
    const parse = (data: string) => (data === 'bad' ? value : data);
    const { stream, log } = await show({ format, parse });
    const lines = ['a', 'bad', 'c', 'bad'];
    await (format === 'lines' ? stream.sendLines(lines) : stream.send(lines));
    expect(rowsOf(log.current)).toEqual(['a', ...shown, 'c', ...shown]);
    expect(reports()).toEqual([expect.stringContaining('the option `parse` gave a line that')]);
  });
});

const boom = (): never => {
  throw new Error('boom');
};

/** Says something else whenever it is read. */
function fickle() {
  const texts: unknown[] = ['good', 7];
  return {
    get text() {
      return texts.shift();
    },
  };
}

const throwsAtFirst = () => Object.defineProperty(['good', 'too'], '0', { get: boom });
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

/** What can be no line, or not twice, and what is shown of it by a parser and in a history. */
const strange: [string, () => unknown, string[], string[]][] = [
  [
    'an object whose `text` throws',
    () => ({
      get text() {
        return boom();
      },
    }),
    ['bad'],
    ['[object Object]'],
  ],
  [
    'an object whose `level` throws',
    () => ({
      text: 'x',
      get level() {
        return boom();
      },
    }),
    ['bad'],
    ['[object Object]'],
  ],
  [
    'an object whose level throws',
    () => ({
      text: 'x',
      level: {
        get name() {
          return boom();
        },
      },
    }),
    ['bad'],
    ['[object Object]'],
  ],
  ['a proxy that throws', () => new Proxy({ text: 'x' }, { get: boom }), ['bad'], ['']],
  ['a proxy that is revoked', revoked, ['bad'], ['']],
  [
    'a `then` that throws',
    () => ({
      text: 'x',
      get then() {
        return boom();
      },
    }),
    ['bad'],
    ['[object Object]'],
  ],
  ['a promise that rejects', () => Promise.reject(new Error('late')), ['bad'], ['{}']],
  [
    'a text that rejects',
    () => ({ text: Promise.reject(new Error('late')) }),
    ['bad'],
    ['{"text":{}}'],
  ],
  [
    'a level that rejects',
    () => ({ text: 'x', level: Promise.reject(new Error('late')) }),
    ['bad'],
    ['{"text":"x","level":{}}'],
  ],
  ['a `toJSON` that throws', () => ({ toJSON: boom }), ['bad'], ['[object Object]']],
  ['no text at all', () => ({ toJSON: boom, toString: boom }), ['bad'], ['']],
  ['a bigint', () => 5n, ['bad'], ['5']],
];

describe.each(['auto', 'lines'] as const)('of the format %s', (format) => {
  test.for<[string, () => unknown, string[]]>([
    ...strange.map(([name, make, shown]): [string, () => unknown, string[]] => [
      name,
      () => [make()],
      shown,
    ]),
    ['an object that is another one later', fickle, ['good']],
    ['a list that throws', throwsAtFirst, ['bad', 'too']],
    ['a list that is revoked', revoked, ['bad']],
  ])('a batch survives a parser that gives %s', async ([, make, shown]) => {
    const reports = listenForReports();
    const parse = (data: string) => (data === 'bad' ? make() : data);
    const { stream, log } = await show({ format, parse });
    const lines = ['a', 'bad', 'c', 'bad'];
    await (format === 'lines' ? stream.sendLines(lines) : stream.send(lines));
    expect(rowsOf(log.current)).toEqual(['a', ...shown, 'c', ...shown]);
    const told = shown.includes('bad') ? [expect.stringContaining('option `parse` gave a')] : [];
    expect(reports()).toEqual(told);
  });
});

test.for(strange)(
  'a history with %s loses nothing, and it is told once',
  async ([, make, , shown]) => {
    const reports = listenForReports();
    let settle: (value: unknown) => void = () => undefined;
    const history = () => new Promise((resolve) => (settle = resolve));
    const { stream, log } = await show({ history });
    await stream.send('waits');
    settle({ lines: ['a', make(), 'c', make()] });
    await stream.send('live');
    expect(rowsOf(log.current)).toEqual(['a', ...shown, 'c', ...shown, 'waits', 'live']);
    expect(reports()).toEqual([expect.stringContaining('the option `history` gave a line that')]);
  },
);

const entries = [null, 'b', { text: 'c' }, 7, { msg: 'm' }];
const shownEntries = ['null', 'b', 'c', '7', '{"msg":"m"}'];

test.for<[string, UntypedOptions, { type: string; data: string }[]]>([
  ['a history', { history: () => Promise.resolve({ lines: entries }) }, []],
  ['a first event', { history: 'backlog' }, [{ type: 'backlog', data: JSON.stringify(entries) }]],
])('a bad entry of %s is shown as it came, and told once', async ([, options, first]) => {
  const reports = listenForReports();
  const { stream, log } = await show(options);
  await stream.send([...first, 'live']);
  expect(rowsOf(log.current)).toEqual([...shownEntries, 'live']);
  expect(reports()).toEqual([expect.stringContaining('the option `history` gave a line that')]);
});

test.for<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['a text', 'a\nb'],
  ['no lines', {}],
  ['lines that are no list', { lines: 'a' }],
])('a history that is %s is told, and a gap stands for it', async ([, value]) => {
  const reports = listenForReports();
  let settle: (value: unknown) => void = () => undefined;
  const history = () => new Promise((resolve) => (settle = resolve));
  const { stream, log } = await show({ history });
  await stream.send('waits');
  settle(value);
  await stream.send('live');
  expect(rowsOf(log.current)).toEqual(['-', 'waits', 'live']);
  expect(reports()).toEqual([expect.stringContaining('`history` gave no list of `lines`')]);
});

test.for<[string, () => object, string]>([
  ['is no text', () => ({ lastEventId: 7 }), '`lastEventId` that is no text'],
  ['is a promise', () => ({ lastEventId: Promise.reject(new Error('late')) }), 'gave a promise'],
  [
    'throws',
    () => ({
      get lastEventId() {
        return boom();
      },
    }),
    'boom',
  ],
  ['has a line break', () => ({ lastEventId: 'a\nb' }), 'has a control character in it'],
  ['is too long', () => ({ lastEventId: 'x'.repeat(9_000) }), 'is longer than 8,000 bytes'],
])('a last id of a history that %s counts as none', async ([, make, problem]) => {
  const reports = listenForReports();
  let settle: (value: unknown) => void = () => undefined;
  const history = () => new Promise((resolve) => (settle = resolve));
  const { stream, log } = await show({ history });
  await stream.send({ id: '8', data: 'waits' });
  const given = make();
  settle(Object.defineProperty(given, 'lines', { value: ['a'] }));
  await stream.settled();
  await stream.send({ id: '9', data: 'live' });
  expect(rowsOf(log.current)).toEqual(['a', 'waits', 'live']);
  expect(stream.requests).toHaveLength(1);
  expect(reports()).toEqual([expect.stringContaining(problem)]);
});

test.for<[string, unknown]>([
  ['a list in itself', { name: { name: { name: 'error' } } }],
  ['a word that never ends', 'error'.padStart(1_000_000)],
])('a level that is %s is none', async ([, level]) => {
  const { log } = await show({ history: () => Promise.resolve({ lines: [{ text: 'a', level }] }) });
  expect(log.current.lines.at(0)).toMatchObject({ text: 'a', level: null });
});

describe('of more lines at once than are kept', () => {
  const many = 50_000;
  const most = 100;
  const texts = Array.from({ length: many }, (_, index) => `é${String(index)}`);

  test.for<[string, UntypedOptions, { type?: string; data: string }]>([
    ['an event', {}, { data: texts.join('\n') }],
    ['a first event', { history: 'backlog' }, { type: 'backlog', data: JSON.stringify(texts) }],
    ['a history', { history: () => Promise.resolve({ lines: texts }) }, { data: '' }],
    [
      'a parser',
      { parse: (data) => (data === 'a' ? texts.map((text) => ({ text })) : data) },
      { data: 'a' },
    ],
    [
      'a text of a parser',
      { parse: (data) => (data === 'a' ? texts.join('\r\n') : data) },
      { data: 'a' },
    ],
  ])('those of %s that are not kept are counted, and not made', async ([, options, event]) => {
    const made = vi.fn(() => true);
    const parse = options.parse && vi.fn(options.parse);
    const filter = { test: made };
    const { stream, log } = await show({
      maxLines: most,
      filter,
      ...options,
      ...(parse && { parse }),
    });
    if (event.data !== '') await stream.send(event);
    const kept = texts.slice(-most);
    expect(rowsOf(log.current)).toEqual(kept);
    expect(made).toHaveBeenCalledTimes(most);
    if (parse) expect(parse).toHaveBeenCalledTimes(1);
    expect(log.current.lines.at(0)?.id).toBe(many - most);
    const bytes = new TextEncoder().encode(texts.slice(0, -most).join('')).length;
    const dropped = { lines: many - most, bytes };
    expect(log.current).toMatchObject({ total: many, firstId: many - most, dropped });
    await stream.send('next');
    expect(log.current).toMatchObject({ total: many + 1, firstId: many - most + 1 });
  });

  test.for<[string, string[], LogOptions['cr']]>([
    ['a break at the end', ['a\nb\nc\nd\n'], undefined],
    ['empty lines', ['\n\n\na\n\n'], undefined],
    ['nothing but breaks', ['\n\n\n\n\n\n'], undefined],
    ['both breaks', ['ab\r\nc\r\n\r\nd\ne'], undefined],
    ['returns that are breaks', ['ab\rc\r\nd\re\r'], 'newline'],
    ['several texts', ['1', '2\n3', '', '4\n5\n'], undefined],
    ['texts that are just enough', ['1\n2', '3\n4', '5', '6'], undefined],
    ['pairs of surrogates', ['😀\né€\nd\ne\nf'], undefined],
  ])('they are the same as one by one: %s', async ([, lines, cr = 'overwrite']) => {
    const shownOf = async (history: LogHistory) => {
      const { log } = await show({ maxLines: 3, cr, history: () => Promise.resolve(history) });
      const { total, firstId, dropped } = log.current;
      return { rows: rowsOf(log.current), total, firstId, dropped };
    };
    const pattern = cr === 'newline' ? /\r\n|\r|\n/ : /\r?\n/;
    const single = lines.flatMap((text) => text.replace(/[\r\n]$/, '').split(pattern));
    const one = await shownOf({ lines });
    expect(one).toEqual(await shownOf({ lines: single }));
    expect(one.total).toBe(single.length);
  });

  describe('and no lines among them', () => {
    const endless: unknown[] = [];
    endless.length = 2 ** 32 - 1;

    test('a list of a parser is not looked at to its beginning', async () => {
      const reports = listenForReports();
      let looks = 0;
      const list = new Proxy<unknown[]>(Array.from({ length: 1_000_000 }), {
        get(target, key, receiver) {
          looks += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
      const { stream, log } = await show({ parse: (data) => (data === 'bad' ? list : data) });
      await stream.send(['a', 'bad', 'c']);
      expect(rowsOf(log.current)).toEqual(['a', 'bad', 'c']);
      expect(looks).toBeLessThan(20_000);
      expect(reports()).toHaveLength(1);
    });

    test('a list of a parser that was never filled is one line', async () => {
      const reports = listenForReports();
      const { stream, log } = await show({ parse: (data) => (data === 'bad' ? endless : data) });
      await stream.send(['a', 'bad', 'c']);
      expect(rowsOf(log.current)).toEqual(['a', 'bad', 'c']);
      expect(log.current.total).toBe(3);
      expect(reports()).toHaveLength(1);
    });

    test('a history that was never filled is counted', async () => {
      const reports = listenForReports();
      const { stream, log } = await show({
        maxLines: 2,
        history: () => Promise.resolve({ lines: endless }),
      });
      await stream.send('live');
      expect(rowsOf(log.current)).toEqual(['undefined', 'live']);
      expect(log.current.total).toBe(2 ** 32);
      expect(reports()).toHaveLength(1);
    });

    test('a text is made only of those entries of a history that are kept', async () => {
      const reports = listenForReports();
      const toJSON = vi.fn(() => 'x');
      const lines = Array.from({ length: many }, () => ({ toJSON }));
      const { log } = await show({ maxLines: most, history: () => Promise.resolve({ lines }) });
      expect(log.current).toMatchObject({ total: many, dropped: { lines: many - most } });
      expect(toJSON).toHaveBeenCalledTimes(most);
      expect(reports()).toHaveLength(1);
    });
  });

  test('none is kept where none is to be', async () => {
    const { stream, log } = await show({ maxLines: 0 });
    await stream.send('a\nb');
    expect(log.current).toMatchObject({ total: 2, firstId: 2, dropped: { lines: 2, bytes: 2 } });
  });

  test('all that were there before have gone, gap markers included', async () => {
    const { stream, log } = await show({ maxLines: 2, reconnect: { delay: 0 } });
    await stream.send('a');
    await stream.drop();
    await stream.advance(1_000);
    await stream.connected(2);
    await stream.send('b\nc\nd\ne');
    expect(rowsOf(log.current)).toEqual(['d', 'e']);
    expect(log.current).toMatchObject({ total: 5, dropped: { lines: 3, bytes: 3 } });
  });
});

test('a look at the level of a line reads at most 64 KiB of JSON', async () => {
  const parse = vi.spyOn(JSON, 'parse');
  onTestFinished(() => {
    parse.mockRestore();
  });
  const record = (length: number) =>
    JSON.stringify({ level: 'error', msg: ''.padEnd(length, 'x') });
  const { stream, log } = await show({});
  await stream.send([record(65_000), record(66_000)]);
  const read = parse.mock.calls.map(([text]) => text.length).filter((length) => length > 60_000);
  expect(read).toEqual([record(65_000).length]);
  expect(log.current.lines.map((row) => row.kind === 'line' && row.level)).toEqual([
    'error',
    'error',
  ]);
});

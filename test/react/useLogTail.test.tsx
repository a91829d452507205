import { useLogTail, type LogFilter, type LogOptions, type LogTail } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { probe } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/log';

/** Renders the hook below a mocked stream. */
async function setUp(options?: LogOptions) {
  const stream = mockStream(url);
  const seen: LogTail[] = [];
  function Probe({ given }: { given: LogOptions | undefined }) {
    const log = useLogTail(url, given);
    seen.push(log);
    return (
      <ol>
        {log.lines.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ol>
    );
  }
  const page = (given: LogOptions | undefined) => (
    <stream.wrapper>
      <Probe given={given} />
    </stream.wrapper>
  );
  const root = await render(page(options));
  await stream.settled();
  const current = () => {
    const log = seen.at(-1);
    if (!log) throw new Error('Nothing was rendered.');
    return log;
  };
  return {
    stream,
    seen,
    current,
    texts: () => current().lines.map(({ text }) => text),
    shown: () => [...root.container.querySelectorAll('li')].map(({ textContent }) => textContent),
    async rerender(next: LogOptions) {
      await root.rerender(page(next));
      await stream.settled();
    },
    /** Calls one of the functions of the log, and lets its outcome be published. */
    async call(run: (log: LogTail) => void) {
      await act(() => {
        run(current());
      });
      await stream.settled();
    },
  };
}

test('shows the lines of events, bounded, with their ids and counts', async () => {
  const log = await setUp({ events: ['log'], maxLines: 2 });
  expect(log.current()).toMatchObject({ status: 'connecting', total: 0, follow: true });
  await log.stream.open();
  await log.stream.chunk(
    'event: log\ndata: a\ndata: b\n\nevent: progress\ndata: 1\n\nevent: log\ndata: c\n\n',
  );
  expect(log.shown()).toEqual(['b', 'c']);
  expect(log.current()).toMatchObject({
    status: 'open',
    total: 3,
    firstId: 1,
    dropped: { lines: 1, bytes: 1 },
    partial: '',
  });
});

test('shows plain text line by line, and the unfinished line beside them', async () => {
  const log = await setUp({ format: 'lines' });
  await log.stream.open();
  await log.stream.chunk('a\r');
  await log.stream.chunk('\nb');
  expect(log.texts()).toEqual(['a']);
  expect(log.current().partial).toBe('b');
  await log.stream.end();
  expect(log.texts()).toEqual(['a', 'b']);
  expect(log.current()).toMatchObject({ status: 'closed', reason: 'done', partial: '' });
});

test('ends with the line that `until` asks for', async () => {
  const log = await setUp({ format: 'lines', until: { data: '[DONE]' } });
  await log.stream.open();
  await log.stream.chunk('a\n[DONE]\nb\n');
  expect(log.texts()).toEqual(['a']);
  expect(log.current()).toMatchObject({ status: 'closed', reason: 'done' });
  expect(log.stream.openConnections).toBe(0);
});

test('ends with the event that `until` names', async () => {
  const log = await setUp({ events: ['log'], until: 'done' });
  await log.stream.open();
  await log.stream.chunk('event: log\ndata: a\n\nevent: done\ndata: x\n\nevent: log\ndata: b\n\n');
  expect(log.texts()).toEqual(['a']);
  expect(log.current().status).toBe('closed');
});

test('commits once for a burst of lines', async () => {
  const log = await setUp({ format: 'lines' });
  await log.stream.open();
  const before = log.seen.length;
  await log.stream.chunk(Array.from({ length: 2_000 }, (_, each) => `line ${each}\n`).join(''));
  expect(log.current().lines.length).toBe(2_000);
  expect(log.seen.length - before).toBeLessThanOrEqual(2);
});

test('freezes what is shown in a pause, goes on reading, and counts what waits', async () => {
  const log = await setUp({ maxLines: 3 });
  await log.stream.open();
  await log.stream.chunk('data: a\n\n');
  await log.call(({ pause }) => {
    pause();
  });
  await log.stream.chunk('data: b\n\ndata: c\n\n');
  expect(log.shown()).toEqual(['a']);
  expect(log.current()).toMatchObject({ paused: true, pending: 2, missed: 0, follow: true });
  await log.stream.chunk('data: d\n\ndata: e\n\n');
  expect(log.current()).toMatchObject({ pending: 3, missed: 1 });
  await log.call(({ resume }) => {
    resume();
  });
  expect(log.shown()).toEqual(['c', 'd', 'e']);
  expect(log.current()).toMatchObject({ paused: false, pending: 0, missed: 0 });
});

test('clears the lines, in a pause too, and goes on counting their ids', async () => {
  const log = await setUp();
  await log.stream.open();
  await log.stream.chunk('data: a\n\n');
  await log.call(({ pause }) => {
    pause();
  });
  await log.stream.chunk('data: b\n\n');
  await log.call(({ clear }) => {
    clear();
  });
  expect(log.current()).toMatchObject({ total: 0, pending: 0, missed: 0, firstId: 2 });
  await log.call(({ resume }) => {
    resume();
  });
  await log.stream.chunk('data: c\n\n');
  expect(log.current().lines.toArray()).toMatchObject([{ id: 2, text: 'c' }]);
});

test('follows by itself, whatever the pause is', async () => {
  const log = await setUp({ follow: false });
  expect(log.current().follow).toBe(false);
  await log.call(({ setFollow }) => {
    setFollow(true);
  });
  expect(log.current()).toMatchObject({ follow: true, paused: false });
});

test('shows another filter without a line coming, also in a pause', async () => {
  const log = await setUp();
  await log.stream.open();
  await log.stream.chunk('data: INFO a\n\ndata: WARN b\n\n');
  await log.rerender({ filter: { minLevel: 'warn' } });
  expect(log.shown()).toEqual(['WARN b']);
  expect(log.current().total).toBe(2);
  await log.call(({ pause }) => {
    pause();
  });
  await log.rerender({});
  expect(log.shown()).toEqual(['INFO a', 'WARN b']);
  expect(log.stream.requests).toHaveLength(1);
});

test.for<[string, LogOptions]>([
  ['number', { maxLines: 1 }],
  ['bytes', { maxBytes: 2 }],
])('shows another bound of %s without a line coming', async ([, bounds]) => {
  const log = await setUp();
  await log.stream.open();
  await log.stream.chunk('data: aa\n\ndata: bb\n\n');
  await log.rerender(bounds);
  expect(log.shown()).toEqual(['bb']);
  expect(log.current()).toMatchObject({ firstId: 1, dropped: { lines: 1, bytes: 2 } });
  await log.rerender({});
  await log.stream.chunk('data: cc\n\n');
  expect(log.shown()).toEqual(['bb', 'cc']);
});

test('shows what waits when `throttle` ends, without a line coming', async () => {
  const log = await setUp({ throttle: 60_000 });
  await log.stream.open();
  await log.stream.chunk('data: a\n\n');
  await log.stream.chunk('data: b\n\n');
  expect(log.shown()).not.toContain('b');
  await log.rerender({});
  expect(log.shown()).toEqual(['a', 'b']);
});

test('filters the line that the end of the stream has finished, and bounds it', async () => {
  const log = await setUp({ format: 'lines', maxLines: 1, filter: { text: 'x' } });
  await log.stream.open();
  await log.stream.chunk('x1\nx2');
  await log.stream.end();
  expect(log.shown()).toEqual(['x2']);
  expect(log.current()).toMatchObject({ total: 2, dropped: { lines: 1 } });
});

test('shows more lines, and fewer, where `maxLines` changes below a filter', async () => {
  const options: LogOptions = { format: 'lines', maxLines: 2, filter: { text: 'x' } };
  const log = await setUp(options);
  await log.stream.open();
  await log.stream.chunk('x1\nx2\nx3\n');
  await log.rerender({ ...options, maxLines: 4 });
  await log.stream.chunk('x4\nx5\nx6\n');
  expect(log.shown()).toEqual(['x3', 'x4', 'x5', 'x6']);
  await log.rerender({ ...options, maxLines: 1 });
  expect(log.shown()).toEqual(['x6']);
});

test('begins by itself when `manual` ends', async () => {
  const log = await setUp({ manual: true });
  expect(log.stream.requests).toHaveLength(0);
  await log.rerender({});
  expect(log.current().status).toBe('connecting');
  expect(log.stream.requests).toHaveLength(1);
});

test('begins with fresh lines at another url, and acts on that one', async () => {
  const stream = mockStream(/./, { autoOpen: true });
  const log = probe(() => useLogTail(at));
  let at = `${url}/1`;
  const page = () => (
    <stream.wrapper>
      <log.Probe key="log" />
    </stream.wrapper>
  );
  const { rerender } = await render(page());
  await stream.send(['a', 'b']);
  at = `${url}/2`;
  await rerender(page());
  await stream.connected(2);
  await stream.send('c');
  expect(log.current).toMatchObject({ total: 1, firstId: 0 });
  expect(log.current.toText()).toBe('c');
  await act(() => {
    log.current.clear();
  });
  expect(log.current).toMatchObject({ total: 0, firstId: 1 });
  await act(() => {
    log.current.close();
  });
  await stream.settled();
  expect(log.current).toMatchObject({ status: 'closed', reason: 'manual' });
  expect(stream.openConnections).toBe(0);
});

test('hears every name that its options speak of, with EventSource', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const log = probe(() =>
    useLogTail(url, {
      ...{ transport: 'eventsource', events: ['log'], until: 'done', history: 'backlog' },
    }),
  );
  await render(
    <stream.wrapper>
      <log.Probe />
    </stream.wrapper>,
  );
  await stream.send([
    { type: 'backlog', data: ['a'] },
    { type: 'log', data: 'b' },
    { type: 'done', data: '' },
  ]);
  expect(log.current.toText()).toBe('a\nb');
  expect(log.current).toMatchObject({ status: 'closed', reason: 'done' });
});

test('reads plain text from its beginning where it joins late', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const first = probe(() => useLogTail(url, { format: 'lines' }));
  const late = probe(() => useLogTail(url, { format: 'lines' }));
  const page = (isLate: boolean) => (
    <stream.wrapper>
      <first.Probe />
      {isLate && <late.Probe />}
    </stream.wrapper>
  );
  const { rerender } = await render(page(false));
  for (let piece = 0; piece < 150; piece++) await stream.chunk(`${piece}\n`);
  await rerender(page(true));
  await stream.connected(2);
  await stream.chunk('a\n');
  expect(late.current.toText()).toBe('a');
});

test('shows another filter that picks as many lines, where one in many differs', async () => {
  const log = await setUp({ format: 'lines', filter: { pattern: /x|p/ } });
  await log.stream.open();
  const x = 'x\n'.repeat(1_500);
  await log.stream.chunk(`${x}p\nq\n${x}`);
  expect(log.texts()[1_500]).toBe('p');
  await log.rerender({ format: 'lines', filter: { pattern: /x|q/ } });
  expect(log.texts()[1_500]).toBe('q');
});

test('applies a filter whose object was changed to all lines, not only to new ones', async () => {
  const filter: LogFilter = { text: 'a' };
  const log = await setUp({ format: 'lines', filter });
  await log.stream.open();
  await log.stream.chunk('a1\nb1\n');
  filter.text = 'b';
  await log.stream.chunk('a2\nb2\n');
  expect(log.texts()).toEqual(['b1', 'b2']);
});

test('cuts the unfinished line where escapes are taken out of it too', async () => {
  const log = await setUp({ format: 'lines', stripAnsi: true, maxLineLength: 3 });
  await log.stream.open();
  await log.stream.chunk('\u001b[31mabcdef');
  expect(log.current().partial).toBe('abc');
});

test.for<[cr: LogOptions['cr'], lines: string[]]>([
  [undefined, ['b']],
  ['newline', ['a', 'b']],
  ['keep', ['a\rb']],
])('cuts the lines that a parser gives with `cr` %s', async ([cr, lines]) => {
  const log = await setUp({ cr, parse: () => 'a\rb' });
  await log.stream.open();
  await log.stream.chunk('data: x\n\n');
  expect(log.texts()).toEqual(lines);
});

test('gives a parser no more of a line than `maxEventSize`', async () => {
  const given: number[] = [];
  const parse = (data: string) => {
    given.push(data.length);
    return data;
  };
  const log = await setUp({ format: 'lines', parse, maxEventSize: 1_000, maxLineLength: 10 });
  await log.stream.open();
  await log.stream.chunk('x'.repeat(900));
  await log.stream.chunk(`${'x'.repeat(900)}\n`);
  expect(given).toEqual([1_000]);
  expect(log.current().lines.toArray()).toMatchObject([{ text: 'x'.repeat(10), truncated: 1_790 }]);
});

test('tests whole lines of plain text for the end, not pieces of them', async () => {
  const tested: string[] = [];
  const until = ({ data }: { data: string }) => {
    tested.push(data);
    return data === 'bye';
  };
  const log = await setUp({ format: 'lines', until });
  await log.stream.open();
  await log.stream.chunk('bye');
  expect(log.current().status).toBe('open');
  await log.stream.chunk(' bye\nbye\n');
  expect(tested).toEqual(['bye bye', 'bye']);
  expect(log.current()).toMatchObject({ status: 'closed', reason: 'done' });
});

test('counts what is cut off each line by itself', async () => {
  const log = await setUp({ format: 'lines', maxLineLength: 3 });
  await log.stream.open();
  for (const piece of ['abcde', 'f\nxy\n', 'abcdef', '\rz\n']) await log.stream.chunk(piece);
  expect(log.current().lines.toArray()).toMatchObject([
    { text: 'abc', truncated: 3 },
    { text: 'xy', truncated: 0 },
    { text: 'z', truncated: 0 },
  ]);
});

test('begins a line with the next response, whatever the one before ended with', async () => {
  const log = await setUp({ format: 'lines', cr: 'newline', reconnect: { repeat: true } });
  await log.stream.open();
  await log.stream.chunk('a\r');
  await log.stream.drop();
  await log.stream.advance(1_000);
  await log.stream.open();
  await log.stream.chunk('\nb\n');
  expect(log.texts()).toEqual(['a', '', '', 'b']);
  expect(log.current().lines.at(1)).toMatchObject({ kind: 'gap' });
});

test('comes to rest with a filter made anew in every render', async () => {
  const made = (): LogOptions => ({ filter: { test: ({ text }) => text !== 'b' } });
  const log = await setUp(made());
  await log.stream.open();
  await log.stream.chunk('data: a\n\ndata: b\n\n');
  await log.rerender(made());
  const { length } = log.seen;
  await log.stream.advance(1_000);
  expect(log.seen).toHaveLength(length);
  expect(log.shown()).toEqual(['a']);
});

test('gives the same functions for life, and the same list until a line comes', async () => {
  const log = await setUp();
  await log.stream.open();
  await log.stream.chunk('data: a\n\n');
  const before = log.current();
  await log.rerender({ follow: true });
  const { toText, download, setFollow, lines, clear } = log.current();
  expect(lines).toBe(before.lines);
  expect([toText, download, setFollow, clear]).toEqual([
    before.toText,
    before.download,
    before.setFollow,
    before.clear,
  ]);
  expect(toText).toBe(before.toText);
  expect(setFollow).toBe(before.setFollow);
});

test('puts its text together, beyond what is shown', async () => {
  const log = await setUp({ filter: { text: 'b' } });
  await log.stream.open();
  await log.stream.chunk('data: a\n\ndata: \u001b[31mb\u001b[0m\n\n');
  const { toText } = log.current();
  expect(toText()).toBe('a\n\u001b[31mb\u001b[0m');
  expect(toText({ filtered: true, stripAnsi: true })).toBe('b');
});

test('counts the kept lines of each level, before the filter, and not those to come in a pause', async () => {
  const log = await setUp({ filter: { text: 'b' }, maxLines: 4 });
  const { countLevels } = log.current();
  const none = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 };
  expect(countLevels()).toEqual(none);
  await log.stream.open();
  await log.stream.chunk('data: FATAL gone\n\ndata: INFO a\n\ndata: ERROR b\n\n');
  await log.stream.chunk('data: ERROR c\n\ndata: not clear\n\n');
  expect(countLevels()).toEqual({ ...none, info: 1, error: 2 });
  await log.call(({ pause }) => {
    pause();
  });
  await log.stream.chunk('data: WARN d\n\n');
  expect(countLevels()).toEqual({ ...none, info: 1, error: 2 });
  await log.call(({ resume }) => {
    resume();
  });
  expect(countLevels()).toEqual({ ...none, error: 2, warn: 1 });
  await log.call(({ clear }) => {
    clear();
  });
  expect(countLevels()).toEqual(none);
  expect(log.current().countLevels).toBe(countLevels);
});

test('saves its text as a file', async () => {
  const log = await setUp();
  await log.stream.open();
  await log.stream.chunk('data: a\n\ndata: b\n\n');
  const blobs: Blob[] = [];
  const saved: [string, string][] = [];
  const revoke = vi.fn();
  vi.stubGlobal(
    'URL',
    class extends URL {
      static override createObjectURL = (blob: Blob) => `blob:${blobs.push(blob)}`;
      static override revokeObjectURL = revoke;
    },
  );
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    saved.push([this.download, this.href]);
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    click.mockRestore();
  });
  log.current().download('pod.log');
  expect(saved).toEqual([['pod.log', 'blob:1']]);
  expect(blobs[0]).toMatchObject({ size: 3, type: 'text/plain' });
  await log.stream.advance(59_000);
  expect(revoke).not.toHaveBeenCalled();
  await log.stream.advance(1_000);
  expect(revoke).toHaveBeenCalledWith('blob:1');
});

test('begins anew with `start`, ids going on', async () => {
  const log = await setUp({ format: 'lines', manual: true });
  expect(log.current().status).toBe('idle');
  await log.call(({ start }) => {
    start();
  });
  await log.stream.open();
  await log.stream.chunk('a\nhalf');
  await log.call(({ start }) => {
    start();
  });
  expect(log.current()).toMatchObject({ total: 0, partial: '', status: 'connecting' });
  await log.stream.open();
  await log.stream.chunk('b\n');
  expect(log.texts()).toEqual(['b']);
});

if (__DEV__)
  test('refuses bad options by name', async () => {
    // React 17 and 18 throw to the window too.
    const handled = (event: ErrorEvent) => {
      event.preventDefault();
    };
    window.addEventListener('error', handled);
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => {
      window.removeEventListener('error', handled);
      log.mockRestore();
    });
    await expect(setUp({ maxLines: -1 })).rejects.toThrow(/`maxLines` is -1/);
  });

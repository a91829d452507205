import { useLogTail, type LogHistory, type LogOptions, type LogTail } from 'use-event-stream';
import { mockStream, type MockStreamOptions } from 'use-event-stream/testing';
import { describe, expect, test } from 'vitest';
import { probe } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/log';

async function show(options?: LogOptions, mocking: MockStreamOptions = {}) {
  const stream = mockStream(url, { autoOpen: true, ...mocking });
  const log = probe(() => useLogTail(url, options));
  await render(
    <stream.wrapper>
      <log.Probe />
    </stream.wrapper>,
  );
  await stream.settled();
  return { stream, log };
}

const levelsOf = ({ lines }: LogTail) =>
  lines.map((row) => (row.kind === 'line' ? row.level : 'gap'));
const textsOf = ({ lines }: LogTail) => lines.map(({ text }) => text);

const traces: readonly (readonly [name: string, lines: readonly string[]])[] = [
  [
    'Java',
    [
      '2024-05-05 10:00:00,123 WARN [main] App - boom',
      '\tat com.x.App.run(App.java:3)',
      'Caused by: java.io.IOException',
      'Suppressed: x',
      '... 12 more',
    ],
  ],
  ['Node', ['error: boom', '    at run (/app/x.js:3:1) {', "  code: 'X'", '}', 'at run (x.js:1)']],
  [
    'Python',
    [
      'CRITICAL:root:boom',
      'Traceback (most recent call last):',
      '  File "x.py", line 3, in f',
      '    f()',
      'During handling of the above exception, another exception occurred:',
      'The above exception was the direct cause of the following exception:',
    ],
  ],
  [
    'Go',
    [
      'panic: boom',
      'goroutine 1 [running]:',
      'main.run(0x1, {0x2, 0x3})',
      '\t/app/main.go:3 +0x1d',
      'net/http.(*conn).serve(0xc000)',
      '\t/go/server.go:3 +0x1d',
      'created by main.main in goroutine 1',
      '\t/app/main.go:9 +0x1d',
    ],
  ],
  ['.NET', ['fail: App[0]', '      boom', '   at App.Run()', '--- End of stack trace ---']],
  ['PHP', ['PHP Fatal error:  x', 'Stack trace:', '#0 /app/x.php(3): f()', '#1 {main}']],
  ['Ruby', ['E, [2024-05-05T10:00:00 #1] ERROR -- : boom', "app/x.rb:3:in 'f'", '\tfrom x.rb:9']],
  [
    'Elixir',
    ['10:00:00.123 [error] x', '** (RuntimeError) boom', '    (app 0.1.0) lib/x.ex:3: f/1'],
  ],
  ['Rust', ['ERROR app: boom', 'stack backtrace:', '   0: rust_begin_unwind']],
  ['Terraform', ['│ Error: boom', '│ ', '│   on main.tf line 3:', '╵']],
  [
    'PostgreSQL',
    [
      '2024-05-05 10:00:00.123 UTC [42] ERROR:  duplicate key',
      '2024-05-05 10:00:00.124 UTC [42] DETAIL:  Key (id)=(1) already exists.',
      '2024-05-05 10:00:00.124 UTC [42] STATEMENT:  INSERT',
    ],
  ],
  ['C', ['fatal: x', '#0  0x0000 in f ()']],
];

/** As they come through what carries the lines of containers. */
const carriers: readonly (readonly [name: string, prefix: string])[] = [
  ['as they are', ''],
  ['of docker compose', 'web-1  | '],
  ['of kubectl logs --timestamps', '2024-05-05T10:00:00.123456789Z '],
  ['of kubectl logs --prefix', '[pod/web-123/app] '],
  ['of stern', 'web-5d4f6c7b8-x2x4z app '],
  ['of a container runtime', '2024-05-05T10:00:00.123456789Z stderr F '],
];

describe.for(traces)('a trace of %s', ([, lines]) => {
  test.for(carriers)('has the level of its first line, %s', async ([, prefix]) => {
    const { stream, log } = await show();
    await stream.send(lines.map((line) => prefix + line));
    const levels = levelsOf(log.current);
    expect(levels[0]).not.toBeNull();
    expect(levels).toEqual(lines.map(() => levels[0]));
  });
});

test.for([
  ['starts at the margin', 'plain text', null],
  ['has a level of its own', '  WARN indented', 'warn'],
  ['names an exception', 'java.lang.IllegalStateException: boom', 'error'],
  ['only looks like a call', 'ready(1)', null],
  ['comes from another container', 'db-1  |     at x', null],
  ['is empty', '', null],
] as const)('a line that %s does not continue the one before', async ([, line, level]) => {
  const { stream, log } = await show();
  await stream.send(['INFO a', { data: line }, 'b']);
  expect(levelsOf(log.current)).toEqual(['info', level, null]);
});

test('what continues a line whose level is not clear has none either', async () => {
  const { stream, log } = await show();
  await stream.send(['ERROR a', 'plain text', '    at x']);
  expect(levelsOf(log.current)).toEqual(['error', null, null]);
});

test('an empty line within a trace does not end it', async () => {
  const { stream, log } = await show();
  await stream.send(['panic: boom', { data: '' }, 'goroutine 1 [running]:']);
  expect(levelsOf(log.current)).toEqual(['fatal', null, 'fatal']);
});

test('a trace passes a filter with its error, and so does what is not clear', async () => {
  const { stream, log } = await show({ filter: { minLevel: 'error' } });
  await stream.send([
    'INFO a',
    '  more',
    'ERROR b',
    '    at x',
    'listening',
    'DEBUG c',
    '    at y',
  ]);
  expect(textsOf(log.current)).toEqual(['ERROR b', '    at x', 'listening']);
});

test('a trace continues in the next batch, after a `clear()`, and where the stream was resumed', async () => {
  const { stream, log } = await show();
  await stream.send({ data: 'ERROR a', id: '1' });
  await act(() => {
    log.current.clear();
  });
  await stream.send({ data: '    at x', id: '2' });
  await stream.drop();
  await stream.advance(1_000);
  await stream.send({ data: '    at y', id: '3' });
  expect(levelsOf(log.current)).toEqual(['error', 'error']);
});

test('a trace does not continue over a gap, shown or not', async () => {
  const { stream, log } = await show();
  await stream.send('ERROR a');
  await stream.drop();
  await stream.advance(1_000);
  await stream.send('    at x');
  expect(levelsOf(log.current)).toEqual(['error', 'gap', null]);
  await stream.send('ERROR b');
  await act(() => {
    log.current.clear();
  });
  await stream.drop();
  await stream.advance(2_000);
  await stream.send('    at y');
  expect(levelsOf(log.current)).toEqual([null]);
});

test('a trace does not continue in a new run', async () => {
  const { stream, log } = await show();
  await stream.send('ERROR a');
  await act(() => {
    log.current.start();
  });
  await stream.send('    at x');
  expect(levelsOf(log.current)).toEqual([null]);
});

test.for<[string, LogHistory | Error, (string | null)[]]>([
  ['continues the history', { lines: ['x', 'ERROR a'] }, [null, 'error', 'error']],
  [
    'continues the level that the history gives',
    { lines: [{ text: 'a', level: 'warn' }] },
    ['warn', 'warn'],
  ],
  ['continues nothing behind a history that failed', new Error('none'), ['gap', null]],
])('a trace %s', async ([, answer, levels]) => {
  const reported = globalThis.reportError;
  globalThis.reportError = () => undefined;
  let settle: () => void = () => undefined;
  const history = () =>
    new Promise<LogHistory>((resolve, reject) => {
      settle = () => {
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      };
    });
  const { stream, log } = await show({ history });
  await stream.send('    at x');
  await act(() => {
    settle();
  });
  await stream.settled();
  globalThis.reportError = reported;
  expect(levelsOf(log.current)).toEqual(levels);
});

test('a trace continues the line that a parser has given a level', async () => {
  const parse = (data: string) =>
    data.startsWith('!') ? { text: data, level: 'fatal' as const } : data;
  const { stream, log } = await show({ parse });
  await stream.send(['INFO a', '!b', '    at x']);
  expect(levelsOf(log.current)).toEqual(['info', 'fatal', 'fatal']);
});

test('a trace of plain text is cut into lines before it is looked at', async () => {
  const { stream, log } = await show({ format: 'lines', stripAnsi: true });
  await stream.chunk('\u001b[31mERROR\u001b[0m a\n   ');
  await stream.chunk(' at x\n\u001b[2m\tat y\u001b[0m\nb\n');
  expect(levelsOf(log.current)).toEqual(['error', 'error', 'error', null]);
});

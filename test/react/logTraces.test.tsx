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
  ['gdb', ['fatal: x', '#0  main () at x.c:3', '#10 f (x=3) at x.c:3', '#11 g () from /lib/x.so']],
  [
    'Dart',
    [
      'ERROR boom',
      '#0      main (file:///a.dart:3:5)',
      '#1      _f.<anonymous closure> (dart:isolate-patch/isolate_patch.dart:3:5)',
      '#10     main (file:///a.dart:3:5)',
      '#2      <asynchronous suspension>',
    ],
  ],
  [
    'Monolog',
    [
      '[2024-05-05 10:00:00] production.ERROR: boom {"exception":"[object] (E(code: 0): boom at /x.php:3)',
      '[stacktrace]',
      '#0 /app/x.php(3): f()',
      '#1 phar:///app/x.phar(3): A->f()',
      '#2 {main}',
      '[previous exception] [object] (E(code: 0): boom at /x.php:3)',
      '[stacktrace]',
      '#0 {main}',
      '"}',
    ],
  ],
  [
    'Lua',
    [
      'error: x.lua:3: boom',
      'stack traceback:',
      "\t[C]: in function 'error'",
      "\tx.lua:3: in function 'f'",
      '\t[C]: at 0x00404b20',
      '\t[C]: in ?',
    ],
  ],
  ['Ruby that ends', ["x.rb:3:in 'A#f': boom (RuntimeError)", "\tfrom x.rb:9:in '<main>'"]],
  ['Go, with a signal', ['panic: boom', '[signal SIGSEGV: x]', 'goroutine 1 [running]:']],
  ['Rust, with its code', ['error: x', ' --> a.rs:2:1', '  |', '2 |     f(info);', '> 3 | g']],
  ['what rsyslog wrote', ['ERROR x', '#011at com.x.App.run(App.java:3)']],
  [
    'code that speaks of levels, of Python',
    [
      'ERROR:root:boom',
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 9, in <module>',
      '    main(level="info")',
      '    INFO = 20',
      '  File "/app/main.py", line 3, in main',
      '    raise ValueError("x")',
    ],
  ],
  [
    'code that speaks of levels, of Node',
    [
      'error: boom',
      '    at a (b.js:1:1) {',
      '  info: undefined,',
      '  INFO: 6,',
      "  DEBUG: 'x'",
      '  [INFO]: { debug: 1, info: 2 },',
      "  code: 'X'",
      '}',
    ],
  ],
  [
    'SQL that speaks of levels',
    [
      '2024-05-05 10:00:00 UTC [42] ERROR:  boom',
      "2024-05-05 10:00:00 UTC [42] STATEMENT:  SELECT * FROM logs WHERE level = 'info'",
      '\tORDER BY id',
      "\tAND level='debug' OR",
      '\tINFO = 1 AND',
      '\tINFO TEXT,',
      '\tLIMIT 1',
    ],
  ],
  [
    'Terraform that speaks of levels',
    [
      '│ Error: boom',
      '│   on a.tf line 3:',
      '│    3:   level = "info"',
      '│ The level="info" is bad',
    ],
  ],
];

/** What carries the lines of containers puts before the line of this number. */
type Carrier = (number: number) => string;
const time = (number: number) => `2024-05-05T10:00:0${number}.123456789Z`;
const carriers: readonly (readonly [name: string, before: Carrier])[] = [
  ['as they are', () => ''],
  ['of docker compose', () => 'web-1  | '],
  ['of docker compose logs --timestamps', (number) => `web-1  | ${time(number)} `],
  ['of kubectl logs --timestamps', (number) => `${time(number)} `],
  ['of kubectl logs --prefix', () => '[pod/web-123/app] '],
  ['of stern', () => 'web-5d4f6c7b8-x2x4z app '],
  ['of a container runtime', (number) => `${time(number)} ${number ? 'stderr' : 'stdout'} F `],
  ['of syslog', (number) => `May  5 10:00:0${number} host app[1]: `],
  ['of syslog, of the kernel', (number) => `May 15 10:00:0${number} host kernel: `],
  ['of journald with other times', (number) => `2024-05-05T10:00:0${number}+0200 host app[1]: `],
  ['of journald with full times', (number) => `Sun 2024-05-05 10:00:0${number} CEST h a@b.c[1]: `],
  ['of journald with seconds', (number) => `[    1.00000${number}] host app[1]: `],
  ['of Heroku', (number) => `2024-05-05T10:00:0${number}.123456+00:00 app[web.1]: `],
  ['of foreman', (number) => `10:00:0${number} web.1   | `],
  ['of a tool that adds times', (number) => `[2024-05-05 10:00:0${number}] `],
];

describe.for(traces)('a trace of %s', ([, lines]) => {
  test.for(carriers)('has the level of its first line, %s', async ([, before]) => {
    const { stream, log } = await show();
    await stream.send(lines.map((line, number) => before(number) + line));
    const levels = levelsOf(log.current);
    expect(levels[0]).not.toBeNull();
    expect(levels).toEqual(lines.map(() => levels[0]));
  });
});

test.for([
  ['starts at the margin', 'plain text', null],
  ['has a level of its own', '  WARN indented', 'warn'],
  ['has a graver level', '  error: indented', 'error'],
  ['has a graver level in code', '    f(level="error")', 'error'],
  ['names a class that is no error', 'clojure.lang.ExceptionInfo: boom {:a 1}', null],
  ['names an exception', 'java.lang.IllegalStateException: boom', 'error'],
  ['only looks like a call', 'ready(1)', null],
  ['comes from another container', 'db-1  |     at x', null],
  ['comes from another process', 'May  5 10:00:00 host app[2]:     at x', null],
  ['is empty', '', null],
] as const)('a line that %s does not continue the one before', async ([, line, level]) => {
  const { stream, log } = await show();
  await stream.send(['INFO a', { data: line }, 'b']);
  expect(levelsOf(log.current)).toEqual(['info', level, null]);
});

test.for([
  'Traceback (most recent call last):',
  '  + Exception Group Traceback (most recent call last):',
  'goroutine 1 [running]:',
  'stack backtrace:',
  'Stack trace:',
  'stack traceback:',
  'Current stack trace:',
  '[stacktrace]',
  'Backtrace (most recent call first):',
  '** (RuntimeError) boom',
])('%j begins a trace: an error also behind a line that is none', async (begin) => {
  const { stream, log } = await show();
  for (const [line, level] of [
    ['DEBUG a', 'error'],
    ['INFO a', 'error'],
    ['WARN a', 'error'],
    ['plain text', 'error'],
    ['ERROR a', 'error'],
    ['FATAL a', 'fatal'],
    ['db-1  | FATAL a', 'error'],
  ] as const) {
    await act(() => {
      log.current.clear();
    });
    await stream.send([line, begin, '    at x']);
    expect(levelsOf(log.current).slice(1)).toEqual([level, level]);
  }
});

test.for([
  "/app/x.rb:3:in `f': boom (RuntimeError)",
  "x.rb:3:in 'A#f': info: boom (A::B)",
  "-e:1:in `<main>': unhandled exception",
])('%j, which Ruby ends with, is an error of its own', async (end) => {
  const { stream, log } = await show();
  await stream.send(['INFO a', end, "\tfrom /app/x.rb:9:in `<main>'", 'FATAL b', end, '\tfrom x']);
  expect(levelsOf(log.current)).toEqual(['info', 'error', 'error', 'fatal', 'error', 'error']);
});

test.for([
  '  INFO x',
  ' INFO: x',
  '  [INFO] x',
  '   <info> x',
  '\tinfo\tx',
  '  4:5  info  x',
  '  10:00:00 info: x',
  '2024-05-05T10:00:00Z  INFO 1 --- [main] x',
  '10:00:00.123  INFO x: {',
  '│ Info: x',
])('%j is a message of its own behind an error', async (line) => {
  const { stream, log } = await show();
  await stream.send(['ERROR a', line, '    more', '│   more']);
  expect(levelsOf(log.current)).toEqual(['error', 'info', 'info', 'info']);
});

test('a graver line within a trace is what follows it goes on with', async () => {
  const { stream, log } = await show();
  await stream.send(['INFO a', '  error: b', '    at x', 'INFO c', '    at y']);
  expect(levelsOf(log.current)).toEqual(['info', 'error', 'error', 'info', 'info']);
});

test.for([
  ['api-1  |', 'api-1  | panic: boom', 'api-1  | goroutine 1 [running]:'],
  [
    '2024-05-05T10:00:00Z',
    '2024-05-05T10:00:00Z panic: boom',
    '2024-05-05T10:00:00Z goroutine 1 [',
  ],
  ['\u001b[0m', 'panic: boom', 'goroutine 1 [running]:'],
] as const)('%j is an empty line', async ([line, before, behind]) => {
  const { stream, log } = await show();
  await stream.send([before, line, behind]);
  expect(levelsOf(log.current)).toEqual(['fatal', null, 'fatal']);
});

test('frames without a prefix go on with a line that has one, unless it is of another container', async () => {
  const { stream, log } = await show();
  await stream.send(['[main] ERROR a', '\tat x', 'May  5 10:00:00 h app[1]: error: b', '\tat y']);
  await stream.send(['web-1  | [x] ERROR c', 'web-1  |     at z', 'web-1  | ERROR d', '\tat z']);
  expect(levelsOf(log.current)).toEqual([...Array<string>(7).fill('error'), null]);
});

test('a trace behind the prefix of syslog is an error behind a line of another process', async () => {
  const { stream, log } = await show({ filter: { minLevel: 'error' } });
  const lines = [
    'May 05 10:00:00 h app[1]: Traceback (most recent call last):',
    'May 05 10:00:00 h app[1]:   File "x.py", line 3, in f',
    'May 05 10:00:01 h app[1]:     main(level="info")',
    'May 05 10:00:01 h app[1]: ValueError: boom',
  ];
  await stream.send(['May 05 10:00:00 h app[2]: INFO a', ...lines]);
  expect(textsOf(log.current)).toEqual(lines);
  expect(levelsOf(log.current)).toEqual(lines.map(() => 'error'));
});

test('another process does not go on with a trace, nor does a step of a build', async () => {
  const { stream, log } = await show();
  const line = (pid: number, text: string) => `May  5 10:00:00 host app[${pid}]: ${text}`;
  await stream.send([line(1, 'ERROR a'), line(2, '    at x'), line(1, '    at y')]);
  await stream.send(['#12 ERROR: x', '#13 [2/3] RUN y', '#12 ERROR: x', '#12 1.234 z']);
  expect(levelsOf(log.current)).toEqual(['error', null, null, 'error', null, 'error', null]);
});

test('what continues a line whose level is not clear has none either', async () => {
  const { stream, log } = await show();
  await stream.send(['ERROR a', 'plain text', '    at x']);
  expect(levelsOf(log.current)).toEqual(['error', null, null]);
});

test.for(carriers)('an empty line within a trace does not end it, %s', async ([, before]) => {
  const { stream, log } = await show();
  const lines = ['panic: boom', '', 'goroutine 1 [running]:'].map((line, at) => before(at) + line);
  await stream.send(lines.map((data) => ({ data })));
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

test('a trace does not continue a history that lines are missing behind', async () => {
  const history = () => Promise.resolve({ lines: ['ERROR a'], lastEventId: '1' });
  const { stream, log } = await show({ history, transport: 'eventsource' }, { autoOpen: false });
  await stream.open();
  await stream.send({ data: '    at x', id: '9' });
  expect(levelsOf(log.current)).toEqual(['error', 'gap', null]);
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

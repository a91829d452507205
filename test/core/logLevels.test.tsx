import { useLogTail, type LogOptions } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { describe, expect, test } from 'vitest';
import { levelOf } from '../../src/core/log/logLevel.ts';
import { continuedLevel, parted } from '../../src/core/log/logTrace.ts';
import { probe } from '../support/page.tsx';
import { render } from '../support/render.ts';
import { shapes } from './logShapes.ts';

const url = 'https://example.test/log';

/** The lines of a log that these texts were sent to, an event each. */
async function linesOf(texts: readonly string[], options?: LogOptions) {
  const stream = mockStream(url, { autoOpen: true });
  const log = probe(() => useLogTail(url, options));
  await render(
    <stream.wrapper>
      <log.Probe />
    </stream.wrapper>,
  );
  await stream.send(texts.map((data) => ({ data })));
  return log.current.lines.map((row) => (row.kind === 'line' ? row : null));
}

const levelsOf = async (texts: readonly string[], options?: LogOptions) =>
  (await linesOf(texts, options)).map((line) => line?.level ?? 'none');

/** A level and the text behind it. */
const told = (lines: readonly string[]) =>
  lines.map((line) => {
    const end = line.indexOf(' ');
    return { level: line.slice(0, end), text: line.slice(end + 1) };
  });

test.for(Object.entries(shapes))('the level is found in lines of %s', async ([, lines]) => {
  const expected = told(lines);
  const levels = await levelsOf(expected.map(({ text }) => text));
  expect(expected.map(({ text }, index) => `${levels[index] ?? ''} ${text}`)).toEqual(lines);
});

const names: readonly (readonly [level: string, names: string])[] = [
  ['trace', 'trace trc trce trac verbose vrb verb silly finest finer'],
  ['debug', 'debug dbg dbug debu debg fine'],
  ['info', 'info inf information informational notice note success log'],
  ['warn', 'warn wrn warning deprecated'],
  ['error', 'error err erro eror fail failure severe exception'],
  ['fatal', 'fatal ftl fata critical crit crt panic pani pnc dpanic fault alert emerg emergency'],
];

describe.for(names)('%s', ([level, all]) => {
  test.for(all.split(' '))('is also called %s', async (name) => {
    const cased = [name, name.toUpperCase(), name.charAt(0).toUpperCase() + name.slice(1)];
    for (const word of cased) {
      const texts = [
        ...[`${word}: x`, `[${word}] x`, `12:00:00 | ${word.padEnd(9)}| x`, `x level=${word} y`],
        ...[`{"level":"${word}"}`, `12:00:00\t${word}\tx`],
      ];
      const others = [`x${word} y`, `${word}x y`, `my-${word} x`, `/${word}: x`];
      const unknown = [...others, `?level=${word} x`, `"${word}" x`];
      expect(await levelsOf(texts)).toEqual(texts.map(() => level));
      expect(await levelsOf(unknown)).toEqual(unknown.map(() => 'none'));
    }
  });
});

test.for<[key: string, value: string | number, level: string]>([
  ...['level', 'Level', 'LEVEL', 'severity', 'Severity', 'SEVERITY', '@l', 'log.level'].map(
    (key): [string, string, string] => [key, 'Error', 'error'],
  ),
  ...['levelname', 'level_name', 'lvl', 'loglevel', 'LogLevel', 'logLevel', 'log_level'].map(
    (key): [string, string, string] => [key, 'WARNING', 'warn'],
  ),
  ...['severityText', 'SeverityText', 'severity_text', 'status'].map(
    (key): [string, string, string] => [key, 'info', 'info'],
  ),
  ...[...'none fatal fatal error warn info info debug'.split(' ').entries()].map(
    ([value, level]): [string, number, string] => ['level', value, level],
  ),
  ...['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map(
    (level, index): [string, number, string] => ['level', (index + 1) * 10, level],
  ),
  ...['none', 'trace', 'trace', 'debug', 'debug', 'info', 'info'].flatMap(
    (level, index): [string, number, string][] => [
      ['severityNumber', index * 2, level],
      ['SeverityNumber', index * 2, level],
      ['severity_number', index * 2, level],
    ],
  ),
  ['severityNumber', 13, 'warn'],
  ['severityNumber', 20, 'error'],
  ['severityNumber', 21, 'fatal'],
  ['severityNumber', 25, 'none'],
  ['PRIORITY', '4', 'warn'],
  ['level', 35, 'none'],
  ['level', 'strange', 'none'],
  ['s', 'W', 'warn'],
  ['s', 'D5', 'debug'],
  ['s', 'x', 'none'],
])('the JSON key %s of %s means %s', async ([key, value, level]) => {
  const json = JSON.stringify({ time: 'x', [key]: value, n: 1 });
  expect(await levelsOf([json, `2024-05-05T10:00:00Z ${json}`])).toEqual([level, level]);
});

test.for([
  ['wins over a word in the message', '{"level":"warning","msg":"[ERROR]"}', 'warn'],
  [
    'is looked for under the next key where one says nothing',
    '{"level":"?","@l":"Debug"}',
    'debug',
  ],
  ['may be within `log`', '{"log":{"level":"error"}}', 'error'],
  ['may be within a record', '{"record":{"level":{"name":"ERROR","no":40}}}', 'error'],
  ['is looked for in the message where there is none', '{"msg":"[ERROR] x"}', 'error'],
  ['is none where only a value speaks of one', '{"error":true,"path":"/?level=error"}', 'none'],
  ['comes after what stands before the JSON', '[error] {"level":"info"}', 'error'],
  ['is that of the text where JSON is only a part of it', 'got {"level":"error"}', 'none'],
  ['is read of a line that is cut', `{"level":"error","msg":"${'x'.repeat(400)}`, 'error'],
] as const)('the level in JSON %s', async ([, line, level]) => {
  // A line whose level stands far to the right leaves nothing behind.
  const levels = await levelsOf([`${'x'.repeat(200)} [WARN] y`, line]);
  expect(levels).toEqual(['warn', level]);
});

test('a level is looked for in the first 256 characters, and in all of JSON', async () => {
  const long = 'x'.repeat(245);
  const lines = [
    ...[`${long} [ERROR] x`, `${long}xxxxxx [ERROR] x`, `${long}xx ERR, and ERROR`],
    ...[`${long}xxxxx FATALITY`, `{"a":"${long}","level":"error"}`],
  ];
  expect(await levelsOf(lines)).toEqual(['error', 'none', 'error', 'none', 'error']);
});

test('a level that the parser gives wins', async () => {
  const parse = () => [{ text: 'ERROR x', level: 'debug' as const }, 'ERROR y', { text: 'z' }];
  expect(await levelsOf(['x'], { parse })).toEqual(['debug', 'error', 'none']);
});

test('lines that look like many formats at once are read in a short time', async () => {
  const parts = ['a-1', '[a] ', 'x | ', 'error ', 'Error', '10:00:00,1 ', 'Aa.', '{"level":'];
  const lines = parts.flatMap((part) => [part.repeat(5_000), `${part.repeat(5_000)}}`]);
  const begun = performance.now();
  await linesOf(lines);
  expect(performance.now() - begun).toBeLessThan(2_000);
});

test.for(['lvl', 'level', 'severity'])(
  'JSON that is full of %s is looked at in a short time',
  async (part) => {
    const text = JSON.stringify({ x: part.repeat(60_000 / part.length) });
    const nested = `${'{"log":{"msg":"error error","record":'.repeat(1_500)}1${'}}'.repeat(1_500)}`;
    const begun = performance.now();
    await linesOf([text, nested]);
    expect(performance.now() - begun).toBeLessThan(500);
  },
);

/** How long a look at the level of such a line takes at best. */
function timeOf(part: string): number {
  const line = part.repeat(256).slice(0, 256);
  const times = Array.from({ length: 60 }, () => {
    const begun = performance.now();
    for (let count = 0; count < 15; count++) {
      levelOf(line);
      continuedLevel(parted(line), { ...parted(line), level: 'error' }, 'info');
    }
    return performance.now() - begun;
  });
  return Math.min(...times);
}

test.for([
  ...['error ', 'err.', 'Err ', '[err', '{ err ', 'Aa bb ERROR ', 'err error('],
  ...[
    'a1-',
    '1-',
    '-1',
    '(',
    ' - ',
    '[a] ',
    '<1>',
    'a |',
    'a[1]: ',
    '10:00:00 ',
    'a:1:in ',
    '#1 (',
  ],
])('a line full of %j costs little more than an ordinary one', (part) => {
  const ordinary = timeOf('2024-05-05T10:00:00Z something has happened ');
  expect(timeOf(part) / ordinary).toBeLessThan(6);
});

test('the first eight names of levels are looked at, and records in records as deep as collectors nest them', async () => {
  const names = (count: number) => `${'no-error, '.repeat(count)}[WARN] x`;
  const nested = (depth: number) =>
    `${'{"log":'.repeat(depth)}{"level":"warn"}${'}'.repeat(depth)}`;
  const lines = [names(7), names(8), nested(4), nested(5)];
  expect(await levelsOf(lines)).toEqual(['warn', 'none', 'warn', 'none']);
});

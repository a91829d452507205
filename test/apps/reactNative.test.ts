import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { consumer, endedAfterAll, type Consumer } from './consumer.ts';

const lock = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'react-native/package-lock.json'), 'utf8'),
) as { packages: Record<string, { version: string }> };
const version = (name: string) => lock.packages[`node_modules/${name}`]?.version ?? 'none';

const held = endedAfterAll();
let app: Consumer;
beforeAll(async () => {
  app = await consumer('react-native', held);
});

const hooks = {
  events: ['1', '2', '3', '4', 'ünï'],
  job: [100, 'done'],
  log: [
    ['INFO one', 'info'],
    ['WARN twö', 'warn'],
    ['ERROR three', 'error'],
  ],
};

/** An error that is a `StreamError` and an `Error`. */
const failed = (kind: string, reason: string | null, message: string | RegExp) => [
  ...[true, true, kind, reason],
  expect.stringMatching(message) as string,
];

const notSent =
  /was not sent: `fetch` here is made of XMLHttpRequest.* give the store a `fetch` that streams, such as the one of expo\/fetch\.$/;

const urls = {
  shown: ['/cut?key', '/job?key', '/job'],
  // The first is cut, and asked for again.
  asked: ['/cut?key=secret', '/cut?key=secret', '/job?key=secret', '/job'],
  refused: [
    expect.stringContaining('scheme is "ftp:"'),
    ...Array<unknown>(3).fill(expect.stringContaining('cannot be parsed; give an absolute url')),
  ],
};

/** What is so, the scenario of `react-native/src/scenarios.js` that shows it, and what that gives. */
const facts: readonly (readonly [string, string, unknown])[] = [
  ["takes Expo's fetch, which is the global one", 'globals', ['true', 'function', 'function']],
  ['gives every hook its stream', 'hooks', hooks],
  ["gives every hook its stream with Expo's fetch given", 'hooksWithGivenFetch', hooks],
  [
    'fetches a new token when the old one is refused',
    'token',
    {
      data: ['"secret"'],
      seen: [
        [0, null],
        [0, 'Bearer stale'],
      ],
    },
  ],
  [
    'resumes after the last event where a stream was cut',
    'resume',
    {
      data: ['"1"', '"2"', '"3"', '"4"', '"ünï"'],
      statuses: ['connecting', 'open', 'reconnecting', 'reconnecting', 'open', 'closed'],
      error: 'network',
    },
  ],
  [
    'closes a stream in the background and resumes it in the foreground, not while inactive',
    'background',
    { data: ['1', '2'], statuses: ['connecting', 'open', 'reconnecting', 'open'] },
  ],
  ['tries at once when NetInfo has a network again', 'offline', { kind: 'network', isNamed: true }],
  [
    'tells every error by its kind',
    'errors',
    [
      failed('http', 'No such stream.', /^\/missing answered with status 404\.$/),
      failed('contentType', null, /^\/page answered with text\/html/),
      failed('timeout', null, /^\/silent did not answer within 100 ms/),
      failed('timeout', null, /^\/idle sent nothing for 100 ms/),
      failed('size', null, /^\/large sent a line or an event of more than 1000 characters/),
      failed('network', null, /could not be reached/),
      failed('aborted', null, 'Signed out.'),
      'use-event-stream: `headers` has a name that HTTP does not allow.',
    ],
  ],
  ['posts, and reads the answer', 'post', { answer: 'POST grüße!', reason: 'done' }],
  [
    "says what to do, and asks nobody, where fetch is React Native's own",
    'ownFetch',
    {
      given: failed('aborted', null, notSent),
      asGlobal: failed('aborted', null, notSent),
      requests: 0,
    },
  ],
  ["reads urls with React Native's URL", 'ownUrl', urls],
  ['reads urls with a URL that knows its text alone, as before 0.80', 'oldUrl', urls],
];

test('the guide names the versions that are tried', () => {
  const guide = path.join(import.meta.dirname, '../../stories/docs/ReactNative.mdx');
  const tried = [
    ['Expo', 'expo'],
    ['React Native', 'react-native'],
    ['React', 'react'],
    ['NetInfo', '@react-native-community/netinfo'],
  ].map(([label, name = '']) => `${label} ${version(name)}`);
  expect(readFileSync(guide, 'utf8')).toContain(`- **Versions**: ${tried.join(', ')}.\n`);
});

const variants = [
  { preset: 'expo', title: `Expo ${version('expo')}`, index: 'index.js' },
  {
    preset: 'react-native',
    title: 'own preset, without `exports`',
    index: 'index.cjs',
  },
];

describe.each(variants)(`React Native ${version('react-native')}, $title`, ({ preset, index }) => {
  let results: Partial<Record<string, unknown>> = {};
  let bundling = '';
  beforeAll(async () => {
    bundling = await app.run(process.execPath, 'bundle.js', preset);
    const printed = await app.run(process.execPath, 'node.js', `${preset}.js`);
    results = JSON.parse(printed) as typeof results;
  });

  test('is found by Metro', () => {
    expect(bundling).toContain(`use-event-stream is ${index}\n`);
    // Metro asks the package.json that is nearest to a path: for this one that of the folder /core.
    expect(bundling).toContain('use-event-stream/core is core.cjs\n');
  });

  test.each(facts)(`Node ${process.version}: %s`, (_, scenario, outcome) => {
    expect(results[scenario]).toEqual(outcome);
  });

  test('shows all that was run', () => {
    expect(Object.keys(results)).toEqual(facts.map(([, scenario]) => scenario));
  });

  test(`compiles with Hermes' compiler ${version('hermes-compiler')}`, async () => {
    const file = await open(path.join(app.folder, `${preset}.hbc`));
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    await file.close();
    // What a file of Hermes' byte code begins with.
    expect(buffer.readBigUInt64LE()).toBe(0x1f1903c103bc1fc6n);
  });
});

import {
  StreamError,
  type ReconnectPolicy,
  type RequestOptions,
  type StreamFormat,
} from 'use-event-stream/core';
import { mockStream, type MockStream } from 'use-event-stream/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';

const url = 'https://example.test/stream';
const start = 1_000_000;
// The time of a mock begins at the page's. Given back, for the files that follow have the same page.
vi.setSystemTime(start);
afterAll(() => {
  vi.useRealTimers();
});
const almostOne = 0.999;

function connect(options: RequestOptions & { format?: StreamFormat | 'lines' } = {}, random = 0) {
  const stream = mockStream(url, { random: () => random });
  return { stream, seen: collect(stream.store, { url, ...options }) };
}

type Happening = (stream: MockStream) => Promise<void>;

/** The waits after each of these, without a healthy period between them. */
async function waitsAfter(happenings: readonly Happening[], random: number) {
  const { stream, seen } = connect({}, random);
  const waits: number[] = [];
  let now = start;
  for (const happen of happenings) {
    await happen(stream);
    const wait = (seen.state?.retryAt ?? NaN) - now;
    waits.push(Math.round(wait));
    await stream.advance(wait);
    now += wait;
  }
  return waits;
}

/** The shortest and the longest wait after each. */
async function ranges(...happenings: Happening[]) {
  const shortest = await waitsAfter(happenings, 0);
  const longest = await waitsAfter(happenings, almostOne);
  return shortest.map((wait, index) => [wait, longest[index]]);
}

const drop: Happening = (stream) => stream.drop();

const asked =
  (retry: number, end: 'end' | 'drop', data?: string): Happening =>
  async (stream) => {
    await stream.open();
    await (data === undefined ? stream.retry(retry) : stream.send({ retry, data }));
    await stream[end]();
  };

const refused =
  (retryAfter: string): Happening =>
  (stream) =>
    stream.reject(503, { headers: { 'retry-after': retryAfter } });

test.for([1_000, 3_000, 10_000])(
  'waits what a `retry` of %d ms asks for, plus at most a fifth after a clean end, at most as much again after a loss',
  async (retry) => {
    const longest = (spread: number) => Math.round(retry * (1 + spread * almostOne));
    expect(await ranges(asked(retry, 'end'))).toEqual([[retry, longest(0.2)]]);
    expect(await ranges(asked(retry, 'drop'))).toEqual([[retry, longest(1)]]);
  },
);

test('adds more and more to a `retry` only where tries fail', async () => {
  expect(await ranges(asked(1_000, 'end'), drop, drop, drop)).toEqual([
    [1_000, 1_200],
    [1_000, 2_998],
    [1_000, 4_996],
    [1_000, 8_992],
  ]);
  expect(await ranges(asked(4_000, 'drop'), drop, drop)).toEqual([
    [4_000, 7_996],
    [4_000, 11_992],
    [4_000, 19_984],
  ]);
});

test('keeps to the `retry` of a server that sends a little, ends, and is asked again', async () => {
  for (const retry of [200, 2_000]) {
    const poll = asked(retry, 'end', 'news');
    const wait = [retry, retry * 1.2];
    expect(await ranges(poll, poll, poll)).toEqual([wait, wait, wait]);
  }
});

test('adds more and more to a `retry` of a server that ends each time without an event', async () => {
  const end = asked(2_000, 'end');
  expect(await ranges(end, end, end)).toEqual([
    [2_000, 2_400],
    [2_000, 5_996],
    [2_000, 9_992],
  ]);
});

test('waits longer from try to try where a server that flaps asks for no wait', async () => {
  for (const data of ['news', undefined]) {
    const flap = asked(0, 'end', data);
    expect(await ranges(flap, flap, flap)).toEqual([
      [100, 120],
      [100, 2_098],
      [100, 4_096],
    ]);
  }
});

test('waits what `Retry-After` asks for, up to twice as long, at every try', async () => {
  expect(await ranges(refused('2'), refused('7.5'), refused('2'))).toEqual([
    [2_000, 3_998],
    [7_500, 14_993],
    [2_000, 3_998],
  ]);
});

test('takes a loss with no wait asked for as one without a word', async () => {
  for (const happen of [refused('0'), asked(0, 'drop')]) {
    expect(await ranges(happen, happen)).toEqual([
      [100, 999],
      [100, 1_998],
    ]);
  }
});

test('waits a random time up to `delay`, doubled from try to try, where no server says more', async () => {
  expect(await ranges(drop, drop, drop)).toEqual([
    [100, 999],
    [100, 1_998],
    [100, 3_996],
  ]);
});

test('waits no longer than `maxDelay`, whatever the server says and however often it fails', async () => {
  expect(await ranges(asked(99_999_999_999, 'end'))).toEqual([[30_000, 30_000]]);
  expect(await ranges(asked(29_000, 'drop'))).toEqual([[29_000, 29_999]]);
  const many = Array.from({ length: 70 }, () => drop);
  expect((await ranges(...many)).at(-1)).toEqual([100, 29_970]);
});

test('goes on trying where `delay` is 0, however often it fails', async () => {
  const { stream, seen } = connect({ reconnect: { delay: 0 } }, almostOne);
  for (let attempt = 0; attempt < 1_030; attempt++) {
    await stream.drop();
    await stream.advance(100);
  }
  expect(seen.state?.attempt).toBe(1_030);
});

const at = (ms: number) => new Date(start + ms).toUTCString();
const asctime = (ms: number) => {
  const [day = '', date = '', month = '', year = '', time = ''] = at(ms).split(/,? /);
  return `${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`;
};

test.for<[string, Record<string, string>, number | null]>([
  ['whole seconds', { 'retry-after': ' 7 ' }, 7_000],
  ['parts of a second', { 'retry-after': '7.5' }, 7_500],
  ['a date', { 'retry-after': at(9_000) }, 9_000],
  ['a date in the past', { 'retry-after': at(-9_000) }, 0],
  ['a date by a clock that is late', { 'retry-after': at(-591_000), date: at(-600_000) }, 9_000],
  ['a date by a clock that is early', { 'retry-after': at(609_000), date: at(600_000) }, 9_000],
  ['a date beside one that is none', { 'retry-after': at(9_000), date: '-5' }, 9_000],
  ['a date of asctime', { 'retry-after': asctime(9_000) }, 9_000],
  ['less than nothing', { 'retry-after': '-5' }, null],
  ['words', { 'retry-after': 'soon' }, null],
  ['nothing', {}, null],
])('reads %s as what `Retry-After` asks for', async ([, headers, retryAfter]) => {
  // A date without a zone is not of the page's.
  vi.stubEnv('TZ', 'America/New_York');
  const { stream, seen } = connect();
  await stream.reject(503, { headers });
  vi.unstubAllEnvs();
  expect(seen.state?.error).toMatchObject({ kind: 'http', retryAfter });
});

const gateway = [500, 502, 504, 507, 509, 520, 521, 522, 523, 524, 525, 526, 527, 530];
const overloaded = [408, 425, 429, 503, 529, 598, 599];
const final = [400, 401, 403, 404, 405, 410, 422, 501, 505, 508, 511, 531, 597];

test.for([
  ...gateway.map((status) => ({ status, GET: 'reconnecting', POST: 'failed' })),
  ...overloaded.map((status) => ({ status, GET: 'reconnecting', POST: 'reconnecting' })),
  ...final.map((status) => ({ status, GET: 'failed', POST: 'failed' })),
])('after status $status a GET is $GET, a POST $POST', async ({ status, GET, POST }) => {
  for (const [method, expected] of Object.entries({ GET, HEAD: GET, POST })) {
    const { stream, seen } = connect({ method });
    await stream.reject(status);
    expect([method, seen.state?.status]).toEqual([method, expected]);
  }
});

type Decide = ReconnectPolicy['shouldReconnect'];

/** What becomes of a stream that is refused with this status, and what was asked meanwhile. */
async function decided(status: number, decide: Decide, options: RequestOptions = {}) {
  const shouldReconnect = vi.fn(decide);
  const { stream, seen } = connect({ ...options, reconnect: { shouldReconnect } });
  await stream.reject(status);
  return {
    status: seen.state?.status,
    requests: stream.requests.length,
    asked: shouldReconnect.mock.calls.map(([error, ...rest]) => [error.kind, ...rest]),
  };
}

test.for<[number, boolean, boolean | undefined, string]>([
  [503, true, undefined, 'reconnecting'],
  [503, true, true, 'reconnecting'],
  [503, true, false, 'failed'],
  [404, false, undefined, 'failed'],
  [404, false, true, 'reconnecting'],
  [404, false, false, 'failed'],
])(
  'tells shouldReconnect of status %d that the table says %s; where it answers %s the stream is %s',
  async ([status, table, answer, expected]) => {
    const outcome = await decided(status, () => answer);
    expect(outcome).toEqual({ status: expected, requests: 1, asked: [['http', 1, table]] });
  },
);

test('lets shouldReconnect add one status and leaves all others as they are', async () => {
  const addsOne: Decide = (error) =>
    error.kind === 'http' && error.status === 404 ? true : undefined;
  expect((await decided(404, addsOne)).status).toBe('reconnecting');
  expect((await decided(503, addsOne)).status).toBe('reconnecting');
  expect((await decided(403, addsOne)).status).toBe('failed');
});

test.for<[boolean | undefined, string, number]>([
  [undefined, 'connecting', 2],
  [true, 'connecting', 2],
  [false, 'failed', 1],
])(
  'asks shouldReconnect once of a 401 that fresh headers may mend; where it answers %s the stream is %s',
  async ([answer, status, requests]) => {
    const outcome = await decided(401, () => answer, { headers: () => ({ a: 'b' }) });
    expect(outcome).toEqual({ status, requests, asked: [['http', 1, true]] });
  },
);

test('reports what shouldReconnect throws, once, and does what the table says', async () => {
  const reportError = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
  const broken: Decide = () => {
    throw new Error('broken');
  };
  expect((await decided(503, broken)).status).toBe('reconnecting');
  expect(reportError).toHaveBeenCalledTimes(1);
  expect((await decided(404, broken)).status).toBe('failed');
  reportError.mockRestore();
});

test('does not ask shouldReconnect where no try is left', async () => {
  const shouldReconnect = vi.fn(() => true);
  const { stream, seen } = connect({ reconnect: { shouldReconnect, maxAttempts: 0 } });
  await stream.reject(503);
  expect([seen.state?.status, shouldReconnect.mock.calls.length]).toEqual(['failed', 0]);
});

type Asked = RequestOptions & { format?: 'lines' };
const range = { range: 'bytes=9-' };
const post = { method: 'POST' };

test.for<[string, Asked, Record<number, string>]>([
  [
    'a GET of Server-Sent Events',
    {},
    { 200: 'open', 201: 'failed', 202: 'failed', 204: 'closed', 205: 'failed', 206: 'failed' },
  ],
  ['a GET of a range of Server-Sent Events', { headers: range }, { 206: 'failed' }],
  [
    'a POST of Server-Sent Events',
    post,
    {
      200: 'open',
      201: 'open',
      202: 'open',
      203: 'open',
      204: 'closed',
      205: 'closed',
      206: 'failed',
    },
  ],
  [
    'a GET of lines',
    { format: 'lines' },
    { 200: 'open', 202: 'open', 205: 'closed', 206: 'failed' },
  ],
  [
    'a GET of a range of lines',
    { format: 'lines', headers: range },
    { 206: 'open', 416: 'failed' },
  ],
])('%s takes a status for what it says', async ([, options, statuses]) => {
  for (const [text, expected] of Object.entries(statuses)) {
    const status = Number(text);
    const { stream, seen } = connect(options);
    if ([204, 205].includes(status)) await stream.reject(status);
    else await stream.open({ status }).then(expected === 'failed' ? stream.end : undefined);
    expect([status, seen.state?.status]).toEqual([status, expected]);
    if (expected === 'failed') expect(seen.state?.error).toMatchObject({ kind: 'http', status });
  }
});

test('ends for good with the very error that a `headers` or `body` function throws to say so', async () => {
  const signedOut = new StreamError('aborted', 'Signed out.');
  const leave = () => {
    throw signedOut;
  };
  for (const options of [
    { headers: leave },
    { headers: () => Promise.reject(signedOut) },
    { method: 'POST', body: leave },
  ]) {
    const { stream, seen } = connect(options);
    await stream.settled();
    await stream.advance(600_000);
    expect(seen.statuses).toEqual(['connecting', 'failed']);
    expect(seen.state?.error).toBe(signedOut);
    expect(stream.requests).toHaveLength(0);
  }
});

test('ends for good where the token cannot be had after a 401, and asks for it once', async () => {
  const headers = vi.fn<Extract<RequestOptions['headers'], (...args: never) => unknown>>(
    ({ error }) => {
      if (error) throw new StreamError('aborted', 'Signed out.', { cause: error });
      return { authorization: 'stale' };
    },
  );
  const { stream, seen } = connect({ headers });
  await stream.reject(401);
  await stream.advance(600_000);
  expect(seen.state).toMatchObject({
    status: 'failed',
    error: { kind: 'aborted', message: 'Signed out.', url: '', cause: { status: 401 } },
  });
  expect([headers.mock.calls.length, stream.requests.length]).toEqual([2, 1]);
});

test.for<[boolean, string]>([
  [false, 'closed'],
  [true, 'reconnecting'],
])(
  'a POST of Server-Sent Events with repeat %s is %s after a clean end',
  async ([repeat, status]) => {
    const { stream, seen } = connect({ method: 'POST', reconnect: { repeat } });
    await stream.open();
    await stream.send('a');
    await stream.end();
    expect(seen.state?.status).toBe(status);
  },
);

test('a POST of another format is closed after a clean end, also with `repeat`', async () => {
  const { stream, seen } = connect({
    method: 'POST',
    format: 'lines',
    reconnect: { repeat: true },
  });
  await stream.open();
  await stream.end();
  expect(seen.state?.status).toBe('closed');
});

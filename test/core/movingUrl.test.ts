import { StreamError, type SubscribeRequest } from 'use-event-stream/core';
import { mockStream, type MockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';

/** A stream whose url is a function. */
function connect(url: SubscribeRequest['url'], options: Partial<SubscribeRequest> = {}) {
  const stream = mockStream(/./, { random: () => 0, baseUrl: 'https://example.test/a/' });
  onTestFinished(() => {
    stream.store.close();
  });
  return { stream, seen: collect(stream.store, { url, ...options }) };
}

const asked = ({ requests }: MockStream) => requests.map(({ url }) => url);

test('is evaluated for each attempt, and told what that knows', async () => {
  const told: unknown[] = [];
  const { stream, seen } = connect(async ({ attempt, lastEventId, error, refused, signal }) => {
    told.push([attempt, lastEventId, error?.kind, refused, signal.aborted]);
    await Promise.resolve();
    return told.length === 1 ? 'feed?sign=1' : new URL('https://example.test/feed?sign=2');
  });
  await stream.open();
  await stream.send({ id: '1', data: 'a' });
  await stream.drop();
  await stream.advance(1_000);
  await stream.open();
  await stream.send({ id: '2', data: 'b' });
  expect(asked(stream)).toEqual([
    'https://example.test/a/feed?sign=1',
    'https://example.test/feed?sign=2',
  ]);
  expect(told).toEqual([
    [0, '', undefined, null, false],
    [1, '1', 'network', null, false],
  ]);
  expect(seen.data).toEqual(['a', 'b']);
});

test('one that throws is an attempt that failed, and is asked again', async () => {
  let calls = 0;
  const { stream, seen } = connect(() => {
    calls += 1;
    if (calls === 1) throw new Error('S3CRET');
    return '/feed';
  });
  await stream.settled();
  expect(seen.state).toMatchObject({ status: 'reconnecting', error: { kind: 'network' } });
  expect(seen.state?.error?.message).not.toContain('S3CRET');
  // Nobody knows it yet.
  expect(seen.state?.error).toMatchObject({ url: '…' });
  await stream.advance(1_000);
  expect(asked(stream)).toEqual(['https://example.test/feed']);
});

test('a StreamError of the kind `aborted` ends it', async () => {
  const { stream, seen } = connect(() => {
    throw new StreamError('aborted', 'Signed out.');
  });
  await stream.advance(60_000);
  expect(seen.state).toMatchObject({ status: 'failed', error: { message: 'Signed out.' } });
});

test.for(['http://', 'ftp://a.test/', 'https://u:S3CRET@a.test/'])(
  'the address %s can never be asked for: it is not tried again',
  async (url) => {
    const { stream, seen } = connect(() => url);
    await stream.advance(60_000);
    expect(seen.state).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
    expect(seen.state?.error?.message).not.toContain('S3CRET');
    expect(stream.requests).toEqual([]);
  },
);

test('runs under `openTimeout`', async () => {
  const signals: AbortSignal[] = [];
  const { stream, seen } = connect(
    ({ signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    },
    { openTimeout: 2_000 },
  );
  await stream.advance(2_000);
  expect(seen.state).toMatchObject({ error: { kind: 'timeout', phase: 'open' } });
  expect(signals[0]?.aborted).toBe(true);
});

test('one that answers when nobody waits for it any more changes nothing', async () => {
  const gives: ((url: string) => void)[] = [];
  const { stream } = connect(() => new Promise<string>((resolve) => gives.push(resolve)), {
    openTimeout: 1_000,
  });
  await stream.advance(1_500);
  expect(gives).toHaveLength(2);
  gives[1]?.('/new');
  gives[0]?.('/old');
  await stream.settled();
  expect(asked(stream)).toEqual(['https://example.test/new']);
});

test('is asked at once for another one after a 401', async () => {
  const { stream, seen } = connect(({ refused }) => `/feed?sign=${refused ? 2 : 1}`);
  await stream.reject(401);
  expect(asked(stream).map((url) => new URL(url).search)).toEqual(['?sign=1', '?sign=2']);
  await stream.reject(401);
  expect(seen.state).toMatchObject({ status: 'failed', error: { status: 401 } });
});

test('is told the id with EventSource too, which cannot send it a second time', async () => {
  const { stream, seen } = connect(({ lastEventId }) => `/feed?after=${lastEventId}`, {
    transport: 'eventsource',
  });
  await stream.open();
  await stream.send({ id: '1', data: 'a' });
  await stream.drop();
  await stream.advance(5_000);
  await stream.open();
  await stream.send({ id: '2', data: 'b' });
  expect(asked(stream)).toEqual([
    'https://example.test/feed?after=',
    'https://example.test/feed?after=1',
  ]);
  expect(seen.data).toEqual(['a', 'b']);
});

test('is shared by the name that `share` gives, the latest being asked, and else with nobody', async () => {
  const { stream, seen } = connect(() => '/one', { share: 'feed' });
  const two = collect(stream.store, { url: () => '/two', share: 'feed' });
  await stream.open();
  await stream.send({ id: '1', data: 'a' });
  await stream.drop();
  await stream.advance(1_000);
  await stream.open();
  expect(asked(stream).map((url) => new URL(url).pathname)).toEqual(['/one', '/two']);
  expect([seen.data, two.data]).toEqual([['a'], ['a']]);
  const url = () => '/alone';
  collect(stream.store, { url });
  collect(stream.store, { url });
  await stream.settled();
  expect(stream.requests).toHaveLength(4);
});

test('a POST goes on by what `resume` gives, and else by the url of the attempt', async () => {
  let signs = 0;
  const { stream } = connect(() => `/chat?sign=${++signs}`, {
    method: 'POST',
    resume: () => ({ headers: { 'x-run': '7' } }),
  });
  await stream.open();
  await stream.send({ id: '1', data: 'a' });
  await stream.drop();
  await stream.advance(1_000);
  expect(stream.requests.map(({ method, url }) => `${method} ${new URL(url).search}`)).toEqual([
    'POST ?sign=1',
    'GET ?sign=2',
  ]);
});

test('no state shows more of it than of another url', async () => {
  const { stream, seen } = connect(() => 'https://example.test/feed?sign=S3CRET', {
    share: 'feed',
  });
  await stream.open();
  await stream.drop();
  await stream.advance(1_000);
  await stream.reject(500);
  const errors = seen.states.flatMap(({ error }) => (error ? [error] : []));
  expect(errors.length).toBeGreaterThan(1);
  const texts = errors.map((error) => JSON.stringify([error.message, error]));
  expect(texts.filter((text) => text.includes('S3CRET'))).toEqual([]);
  expect(texts[0]).toContain('https://example.test/feed?sign');
  expect(JSON.stringify(stream.store.connections())).not.toContain('S3CRET');
});

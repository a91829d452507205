import type { RequestOptions } from 'use-event-stream/core';
import { expect, test } from 'vitest';
import { serve, type Handler } from '../support/httpServer.ts';
import { begin, numbered, read, resumable } from './numbered.ts';
import { proxyTo, type Fault } from './proxy.ts';

const soon = { interval: 1, timeout: 5_000 };

async function through(faults: Fault[], options: RequestOptions & { waits?: boolean } = {}) {
  const server = await serve(resumable(3));
  const proxy = await proxyTo(server, faults);
  return { server, proxy, ...read(proxy.url, options) };
}

async function from(handler: Handler, options: RequestOptions = {}) {
  const server = await serve(handler);
  return { server, ...read(server.url, options) };
}

test.for<[string, Fault]>([
  ['before the headers', { after: 0, then: 'stall' }],
  ['within the headers', { after: 20, then: 'stall' }],
  ['before the headers, the server being gone', { after: 10, then: 'halfOpen' }],
])('gives up on a stream that stalls %s after openTimeout, and takes it up', async ([, fault]) => {
  const { seen, clock, proxy, requests } = await through([fault], { openTimeout: 10_000 });
  await expect.poll(() => proxy.tunnels[0]?.passed, soon).toBe(fault.after);
  await clock.advance(9_999);
  expect(seen.statuses).toEqual(['connecting']);
  await clock.advance(1);
  await expect.poll(() => seen.state?.status, soon).toBe('closed');
  expect(seen.states[1]?.error).toMatchObject({ kind: 'timeout', phase: 'open' });
  expect(seen.data).toEqual(numbered(3));
  expect(requests).toEqual(['', '', '3']);
});

test.for<[string, NonNullable<Fault['then']>]>([
  ['stalls', 'stall'],
  ['is half-open', 'halfOpen'],
])('gives up on a stream that %s in mid-event after idleTimeout, and resumes', async ([, then]) => {
  const server = await serve(resumable(3));
  const whole = await proxyTo(server);
  const first = read(whole.url);
  await expect.poll(() => first.seen.state?.status, soon).toBe('closed');
  const total = whole.tunnels[0]?.passed ?? 0;
  // The tail that is held back is the last event's, and the chunk's end.
  const proxy = await proxyTo(server, [{ after: total - 15, then }]);
  const { seen, clock, requests } = read(proxy.url, { idleTimeout: 10_000 });
  await expect.poll(() => seen.events.length, soon).toBe(2);
  await clock.advance(9_999);
  expect(seen.statuses).toEqual(['connecting', 'open']);
  await clock.advance(1);
  await expect.poll(() => seen.state?.status, soon).toBe('closed');
  expect(seen.states[2]?.error).toMatchObject({ kind: 'timeout', phase: 'idle' });
  expect(seen.data).toEqual(numbered(3));
  expect(requests).toEqual(['', '2', '3']);
});

test('waits without a timeout as long as it takes where idleTimeout is not set', async () => {
  const { seen, clock, requests } = await through([{ after: 130, then: 'stall' }]);
  await expect.poll(() => seen.state?.status, soon).toBe('open');
  await clock.advance(24 * 3_600_000);
  expect(seen.statuses).toEqual(['connecting', 'open']);
  expect(requests).toHaveLength(1);
});

test.for([1, 7, 65_536])('a stream in pieces of %i bytes is whole', async (pieces) => {
  const { seen, requests } = await through([{ pieces }]);
  await expect.poll(() => seen.state?.status, soon).toBe('closed');
  expect(seen.data).toEqual(numbered(3));
  expect(seen.statuses.slice(0, 4)).toEqual(['connecting', 'open', 'reconnecting', 'reconnecting']);
  expect(requests).toEqual(['', '3']);
});

test('a long stream in bursts of 64 KiB, cut in one of them, is whole', async () => {
  const count = 20_000;
  const server = await serve(resumable(count));
  const proxy = await proxyTo(server, [{ pieces: 65_536, after: 300_001 }, { pieces: 65_536 }]);
  const { seen, requests } = read(proxy.url);
  await expect.poll(() => seen.state?.status, soon).toBe('closed');
  expect(seen.data).toEqual(numbered(count));
  expect(requests).toHaveLength(3);
});

test('drops the tail that a server sends again on resuming', async () => {
  const { seen, requests } = await from(({ headers }, response) => {
    const last = Number(headers['last-event-id'] ?? 0);
    if (last >= 9) response.writeHead(204).end();
    else {
      const numbers = Array.from({ length: last + 3 }, (_, index) => index + 1);
      begin(response).end(numbers.map((each) => `id: ${each}\ndata: ${each}\n\n`).join(''));
    }
  });
  await expect.poll(() => seen.state?.status, soon).toBe('closed');
  expect(seen.data).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect(requests).toEqual(['', '3', '6', '9']);
});

test('shows a gap on resuming by the ids of the events, and invents nothing for it', async () => {
  const { seen, requests } = await from(({ headers }, response) => {
    const last = headers['last-event-id'];
    if (last === '101') response.writeHead(204).end();
    else begin(response).end(last ? 'id: 101\ndata: b\n\n' : 'id: 1\ndata: a\n\n');
  });
  await expect.poll(() => seen.state?.status, soon).toBe('closed');
  expect(seen.events.map(({ lastEventId, sequence }) => [lastEventId, sequence])).toEqual([
    ['1', 1],
    ['101', 2],
  ]);
  expect(requests).toEqual(['', '1', '101']);
});

test('goes on trying a server that accepts and drops at once, longer apart from try to try', async () => {
  const drops = Array.from({ length: 12 }, (_, index): Fault => ({
    after: 0,
    then: index % 2 === 0 ? 'cut' : 'reset',
  }));
  const { seen, clock, requests } = await through(drops);
  clock.chance = 1;
  await expect.poll(() => seen.state?.status, soon).toBe('closed');
  expect(requests).toHaveLength(14);
  expect(seen.data).toEqual(numbered(3));
  const attempts = seen.states.filter(({ retryAt }) => retryAt !== null);
  expect(attempts.slice(0, 12).map(({ attempt }) => attempt)).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
  const waited = (attempts[11]?.retryAt ?? 0) - (attempts[10]?.retryAt ?? 0);
  expect(waited).toBe(30_000);
});

test('fails on a refused port when the tries are used up', async () => {
  const server = await serve(() => undefined);
  await server.kill();
  const { seen, requests } = read(server.url, { reconnect: { maxAttempts: 3 } });
  await expect.poll(() => seen.state?.status, soon).toBe('failed');
  expect(requests).toHaveLength(4);
  expect(seen.statuses).toEqual(['connecting', ...Array<string>(6).fill('reconnecting'), 'failed']);
  expect(seen.state?.error).toMatchObject({
    kind: 'network',
    cause: { cause: { code: 'ECONNREFUSED' } },
  });
});

test('fails on a name that does not resolve when the tries are used up', async () => {
  const { seen, requests } = read('http://stream.invalid/', { reconnect: { maxAttempts: 2 } });
  await expect.poll(() => seen.state?.status, soon).toBe('failed');
  expect(requests).toHaveLength(3);
  expect(seen.state?.error?.kind).toBe('network');
  expect(seen.state?.error?.message).toContain('http://stream.invalid/');
});

test.for([
  [200, 'text/html', { kind: 'contentType', contentType: 'text/html' }],
  [200, 'application/json', { kind: 'contentType', contentType: 'application/json' }],
  [404, 'text/html', { kind: 'http', status: 404 }],
] as const)(
  'fails for good on status %i with %s, and shows how it begins',
  async ([status, type, error]) => {
    const page = '<!doctype html><title>Oops</title>';
    const { seen, clock, requests } = await from((_, response) => {
      response.writeHead(status, { 'content-type': type }).end(page);
    });
    await expect.poll(() => seen.state?.status, soon).toBe('failed');
    expect(seen.state?.error).toMatchObject({ ...error, body: page });
    await clock.advance(3_600_000);
    expect(requests).toHaveLength(1);
    expect(seen.statuses).toEqual(['connecting', 'failed']);
  },
);

test('tries again after an error page with status 502, and comes to the stream', async () => {
  let answers = 0;
  const { seen, requests } = await from((request, response) => {
    answers += 1;
    if (answers > 2) resumable(3)(request, response);
    else response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  });
  await expect.poll(() => seen.state?.status, soon).toBe('closed');
  expect(seen.states[1]?.error).toMatchObject({ kind: 'http', status: 502 });
  expect(seen.data).toEqual(numbered(3));
  expect(requests).toEqual(['', '', '', '3']);
});

import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { createConnectionStore, StreamError } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { tokenHeaders } from '../../stories/docs/client/tokenHeaders.ts';
import { collect } from '../support/collect.ts';
import { serve } from '../support/httpServer.ts';

const streams = ['/1', '/2', '/3'];

/** A server of three streams that takes one token only, and the pages' way to the next one. */
async function setUp(fetchToken: (calls: number) => string) {
  let valid = 'token 1';
  const refusals: ServerResponse[] = [];
  const sent: string[] = [];
  const server = await serve((request, response) => {
    const authorization = request.headers.authorization ?? '';
    sent.push(authorization);
    if (authorization !== `Bearer ${valid}`) refusals.push(response);
    else {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': \n\n');
    }
  });
  const fetches = vi.fn(async () => {
    const calls = fetches.mock.calls.length;
    await setImmediate();
    return fetchToken(calls);
  });
  const store = createConnectionStore({
    baseUrl: server.url,
    defaults: { headers: tokenHeaders(fetches), reconnect: { delay: 1 } },
  });
  onTestFinished(() => {
    store.close();
  });
  const seen = streams.map((url) => collect(store, { url }));
  const statuses = () => seen.map(({ state }) => state?.status);
  const refuse = (count: number) => {
    for (const response of refusals.splice(0, count)) response.writeHead(401).end();
  };
  const expire = () => {
    valid = 'token 2';
  };
  return { seen, statuses, sent, fetches, refusals, refuse, expire, server };
}

/** The same, with all three streams open at first, then cut, and asking again with a token that has expired. */
async function setUpExpired(fetchToken: (calls: number) => string) {
  const page = await setUp(fetchToken);
  await expect.poll(page.statuses).toEqual(['open', 'open', 'open']);
  expect(page.fetches).toHaveBeenCalledTimes(1);
  page.expire();
  await page.server.kill();
  await page.server.start();
  await expect.poll(() => page.refusals.length).toBe(3);
  return page;
}

const counted = (calls: number) => `token ${calls}`;

test('three streams with one expired token fetch one fresh one', async () => {
  const { statuses, fetches, refuse } = await setUpExpired(counted);
  refuse(3);
  await expect.poll(statuses).toEqual(['open', 'open', 'open']);
  expect(fetches).toHaveBeenCalledTimes(2);
});

test('a stream that is refused after another has refreshed takes the token that is there', async () => {
  const { statuses, fetches, refuse, sent } = await setUpExpired(counted);
  for (const open of [1, 2, 3]) {
    refuse(1);
    await expect.poll(() => statuses().filter((status) => status === 'open')).toHaveLength(open);
  }
  expect(fetches).toHaveBeenCalledTimes(2);
  expect(sent.slice(-3)).toEqual(Array(3).fill('Bearer token 2'));
});

test('a token that could not be fetched is fetched again with the next try', async () => {
  const { statuses, fetches, refuse, sent } = await setUpExpired((calls) => {
    if (calls === 2) throw new Error('The server is away.');
    return calls === 1 ? 'token 1' : 'token 2';
  });
  const before = sent.length;
  refuse(3);
  await expect.poll(statuses).toEqual(['open', 'open', 'open']);
  expect(fetches).toHaveBeenCalledTimes(3);
  expect(sent.slice(before)).toEqual(Array(3).fill('Bearer token 2'));
});

test('who is signed out is told so by every stream, and nothing is asked any more', async () => {
  const signedOut = new StreamError('aborted', 'Signed out.');
  const { seen, statuses, refuse, sent } = await setUpExpired((calls) => {
    if (calls > 1) throw signedOut;
    return counted(calls);
  });
  refuse(3);
  await expect.poll(statuses).toEqual(['failed', 'failed', 'failed']);
  expect(seen.map(({ state }) => state?.error)).toEqual([signedOut, signedOut, signedOut]);
  expect(sent).toHaveLength(6);
});

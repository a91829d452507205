import { createConnectionStore, type RequestOptions } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';

const foreign = 'https://api.test/stream?token=secret';
const own = `${location.origin}/stream?token=secret`;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The message of the error that a stream has, once this `fetch` has answered or failed. */
async function messageOf(url: string, answer: () => Promise<Response>, options?: RequestOptions) {
  const store = createConnectionStore({ clock: new FakeClock(), fetch: answer });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url, ...options });
  await turns();
  const { message = '' } = seen.state?.error ?? {};
  expect(message).not.toContain('secret');
  return message;
}

const fails =
  (message = 'Failed to fetch') =>
  () =>
    Promise.reject(new TypeError(message));

test('tells of CORS only where another origin was asked', async () => {
  expect(await messageOf(own, fails())).toBe(
    `${location.origin}/stream?token could not be reached: the network failed, or nothing answers there.`,
  );
  expect(await messageOf(foreign, fails())).toBe(
    `https://api.test/stream?token could not be reached: the network failed, or nothing answers there, or its CORS rules do not allow GET from ${location.origin}.`,
  );
});

test('names what the CORS rules must allow, and no value of a header', async () => {
  const message = await messageOf(foreign, fails(), {
    credentials: 'include',
    method: 'QUERY',
    headers: { 'x-api-key': 'secret' },
    initialLastEventId: 'secret',
  });
  expect(message).toContain(
    `its CORS rules do not allow QUERY from ${location.origin} with credentials and the headers last-event-id, x-api-key.`,
  );
});

test.for([
  'Origin http://localhost is not allowed by Access-Control-Allow-Origin. Status code: 200',
  'Preflight response is not successful. Status code: 404',
  'Cross-origin request blocked by CORS policy',
])('blames CORS alone where the browser says "%s"', async (text) => {
  expect(await messageOf(foreign, fails(text))).toBe(
    `https://api.test/stream?token could not be reached: its CORS rules do not allow GET from ${location.origin}.`,
  );
});

test('says that there is no network where the page knows', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  expect(await messageOf(foreign, fails())).toBe(
    'https://api.test/stream?token could not be reached: there is no network.',
  );
});

test('takes a process without a navigator for online', async () => {
  vi.stubGlobal('navigator', undefined);
  expect(await messageOf(own, fails())).toContain('the network failed');
});

test('tells of no CORS where there is no page', async () => {
  vi.stubGlobal('location', undefined);
  expect(await messageOf(foreign, fails())).not.toContain('CORS');
});

test.for<[string, string, RequestOptions, string]>([
  [
    'no credentials to another origin',
    foreign,
    {},
    "there were no `headers`, and no cookies without `credentials: 'include'`",
  ],
  [
    'no credentials by choice',
    own,
    { credentials: 'omit' },
    "there were no `headers`, and no cookies without `credentials: 'include'`",
  ],
  ['cookies to the own origin', own, {}, 'there were no `headers`, and no cookie that it takes'],
  [
    'cookies to another origin',
    foreign,
    { credentials: 'include' },
    'there were no `headers`, and no cookie that it takes',
  ],
  [
    'literal headers',
    own,
    { headers: { authorization: 'secret' } },
    'its `headers` were refused; only a function is asked for fresh ones',
  ],
  [
    'a function that may not be asked again',
    own,
    { headers: () => ({ authorization: 'secret' }), reconnect: false },
    'its `headers` were refused',
  ],
  [
    'a function that was asked again',
    own,
    { headers: () => ({ authorization: 'secret' }) },
    'fresh `headers` were refused too',
  ],
])('says of a 401 to %s what is missing', async ([, url, options, why]) => {
  const answer = () => Promise.resolve(new Response(null, { status: 401 }));
  const message = await messageOf(url, answer, options);
  const shown = url.replace('=secret', '');
  expect(message).toBe(`${shown} answered with status 401: ${why}.`);
});

test('says of a 401 after another status that no fresh headers were refused', async () => {
  const stream = mockStream(own);
  const seen = collect(stream.store, { url: own, headers: { authorization: 'secret' } });
  await stream.reject(503);
  await stream.advance(5_000);
  await stream.reject(401);
  expect(seen.state?.error?.message).toContain(
    'its `headers` were refused; only a function is asked for fresh ones',
  );
});

test('says of a web page where a redirect to it has led', async () => {
  const page = new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
  vi.spyOn(page, 'redirected', 'get').mockReturnValue(true);
  vi.spyOn(page, 'url', 'get').mockReturnValue('https://login.test/?next=secret');
  expect(await messageOf(own, () => Promise.resolve(page))).toBe(
    `${location.origin}/stream?token led to https://login.test/?next, which answered with text/html where text/event-stream was expected: a web page, as of an error or a login.`,
  );
});

test('says of another wrong type what to do', async () => {
  const stream = mockStream(foreign);
  const seen = collect(stream.store, { url: foreign });
  await stream.open({ headers: { 'content-type': 'application/json' } });
  await stream.end();
  expect(seen.state?.error?.message).toBe(
    'https://api.test/stream?token answered with application/json where text/event-stream was expected; make the server say so, or set `format`.',
  );
});

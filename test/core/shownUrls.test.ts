import { createConnectionStore, FetchEventSource, type StoreOptions } from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';

const secret = 's3cret';
const page = 'https://page.test/app/';

/** What is shown of a url: in connections() where it can be asked for, else in the TypeError. */
function shownOf(url: string, options: StoreOptions = { baseUrl: page }): string {
  const fetch = () => new Promise<never>(() => undefined);
  const store = createConnectionStore({ ...options, fetch });
  onTestFinished(() => {
    store.close();
  });
  try {
    store.subscribe({ url }, { onEvents: () => undefined });
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return String(error);
  }
  return store.connections()[0]?.url ?? '';
}

/** Urls, and what is shown of those that can be asked for. */
const urls: [url: string, shown: string | null][] = [
  ['https://a.test/x', 'https://a.test/x'],
  ['https://a.test:8443/x', 'https://a.test:8443/x'],
  ['HTTPS://A.test/x', 'https://a.test/x'],
  ['http://[::1]:3000/x', 'http://[::1]:3000/x'],
  ['/x/y', 'https://page.test/x/y'],
  ['x/y', 'https://page.test/app/x/y'],
  ['../x', 'https://page.test/x'],
  ['//a.test/x', 'https://a.test/x'],
  ['\\\\a.test\\x', 'https://a.test/x'],
  ['https:\\\\a.test\\x', 'https://a.test/x'],
  [' https://a.test/x\n', 'https://a.test/x'],
  ['https://a.test/users/@me/events', 'https://a.test/users/@me/events'],
  ['https://a.test/at/12:30', 'https://a.test/at/12:30'],
  ['https://a.test/x?a=1&b=2&a=3', 'https://a.test/x?a&b'],
  ['https://a.test/x?filter[name]=1&f%5Bb%5D=2', 'https://a.test/x?filter[name]&f%5Bb%5D'],
  [`https://a.test/x?token=${secret}`, 'https://a.test/x?token'],
  [`https://a.test/x?a=1#${secret}`, 'https://a.test/x?a'],
  [`https://a.test/x?${secret}`, 'https://a.test/x'],
  [`https://a.test/x?${secret}=`, 'https://a.test/x'],
  [`https://a.test/x?${secret}==`, 'https://a.test/x'],
  [`https://a.test/x?${secret}=y=z`, 'https://a.test/x'],
  [`https://a.test/x?token%3D${secret}=1`, 'https://a.test/x'],
  [`https://a.test/x?token%3d${secret}=1&a=1`, 'https://a.test/x?a'],
  [`https://a.test/x?token;${secret}=1`, 'https://a.test/x'],
  [`https://a.test/x?a=1;token=${secret}`, 'https://a.test/x'],
  [`https://a.test/x?token:${secret}=1`, 'https://a.test/x'],
  [`https://a.test/x?https://u:${secret}@b.test/=1`, 'https://a.test/x'],
  [`https://a.test/x?${secret.repeat(10)}=1`, 'https://a.test/x'],
  [`https://a.test/x;token=${secret}`, 'https://a.test/x'],
  [`https://a.test/x;token=${secret}/y?a=1`, 'https://a.test/x/y?a'],
  [`https://a.test/x;a;b=${secret};c/y`, 'https://a.test/x/y'],
  [`https://a.test/x%3Btoken%3D${secret}/y`, 'https://a.test/x/y'],
  [`https://a.test/proxy/https://u:${secret}@b.test/y`, 'https://a.test/…@b.test/y'],
  [`https://a.test/proxy/https%3A%2F%2Fu:${secret}%40b.test`, 'https://a.test/…%40b.test'],
  [`https://a.test/${secret}@b.test/stream`, 'https://a.test/…@b.test/stream'],
  [`https:u:${secret}@a.test/x`, null],
  [`https:u:${secret}/@a.test/x`, null],
  [`https:/u:${secret}@a.test/x`, null],
  [`https:\\u:${secret}@a.test\\x`, null],
  [`https:${secret}@a.test/x`, null],
  [`https:u:${secret}@bad host/`, null],
  [`u_:${secret}@a.test/x`, 'https://page.test/…@a.test/x'],
  [`/u:${secret};x@a.test/y`, 'https://page.test/…@a.test/y'],
  [`https://a.test/x%253Btoken%253D${secret}/y`, 'https://a.test/x/y'],
  [`https://a.test/u:${secret}%2540b.test/y`, 'https://a.test/…%2540b.test/y'],
  [`//;token=${secret}`, '…'],
  [`blob:https://a.test/${secret}`, 'blob:…'],
  [`data:text/event-stream,data:${secret}`, 'data:…'],
  [`https://u:${secret}@a.test/x`, null],
  [`https://${secret}@a.test/x`, null],
  [`//u:${secret}@a.test/x`, null],
  [`\\\\u:${secret}@a.test\\x`, null],
  [`https:\\\\u:${secret}@a.test/x`, null],
  ...['?', '#', ';', '/'].flatMap((sign): [string, null][] =>
    ['http:', 'https:', 'http:/', 'https:\\', 'ht\ntps:', ' https:/'].map((scheme) => [
      `${scheme}u:${secret}${sign}@a.test/x`,
      null,
    ]),
  ),
  [`https:u:${secret}`, null],
  [`http:u:${secret}@a.test/x`, null],
  [`http:/u:${secret}@a.test/x`, null],
  [`http:\\u:${secret}@a.test/x`, null],
  [`http:u:${secret}@bad host/`, null],
  [`http:/u:${secret}@bad host/`, null],
  [`http://u:${secret}@bad host/`, null],
  [`https://u:${secret}@[a/`, null],
  [`https://u:${secret}/`, null],
  [`https://u:pass/${secret}@a.test/`, null],
  [`https://u:${secret}\uff20a.test/`, null],
  [`//u:${secret}@bad host/`, null],
  [`\\\\u:${secret}@bad host\\x`, null],
  [`\thttps://u:${secret}@bad host/`, null],
  [`ht\ntps://u:${secret}@bad host/`, null],
  [`http://[a/?token=${secret}#${secret}`, null],
  [`ftp://u:${secret}@a.test/?${secret}`, null],
  [`ws://u:${secret}@a.test/`, null],
  [`file:///${secret}`, null],
  [`javascript:${secret}`, null],
  [`${secret}:password@a.test/x`, null],
  [`u:${secret}@a.test/x`, null],
];

test.for(urls)('of %j only what cannot be a secret is shown', ([url, expected]) => {
  const shown = shownOf(url);
  expect(shown).not.toContain(secret);
  if (expected !== null) expect(shown).toBe(expected);
  else expect(shown).toMatch(/^TypeError: use-event-stream: the url/);
});

test.for(urls)('a FetchEventSource that refuses %j does not show a secret', ([url]) => {
  const fetch = () => new Promise<never>(() => undefined);
  try {
    new FetchEventSource(url, { fetch }).close();
  } catch (error) {
    expect(String(error)).not.toContain(secret);
  }
});

test('a FetchEventSource asks for a path of the scheme of its page, as the standard says', async () => {
  const document = Object.assign(new EventTarget(), { baseURI: page });
  vi.stubGlobal('document', document);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const fetch = vi.fn(() => new Promise<never>(() => undefined));
  const source = new FetchEventSource('https:x', { fetch });
  await expect.poll(() => fetch.mock.calls.length).toBe(1);
  expect(source.url).toBe('https://page.test/app/x');
  source.close();
});

test.for(urls)('a baseUrl that is refused, %j, does not show a secret', ([baseUrl]) => {
  try {
    createConnectionStore({ baseUrl });
  } catch (error) {
    expect(String(error)).not.toContain(secret);
  }
});

test('of a url of any length at most 200 characters are shown', () => {
  const long = 'x'.repeat(1_000_000);
  for (const url of [
    `/${long}`,
    `//${long}/`,
    `https://a.test/?${long}=1`,
    `${long}:1`,
    `//${long} `,
  ]) {
    expect(shownOf(url).length).toBeLessThan(500);
  }
  expect(shownOf(`/${long}`)).toHaveLength(200);
});

// @vitest-environment node
import { afterEach, expect, test, vi } from 'vitest';

/** As in React Native before 0.80: the text is kept, with a slash, and nothing else can be read. */
class OldUrl {
  readonly href: string;
  constructor(text: string) {
    this.href = `${text}/`;
  }
  get protocol(): string {
    throw new Error('not implemented');
  }
  toString() {
    return this.href;
  }
}

/** As in React Native 0.88: a path is put behind the base, whatever they are. */
class JoiningUrl extends URL {
  constructor(text: string, base?: string) {
    super(base === undefined ? text : `${base}/${text}`);
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The url that is asked for, and what is shown of it; the error where it is refused. */
async function asked(url: string | URL, baseUrl?: string): Promise<[string, string | undefined]> {
  // What was resolved once is remembered.
  vi.resetModules();
  const { createConnectionStore } = await import('use-event-stream/core');
  return new Promise((resolve) => {
    const store = createConnectionStore({
      fetch(input) {
        resolve([typeof input === 'string' ? input : '', store.connections()[0]?.url]);
        return new Promise<Response>(() => null);
      },
      ...(baseUrl !== undefined && { baseUrl }),
    });
    store.subscribe({ url }, { onEvents: () => undefined });
  });
}

const base = 'https://api.test/v1/streams/index.html?of=base#top';
const cases: readonly (readonly [string, string?])[] = [
  ['https://api.test'],
  ['https://api.test/stream'],
  ['HTTPS://API.Test:443/a/./b/../c/?key=value&k=1#part'],
  ['http://localhost:8081/events'],
  ['http://10.0.2.2:80/events'],
  ['http://[::1]:3000/events;token=1?a=1'],
  ['  https://api.test/a b\n/ü?q="ü"&x=<y>  '],
  ['https://api.test/..'],
  ['https://api.test/a/b/..'],
  ['https://api.test:/a'],
  ['data:text/event-stream,data:%20a'],
  ['/events', base],
  ['events?id=1', base],
  ['../events', base],
  ['./', base],
  ['?id=2', base],
  ['', base],
  ['#part', base],
  ['//other.test/events', base],
  ['http://other.test/events', base],
  ['/@me/events', 'http://localhost:8081'],
  ['ftp://api.test/'],
  ['events'],
  ['http://'],
  ['https:events'],
  ['https://api test/'],
  ['https://api.test:port/'],
  ['/events', 'data:text/plain,a'],
  ['https://user:password@api.test/'],
  ['https://user@api.test/'],
];

const urls = [
  ['gives only its text', OldUrl],
  ['joins paths', JoiningUrl],
] as const;

test.for(urls.flatMap(([what, Url]) => cases.map((each) => [each, what, Url] as const)))(
  '%j is asked for and shown as elsewhere where URL %s',
  async ([[url, baseUrl], , Url]) => {
    const outcome = () => asked(url, baseUrl).catch(String);
    const expected = await outcome();
    vi.stubGlobal('URL', Url);
    expect(await outcome()).toEqual(expected);
  },
);

test('a url of such a class is asked for by its text', async () => {
  vi.stubGlobal('URL', OldUrl);
  const url = 'https://api.test/stream/';
  expect(await asked(new URL('https://api.test/stream'))).toEqual([url, url]);
});

import { StreamProvider, useEventStream, useLogTail, useStreamProgress } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { probe } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';

const hooks = {
  useEventStream: (enabled: boolean) => useEventStream(url, { enabled }),
  useLogTail: (enabled: boolean) => useLogTail(url, { enabled }),
  useStreamProgress: (enabled: boolean) => useStreamProgress(url, { enabled }),
};

test.for(Object.keys(hooks) as (keyof typeof hooks)[])(
  '%s that is switched off is idle and opens nothing, and ends what was open',
  async (name) => {
    const stream = mockStream(url, { autoOpen: true });
    let enabled = false;
    const hook = probe<{ status: string }>(() => hooks[name](enabled));
    const page = () => (
      <stream.wrapper>
        <hook.Probe />
      </stream.wrapper>
    );
    const { rerender } = await render(page());
    await stream.advance(60_000);
    expect([hook.current.status, stream.requests.length]).toEqual(['idle', 0]);
    enabled = true;
    await rerender(page());
    await stream.settled();
    expect(stream.openConnections).toBe(1);
    enabled = false;
    await rerender(page());
    await stream.advance(1_000);
    expect([hook.current.status, stream.openConnections]).toEqual(['idle', 0]);
    expect(stream.requests).toHaveLength(1);
  },
);

test('`start` takes what is not given from the options, also where it is given as undefined', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const hook = probe(() =>
    useEventStream(url, { manual: true, method: 'POST', body: 'mine', headers: { 'x-a': '1' } }),
  );
  await render(
    <stream.wrapper>
      <hook.Probe />
    </stream.wrapper>,
  );
  await act(() => {
    hook.current.start({ url: undefined, method: undefined, body: undefined, headers: undefined });
  });
  const request = await stream.connected();
  expect([request.method, request.headers.get('x-a'), request.body]).toEqual(['POST', '1', 'mine']);
});

/** Two hooks below a provider of each `baseUrl` in turn. */
async function below(...baseUrls: (string | URL)[]) {
  const stream = mockStream(/./, { autoOpen: true });
  const hook = probe(() => useEventStream('https://example.test/absolute'));
  const relative = probe(() => useEventStream('news'));
  const page = (baseUrl?: string | URL) => (
    <stream.wrapper>
      <StreamProvider baseUrl={baseUrl}>
        <hook.Probe />
        <relative.Probe />
      </StreamProvider>
    </stream.wrapper>
  );
  const [first, ...others] = baseUrls;
  const { rerender } = await render(page(first));
  await stream.settled();
  for (const baseUrl of others) {
    await rerender(page(baseUrl));
    await stream.settled();
  }
  await stream.advance(1_000);
  return { urls: stream.requests.map((request) => request.url), stream };
}

test('another `baseUrl` of a provider opens its streams on it, and closes those on the one before', async () => {
  const { urls, stream } = await below('https://a.test/', 'https://b.test/', 'https://b.test/');
  expect(urls.filter((each) => each.endsWith('news'))).toEqual([
    'https://a.test/news',
    'https://b.test/news',
  ]);
  expect(stream.openConnections).toBe(2);
});

test('the same `baseUrl`, as a text or as a URL, opens nothing', async () => {
  const base = 'https://a.test/';
  const { urls } = await below(base, new URL(base), base);
  expect(urls).toHaveLength(2);
});

test('a provider that moves below another one takes its defaults', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const hook = probe(() => useEventStream(url));
  const inner = (
    <StreamProvider>
      <hook.Probe />
    </StreamProvider>
  );
  const page = (language: string) => (
    <stream.wrapper>
      <StreamProvider defaults={{ headers: { 'accept-language': language } }}>
        {inner}
      </StreamProvider>
    </stream.wrapper>
  );
  const { rerender } = await render(page('de'));
  await stream.settled();
  await rerender(page('fr'));
  await stream.advance(1_000);
  const languages = stream.requests.map(({ headers }) => headers.get('accept-language'));
  expect(languages).toEqual(['de', 'fr']);
  expect(stream.openConnections).toBe(1);
});

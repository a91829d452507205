import {
  createConnectionStore,
  type ConnectionState,
  type SubscribeRequest,
} from 'use-event-stream/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FakeClock } from '../support/fakeClock.ts';

const url = 'https://example.test/stream';

/** What a stream comes to that nobody has checked before it was asked for. */
async function outcomeOf(request: Omit<SubscribeRequest, 'url'> & { url?: string }) {
  const fetch = vi.fn<typeof globalThis.fetch>((input, init) => {
    // As a browser: what can never be sent is a TypeError before anything leaves.
    const { signal } = new Request(input, init);
    return Promise.resolve(new Response(null, { status: signal.aborted ? 500 : 204 }));
  });
  const store = createConnectionStore({ fetch });
  onTestFinished(() => {
    store.close();
  });
  let state: ConnectionState | null = null;
  store.subscribe({ url, ...request }, { onEvents() {}, onState: (next) => (state = next) });
  await expect.poll(() => state?.status).toMatch(/closed|failed/);
  return { state: state as ConnectionState | null, fetch };
}

// A build for development refuses these with a TypeError before they are asked for.
if (!__DEV__) {
  test.for<[string, Omit<SubscribeRequest, 'url'> & { url?: string }]>([
    ['a body with GET', { body: 'text' }],
    ['a method that is none', { method: 'GE T' }],
    ['a body that is none', { method: 'POST', body: 5 as never }],
  ])('%s fails for good, says why, and is not tried again', async ([, request]) => {
    const { state, fetch } = await outcomeOf(request);
    expect(state).toMatchObject({ status: 'failed', error: { kind: 'aborted' } });
    expect(state?.error?.message).toMatch(/^The request to .* was not sent: .+/);
    expect(fetch.mock.calls.length).toBeLessThanOrEqual(1);
  });

  test('an id to begin after that cannot be sent is told of, and left out', async () => {
    const report = vi.fn();
    vi.stubGlobal('reportError', report);
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    const { state, fetch } = await outcomeOf({ initialLastEventId: 'a\nb' });
    expect(state?.status).toBe('closed');
    expect(new Headers(fetch.mock.calls[0]?.[1]?.headers).has('last-event-id')).toBe(false);
    expect(report).toHaveBeenCalledOnce();
  });

  test('waits that are none do not hurry a server', async () => {
    const clock = new FakeClock();
    let asked = 0;
    const fetch = () => {
      asked += 1;
      return Promise.resolve(new Response('', { status: 503 }));
    };
    const store = createConnectionStore({ fetch, clock });
    onTestFinished(() => {
      store.close();
    });
    const reconnect = { maxDelay: 0, delay: 'fast' } as never;
    store.subscribe({ url, reconnect }, { onEvents() {} });
    await clock.advance(1_000);
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThanOrEqual(11);
  });

  test('a format that nobody knows is a TypeError', () => {
    const store = createConnectionStore();
    const format = 'jsn' as never;
    expect(() => store.subscribe({ url, format }, { onEvents() {} })).toThrow('no format "jsn"');
  });

  test('options out of their bounds break nothing', async () => {
    const request = { linger: -1, openTimeout: NaN, reconnect: null, method: null } as never;
    expect((await outcomeOf(request)).state?.status).toBe('closed');
  });
}

test.for(['https://', 'https://user:secret@example.test/'])(
  '%s is a TypeError in each build',
  (url) => {
    const store = createConnectionStore();
    expect(() => store.subscribe({ url }, { onEvents() {} })).toThrow(
      /^(?!.*secret)use-event-stream/,
    );
  },
);

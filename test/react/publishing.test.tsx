import { createConnectionStore, StreamProvider, useEventStream } from 'use-event-stream';
import { expect, test } from 'vitest';
import { dataOf, probe } from '../support/page.tsx';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';
const aFrame = 16;

class CountedClock extends FakeClock {
  frames = 0;

  override readonly frame = (run: () => void): (() => void) => {
    this.frames += 1;
    return this.timeout(run, aFrame);
  };
}

interface Options {
  throttle?: number | 'frame';
  maxAge?: number;
}

/** One hook on a clock that stands still, so that a frame comes only when the test lets it. */
async function setUp(first: Options = {}) {
  const clock = new CountedClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch });
  let options = first;
  const hook = probe(() => useEventStream(url, options));
  const page = () => (
    <StreamProvider store={store}>
      <hook.Probe />
    </StreamProvider>
  );
  const root = await render(page());
  const step = (run: () => void | Promise<void>) =>
    act(async () => {
      await run();
      await turns();
    });
  await step(turns);
  return {
    ...{ clock, server, store, hook, step },
    unmount: root.unmount,
    open: () =>
      step(() => {
        server.last.open();
      }),
    send: (...data: readonly string[]) =>
      step(async () => {
        for (const each of data) {
          server.last.send(`data: ${each}\n\n`);
          await turns();
        }
      }),
    advance: (ms: number) => step(() => clock.advance(ms)),
    change: async (next: Options) => {
      options = next;
      await root.rerender(page());
    },
  };
}

test('shows four changes of status at once, then one a second, and four again after a quiet while', async () => {
  const { hook, open, step, advance } = await setUp();
  let isOpen = false;
  /** Changes the status so many times; gives how many of those were shown before a frame came. */
  const change = async (times: number) => {
    let shown = 0;
    for (let time = 0; time < times; time++) {
      if (isOpen) await step(hook.current.reconnect);
      else await open();
      isOpen = !isOpen;
      if (hook.current.status === (isOpen ? 'open' : 'connecting')) shown += 1;
      else {
        await advance(aFrame + 1);
        expect(hook.current.status).toBe(isOpen ? 'open' : 'connecting');
      }
    }
    return shown;
  };
  expect(await change(10)).toBe(4);
  await advance(1_000);
  expect(await change(4)).toBe(1);
  await advance(2_000);
  expect(await change(4)).toBe(2);
  await advance(3_600_000);
  expect(await change(10)).toBe(4);
});

test('asks the clock for one frame, however often something comes before it', async () => {
  const { clock, hook, open, send, advance } = await setUp();
  await open();
  await advance(1_000);
  const before = clock.frames;
  await send('a', 'b', 'c');
  expect(clock.frames - before).toBe(1);
  expect(dataOf(hook.current)).toEqual([]);
  await advance(aFrame);
  expect(dataOf(hook.current)).toEqual(['a', 'b', 'c']);
  // The page has had no quiet moment since.
  await send('d', 'e');
  expect(clock.frames - before).toBe(1);
  await advance(1 + aFrame);
  expect(clock.frames - before).toBe(2);
  expect(dataOf(hook.current)).toEqual(['a', 'b', 'c', 'd', 'e']);
  await advance(60_000);
  expect(clock.frames - before).toBe(2);
});

test.for<[string, Options]>([
  ['a throttle', { throttle: 60_000 }],
  ['an age', { maxAge: 60_000 }],
  ['a frame', {}],
])('leaves no timer for %s behind when nobody watches any more', async ([, options]) => {
  const { clock, open, send, advance, unmount, hook } = await setUp(options);
  await open();
  await send('a');
  await advance(1_000);
  await send('b');
  await unmount();
  const renders = hook.seen.length;
  // The linger, the quiet moment, and a frame that was asked for.
  await clock.advance(2_500);
  expect(clock.pending).toBe(0);
  expect(hook.seen).toHaveLength(renders);
});

test('what a throttle holds back waits for as long as the throttle is now', async () => {
  const { hook, open, send, advance, change } = await setUp({ throttle: 1_000 });
  await open();
  await advance(1_000);
  await send('a');
  await advance(100);
  expect(dataOf(hook.current)).toEqual(['a']);
  await send('b');
  await change({ throttle: 5_000 });
  await advance(4_800);
  expect(dataOf(hook.current)).toEqual(['a']);
  await advance(200);
  expect(dataOf(hook.current)).toEqual(['a', 'b']);
  await send('c');
  await advance(1_000);
  await change({ throttle: 2_000 });
  await advance(900);
  expect(dataOf(hook.current)).toEqual(['a', 'b']);
  await advance(200);
  expect(dataOf(hook.current)).toEqual(['a', 'b', 'c']);
});

test('drops by age again and again, and not before its time', async () => {
  const { hook, open, send, advance } = await setUp({ maxAge: 5_000 });
  await open();
  for (const data of ['a', 'b']) {
    await send(data);
    await advance(4_900);
    expect(dataOf(hook.current)).toEqual([data]);
    await advance(500);
    expect(dataOf(hook.current)).toEqual([]);
  }
  expect(hook.current.dropped).toBe(2);
});

test('shows at once what came while nobody watched', async () => {
  const { server, hook, open, send, step, store } = await setUp();
  await open();
  await send('a');
  const late = probe(() => useEventStream(url));
  await render(
    <StreamProvider store={store}>
      <late.Probe />
    </StreamProvider>,
  );
  await step(turns);
  expect(late.current.status).toBe('open');
  expect(dataOf(late.current)).toEqual(['a']);
  expect(server.requests).toHaveLength(1);
  expect(hook.current.status).toBe('open');
});

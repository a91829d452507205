import {
  createConnectionStore,
  StreamProvider,
  useEventStream,
  useLogTail,
} from 'use-event-stream';
import { expect, test } from 'vitest';
import { dataOf, probe } from '../support/page.tsx';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream';
const aFrame = 16;

class CountedClock extends FakeClock {
  frames = 0;
  /** The page has no quiet moment. */
  isBusy = false;
  /** How many ask for one. */
  readonly waiting = new Set<() => void>();

  override readonly idle = (run: () => void): (() => void) => {
    if (!this.isBusy) return this.timeout(run, 1);
    this.waiting.add(run);
    return () => {
      this.waiting.delete(run);
    };
  };

  override readonly frame = (run: () => void): (() => void) => {
    this.frames += 1;
    return this.timeout(run, aFrame);
  };
}

interface Options {
  throttle?: number | 'frame';
  maxAge?: number;
  maxEvents?: number;
  onEvent?: () => void;
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
    await advance(4_990);
    expect(dataOf(hook.current)).toEqual([data]);
    // The sweep is shown with the frame after it, and that with a quiet moment.
    await advance(10 + 1 + aFrame);
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

test('holds lines back for as long as the throttle of a log says', async () => {
  const { store, open, send, advance } = await setUp();
  const log = probe(() => useLogTail(url, { throttle: 1_000 }));
  await render(
    <StreamProvider store={store}>
      <log.Probe />
    </StreamProvider>,
  );
  await open();
  await advance(1_000);
  await send('a');
  await advance(100);
  expect(log.current.total).toBe(1);
  await send('b');
  await advance(800);
  expect(log.current.total).toBe(1);
  await advance(200);
  expect(log.current.total).toBe(2);
});

test.for<[string, readonly string[], number]>([
  ['one by one', ['1', '2', '3', '4', '5', '6', '7'], 5],
  ['one, and then a burst', ['1', '2\n\ndata: 3\n\ndata: 4\n\ndata: 5'], 3],
])('counts what was dropped before the frame: %s', async ([, chunks, dropped]) => {
  const { hook, open, send, advance } = await setUp({ maxEvents: 2 });
  await open();
  await advance(1_000);
  await send(...chunks);
  await advance(aFrame);
  expect(hook.current.dropped).toBe(dropped);
  expect(dataOf(hook.current)).toEqual([dropped + 1, dropped + 2].map(String));
});

test('keeps the order where a callback comes between two frames', async () => {
  const { hook, open, send, advance, change } = await setUp();
  await open();
  await advance(1_000);
  await send('a', 'b');
  await change({ onEvent: () => undefined });
  await send('c');
  await advance(1 + aFrame);
  expect(dataOf(hook.current)).toEqual(['a', 'b', 'c']);
});

test('shows one after the other, each in the time of the throttle', async () => {
  const { clock, hook, open, send, advance } = await setUp({ throttle: 1_000 });
  await open();
  await advance(1_000);
  const shown: string[] = [];
  for (const data of ['a', 'b', 'c', 'd']) {
    await send(data);
    await advance(aFrame);
    shown.push(dataOf(hook.current).join(''));
    await advance(984);
  }
  await advance(1_000);
  expect(shown).toEqual(['a', 'a', 'ab', 'abc']);
  expect(dataOf(hook.current)).toEqual(['a', 'b', 'c', 'd']);
  // The look for a sleep of the machine.
  expect(clock.pending).toBe(1);
});

test('asks for no more than one timer, whatever comes', async () => {
  const { clock, open, send, advance } = await setUp({ maxAge: 3_600_000 });
  await open();
  for (let time = 0; time < 5; time++) {
    await send('x');
    await advance(1 + aFrame);
  }
  await advance(1);
  // Those of the age and of the look for a sleep; those of frames and quiet moments are gone.
  expect(clock.pending).toBe(2);
  clock.isBusy = true;
  await send('x');
  await advance(aFrame);
  expect([clock.pending, clock.waiting.size]).toEqual([3, 1]);
  await advance(100);
  expect([clock.pending, clock.waiting.size]).toEqual([2, 0]);
});

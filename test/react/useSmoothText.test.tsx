import { StreamProvider, useEventStream, useSmoothText } from 'use-event-stream';
import { createConnectionStore, type StreamPage } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FakeClock } from '../support/fakeClock.ts';
import { act, render, rendersPerCommit } from '../support/render.ts';

/** A page that a test hides. */
class FakePage implements StreamPage {
  #hidden = false;
  readonly #listeners = new Set<() => void>();
  readonly isOnline = () => true;
  readonly isHidden = () => this.#hidden;

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  get watchers(): number {
    return this.#listeners.size;
  }

  hide(hidden = true): void {
    this.#hidden = hidden;
    for (const listener of this.#listeners) listener();
  }
}

/** A page too busy for frames. */
class Frameless extends FakeClock {
  override readonly frame = () => () => undefined;
}

/** A component that shows a text, in the time of a test. */
async function show(first: string, clock = new FakeClock()) {
  const page = new FakePage();
  const store = createConnectionStore({ clock, page });
  const renders: string[] = [];
  function Text({ text }: { text: string }) {
    const shown = useSmoothText(text);
    renders.push(shown);
    return <p>{shown}</p>;
  }
  const below = (text: string) => (
    <StreamProvider store={store}>
      <Text text={text} />
    </StreamProvider>
  );
  const { container, rerender, unmount } = await render(below(first));
  const advance = (ms: number) => act(() => clock.advance(ms));
  return {
    ...{ clock, page, renders, advance },
    give: (text: string) => rerender(below(text)),
    leave: () => unmount(),
    get shown() {
      return container.textContent;
    },
    /** What is shown at each step of so many milliseconds, beginning with what is there. */
    async steps(ms: number, step = 10) {
      const seen = [container.textContent];
      for (let passed = 0; passed < ms; passed += step) {
        await advance(step);
        seen.push(container.textContent);
      }
      return seen;
    },
  };
}

/** What `prefers-reduced-motion` says, in the hand of a test. */
function motion(reduced: boolean) {
  const query = Object.assign(new EventTarget(), { matches: reduced });
  const asked: string[] = [];
  vi.stubGlobal('matchMedia', (media: string) => {
    asked.push(media);
    return query;
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const reduce = () => {
    query.matches = true;
    query.dispatchEvent(Object.assign(new Event('change'), { matches: true }));
  };
  return { asked, reduce };
}

const graphemesOf = (text: string) =>
  Array.from(new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text), (each) => {
    return each.segment;
  });

/** The places at which a text may be cut. */
function endsOf(text: string): Set<number> {
  let end = 0;
  return new Set([0, ...graphemesOf(text).map((each) => (end += each.length))]);
}

test('what is there at first is shown at once, and what comes later at a steady pace', async () => {
  const page = await show('Here from the start. ');
  expect(page.shown).toBe('Here from the start. ');
  const all = 'Here from the start. ' + 'x'.repeat(100);
  await page.give(all);
  expect(page.shown).toBe('Here from the start. ');
  const seen = await page.steps(300, 50);
  const counts = seen.map((text) => text.length - 21);
  expect(counts[0]).toBe(0);
  const parts = counts.slice(1, 5).map((count, index) => count - (counts[index] ?? 0));
  for (const part of parts) expect(Math.abs(part - 20)).toBeLessThanOrEqual(10);
  expect(page.shown).toBe(all);
  expect(page.clock.pending).toBe(0);
});

test.for([1, 7, 400, 100_000])(
  'of %i characters that came at once all are shown within 300 ms',
  async (length) => {
    const page = await show('');
    const text = 'word '.repeat(length / 5 + 1).slice(0, length);
    await page.give(text);
    const seen = await page.steps(300);
    expect(seen.every((each) => text.startsWith(each))).toBe(true);
    expect(page.shown).toBe(text);
    if (length >= 400) expect(new Set(seen).size).toBeGreaterThan(10);
  },
);

test('in a text that goes on growing what is shown is never far behind, nor all of it at once', async () => {
  const page = await show('');
  let text = '';
  const grown: number[] = [];
  for (let turn = 0; turn < 40; turn++) {
    text += 'y'.repeat(20);
    grown.push(text.length);
    await page.give(text);
    await page.advance(50);
    expect(page.shown.length).toBeLessThan(text.length);
    // What came 300 ms ago, and a frame.
    expect(page.shown.length).toBeGreaterThanOrEqual(grown[turn - 6] ?? 0);
  }
  await page.advance(300);
  expect(page.shown).toBe(text);
});

test('a page that gives no frames shows all after 300 ms', async () => {
  const page = await show('', new Frameless());
  await page.give('late');
  await page.advance(299);
  expect(page.shown).toBe('');
  await page.advance(1);
  expect(page.shown).toBe('late');
});

test('a page that gives no frames is not far behind in a text that goes on growing', async () => {
  const page = await show('', new Frameless());
  let text = '';
  for (let turn = 0; turn < 40; turn++) {
    text += 'z'.repeat(10);
    await page.give(text);
    await page.advance(50);
    // What came in the last 700 ms.
    expect(text.length - page.shown.length).toBeLessThanOrEqual(140);
  }
  expect(page.renders.length).toBeLessThan(60 * rendersPerCommit);
});

test('the time of a mocked stream moves it', async () => {
  const stream = mockStream('/answer', { autoOpen: true });
  function Answer() {
    const { data } = useEventStream('/answer', {
      initial: '',
      reduce: (text: string, events) => text + events.map((event) => event.data).join(''),
    });
    return <p>{useSmoothText(data)}</p>;
  }
  const { container } = await render(
    <stream.wrapper>
      <Answer />
    </stream.wrapper>,
  );
  await stream.send(['A text that ', 'comes in a burst.']);
  await stream.settled();
  expect(container.textContent).toBe('');
  await stream.advance(100);
  expect(container.textContent).toMatch(/^A text th/);
  expect(container.textContent).not.toMatch(/burst/);
  await stream.advance(200);
  expect(container.textContent).toBe('A text that comes in a burst.');
});

test.for([
  ['another', 'Something else, and longer'],
  ['a shorter one', 'The fi'],
  ['none', ''],
] as const)('a text in whose place %s comes is shown at once', async ([, next]) => {
  const page = await show('The first');
  await page.give('The first answer of the model');
  await page.advance(100);
  expect(page.shown.length).toBeGreaterThan('The first'.length);
  await page.give(next);
  expect(page.shown).toBe(next);
  expect(page.clock.pending).toBe(0);
  await page.advance(1_000);
  expect(page.shown).toBe(next);
});

test('the text after one that was replaced is paced from its own beginning', async () => {
  const page = await show('');
  await page.give('a'.repeat(200));
  await page.advance(300);
  await page.give('');
  await page.give('b'.repeat(100));
  await page.advance(50);
  expect(page.shown.length).toBeGreaterThan(0);
  expect(page.shown.length).toBeLessThan(50);
});

describe('no grapheme is cut', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['families', '👩‍👩‍👧‍👦👨🏽‍💻'.repeat(30)],
    ['flags', '🇩🇪🇫🇷🇯🇵'.repeat(60)],
    ['combining marks', 'e\u0301a\u0308\u0304n\u0303 '.repeat(40)],
    ['many marks', `a${'\u0301'.repeat(200)}b${'\u0302'.repeat(150)}`],
    ['scripts of other kinds', 'नमस्ते 안녕하세요 こんにちは 你好。สวัสดีครับ '.repeat(10)],
    ['lines', 'one\r\ntwo\r\n\r\n1️⃣ three 👍🏿\n'.repeat(20)],
  ];

  test.for(texts)('%s, however they come', async ([, text]) => {
    const ends = endsOf(text);
    for (const size of [text.length, 37, 4]) {
      const page = await show('');
      const pieces = Math.min(Math.ceil(text.length / size), 12);
      for (let piece = 1; piece <= pieces; piece++) {
        const given = piece === pieces ? text : text.slice(0, piece * size);
        await page.give(given);
        for (const seen of await page.steps(120, 8)) {
          // What has come may end in the middle of one.
          if (seen !== given) expect(ends).toContain(seen.length);
        }
      }
      await page.advance(300);
      expect(page.shown).toBe(text);
      await page.leave();
    }
  });

  test('without Intl.Segmenter no character is', async () => {
    vi.stubGlobal('Intl', {});
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    const text = '🎉🎈'.repeat(100);
    const page = await show('');
    await page.give(text);
    const seen = await page.steps(300, 8);
    for (const each of seen) expect(() => encodeURIComponent(each)).not.toThrow();
    expect(new Set(seen).size).toBeGreaterThan(10);
    expect(seen.at(-1)).toBe(text);
  });
});

test('of a long text only what is near the edge is looked at', async () => {
  let looked = 0;
  const { Segmenter } = Intl;
  class Counted extends Segmenter {
    override readonly segment = (text: string): Intl.Segments => {
      looked += text.length;
      return super.segment(text);
    };
  }
  vi.stubGlobal('Intl', Object.create(Intl, { Segmenter: { value: Counted } }));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const long = 'A line of the answer.\n'.repeat(5_000);
  const page = await show(long);
  await page.give(long + 'more '.repeat(100));
  await page.advance(300);
  await page.give(long.repeat(2));
  await page.advance(300);
  expect(page.shown).toBe(long.repeat(2));
  expect(looked).toBeGreaterThan(0);
  expect(looked).toBeLessThan(20_000);
});

test('nothing is rendered where nothing changes', async () => {
  const page = await show('');
  const text = 'five!';
  await page.give(text);
  await page.advance(1_000);
  // Each of its five letters, and the two texts that were given.
  expect(page.renders.length).toBeLessThanOrEqual(7 * rendersPerCommit);
  page.renders.length = 0;
  await page.advance(10_000);
  expect(page.renders).toEqual([]);
  expect(page.clock.pending).toBe(0);
});

test('nothing is rendered while one long grapheme waits', async () => {
  const page = await show('');
  await page.give(`ab${'\u0301'.repeat(200)}`);
  await page.advance(40);
  expect(page.shown).toBe('a');
  page.renders.length = 0;
  await page.advance(200);
  expect(page.renders).toEqual([]);
  await page.advance(100);
  expect(page.shown).toHaveLength(202);
});

test('a step that was on its way when the text was replaced is not taken', async () => {
  const page = await show('Some');
  await page.give('Some longer text');
  // The frame is asked for, and has not come.
  await page.advance(9);
  await page.give('Another');
  page.renders.length = 0;
  await page.advance(1_000);
  expect(page.renders).toEqual([]);
  expect(page.shown).toBe('Another');
  expect(page.clock.pending).toBe(0);
});

describe('all is shown at once', () => {
  test('while the page is hidden', async () => {
    const page = await show('');
    page.page.hide();
    await page.give('unseen');
    expect(page.shown).toBe('unseen');
    page.page.hide(false);
    await page.give('unseen, and then seen');
    expect(page.shown).toBe('unseen');
  });

  test('when the page is hidden in between', async () => {
    const page = await show('');
    await page.give('a longer text');
    await act(() => {
      page.page.hide();
    });
    expect(page.shown).toBe('a longer text');
    expect(page.clock.pending).toBe(0);
    expect(page.page.watchers).toBe(0);
  });

  test('where reduced motion is preferred', async () => {
    const { asked } = motion(true);
    const page = await show('');
    await page.give('at once');
    expect(page.shown).toBe('at once');
    expect(new Set(asked)).toEqual(new Set(['(prefers-reduced-motion: reduce)']));
  });

  test('when it is preferred from now on', async () => {
    const { reduce } = motion(false);
    const page = await show('');
    await page.give('a longer text');
    expect(page.shown).toBe('');
    await act(reduce);
    expect(page.shown).toBe('a longer text');
    await page.give('a longer text that has grown');
    expect(page.shown).toBe('a longer text that has grown');
  });
});

test('a component that is gone leaves nothing behind', async () => {
  const page = await show('');
  await page.give('a longer text');
  expect(page.clock.pending).toBeGreaterThan(0);
  expect(page.page.watchers).toBe(1);
  await page.leave();
  expect(page.page.watchers).toBe(0);
  await page.advance(2_000);
  expect(page.clock.pending).toBe(0);
});

import type { LogTail } from 'use-event-stream';
import { describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount, until } from './support/mount.tsx';
import { startServer } from './support/server.ts';
import {
  listHeight,
  rowHeight,
  TanstackLog,
  VirtuosoLog,
  type VirtualLog,
} from './support/virtualLogs.tsx';

const kept = 100_000;
const lines = Array.from({ length: kept }, (_, index) => `history ${index}`);
/** How many frames are looked at. */
const frames = 60;

/** A log of 100,000 lines, if not of fewer, and lines that come, so many a second, and so push out the oldest. */
async function openLog(Log: VirtualLog, rate = 1_000, before = lines) {
  const server = await startServer();
  let log: LogTail | undefined;
  const { container } = mount(
    <Log
      url={`${server.url}/numbers?rate=${rate}`}
      options={{
        maxLines: kept,
        maxBytes: Infinity,
        history: () => Promise.resolve({ lines: before }),
      }}
      onCommit={(committed) => {
        log = committed;
      }}
    />,
  );
  await until(() => (log?.total ?? 0) > before.length);
  return {
    scroller: container.querySelector<HTMLElement>('[role=log]') ?? container,
    button: container.querySelector('button'),
    row: (id: number) => container.querySelector(`[data-id="${id}"]`),
    firstId: () => log?.firstId ?? 0,
    lastId: () => log?.lines.at(-1)?.id ?? 0,
    follows: () => log?.follow,
  };
}

type OpenLog = Awaited<ReturnType<typeof openLog>>;

/** Where an element stands in the next frame that is painted, after all that moves it before that; null where it is not there. */
const painted = (element: Element): Promise<DOMRectReadOnly | null> =>
  new Promise((resolve) => {
    const observer = new IntersectionObserver(([entry]) => {
      observer.disconnect();
      resolve(entry?.isIntersecting ? entry.boundingClientRect : null);
    });
    observer.observe(element);
  });

/** The row in the middle of what is in sight. */
function rowInSight({ scroller }: OpenLog): Element {
  const { top, bottom } = scroller.getBoundingClientRect();
  const rows = [...scroller.querySelectorAll('[data-id]')].filter((row) => {
    const rect = row.getBoundingClientRect();
    return rect.top >= top && rect.bottom <= bottom;
  });
  const row = rows[Math.floor(rows.length / 2)];
  if (!row) throw new Error('No row is in sight.');
  return row;
}

/** Turns the wheel up, and so stops following. */
async function scrollUp(log: OpenLog, pixels: number): Promise<void> {
  await userEvent.wheel(log.scroller, { delta: { y: -pixels } });
  await until(() => log.follows() === false);
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** In every frame the newest line ends where the list does. */
async function expectAtEnd(log: OpenLog): Promise<void> {
  const { bottom } = log.scroller.getBoundingClientRect();
  const before = log.firstId();
  const ends: (number | undefined)[] = [];
  for (let frame = 0; frame < frames; frame++) {
    await nextFrame();
    ends.push(log.row(log.lastId())?.getBoundingClientRect().bottom);
  }
  expect(new Set(ends)).toEqual(new Set([bottom]));
  expect(log.firstId()).toBeGreaterThan(before + frames);
  expect(log.follows()).toBe(true);
}

describe.each([
  { library: '@tanstack/react-virtual', Log: TanstackLog },
  { library: 'react-virtuoso', Log: VirtuosoLog },
])('$library at 100,000 lines, while lines come and the oldest go', ({ Log }) => {
  test('stays at the end', async () => {
    const log = await openLog(Log);
    await expectAtEnd(log);
  });

  test('does not move by a pixel for a reader who has scrolled up', async () => {
    const log = await openLog(Log);
    await scrollUp(log, 50_000.35 * rowHeight);
    const row = rowInSight(log);
    const before = log.firstId();
    const tops: (number | undefined)[] = [];
    for (let frame = 0; frame < frames; frame++) tops.push((await painted(row))?.top);
    expect(new Set(tops)).toEqual(new Set([row.getBoundingClientRect().top]));
    expect(log.firstId()).toBeGreaterThan(before + frames);
    expect(log.follows()).toBe(false);
  });

  test('is not taken to the end from a row that gets the focus', async () => {
    const log = await openLog(Log, 1_000, lines.slice(0, 1_000));
    await scrollUp(log, 1.4 * listHeight + rowHeight / 2);
    const rows = log.scroller.querySelectorAll<HTMLElement>('[data-id]');
    const last = rows[rows.length - 1];
    const { scrollTop } = log.scroller;
    last?.focus();
    expect(log.scroller.scrollTop).toBeGreaterThan(scrollTop);
    for (let frame = 0; frame < 10; frame++) await nextFrame();
    expect(log.follows()).toBe(false);
    expect(document.activeElement).toBe(last);
  });

  test('comes back to the end by a button', async () => {
    const log = await openLog(Log);
    await scrollUp(log, 1_000 * rowHeight);
    log.button?.click();
    await until(() => log.follows() === true && log.row(log.lastId()) !== null);
    await expectAtEnd(log);
  });

  test('comes back to the end by scrolling there', async () => {
    // Slow enough for a wheel to overtake.
    const log = await openLog(Log, 100);
    await scrollUp(log, listHeight);
    await until(async () => {
      await userEvent.wheel(log.scroller, { delta: { y: 10 * listHeight } });
      return log.follows() === true;
    });
    await expectAtEnd(log);
  });
});

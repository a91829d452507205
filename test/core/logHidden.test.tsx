import { Activity } from 'react';
import { useLogTail, type LogHistory, type LogOptions } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { probe } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/log';

/** A log that can be hidden for longer than its connection lingers, and shown again. */
async function setUp(options: LogOptions) {
  const stream = mockStream(url, { autoOpen: true });
  const log = probe(() => useLogTail(url, options));
  const page = (isShown: boolean) => (
    <stream.wrapper>
      <Activity mode={isShown ? 'visible' : 'hidden'}>
        <log.Probe />
      </Activity>
    </stream.wrapper>
  );
  const { rerender } = await render(page(true));
  await stream.settled();
  return {
    stream,
    texts: () => log.current.lines.map((row) => (row.kind === 'line' ? row.text : '-')),
    async hide() {
      await rerender(page(false));
      await stream.advance(1_000);
    },
    async show() {
      await rerender(page(true));
      await stream.settled();
    },
  };
}

const event = (id: string) => ({ data: id, id });

test('a log that is shown again does not ask again for the history that it has', async () => {
  const history = vi.fn(() => Promise.resolve({ lines: ['a'] }));
  const log = await setUp({ history });
  await log.stream.send(event('b'));
  await log.hide();
  await log.show();
  await log.stream.send(event('c'));
  expect(log.texts()).toEqual(['a', 'b', 'c']);
  expect(history).toHaveBeenCalledTimes(1);
});

test('a log that was hidden before its history came asks again, and keeps what waited for it', async () => {
  const reported = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
  onTestFinished(() => {
    reported.mockRestore();
  });
  const asked: { signal: AbortSignal; come: (history: LogHistory) => void }[] = [];
  const log = await setUp({
    history: (signal) =>
      new Promise((come, reject) => {
        asked.push({ signal, come });
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      }),
  });
  await log.stream.send(event('b'));
  await log.hide();
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true]);
  await log.show();
  await log.stream.send(event('c'));
  expect(log.texts()).toEqual([]);
  await act(() => {
    asked[1]?.come({ lines: ['a'] });
  });
  await log.stream.settled();
  expect(log.texts()).toEqual(['a', 'b', 'c']);
  expect(reported).not.toHaveBeenCalled();
});

test('a first batch that comes again to a log that was hidden is skipped', async () => {
  const log = await setUp({ history: 'backlog' });
  await log.stream.send([{ type: 'backlog', data: ['a'] }, event('b')]);
  await log.hide();
  await log.show();
  await log.stream.send([{ type: 'backlog', data: ['a'] }, event('c')]);
  expect(log.texts()).toEqual(['a', 'b', 'c']);
});

test('a log that is shown again after its connection was lost has a gap where nothing tells what came', async () => {
  const log = await setUp({});
  await log.stream.send('a');
  await log.hide();
  await log.show();
  await log.stream.send('b');
  expect(log.texts()).toEqual(['a', '-', 'b']);
});

import { useLogTail, type LogFilter } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { probe } from '../support/page.tsx';
import { render } from '../support/render.ts';

const url = 'https://example.test/log';
const isShort: NonNullable<LogFilter['test']> = ({ text }) => text.length < 3;

if (__DEV__)
  test.for<[string, () => LogFilter, number]>([
    [
      'warns once of a predicate that is another one in every render',
      () => ({ test: (line) => isShort(line) }),
      1,
    ],
    ['is silent about one that is kept', () => ({ test: isShort }), 0],
    ['is silent about other fields, which are compared by value', () => ({ pattern: /a/g }), 0],
  ])('%s', async ([, filterOf, times]) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    onTestFinished(() => {
      warn.mockRestore();
    });
    const stream = mockStream(url, { autoOpen: true });
    const log = probe(() => useLogTail(url, { filter: filterOf() }));
    await render(
      <stream.wrapper>
        <log.Probe />
      </stream.wrapper>,
    );
    for (let line = 0; line < 30; line++) await stream.send('a');
    expect(log.current.lines.length).toBe(30);
    expect(warn).toHaveBeenCalledTimes(times);
  });

import { useEffect, useState } from 'react';
import { stripAnsi } from '../core/log/ansi.ts';
import type { Clock } from '../core/clock.ts';
import { LogAccumulator, type LogValue } from '../core/log/logAccumulator.ts';
import { loadHistory } from '../core/log/logHistory.ts';
import type { LogLevel } from '../core/log/logLevel.ts';
import type { LogRow } from '../core/log/logLines.ts';
import { isPlainText } from '../core/log/logOptions.ts';
import type { StreamUrl } from '../core/request/requestOptions.ts';
import type { Observer } from '../core/observer/observer.ts';
import type { Controller } from './controller.ts';
import { checkHookOptions } from './optionTables.ts';
import { seeTest } from './steadyTest.ts';
import { useStream, type StreamKind } from './useStream.ts';

import type { LogOptions, LogTail, LogTextOptions } from './logTailOptions.ts';

const log: StreamKind<LogOptions, LogValue, LogAccumulator> = {
  names: ({ events = [], until, failOn, history }) => [...events, until, failOn, history],
  // Lines of plain text are cut here, so that the unfinished one is known.
  wire: ({ format }) => ({ format: isPlainText(format) ? 'text' : format }),
  accumulator: ({ options, clock }) => new LogAccumulator(options, clock),
  onWatched(observer, signal, { history, format }) {
    const canResume = observer.request?.transport === 'fetch' && !isPlainText(format);
    void loadHistory({ history, observer, canResume, signal });
  },
};

/** Reads what is kept as it is: a row of each line would take longer than its text, and stay. */
function textOfLines({ lines, all }: LogValue, options: LogTextOptions): string {
  const { filtered = false, stripAnsi: strip = false } = options;
  const texts: string[] = [];
  const take = (kept: string | LogRow | undefined) => {
    const text = typeof kept === 'string' ? kept : kept?.kind === 'line' ? kept.text : null;
    if (text !== null) texts.push(strip ? stripAnsi(text) : text);
  };
  if (filtered && lines !== all) lines.slice().forEach(take);
  else {
    all.each(({ items }, index) => {
      take(items[index]);
    });
  }
  return texts.join('\n');
}

/** Reads the notes alone: no row is made for it. */
function levelsOf({ all }: LogValue): Record<LogLevel, number> {
  const counts = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 };
  all.each(({ notes }, index) => {
    const level = notes[index]?.level;
    if (level) counts[level] += 1;
  });
  return counts;
}

const downloadTime = 60_000;

function save(text: string, name: string, clock: Clock): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
  // The browser reads the text when it gets to it, not while it is clicked.
  clock.timeout(() => {
    URL.revokeObjectURL(href);
  }, downloadTime);
}

function readersOf(
  controller: Controller<LogValue>,
): Pick<LogTail, 'countLevels' | 'toText' | 'download'> {
  const toText = (options: LogTextOptions = {}) =>
    textOfLines(controller.snapshot().value, options);
  return {
    countLevels: () => levelsOf(controller.snapshot().value),
    toText,
    download(name, options) {
      save(toText(options), name, controller.clock);
    },
  };
}

/** What changes the lines without a line coming is shown with the next frame. */
function useRefresh(observer: Observer<LogValue, LogAccumulator>, options: LogOptions): void {
  const { filter, maxLines, maxBytes } = options;
  useEffect(() => {
    observer.refresh();
  }, [observer, filter, maxLines, maxBytes]);
}

/**
 * Shows the newest lines of a log while they come: from events, each of one line or several, or from plain text.
 *
 * A falsy `url`, or `enabled: false`, means idle. Lines are bounded by number, bytes and length, and what falls
 * out is counted. The id of a line never changes. The options are in {@link LogOptions}.
 *
 * @example
 * ```tsx
 * import { useLogTail } from 'use-event-stream';
 *
 * export function Log({ url }: { url: string }) {
 *   const { lines } = useLogTail(url, { format: 'lines', filter: { minLevel: 'warn' } });
 *   return <ol>{lines.map((line) => <li key={line.id}>{line.text}</li>)}</ol>;
 * }
 * ```
 *
 * @throws A `TypeError`, while rendering, on a url that does not parse or has a password in it, and on headers
 * that HTTP does not allow. In development also on every other bad option; in production what can never be
 * sent has then `failed` (`aborted`).
 */
export function useLogTail(url: StreamUrl, options: LogOptions = {}): LogTail {
  if (__DEV__) checkHookOptions('useLogTail', options);
  const { onComment, onRestart } = options;
  const { snapshot, controller, observer } = useStream<LogOptions, LogValue, LogAccumulator>({
    url,
    options,
    kind: log,
    handlers: { onComment, onRestart },
    onCommit(observer) {
      if (__DEV__) seeTest(observer, options.filter?.test);
    },
  });
  useRefresh(observer, options);
  const [follow, setFollow] = useState(options.follow ?? true);
  const [readers] = useState(() => readersOf(controller));
  const { state, value, paused } = snapshot;
  const { lines, partial, total, firstId, pending, missed, dropped } = value;
  const { start, retry, close, reconnect, clear, pause, resume } = controller;
  return {
    ...state,
    ...{ start, retry, close, reconnect, clear, pause, resume, paused },
    ...{ lines, partial, total, firstId, pending, missed, dropped },
    ...{ follow, setFollow },
    ...readers,
  };
}

import { useEffect, useState } from 'react';
import { stripAnsi } from '../core/ansi.ts';
import type { Clock } from '../core/clock.ts';
import type { ConnectionState } from '../core/connectionState.ts';
import type { StreamEvent } from '../core/event.ts';
import type { Format } from '../core/format/format.ts';
import { LogFold, type LogValue } from '../core/logFold.ts';
import { loadHistory, type HistoryOption } from '../core/logHistory.ts';
import type { CarriageReturn, LogFilter, LogInput, LogRow } from '../core/logLines.ts';
import { isPlainText } from '../core/logOptions.ts';
import type { LineList } from '../core/logRows.ts';
import type { StreamUrl } from '../core/requestOptions.ts';
import type { View } from '../core/view.ts';
import type { Controller } from './controller.ts';
import { checkHookOptions } from './optionTables.ts';
import type { Controls, StreamOptions, WireCallbacks } from './streamOptions.ts';
import { seeTest } from './steadyTest.ts';
import { useStream, type StreamKind } from './useStream.ts';

/** The options of `useLogTail`. The latest functions are called; none makes the hook reconnect. */
export interface LogOptions extends StreamOptions, WireCallbacks {
  /**
   * How the response is read: `'auto'` goes by its content type. With `lines` and `text` the line that is not
   * finished yet is `partial`, and the encoding is that of the content type (`charset`), else UTF-8.
   * @defaultValue `'auto'`
   */
  format?: Exclude<Format, 'bytes'> | undefined;
  /** The names of the events that are lines. @defaultValue all that come */
  events?: readonly string[] | undefined;
  /** How many lines are kept. @defaultValue 10,000 */
  maxLines?: number | undefined;
  /**
   * How many bytes of lines are kept. A line counts its text in UTF-8, and 64 more. The newest one always
   * stays. @defaultValue 8 MiB (8,388,608)
   */
  maxBytes?: number | undefined;
  /** How much of a line is kept, in UTF-16 code units. @defaultValue 16,384 */
  maxLineLength?: number | undefined;
  /** Which lines to show. It is compared by value, its `test` by identity. @defaultValue all lines */
  filter?: LogFilter | undefined;
  /**
   * `true`: escape sequences are taken out of new lines. Of a sequence without its end only its beginning is
   * taken out. @defaultValue `false`
   */
  stripAnsi?: boolean | undefined;
  /** Whether the view begins by following the end. @defaultValue `true` */
  follow?: boolean | undefined;
  /**
   * Makes a line, or several, of the text of an event or of a line of plain text; `null` for none. If it
   * throws,
   * or gives something that is no line (a number, a promise), that is reported, and the text is shown as it
   * came. @defaultValue the text as it came
   */
  parse?: ((data: string, event: StreamEvent) => LogInput | readonly LogInput[] | null) | undefined;
  /**
   * What the log had before. A function is called once for each run, while the stream is opened. What comes on
   * the stream meanwhile waits, within `maxLines` and `maxBytes`, and is put behind it.
   *
   * Give the `lastEventId` that the history ends with: then nothing is missing or doubled. What waited is
   * dropped up to that event, or the stream is asked for what followed it. With EventSource it cannot be asked,
   * and a gap marker stands there. A history that rejects, takes longer than `openTimeout` or has no list of
   * lines is reported, and a gap marker stands for it. What is no line in it is reported once, and shown as its
   * JSON. `clear()` discards a history that is still to come.
   *
   * A text is the type of the event that the stream begins with. Its data is a JSON list of lines, or text of
   * several. One that comes again after a reconnect is skipped.
   */
  history?: HistoryOption | undefined;
  /**
   * What a `\r` does if no `\n` follows: it starts its line over (`overwrite`), ends it (`newline`), or stays
   * in
   * it (`keep`). @defaultValue `'overwrite'`
   */
  cr?: CarriageReturn | undefined;
  /** How often lines are shown: with every frame, or at most every so many milliseconds. @defaultValue `'frame'` */
  throttle?: 'frame' | number | undefined;
}

/** How the text of a log is put together. */
export interface LogTextOptions {
  /** `true`: only the lines that pass the filter. @defaultValue `false`: all that are kept */
  filtered?: boolean | undefined;
  /** `true`: without escape sequences. @defaultValue `false` */
  stripAnsi?: boolean | undefined;
}

/** What `useLogTail` returns. */
export type LogTail = ConnectionState &
  Controls & {
    /**
     * The rows to show, oldest first: an immutable list with `length`, `at`, `slice`, `map` and `toArray`. The
     * same
     * list until a row comes or goes.
     */
    lines: LineList;
    /** The line that is not finished yet, without id. Empty if there is none. */
    partial: string;
    /**
     * How many lines have come, before the filter, since the beginning or the last `clear()`: those that are
     * kept
     * and those that were dropped.
     */
    total: number;
    /** The id of the oldest line that is kept, before the filter. If none is kept, the next id. */
    firstId: number;
    /** How many lines will appear when the pause ends; 0 without a pause. */
    pending: number;
    /** How many lines came during the pause and are gone already; 0 without a pause. */
    missed: number;
    /**
     * What the bounds have dropped since the beginning or the last `clear()`; bytes of text, in UTF-8. If one
     * event had more than `maxLines` lines, they count as they came: not cut and not stripped.
     */
    dropped: { lines: number; bytes: number };
    /** Whether the view is to stay at the end. It goes on in a pause. */
    follow: boolean;
    /** Sets `follow`. */
    setFollow: (follow: boolean) => void;
    /**
     * The lines as one text, also those that are not rendered; in a pause those of its beginning. Call it in
     * event
     * handlers. It is always the same function, so a component that renders its text would not follow the log.
     */
    toText: (options?: LogTextOptions) => string;
    /** Saves what `toText` gives as a file of this name. */
    download: (name: string, options?: LogTextOptions) => void;
  };

const log: StreamKind<LogOptions, LogValue, LogFold> = {
  names: ({ events = [], until, failOn, history }) => [...events, until, failOn, history],
  // Lines of plain text are cut here, so that the unfinished one is known.
  wire: ({ format }) => ({ format: isPlainText(format) ? 'text' : format }),
  fold: ({ options, clock }) => new LogFold(options, clock),
  onWatched(view, signal, { history, format }) {
    const canResume = view.request?.transport === 'fetch' && !isPlainText(format);
    void loadHistory({ history, view, canResume, signal });
  },
};

const textOf = (row: LogRow, strip: boolean) => (strip ? stripAnsi(row.text) : row.text);

function textOfLines({ lines, all }: LogValue, options: LogTextOptions): string {
  const { filtered = false, stripAnsi: strip = false } = options;
  const texts: string[] = [];
  for (const row of filtered ? lines : all) {
    if (row.kind === 'line') texts.push(textOf(row, strip));
  }
  return texts.join('\n');
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

function textActions(controller: Controller<LogValue>): Pick<LogTail, 'toText' | 'download'> {
  const toText = (options: LogTextOptions = {}) =>
    textOfLines(controller.snapshot().value, options);
  return {
    toText,
    download(name, options) {
      save(toText(options), name, controller.clock);
    },
  };
}

/** What changes the lines without a line coming is shown with the next frame. */
function useRefresh(view: View<LogValue, LogFold>, options: LogOptions): void {
  const { filter, maxLines, maxBytes } = options;
  useEffect(() => {
    view.refresh();
  }, [view, filter, maxLines, maxBytes]);
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
  const { snapshot, controller, view } = useStream<LogOptions, LogValue, LogFold>({
    url,
    options,
    kind: log,
    handlers: { onComment, onRestart },
    onCommit(view) {
      if (__DEV__) seeTest(view, options.filter?.test);
    },
  });
  useRefresh(view, options);
  const [follow, setFollow] = useState(options.follow ?? true);
  const [{ toText, download }] = useState(() => textActions(controller));
  const { state, value, paused } = snapshot;
  const { lines, partial, total, firstId, pending, missed, dropped } = value;
  const { start, retry, close, reconnect, clear, pause, resume } = controller;
  return {
    ...state,
    ...{ start, retry, close, reconnect, clear, pause, resume, paused },
    ...{ lines, partial, total, firstId, pending, missed, dropped },
    ...{ follow, setFollow, toText, download },
  };
}

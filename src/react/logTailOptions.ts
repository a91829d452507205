import type { ConnectionState } from '../core/connection/connectionState.ts';
import type { StreamEvent } from '../core/event.ts';
import type { Format } from '../core/format/format.ts';
import type { HistoryOption } from '../core/log/logHistory.ts';
import type { LogLevel } from '../core/log/logLevel.ts';
import type { CarriageReturn, LogFilter, LogInput } from '../core/log/logLines.ts';
import type { LineList } from '../core/log/logRows.ts';
import type { Controls, SourceOptions, StreamOptions, WireCallbacks } from './streamOptions.ts';

/** The options of `useLogTail`. The latest functions are called; none makes the hook reconnect. */
export interface LogOptions extends StreamOptions, SourceOptions, WireCallbacks {
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
     * How many of the lines that are kept have each level, before the filter; in a pause those of its beginning. A
     * line whose level is not clear counts for none. It counts when it is called, about a millisecond for 100,000
     * lines. It is always the same function: call it in an effect, such as twice a second, or an event handler.
     */
    countLevels: () => Readonly<Record<LogLevel, number>>;
    /**
     * The lines as one text, also those that are not rendered; in a pause those of its beginning. Call it in
     * event
     * handlers. It is always the same function, so a component that renders its text would not follow the log.
     */
    toText: (options?: LogTextOptions) => string;
    /** Saves what `toText` gives as a file of this name. */
    download: (name: string, options?: LogTextOptions) => void;
  };

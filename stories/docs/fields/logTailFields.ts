import type {
  ConnectionState,
  Controls,
  LogFilter,
  LogOptions,
  LogTail,
  StreamOptions,
} from 'use-event-stream';
import type { Rows } from './field.ts';
import { wireFields } from './requestFields.ts';

/** What `useLogTail` takes beside the options of all hooks. */
export const logTailFields = {
  format: {
    type: "'auto' | 'sse' | 'ndjson' | 'lines' | 'text' | StreamFormat",
    otherwise: '`auto`',
    meaning:
      'How the response is read, by its content type or as named. With `lines` and `text` the unfinished line is `partial`, and the encoding that of the `charset`.',
  },
  events: {
    type: 'string[]',
    otherwise: 'all that come',
    meaning: 'The names of the events that are lines.',
  },
  parse: {
    type: '(data: string, event) => LogInput | LogInput[] | null',
    otherwise: 'the text',
    meaning:
      'Makes a line, or several, of the text of an event: a text, or `{ text, level }`; `null` for none. Where it throws, or gives what is no line, that is reported, and the text shown as it came.',
  },
  history: {
    type: 'string | ((signal) => Promise<LogHistory>)',
    otherwise: 'none',
    meaning:
      'What the log had before the stream: a function that loads it, or the name of the event that the stream begins with. One that takes longer than `openTimeout` is given up, and a gap stands for it. What is no line in it is reported, and shown as its JSON.',
  },
  filter: {
    type: 'LogFilter',
    otherwise: 'all lines',
    meaning: 'Which lines to show. Compared by value, its `test` by identity.',
  },
  maxLines: { type: 'number', otherwise: '`10,000`', meaning: 'How many lines are kept.' },
  maxBytes: {
    type: 'number',
    otherwise: '8 MiB',
    meaning:
      'How many bytes of lines are kept: their text in UTF-8, and 64 more for each. The newest one always stays.',
  },
  maxLineLength: {
    type: 'number',
    otherwise: '`16,384`',
    meaning: 'How much of a line is kept, in UTF-16 code units.',
  },
  cr: {
    type: "'overwrite' | 'newline' | 'keep'",
    otherwise: '`overwrite`',
    meaning:
      'What a carriage return without a newline does: begins its line anew, ends it, or stays in it.',
  },
  stripAnsi: {
    type: 'boolean',
    otherwise: '`false`',
    meaning: '`true`: escape sequences are taken out of new lines.',
  },
  follow: {
    type: 'boolean',
    otherwise: '`true`',
    meaning: 'Whether the view begins by following the end.',
  },
  throttle: {
    type: "'frame' | number (ms)",
    otherwise: '`frame`',
    meaning: 'How often lines are shown: with every frame, or at most every so many milliseconds.',
  },
  ...wireFields,
} satisfies Rows<Exclude<keyof LogOptions, keyof StreamOptions>>;

/** What `useLogTail` returns of the log, beside the state and the controls of all hooks. */
export const logTailResult = {
  lines: {
    type: 'LineList',
    meaning:
      'The rows to show, oldest first: an immutable list with `length`, `at`, `slice`, `map` and `toArray`. The same list until a row comes or goes.',
  },
  partial: {
    type: 'string',
    meaning: 'The line that is not finished yet, without id; empty where there is none.',
  },
  total: {
    type: 'number',
    meaning:
      'How many lines have come, before the filter, since the beginning or the last `clear()`.',
  },
  firstId: {
    type: 'number',
    meaning:
      'The id of the oldest line that is kept, before the filter; the next id where none is.',
  },
  pending: {
    type: 'number',
    meaning: 'How many lines will appear when the pause ends; 0 without one.',
  },
  missed: {
    type: 'number',
    meaning: 'How many lines came during the pause and are gone already; 0 without one.',
  },
  dropped: {
    type: '{ lines: number; bytes: number }',
    meaning: 'What the bounds have dropped since the beginning or the last `clear()`.',
  },
  follow: {
    type: 'boolean',
    meaning: 'Whether the view is to stay at the end. It goes on in a pause.',
  },
  setFollow: { type: '(follow: boolean) => void', meaning: 'Sets `follow`.' },
  toText: {
    type: '(options?: { filtered, stripAnsi }) => string',
    meaning: 'The lines as one text, also those that are not rendered.',
  },
  download: {
    type: '(name: string, options?) => void',
    meaning: 'Saves that text as a file of this name.',
  },
} satisfies Rows<Exclude<keyof LogTail, keyof ConnectionState | keyof Controls>>;

/** The option `filter`. */
export const logFilterFields = {
  text: {
    type: 'string',
    otherwise: 'anything',
    meaning: 'What the visible text must contain, in upper or lower case.',
  },
  pattern: {
    type: 'RegExp',
    otherwise: 'anything',
    meaning: 'What the visible text must match.',
  },
  minLevel: {
    type: "'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'",
    otherwise: 'any',
    meaning:
      'How grave a line must be at least. A line whose level is not clear passes: it may be an error.',
  },
  test: {
    type: '(line: LogLine) => boolean',
    otherwise: 'none',
    meaning:
      'A test of your own; a promise hides the line. Keep the same function between renders: another one is another filter.',
  },
} satisfies Rows<keyof LogFilter>;

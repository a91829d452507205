import type { RawEvent, StreamEvent } from '../event.ts';
import type { Format } from '../format/format.ts';
import { asText } from './logInputs.ts';
import {
  type CarriageReturn,
  type LogFilter,
  type LogInput,
  type SplitOptions,
} from './logLines.ts';
import type { Until } from '../observer/until.ts';

/** What a log had before the stream. */
export interface LogHistory {
  /** The lines, oldest first. */
  lines: readonly LogInput[];
  /** The event id that they end with: the stream goes on after it. */
  lastEventId?: string | undefined;
}

/** The options of an accumulator of lines; they are read again for every batch. */
export interface LogAccumulatorOptions {
  format?: Format | undefined;
  events?: readonly string[] | undefined;
  until?: Until<StreamEvent> | undefined;
  failOn?: Until<StreamEvent> | undefined;
  parse?: ((data: string, event: StreamEvent) => LogInput | readonly LogInput[] | null) | undefined;
  /** Of the event that a stream begins with; a function is called by the owner of the accumulator. */
  history?: unknown;
  initialLastEventId?: string | undefined;
  maxLines?: number | undefined;
  maxBytes?: number | undefined;
  maxLineLength?: number | undefined;
  maxEventSize?: number | undefined;
  cr?: CarriageReturn | undefined;
  stripAnsi?: boolean | undefined;
  filter?: LogFilter | undefined;
}

const defaultLines = 10_000;
const defaultBytes = 8_388_608;
export const defaultLineLength = 16_384;
const defaultEventSize = 16_777_216;

/** Whether the lines of this format are cut here, not by the connection, so that the unfinished one is known. */
export const isPlainText = (format: Format | undefined): boolean =>
  format === 'lines' || format === 'text';

const isText = (event: RawEvent): event is StreamEvent => typeof event.data === 'string';

/** The event as text: what a format of one's own makes is shown as JSON. */
export function textEvent(event: RawEvent): StreamEvent {
  if (isText(event)) return event;
  return { ...event, data: asText(event.data) };
}

/** The option `until` or `failOn` as a test of events of any data. */
export function untilText(until: Until<StreamEvent> | undefined): Until<RawEvent> | undefined {
  return typeof until === 'function' ? (event) => until(textEvent(event)) : until;
}

export const boundsOf = ({
  maxLines = defaultLines,
  maxBytes = defaultBytes,
}: LogAccumulatorOptions) => ({
  maxItems: maxLines,
  maxSize: maxBytes,
});

export function splitOptionsOf(options: LogAccumulatorOptions): SplitOptions {
  const { cr = 'overwrite', maxLineLength = defaultLineLength } = options;
  // A parser and the look for escapes need the whole line; otherwise what is cut off need not be held.
  const needsWhole = options.parse !== undefined || options.stripAnsi === true;
  const { maxEventSize = defaultEventSize } = options;
  return { cr, limit: needsWhole ? Math.max(maxLineLength, maxEventSize) : maxLineLength };
}

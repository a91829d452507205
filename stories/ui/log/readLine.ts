import type { LogLine } from 'use-event-stream';

/** How the time of a line is shown: as it stands in the line, in the reader's time zone, or how long ago. */
export type TimeMode = 'sent' | 'local' | 'relative';

/** What a line says, parted. */
export interface ReadLine {
  /** When it was written, in milliseconds since 1970: the line's own time, or else when it came. */
  at: number;
  /** The text without the time that it begins with; of JSON its message, and its other fields. */
  text: string;
  /** What it holds, where it is a JSON object. */
  json: object | null;
}

const stamp = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d))\]?\s+/;

function jsonOf(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

const timeOf = (value: unknown, otherwise: number) => {
  const time = typeof value === 'string' || typeof value === 'number' ? new Date(value) : null;
  return Number.isFinite(time?.getTime()) ? Number(time) : otherwise;
};

/** What is shown by other means. */
const SHOWN = ['time', 'timestamp', 'level', 'message', 'msg'];

/** The fields behind the message, as `service=payments`. */
const fieldsOf = (json: Readonly<Record<string, unknown>>) =>
  Object.entries(json)
    .filter(([name]) => !SHOWN.includes(name))
    .map(
      ([name, value]) => `  ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join('');

/** Parts a line from its time, and finds the message of one that is JSON. */
export function readLine({ text, receivedAt }: Pick<LogLine, 'text' | 'receivedAt'>): ReadLine {
  const json = jsonOf(text);
  if (json) {
    const { time, timestamp, message, msg } = json;
    const at = timeOf(time ?? timestamp, receivedAt);
    const said = message ?? msg;
    if (typeof said !== 'string') return { at, text, json };
    return { at, text: said + fieldsOf(json), json };
  }
  const found = stamp.exec(text);
  return {
    at: timeOf(found?.[1]?.replace(',', '.'), receivedAt),
    text: found ? text.slice(found[0].length) : text,
    json: null,
  };
}

/** The text of a line as it is shown. */
export const shownText = (line: LogLine, mode: TimeMode): string =>
  mode === 'sent' ? line.text : readLine(line).text;

const clock = new Intl.DateTimeFormat('en', {
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
  hourCycle: 'h23',
});

/** A time in the reader's zone, such as `09:12:04.370`. */
export const localTime = (at: number): string => clock.format(at);

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** How long ago a time is, such as `12 s` and `3 min`. */
export function age(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  const unit = UNITS.find(([, size]) => ms >= size);
  return unit ? `${Math.floor(ms / unit[1])} ${unit[0]}` : `${Math.floor(ms / 1_000)} s`;
}

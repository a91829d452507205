import type { StreamLife } from './streamBody.ts';
import { streamResponse } from './streamResponse.ts';

/** One event of a `text/event-stream`; `data` that is not a string is sent as JSON. */
export interface ServerEvent {
  readonly id?: string | number;
  readonly event?: string;
  readonly data: string | number | object;
  /** The reconnection time in milliseconds. */
  readonly retry?: number;
}

/** A line that clients skip, but that keeps the connection busy. */
export interface ServerComment {
  readonly comment: string;
}

/** The reconnection time alone, in milliseconds. */
export interface ServerRetry {
  readonly retry: number;
}

/** What a generator may yield; an array is sent in one write. */
export type ServerSignal = ServerEvent | ServerComment | ServerRetry | readonly ServerEvent[];

/** Milliseconds of silence after which a comment is sent. */
export const HEARTBEAT_AFTER = 15_000;

/** Answers with Server-Sent Events out of an async generator; see `streamBody` for how it is paced and stopped. */
export function eventStream(
  request: Request,
  source: (life: StreamLife) => AsyncGenerator<ServerSignal, void, undefined>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return streamResponse(request, {
    contentType: 'text/event-stream',
    headers,
    heartbeat: { after: HEARTBEAT_AFTER, chunk: encodeSignal({ comment: 'heartbeat' }) },
    async *source(life) {
      // Headers often travel with the first bytes only: without these, `open` would wait for the first event.
      yield encodeSignal({ comment: 'open' });
      for await (const signal of source(life)) yield encodeSignal(signal);
    },
  });
}

/** The bytes of a signal as text, by https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export function encodeSignal(signal: ServerSignal): string {
  if ('comment' in signal) return `${linesOf(signal.comment, ':')}\n`;
  if ('data' in signal) return encodeEvent(signal);
  if ('retry' in signal) return `retry: ${signal.retry.toFixed(0)}\n\n`;
  return signal.map(encodeEvent).join('');
}

function encodeEvent({ id, event, data, retry }: ServerEvent): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return [
    id === undefined ? '' : `id: ${oneLine(String(id))}\n`,
    event === undefined ? '' : `event: ${oneLine(event)}\n`,
    retry === undefined ? '' : `retry: ${Math.round(retry).toFixed(0)}\n`,
    linesOf(text, 'data:'),
    '\n',
  ].join('');
}

/** "Lines must be separated by either a CRLF, a single LF or a single CR": each of them begins a new `data` line. */
function linesOf(text: string, prefix: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `${prefix} ${line}\n`)
    .join('');
}

function oneLine(value: string): string {
  if (/[\r\n\0]/.test(value)) {
    throw new TypeError(
      `An id or event name must be one line without NUL: ${JSON.stringify(value)}`,
    );
  }
  return value;
}

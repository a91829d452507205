import { eventStream, type ServerEvent } from './eventStream.ts';
import { logRecord, type LogRecord } from './logRecord.ts';
import { textParam } from './query.ts';
import { due, noContent, sequenceOf } from './sequence.ts';
import { textStream } from './textStream.ts';

const RATE = 10;

/** How lines are made; with `?clock=now` each has the time at which it is written. */
function recordsOf(request: Request): (n: number) => LogRecord {
  const isNow = textParam(request, 'clock') === 'now';
  return (n) => logRecord(n, isNow ? Date.now() : undefined);
}

/** `GET /api/logs`: a service's log as `log` events, 10 lines a second or `?rate=`; `?format=json` sends `{ level, text }`. */
export function logs(request: Request): Response {
  const sequence = sequenceOf(request, RATE);
  if (sequence.next > sequence.last) return noContent();
  const asJson = textParam(request, 'format') === 'json';
  const recordOf = recordsOf(request);
  const event = (n: number): ServerEvent => {
    const record = recordOf(n);
    return { id: String(n), type: 'log', data: asJson ? record : record.text };
  };
  return eventStream(request, async function* ({ signal }) {
    for await (const numbers of due(sequence, signal)) yield numbers.map(event);
  });
}

/** `GET /api/logs.txt`: the same lines as plain text. */
export function logsText(request: Request): Response {
  const sequence = sequenceOf(request, RATE);
  const recordOf = recordsOf(request);
  return textStream(request, async function* ({ signal }) {
    for await (const numbers of due(sequence, signal)) yield numbers.map((n) => recordOf(n).text);
  });
}

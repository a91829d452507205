import { useEventStream, useLogTail, useStreamProgress } from 'use-event-stream';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';

/** Renders a hook with options that its type does not allow. */
function rendering(use: (options: never) => unknown, options: unknown) {
  const Page = () => {
    use(options as never);
    return null;
  };
  return () => renderToString(<Page />);
}

type Hook = (options: never) => unknown;

const log: Hook = (options) => useLogTail('/log', options);
const job: Hook = (options) => useStreamProgress('/job', options);
const stream: Hook = (options) => useEventStream('/stream', options);

test.each<[Hook, unknown, string]>([
  [log, { maxLines: -1 }, '`maxLines` is -1; it must be a whole number of at least 0'],
  [log, { maxBytes: NaN }, '`maxBytes` is NaN'],
  [log, { maxLineLength: 0 }, '`maxLineLength` is 0; it must be a whole number of at least 1'],
  [log, { cr: 'drop' }, "`cr` is \"drop\"; it must be one of 'overwrite', 'newline', 'keep'"],
  [log, { format: 'bytes' }, '`format` is "bytes"; it must be a format of text'],
  [log, { events: 'log' }, '`events` is "log"; it must be a list of event names'],
  [log, { parse: 1 }, '`parse` is 1; it must be a function'],
  [log, { stripAnsi: 1 }, '`stripAnsi` is 1; it must be true or false'],
  [log, { history: 1 }, '`history` is 1; it must be a function'],
  [log, { until: 1 }, '`until` is 1; it must be an event type'],
  [log, { follow: 'no' }, '`follow` is "no"; it must be true or false'],
  [log, { filter: 'text' }, '`filter` is "text"'],
  [log, { filter: { text: 5 } }, '`filter.text` is 5; it must be a string'],
  [log, { filter: { pattern: 'x' } }, '`filter.pattern` is "x"; it must be a regular expression'],
  [
    log,
    { filter: { minLevel: 'loud' } },
    '`filter.minLevel` is "loud"; it must be one of \'trace\'',
  ],
  [log, { filter: { test: true } }, '`filter.test` is true; it must be a function'],
  [job, { scale: 'bytes' }, '`scale` is "bytes"; it must be one of'],
  [job, { steps: [{ name: 'a', weight: -1 }] }, '`steps.weight` is -1'],
  [job, { steps: [1] }, '`steps` is 1; it must be a list of names'],
  [job, { onChunk: () => undefined }, "needs `format: 'bytes'`"],
  [job, { parse: 'json' }, '`parse` is "json"; it must be a function'],
  [job, { failOn: {} }, '`failOn` is [object Object]; it must be an event type'],
  [stream, { maxEvents: 1.5 }, '`maxEvents` is 1.5; it must be a whole number of at least 0'],
  [
    stream,
    { throttle: 'fast' },
    '`throttle` is "fast"; it must be \'frame\', or a number of at least 0',
  ],
  [stream, { schema: {} }, 'a schema of a library that follows Standard Schema'],
  [stream, { events: { price: 'json' } }, '`events.price` is "json"; it must be a schema'],
  [stream, { reduce: () => 0 }, '`reduce` needs `initial`'],
  [stream, { method: 'GE T' }, '`method` is "GE T"; it must be the name of an HTTP method'],
  [stream, { reconnect: 'no' }, '`reconnect` is "no"; it must be true, false or an object'],
  [stream, { reconnect: { delay: '1' } }, '`reconnect.delay` is "1"; it must be a number'],
  [stream, { format: { contentType: 'a/b' } }, '`format.decode` is undefined'],
  [stream, { body: 5 }, '`body` is [object Number]; it must be a BodyInit'],
  [stream, { share: '' }, '`share` is ""; it must be true, false or a name'],
  [stream, null, '`options` is null; it must be an object'],
])('%o refuses %j', (use, options, message) => {
  expect(rendering(use, options)).toThrow(message);
});

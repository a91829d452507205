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

const useLog: Hook = (options) => useLogTail('/log', options);
const useJob: Hook = (options) => useStreamProgress('/job', options);
const useStream: Hook = (options) => useEventStream('/stream', options);

if (__DEV__)
  test.each<[Hook, unknown, string]>([
    [useLog, { maxLines: -1 }, '`maxLines` is -1; it must be a whole number of at least 0'],
    [useLog, { maxBytes: NaN }, '`maxBytes` is NaN'],
    [useLog, { maxLineLength: 0 }, '`maxLineLength` is 0; it must be a whole number of at least 1'],
    [useLog, { cr: 'drop' }, "`cr` is \"drop\"; it must be one of 'overwrite', 'newline', 'keep'"],
    [useLog, { format: 'bytes' }, '`format` is "bytes"; it must be a format of text'],
    [useLog, { events: 'log' }, '`events` is "log"; it must be a list of event names'],
    [useLog, { parse: 1 }, '`parse` is 1; it must be a function'],
    [useLog, { stripAnsi: 1 }, '`stripAnsi` is 1; it must be true or false'],
    [useLog, { history: 1 }, '`history` is 1; it must be a function'],
    [useLog, { until: 1 }, '`until` is 1; it must be an event type'],
    [useLog, { follow: 'no' }, '`follow` is "no"; it must be true or false'],
    [useLog, { filter: 'text' }, '`filter` is "text"'],
    [useLog, { filter: { text: 5 } }, '`filter.text` is 5; it must be a string'],
    [
      useLog,
      { filter: { pattern: 'x' } },
      '`filter.pattern` is "x"; it must be a regular expression',
    ],
    [
      useLog,
      { filter: { minLevel: 'loud' } },
      '`filter.minLevel` is "loud"; it must be one of \'trace\'',
    ],
    [useLog, { filter: { test: true } }, '`filter.test` is true; it must be a function'],
    [useJob, { scale: 'bytes' }, '`scale` is "bytes"; it must be one of'],
    [useJob, { steps: [{ name: 'a', weight: -1 }] }, '`steps.weight` is -1'],
    [useJob, { steps: [1] }, '`steps` is 1; it must be a list of names'],
    [useJob, { onChunk: () => undefined }, "needs `format: 'bytes'`"],
    [useJob, { parse: 'json' }, '`parse` is "json"; it must be a function'],
    [useJob, { failOn: {} }, '`failOn` is [object Object]; it must be an event type'],
    [useStream, { maxEvents: 1.5 }, '`maxEvents` is 1.5; it must be a whole number of at least 0'],
    [
      useStream,
      { throttle: 'fast' },
      '`throttle` is "fast"; it must be \'frame\', or a number of at least 0',
    ],
    [useStream, { schema: {} }, 'a schema of a library that follows Standard Schema'],
    [useStream, { events: { price: 'json' } }, '`events.price` is "json"; it must be a schema'],
    [useStream, { reduce: () => 0 }, '`reduce` needs `initial`'],
    [useStream, { method: 'GE T' }, '`method` is "GE T"; it must be the name of an HTTP method'],
    [useStream, { reconnect: 'no' }, '`reconnect` is "no"; it must be true, false or an object'],
    [useStream, { reconnect: { delay: '1' } }, '`reconnect.delay` is "1"; it must be a number'],
    [useStream, { format: { contentType: 'a/b' } }, '`format.decode` is undefined'],
    [useStream, { body: 5 }, '`body` is [object Number]; it must be a BodyInit'],
    [useStream, { share: '' }, '`share` is ""; it must be true, false or a name'],
    [useStream, null, '`options` is null; it must be an object'],
  ])('%o refuses %j', (use, options, message) => {
    expect(rendering(use, options)).toThrow(message);
  });

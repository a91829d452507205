import * as fc from 'fast-check';
import type { Clock } from 'use-event-stream/core';
import { expect, test } from 'vitest';
import { bodyOf, cutAt, eventStream, Recorder } from '../support/eventSource.ts';
import { interpret, type Interpretation } from './standard.ts';

/** 100,000 were run by hand: `CHUNK_RUNS=100000 npx vitest run --project node test/conformance/chunks`. */
const numRuns = Number(process.env['CHUNK_RUNS'] ?? 400);
const timeout = 30_000 + numRuns * 20;

const lineEnd = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n', '\n\r');
const oddText = fc.constantFrom(
  ...['', ' ', '  ', ':', '\uFEFF', '\0', 'ß', '€', '😀', '\u2028', '\uFFFD', '\u00EF\u00BB\u00BF'],
  'x'.repeat(300),
);
const word = fc.oneof(fc.string({ maxLength: 6, unit: 'grapheme' }), oddText);
const value = fc.array(word, { maxLength: 3 }).map((words) => words.join(''));
const fieldName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('data', 'data', 'data', 'event', 'id', 'retry') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'Data', 'dat', 'datax', ' data', 'idx', 'events', 'x'),
  },
  { weight: 1, arbitrary: word },
);
const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fieldName, fc.constantFrom(':', ': ', ':  ', ''), value) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('retry: '), fc.nat({ max: 40_000 }).map(String)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('')) },
);
const anyBytes = fc.oneof(
  { weight: 9, arbitrary: fc.constant(new Uint8Array()) },
  { weight: 1, arbitrary: fc.uint8Array({ min: 0x80, maxLength: 4 }) },
);
const part = fc
  .tuple(line, lineEnd, anyBytes)
  .map(([words, end, bytes]) => [...Buffer.from(words.join('') + end), ...bytes]);
const mark = fc.constantFrom('', '', '\uFEFF', '\uFEFF\uFEFF', '\uFEFF\n');

/** Any event stream: mostly what a server could mean, and all that one could get wrong. */
const stream = fc
  .tuple(mark, fc.array(part, { maxLength: 24, size: 'max' }))
  .map(([start, parts]) => Uint8Array.from([...Buffer.from(start), ...parts.flat()]));

/** A stream and the places where it is cut; two at one place make an empty chunk. */
const cutStream = stream.chain((bytes) =>
  fc.record({
    bytes: fc.constant(bytes),
    places: fc.oneof(
      fc.constant(Array.from(bytes.keys())),
      fc
        .array(fc.nat({ max: bytes.length }), { maxLength: 12 })
        .map((all) => all.sort((a, b) => a - b)),
    ),
  }),
);

/** A clock whose only timer, the wait for the next try, is over at once. */
function impatientClock(waits: number[]): Clock {
  let now = 0;
  const soon = (run: () => void) => {
    queueMicrotask(run);
    return () => undefined;
  };
  return {
    now: () => now,
    random: () => 0,
    frame: soon,
    idle: soon,
    timeout(run, ms) {
      waits.push(ms);
      now += ms;
      return soon(run);
    },
  };
}

/** Reads the chunks as one stream, to the request that follows its end. */
async function readChunks(chunks: Uint8Array[]): Promise<Interpretation> {
  const waits: number[] = [];
  let again: (header: string | null) => void;
  const resumed = new Promise<string | null>((resolve) => {
    again = resolve;
  });
  let requests = 0;
  const source = new Recorder('https://example.test/', {
    clock: impatientClock(waits),
    openTimeout: 0,
    reconnect: { delay: 0 },
    fetch: (_, init) => {
      if (++requests === 1)
        return Promise.resolve(new Response(bodyOf(chunks), { headers: eventStream }));
      again(new Headers(init?.headers).get('last-event-id'));
      return new Promise(() => undefined);
    },
  });
  const header = (await resumed) ?? '';
  source.close();
  const lastEventId = Buffer.from(header, 'latin1').toString();
  const messages = source.messages.map((message) => ({ ...message, data: String(message.data) }));
  return { messages, lastEventId, reconnectionTime: waits[0] ?? null };
}

/** What a header can carry of an id, and what is made of a reconnection time that is too short or too long. */
const seenFromOutside = ({ lastEventId, reconnectionTime, ...rest }: Interpretation) => ({
  ...rest,
  lastEventId: lastEventId.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, ''),
  reconnectionTime: Math.min(Math.max(reconnectionTime ?? 0, 100), 30_000),
});

test(
  'any stream, cut anywhere, gives what the standard makes of the whole',
  { timeout },
  async () => {
    await fc.assert(
      fc.asyncProperty(cutStream, async ({ bytes, places }) => {
        const expected = seenFromOutside(interpret(bytes));
        expect(await readChunks([bytes])).toEqual(expected);
        expect(await readChunks(cutAt(bytes, places))).toEqual(expected);
      }),
      { numRuns },
    );
  },
);

test('the streams of the test have all that makes a stream odd', () => {
  const streams = fc.sample(stream, { numRuns: 400, seed: 1 });
  const texts = streams.map((bytes) => Buffer.from(bytes).toString());
  for (const odd of [
    '\r\n',
    '\r',
    '\n\r',
    '\uFEFF',
    '\0',
    '😀',
    '\uFFFD',
    '\n:',
    '\nretry: ',
    'x'.repeat(300),
  ]) {
    expect(texts.filter((text) => text.includes(odd)).length, JSON.stringify(odd)).toBeGreaterThan(
      5,
    );
  }
  const interpretations = streams.map(interpret);
  expect(interpretations.filter(({ messages }) => messages.length > 1).length).toBeGreaterThan(100);
  expect(interpretations.filter(({ lastEventId }) => lastEventId !== '').length).toBeGreaterThan(
    40,
  );
  expect(
    interpretations.filter(({ reconnectionTime }) => reconnectionTime !== null).length,
  ).toBeGreaterThan(40);
});

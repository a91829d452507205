// @vitest-environment node
import ts from 'typescript';
import {
  createConnectionStore,
  type ConnectionState,
  type Format,
  type RequestOptions,
  type StreamFormat,
  type SubscribeRequest,
} from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { documentedFormat } from '../support/documentedFormat.ts';
import { bodyOf, cutAt } from '../support/eventSource.ts';
import { FakeClock } from '../support/fakeClock.ts';

const url = 'https://example.test/stream';

interface Answer {
  chunks: readonly (string | Uint8Array)[];
  contentType?: string | null;
  format?: SubscribeRequest['format'];
  options?: RequestOptions;
}

/** Reads an answer to its end; says what came of it, and what was asked for. */
async function read({ chunks, contentType = 'text/plain', format, options }: Answer) {
  const clock = new FakeClock();
  const requests: Headers[] = [];
  const store = createConnectionStore({
    clock,
    fetch: (_, init) => {
      requests.push(new Headers(init?.headers));
      const headers = new Headers(contentType === null ? {} : { 'content-type': contentType });
      return Promise.resolve(
        new Response(bodyOf(chunks.map((chunk) => Buffer.from(chunk))), { headers }),
      );
    },
  });
  onTestFinished(() => {
    store.close();
  });
  const seen = collect(store, { url, ...options, ...(format && { format }) });
  const ended: ConnectionState['status'][] = ['closed', 'failed', 'reconnecting'];
  while (!seen.statuses.some((status) => ended.includes(status))) await clock.advance(50);
  return {
    data: seen.data,
    events: seen.events,
    statuses: seen.statuses,
    state: seen.state,
    requests,
  };
}

/** The data of a text, in one piece, byte by byte and cut in two at every place; all must be the same. */
async function dataEveryWay(text: string, answer: Omit<Answer, 'chunks'>): Promise<unknown[]> {
  const bytes = Buffer.from(text);
  const places = Array.from(bytes.keys());
  const whole = await read({ ...answer, chunks: [bytes] });
  for (const way of [places, ...places.map((place) => [place])]) {
    const { data } = await read({ ...answer, chunks: cutAt(bytes, way) });
    expect(data).toEqual(whole.data);
  }
  return whole.data;
}

const ndjsonTypes = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonl',
  'application/jsonlines',
  'application/x-jsonlines',
  'application/json-lines',
  'application/json-l',
  'application/x-json-stream',
  'application/stream+json',
  'application/x-ldjson',
  'application/json-seq',
  'application/jsonseq',
  'application/jsonstream',
  'application/geo+json-seq',
  'application/vnd.example.v1+ndjson',
  'text/x-ndjson',
  'text/jsonl',
  'Application/X-NDJSON; charset=utf-8',
];

test.for(ndjsonTypes)('reads %s as NDJSON without being told', async (contentType) => {
  const { data, statuses } = await read({ chunks: ['{"a":1}\n\n{"b":2}\n'], contentType });
  expect(data).toEqual(['{"a":1}', '{"b":2}']);
  expect(statuses).toEqual(['connecting', 'open', 'closed']);
});

test('reads text/event-stream as Server-Sent Events without being told', async () => {
  const { data, statuses } = await read({
    chunks: ['data: a\n\n'],
    contentType: 'text/event-stream',
  });
  expect(data).toEqual(['a']);
  expect(statuses).toEqual(['connecting', 'open', 'reconnecting']);
});

test.for([
  'text/plain',
  'application/json',
  'application/json+ndjson/x',
  'application/jsonld',
  'x-application/jsonl',
  'application/octet-stream',
  'text/html',
  null,
])('refuses the content type %s where no format is named', async (contentType) => {
  const { state } = await read({ chunks: ['a'], contentType });
  expect(state).toMatchObject({ status: 'failed', error: { kind: 'contentType', contentType } });
});

test.for([
  ['auto', 'text/event-stream'],
  ['sse', 'text/event-stream'],
  ['ndjson', 'application/x-ndjson'],
  ['lines', 'text/plain'],
  ['text', 'text/plain'],
  ['bytes', '*/*'],
] as const)('asks for the type of the format %s', async ([format, accept]) => {
  const { requests } = await read({ chunks: [], format });
  expect(requests[0]?.get('accept')).toBe(accept);
});

/** A format that takes a whole answer for one event. */
const whole = (contentType: string): StreamFormat => ({
  contentType,
  decode: (push) => ({
    chunk: (bytes) => {
      push({ data: new TextDecoder().decode(bytes) });
    },
    end: () => undefined,
  }),
});

test.for<Format>([
  'sse',
  'ndjson',
  'lines',
  'text',
  whole('text/x-records'),
  whole('application/json'),
])('refuses a web page for the format %o, and says what it may be', async (format) => {
  for (const contentType of ['text/html', 'Text/HTML; charset=utf-8']) {
    const { state } = await read({ chunks: ['a'], format, contentType });
    expect(state).toMatchObject({
      status: 'failed',
      error: { kind: 'contentType', contentType, body: 'a' },
    });
    expect(state?.error?.message).toContain('a web page, as of an error or a login');
  }
});

test.for([
  'text/event-stream',
  'application/x-ndjson',
  'application/json',
  'application/octet-stream',
  'text/plain',
  null,
])('takes the content type %s for every format that is named', async (contentType) => {
  const text = 'data: 1\n\n';
  const named = { sse: ['1'], ndjson: ['data: 1'], lines: ['data: 1', ''], text: [text] };
  for (const [name, data] of Object.entries(named)) {
    const format = name as keyof typeof named;
    expect((await read({ chunks: [text], format, contentType })).data).toEqual(data);
  }
  const format = whole('text/x-records');
  expect((await read({ chunks: [text], format, contentType })).data).toEqual([text]);
});

test.for(['bytes', whole('*/*'), whole('text/*'), whole('text/html')] as const)(
  'takes a web page for the format %o, which asks for one',
  async (format) => {
    const { statuses } = await read({ chunks: ['a'], format, contentType: 'text/html' });
    expect(statuses).toEqual(['connecting', 'open', 'closed']);
  },
);

test.for(['ndjson', 'lines', 'text', 'bytes'] as const)(
  'is done where a stream of the format %s ends, and asks no more',
  async (format) => {
    const contentType = format === 'ndjson' ? 'application/x-ndjson' : 'text/plain';
    const { state, requests } = await read({ chunks: ['1\n'], format, contentType });
    expect(state).toMatchObject({ status: 'closed', reason: 'done', error: null });
    expect(requests).toHaveLength(1);
  },
);

test('gives every line, also empty ones and a last one without an end, however they are cut', async () => {
  const format = 'lines';
  expect(await dataEveryWay('a\n\nß€😀\r\nb\rc\r\n\r\n d \nlast', { format })).toEqual([
    'a',
    '',
    'ß€😀',
    'b\rc',
    '',
    ' d ',
    'last',
  ]);
  expect(await dataEveryWay('a\n', { format })).toEqual(['a']);
  expect(await dataEveryWay('a\n\n', { format })).toEqual(['a', '']);
  expect(await dataEveryWay('\uFEFFa\n\uFEFFb', { format })).toEqual(['a', '\uFEFFb']);
  expect(await dataEveryWay('', { format })).toEqual([]);
});

test('gives a last line that is cut within a character', async () => {
  const chunks = [Uint8Array.of(0x61, 0xe2, 0x82)];
  expect((await read({ chunks, format: 'lines' })).data).toEqual(['a\uFFFD']);
});

test('gives every JSON text of NDJSON but empty lines, however they are cut', async () => {
  const contentType = 'application/x-ndjson';
  expect(await dataEveryWay('{"a":"ß€😀"}\r\n\n  \n[1]\n{broken\n"last"', { contentType })).toEqual(
    ['{"a":"ß€😀"}', '[1]', '{broken', '"last"'],
  );
});

const sequence = 'application/json-seq';

test('gives every text of a JSON text sequence, of one line or many, however they are cut', async () => {
  const pretty = '{\n  "a": {},\n  "b": [\n    1\n  ]\n}';
  const text = ['{"c":"ß€😀"}', pretty, '12', '[{}\n]', '"last"']
    .map((each) => `\u001E${each}\n`)
    .join('');
  const expected = ['{"c":"ß€😀"}', pretty, '12', '[{}\n]', '"last"'];
  for (const answer of [
    { contentType: sequence },
    { contentType: 'application/json', format: 'ndjson' as const },
  ]) {
    expect(await dataEveryWay(text, answer)).toEqual(expected);
  }
  expect(await dataEveryWay('\u001E\u001E\n\u001E1\r\n\u001E2', { contentType: sequence })).toEqual(
    ['1', '2'],
  );
});

test('gives what a text sequence holds that is no JSON, where the next text begins', async () => {
  const chunks = ['\u001E{"cut":\n', '\u001E{"a":1}\n\u001E{"broken"'];
  expect((await read({ chunks, contentType: sequence })).data).toEqual([
    '{"cut":',
    '{"a":1}',
    '{"broken"',
  ]);
});

test('gives a text of a sequence as soon as it is there', async () => {
  const stream = mockStream(url);
  const seen = collect(stream.store, { url, format: 'ndjson' });
  await stream.open();
  await stream.chunk('\u001E{"a":1}\n');
  expect(seen.data).toEqual(['{"a":1}']);
  await stream.chunk('\u001E{\n"b":');
  await stream.chunk('2}\n');
  expect(seen.data).toEqual(['{"a":1}', '{\n"b":2}']);
});

test('fails on a text of a sequence that is too long, of however short lines', async () => {
  const options = { maxEventSize: 100 };
  for (const lines of ['1,\n'.repeat(60), '\n'.repeat(120)]) {
    const chunks = ['\u001E1\n', `\u001E[\n${lines}`];
    const { data, state } = await read({ chunks, contentType: sequence, options });
    expect(data).toEqual(['1']);
    expect(state).toMatchObject({ status: 'failed', error: { kind: 'size', limit: 100 } });
  }
});

test('takes a record separator within a line of NDJSON for what it is, no JSON', async () => {
  const chunks = ['{"a":1}\n"\u001E"\n'];
  const { data } = await read({ chunks, contentType: 'application/x-ndjson' });
  expect(data).toEqual(['{"a":1}', '"\u001E"']);
});

test('gives text as it comes, and never a part of a character', async () => {
  const bytes = Buffer.from('a€😀\r\n');
  const { data } = await read({ chunks: cutAt(bytes, [2, 5, 7]), format: 'text' });
  expect(data).toEqual(['a', '€', '😀\r\n']);
  const cut = await read({ chunks: [Uint8Array.of(0xe2, 0x82)], format: 'text' });
  expect(cut.data).toEqual(['\uFFFD']);
});

test('gives bytes untouched, chunk by chunk, also large ones', async () => {
  const large = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
  const odd = Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 0x0d, 0x0a, 0);
  const { data } = await read({ chunks: [odd, large], format: 'bytes' });
  expect(data).toHaveLength(2);
  for (const [index, chunk] of [odd, large].entries()) {
    const given = data[index];
    expect(given).toBeInstanceOf(Uint8Array);
    expect(Buffer.compare(given as Uint8Array, chunk)).toBe(0);
  }
});

test.for(['ndjson', 'lines'] as const)(
  'fails on a line of the format %s that is too long, ended or not, with what came before delivered',
  async (format) => {
    const contentType = format === 'ndjson' ? 'application/x-ndjson' : 'text/plain';
    const options = { maxEventSize: 100 };
    for (const chunks of [
      [`1\n${'2'.repeat(101)}`],
      [`1\n${'2'.repeat(101)}\n`],
      ['1\n', '2'.repeat(60), '2'.repeat(60)],
    ]) {
      const { data, state } = await read({ chunks, format, contentType, options });
      expect(data).toEqual(['1']);
      expect(state).toMatchObject({ status: 'failed', error: { kind: 'size', limit: 100 } });
    }
  },
);

test('does not count the line break with the line', async () => {
  for (const chunks of [['12345\r\n12345\r\n'], ['12345', '\r', '\n12345']]) {
    const options = { maxEventSize: 5 };
    const { data } = await read({ chunks, format: 'lines', contentType: 'text/plain', options });
    expect(data).toEqual(['12345', '12345']);
  }
});

test('the format in the docs reads what it says, however it is cut', async () => {
  const { outputText } = ts.transpileModule(documentedFormat(), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const location = `data:text/javascript,${encodeURIComponent(outputText)}`;
  const { records } = (await import(/* @vite-ignore */ location)) as { records: StreamFormat };
  const answer = { format: records, contentType: records.contentType };
  expect(await dataEveryWay('a\u001Eß€😀\n\u001E\u001Elast', answer)).toEqual([
    'a',
    'ß€😀\n',
    '',
    'last',
  ]);
  const long = await read({ ...answer, chunks: ['x'.repeat(20)], options: { maxEventSize: 10 } });
  expect(long.state).toMatchObject({ status: 'failed', error: { kind: 'size' } });
});

/** A format of numbers, one a byte; each has a type and an id of its own. */
const numbers: StreamFormat<number> = {
  contentType: 'application/x-numbers',
  decode: (push) => ({
    chunk(bytes) {
      for (const data of bytes) push({ data, type: `n${data}`, id: `#${data}` });
    },
    end() {
      push({ data: -1 });
    },
  }),
};

test("takes a user's own format, with data, types and ids of its own", async () => {
  const { events, state, requests } = await read({
    chunks: [Uint8Array.of(1, 2)],
    format: numbers,
    contentType: 'Application/X-Numbers; a=b',
  });
  expect(events).toMatchObject([
    { type: 'n1', data: 1, lastEventId: '#1' },
    { type: 'n2', data: 2, lastEventId: '#2' },
    { type: 'message', data: -1, lastEventId: '#2' },
  ]);
  expect(requests[0]?.get('accept')).toBe('application/x-numbers');
  expect(state).toMatchObject({ status: 'closed', reason: 'done' });
});

test("fails where a user's own format throws, with what came before delivered", async () => {
  const { data, state } = await read({
    chunks: [Uint8Array.of(1), Uint8Array.of(2)],
    format: {
      contentType: '*/*',
      decode: (push) => ({
        chunk([byte]) {
          push({ data: byte });
          if (byte === 2) throw new Error('not a 2');
        },
        end: () => undefined,
      }),
    },
  });
  expect(data).toEqual([1, 2]);
  expect(state).toMatchObject({
    status: 'failed',
    error: { kind: 'aborted', cause: { message: 'not a 2' } },
  });
});

test('hands a large chunk over in slices of 64 KiB', async () => {
  const sizes: number[] = [];
  const format: StreamFormat = {
    contentType: 'text/plain',
    decode: () => ({ chunk: ({ length }) => void sizes.push(length), end: () => undefined }),
  };
  await read({ chunks: [Buffer.alloc(200_000)], contentType: 'text/plain', format });
  expect(sizes).toEqual([65_536, 65_536, 65_536, 3_392]);
});

import { createConnectionStore, type Format, type StreamFormat } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { collect } from '../support/collect.ts';

const url = 'https://example.test/stream';

const utf16 = (text: string, bigEndian = false): number[] =>
  Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).flatMap((unit) =>
    bigEndian ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8],
  );

const grüße = { latin: [0x47, 0x72, 0xfc, 0xdf, 0x65], utf8: [...Buffer.from('Grüße')] };
const nihongo = [0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea];

interface Answer {
  format?: Format;
  bytes: readonly number[];
  contentType: string;
}

/** The data of an answer whose bytes come one by one, or in pieces of another size. */
async function read({ bytes, contentType, format = 'lines' }: Answer, size = 1) {
  const stream = mockStream(url);
  const seen = collect(stream.store, { url, format });
  await stream.open({ headers: { 'content-type': contentType } });
  stream.splitBytes(size);
  await stream.chunk(Uint8Array.from(bytes));
  await stream.end();
  return seen.data;
}

test.for<[contentType: string, bytes: number[], line: string]>([
  ['text/plain; charset=iso-8859-1', grüße.latin, 'Grüße'],
  ['text/plain;charset=ISO-8859-1', grüße.latin, 'Grüße'],
  ['text/plain; Charset="windows-1252"', [0x80, 0x20, 0x99], '€ ™'],
  ['text/plain; charset="iso\\-8859-1"', grüße.latin, 'Grüße'],
  ['text/plain; a="; charset=utf-16le"; charset=latin1', grüße.latin, 'Grüße'],
  ['text/plain; charset=latin1; charset=utf-8', grüße.latin, 'Grüße'],
  ['text/plain; charset=utf-8, text/plain; charset=latin1', grüße.latin, 'Grüße'],
  ['text/plain; format=flowed; charset=shift_jis', nihongo, '日本語'],
  ['text/plain; charset=utf-16le', utf16('ß€😀'), 'ß€😀'],
  ['text/plain; charset=utf-16be', utf16('ß€😀', true), 'ß€😀'],
  ['application/octet-stream; charset=koi8-r', [0xf0, 0xd2], 'Пр'],
  ['text/plain', grüße.utf8, 'Grüße'],
  ['text/plain; charset=UTF8', grüße.utf8, 'Grüße'],
  ['text/plain; charset=unheard-of', grüße.utf8, 'Grüße'],
  ["text/plain; charset='utf-16le'", grüße.utf8, 'Grüße'],
  ['text/plain; charset=', grüße.utf8, 'Grüße'],
  ['text/plain; charset=utf-7', grüße.utf8, 'Grüße'],
  ['text/plain; x-charset=latin1', grüße.utf8, 'Grüße'],
])('lines and text of %s are read in its encoding', async ([contentType, bytes, line]) => {
  for (const size of [1, 2, 3, 100]) {
    expect(await read({ bytes, contentType }, size)).toEqual([line]);
    const pieces = await read({ bytes, contentType, format: 'text' }, size);
    expect(pieces.join('')).toBe(line);
  }
});

test.for<[name: string, contentType: string, bytes: number[], line: string]>([
  ['UTF-8', 'text/plain', [0xef, 0xbb, 0xbf, ...grüße.utf8], 'Grüße'],
  ['UTF-8', 'text/plain; charset=latin1', [0xef, 0xbb, 0xbf, ...grüße.utf8], 'Grüße'],
  ['UTF-16', 'text/plain', [0xff, 0xfe, ...utf16('ß€')], 'ß€'],
  ['UTF-16', 'text/plain; charset=utf-16', [0xfe, 0xff, ...utf16('ß€', true)], 'ß€'],
  ['UTF-16', 'text/plain; charset=utf-16le', utf16('\uFEFFß\uFEFF€'), 'ß\uFEFF€'],
  ['less than UTF-8', 'text/plain; charset=latin1', [0xef, 0xbb], 'ï»'],
  ['less than UTF-8', 'text/plain; charset=latin1', [0xef, 0xbb, 0x41], 'ï»A'],
  ['less than UTF-8', 'text/plain; charset=latin1', [0xef, 0x41, 0xbf], 'ïA¿'],
  ['less than UTF-8', 'text/plain; charset=latin1', [0x41, 0xbb, 0xbf], 'A»¿'],
  ['less than UTF-8', 'text/plain', [0xef, 0xbb], '\uFFFD'],
  ['less than UTF-16', 'text/plain; charset=latin1', [0xff], 'ÿ'],
  ['less than UTF-16', 'text/plain; charset=latin1', [0xff, 0x41, 0x42], 'ÿAB'],
  ['less than UTF-16', 'text/plain; charset=latin1', [0xfe, 0x41, 0x42], 'þAB'],
  ['less than UTF-16', 'text/plain; charset=latin1', [0x41, 0xff, 0x42], 'AÿB'],
  ['less than UTF-16', 'text/plain; charset=latin1', [0x41, 0xfe, 0x42], 'AþB'],
])('the byte order mark of %s in %s decides', async ([, contentType, bytes, line]) => {
  for (const size of [1, 2, 100]) {
    expect(await read({ bytes, contentType }, size)).toEqual([line]);
  }
});

test('an answer that begins with a short line shows it at once', async () => {
  const stream = mockStream(url);
  const seen = collect(stream.store, { url, format: 'lines' });
  await stream.open({ headers: { 'content-type': 'text/plain; charset=latin1' } });
  await stream.chunk(Uint8Array.of(0xfc, 0x0a));
  expect(seen.data).toEqual(['ü']);
});

test('an answer without a byte has no line', async () => {
  expect(await read({ bytes: [], contentType: 'text/plain; charset=utf-16le' })).toEqual([]);
});

test('what is not of the encoding is replaced, also at the end', async () => {
  const contentType = 'text/plain; charset=shift_jis';
  expect(await read({ bytes: [0x93, 0xfa, 0x96], contentType })).toEqual(['日\uFFFD']);
});

test.for([
  ['Server-Sent Events', 'sse', 'text/event-stream', 'data: ü\n\n'],
  ['NDJSON', 'ndjson', 'application/x-ndjson', 'ü\n'],
] as const)('%s are UTF-8 whatever they say', async ([, format, type, text]) => {
  const bytes = [...Buffer.from(text)];
  const contentType = `${type}; charset=iso-8859-1`;
  expect(await read({ bytes, contentType, format })).toEqual(['ü']);
});

/** A format of a user's own that decodes as the answer says. */
const words: StreamFormat = {
  contentType: 'text/x-words',
  decode(push, { charset }) {
    const decoder = new TextDecoder(charset);
    return {
      chunk(bytes) {
        push({ data: decoder.decode(bytes, { stream: true }), type: charset });
      },
      end: () => undefined,
    };
  },
};

test.for([
  ['; charset="ISO-8859-1"', 'windows-1252'],
  ['; charset=unheard-of', 'utf-8'],
  ['', 'utf-8'],
] as const)(
  "a format of a user's own is told the encoding of %j",
  async ([parameter, encoding]) => {
    const stream = mockStream(url);
    const seen = collect(stream.store, { url, format: words });
    await stream.open({ headers: { 'content-type': words.contentType + parameter } });
    await stream.chunk(Uint8Array.of(0x41));
    expect(seen.events).toMatchObject([{ data: 'A', type: encoding }]);
  },
);

test("an error's body is read in its encoding", async () => {
  const headers = { 'content-type': 'text/plain; charset=iso-8859-1' };
  const store = createConnectionStore({
    fetch: () =>
      Promise.resolve(new Response(Uint8Array.from(grüße.latin), { status: 400, headers })),
  });
  const seen = collect(store, { url });
  await expect.poll(() => seen.state?.status).toBe('failed');
  expect(seen.state).toMatchObject({ error: { kind: 'http', body: 'Grüße' } });
});

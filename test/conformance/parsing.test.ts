import { expect, test } from 'vitest';
import {
  dataOf,
  eventStream,
  listen,
  read,
  readEveryWay,
  serveStream,
} from '../support/eventSource.ts';
import { serve } from '../support/httpServer.ts';

const bom = '\uFEFF';

test('drops one byte order mark at the start, also where it is cut', async () => {
  expect(await dataOf(`${bom}data: a\n\n`)).toEqual(['a']);
});

test('drops no second byte order mark', async () => {
  expect(await dataOf(`${bom}${bom}data: a\n\ndata: b\n\n`)).toEqual(['b']);
});

test('keeps a byte order mark that is not at the start', async () => {
  expect(await dataOf(`data: a\n\n${bom}data: b\n\ndata: ${bom}c\n\n`)).toEqual(['a', `${bom}c`]);
});

test('takes nothing but the UTF-8 mark for a byte order mark', async () => {
  const marks = ['\u00EF\u00BB\u00BF', '\uFFFE', '\u0000'];
  for (const mark of marks) expect(await dataOf(`${mark}data: a\n\n`)).toEqual([]);
});

test.for([
  ['LF', '\n'],
  ['CR', '\r'],
  ['CR LF', '\r\n'],
] as const)('ends lines at %s, wherever the stream is cut', async ([, end]) => {
  const lines = [
    'data: a',
    'data: b',
    '',
    ':',
    'data: c',
    'id: 1',
    '',
    'id: 2',
    '',
    'data',
    '',
    '',
  ];
  expect(await readEveryWay(lines.join(end))).toEqual([
    [
      { type: 'message', data: 'a\nb', lastEventId: '' },
      { type: 'message', data: 'c', lastEventId: '1' },
      { type: 'message', data: '', lastEventId: '2' },
    ],
  ]);
});

test('ends lines at CR, LF and CR LF in one stream, wherever it is cut', async () => {
  expect(
    await dataOf('data: a\r\ndata: b\rdata: c\n\rdata: d\r\n\ndata: e\r\r\ndata: f\n\r\n'),
  ).toEqual(['a\nb\nc', 'd', 'e', 'f']);
});

test('takes CR LF for one end of a line and LF CR for two', async () => {
  expect(await dataOf('data: a\r\ndata: b\r\n\r\n')).toEqual(['a\nb']);
  expect(await dataOf('data: a\n\rdata: b\n\r')).toEqual(['a', 'b']);
});

test('dispatches after a CR without waiting for what follows it', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, eventStream);
    response.write('data: a\r\r');
  });
  const source = listen(server.url);
  await expect.poll(() => source.messages).toMatchObject([{ data: 'a' }]);
  expect(source.readyState).toBe(1);
});

test('takes no other character for the end of a line', async () => {
  const text = 'a\u000Bb\u000Cc\u0085d\u2028e\u2029f';
  expect(await dataOf(`data: ${text}\n\n`)).toEqual([text]);
});

test('decodes UTF-8, wherever a character is cut', async () => {
  const text = 'ok …ß€😀\u0000é';
  expect(await dataOf(`data: ${text}\n\n`)).toEqual([text]);
});

test('replaces bytes that are not UTF-8, wherever they are cut', async () => {
  const invalid = [0xff, 0x61, 0xc3, 0x28, 0xe2, 0x82, 0x62, 0xed, 0xa0, 0x80, 0xf0, 0x9f];
  const bytes = Uint8Array.from([...Buffer.from('data: '), ...invalid, 0x0a, 0x0a]);
  expect(await dataOf(bytes)).toEqual(['\uFFFDa\uFFFD(\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFD']);
});

test('decodes UTF-8 whatever charset the content type names', async () => {
  for (const charset of ['utf-8', 'windows-1252', 'utf-16le', '"UTF-8"', 'bogus']) {
    const server = await serveStream('data: ß€\n\n', {
      'content-type': `text/event-stream; charset=${charset}`,
    });
    expect(await read(server.url)).toMatchObject([{ data: 'ß€' }]);
  }
});

test('takes a stream without any byte', async () => {
  expect(await dataOf('')).toEqual([]);
});

test('takes lines longer than any chunk', async () => {
  const text = 'ß€'.repeat(200_000);
  const server = await serveStream(`data: ${text}\n\n`);
  const [message] = await read(server.url);
  expect(message?.data === text).toBe(true);
});

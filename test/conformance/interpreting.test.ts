import { expect, test } from 'vitest';
import { dataOf, eventStream, listen, readEveryWay } from '../support/eventSource.ts';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { serve } from '../support/httpServer.ts';

/** What a stream becomes, however it is cut. */
const messagesOf = async (stream: string) => (await readEveryWay(stream)).flat();

test('dispatches a message of the type `message` for a block with data', async () => {
  expect(await messagesOf('data: a\n\n')).toEqual([
    { type: 'message', data: 'a', lastEventId: '' },
  ]);
});

test('joins the data lines of a block with line feeds, without one at the end', async () => {
  expect(await dataOf('data: YHOO\ndata: +2\ndata: 10\n\n')).toEqual(['YHOO\n+2\n10']);
});

test('keeps a line feed at the start and at the end of the data', async () => {
  expect(await dataOf('data:\ndata: a\n\ndata: b\ndata:\n\ndata\ndata\n\n')).toEqual([
    '\na',
    'b\n',
    '\n',
  ]);
});

test('dispatches an empty message for an empty data line', async () => {
  expect(await dataOf('data\n\ndata:\n\ndata: \n\n')).toEqual(['', '', '']);
});

test('dispatches nothing for a block without data', async () => {
  expect(await messagesOf('event: a\nid: 1\nretry: 5\n\n\n\n:\n\n')).toEqual([]);
});

test('takes away one space after the colon and no more', async () => {
  expect(await dataOf('data:a\n\ndata: b\n\ndata:  c\n\ndata:\td\n\ndata: e \n\n')).toEqual([
    'a',
    'b',
    ' c',
    '\td',
    'e ',
  ]);
});

test('takes everything after the first colon for the value', async () => {
  expect(await dataOf('data:: a\n\ndata: b:c\n\n')).toEqual([': a', 'b:c']);
});

test('ignores comments', async () => {
  expect(await dataOf(':\n: a\n:data: b\ndata: c\n:\n: d: e\ndata: f\n\n')).toEqual(['c\nf']);
});

test('takes a comment within a block for nothing, not for its end', async () => {
  expect(await dataOf('data: a\n:\ndata: b\n\n')).toEqual(['a\nb']);
});

test('takes a line without a colon for a field without a value', async () => {
  expect(await messagesOf('id: 1\ndata: a\n\nid\nevent\ndata\n\n')).toEqual([
    { type: 'message', data: 'a', lastEventId: '1' },
    { type: 'message', data: '', lastEventId: '' },
  ]);
});

test('ignores fields of other names, whole and literal', async () => {
  const lines = [
    'Data: a',
    'DATA: b',
    ' data: c',
    'data : d',
    'dat: e',
    'datax: f',
    'x',
    'datax',
    '\u0000data: g',
  ];
  expect(await dataOf(`${lines.join('\n')}\ndata: h\n\n`)).toEqual(['h']);
});

test('gives a message the type of its block, the last of them', async () => {
  expect(await messagesOf('event: a\ndata: 1\nevent: b\n\n')).toMatchObject([
    { type: 'b', data: '1' },
  ]);
});

test('forgets the type after every block, also after one without data', async () => {
  expect(await messagesOf('event: a\ndata: 1\n\ndata: 2\n\nevent: b\n\ndata: 3\n\n')).toMatchObject(
    [{ type: 'a' }, { type: 'message' }, { type: 'message' }],
  );
});

test('takes an empty type for `message`', async () => {
  expect(await messagesOf('event: a\nevent:\ndata: 1\n\nevent\ndata: 2\n\n')).toMatchObject([
    { type: 'message' },
    { type: 'message' },
  ]);
});

test('takes any name for a type', async () => {
  const types = ['open', 'error', 'constructor', '__proto__', ' a', 'ß€'];
  const stream = types.map((type) => `event: ${type}\ndata: 1\n\n`).join('');
  expect((await messagesOf(stream)).map(({ type }) => type)).toEqual(types);
});

test('keeps the last event id until another comes', async () => {
  expect(await messagesOf('id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\nid: 3\n\n')).toMatchObject([
    { lastEventId: '1' },
    { lastEventId: '1' },
    { lastEventId: '3' },
  ]);
});

test('takes the id of a block without data', async () => {
  expect(await messagesOf('id: 1\n\ndata: a\n\nid: 2\n\nid: 3\n\ndata: b\n\n')).toMatchObject([
    { lastEventId: '1' },
    { lastEventId: '3' },
  ]);
});

test('forgets the last event id at an empty one', async () => {
  expect(
    await messagesOf('id: 1\ndata: a\n\nid\ndata: b\n\nid: 2\n\nid:\n\ndata: c\n\n'),
  ).toMatchObject([{ lastEventId: '1' }, { lastEventId: '' }, { lastEventId: '' }]);
});

test('ignores an id with a NULL in it', async () => {
  const stream = 'id: 1\ndata: a\n\nid: 2\u0000\ndata: b\n\nid: \u0000\ndata: c\n\n';
  expect((await messagesOf(stream)).map(({ lastEventId }) => lastEventId)).toEqual(['1', '1', '1']);
});

test('keeps NULLs in data and types', async () => {
  expect(await messagesOf('event: a\u0000\ndata: b\u0000c\n\n')).toMatchObject([
    { type: 'a\u0000', data: 'b\u0000c' },
  ]);
});

test('drops a last block without a blank line after it', async () => {
  for (const rest of ['data: b', 'data: b\n', 'event: x\ndata: b\r\n', 'id: 2\n']) {
    expect(await messagesOf(`id: 1\ndata: a\n\n${rest}`)).toEqual([
      { type: 'message', data: 'a', lastEventId: '1' },
    ]);
  }
});

test('interprets every line as it comes', async () => {
  let sendRest: () => void = () => undefined;
  const server = await serve((_, response) => {
    response.writeHead(200, eventStream);
    response.write('data: a\n\ndata: b\n');
    sendRest = () => {
      response.end('\n');
    };
  });
  const source = listen(server.url, { clock: new FakeClock() });
  await expect.poll(() => source.messages).toMatchObject([{ data: 'a' }]);
  sendRest();
  await source.lost;
  expect(source.messages).toMatchObject([{ data: 'a' }, { data: 'b' }]);
});

test.for([
  ['retry: 1234\n', 1_234],
  ['retry:1234\n', 1_234],
  ['retry: 0700\n\n', 700],
  ['data: a\nretry: 300\n', 300],
  ['retry: 300\nretry: 400\n\n', 400],
  ['retry: 300\nretry: x\n\n', 300],
] as const)('takes %j for a reconnection time of %i ms, at once', async ([stream, time]) => {
  expect(await waitAfter(stream)).toBe(time);
});

test.for(['1000.5', '-1', '+1', '1e3', '0x10', '10 ', '  10', '', 'soon', '１０', '10ms'])(
  'ignores the reconnection time %j',
  async (time) => {
    expect(await waitAfter(`retry: ${time}\n\n`)).toBe(await waitAfter(''));
  },
);

/** How long the source waits, at least, once a stream has ended. */
async function waitAfter(stream: string): Promise<number> {
  const clock = new FakeClock();
  const server = new FakeServer();
  const source = listen('https://example.test/', { clock, fetch: server.fetch });
  await turns();
  server.last.open();
  server.last.send(stream);
  server.last.end();
  await source.lost;
  const begin = clock.now();
  while (server.requests.length === 1) await clock.advance(1);
  return clock.now() - begin;
}

test('reads the examples of the standard as it says', async () => {
  expect(
    await messagesOf(
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
    ),
  ).toEqual([
    { type: 'message', data: 'first event', lastEventId: '1' },
    { type: 'message', data: 'second event', lastEventId: '' },
    { type: 'message', data: ' third event', lastEventId: '' },
  ]);
  expect(await dataOf('data\n\ndata\ndata\n\ndata:')).toEqual(['', '\n']);
  expect(await dataOf('data:test\n\ndata: test\n\n')).toEqual(['test', 'test']);
});

import type { ServerResponse } from 'node:http';
import { createConnectionStore } from 'use-event-stream/core';
import { StreamProvider, useEventStream } from 'use-event-stream';
import * as formats from 'use-event-stream/ai';
import type { AiAnswer, AiToolCall } from 'use-event-stream/ai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serve } from '../support/httpServer.ts';
import { act, render } from '../support/render.ts';
import * as wires from './wires.ts';

const nothing: AiAnswer = {
  text: '',
  reasoning: '',
  toolCalls: [],
  usage: null,
  finishReason: null,
};

type Name = 'openaiChat' | 'openaiResponses' | 'anthropicMessages' | 'uiMessages';
const names: readonly Name[] = ['openaiChat', 'openaiResponses', 'anthropicMessages', 'uiMessages'];

/** A component that asks a real server for an answer, whose pieces the test sends. */
async function ask(name: Name) {
  let response: ServerResponse | null = null;
  const server = await serve((_, answer) => {
    response = answer;
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.socket?.setNoDelay();
    answer.flushHeaders();
  });
  const store = createConnectionStore();
  onTestFinished(() => {
    store.close();
  });
  const use = () =>
    useEventStream(`${server.url}/api/chat`, {
      method: 'POST',
      body: '{}',
      manual: true,
      ...formats[name],
    });
  const seen: ReturnType<typeof use>[] = [];
  function Answer() {
    seen.push(use());
    return null;
  }
  await render(
    <StreamProvider store={store}>
      <Answer />
    </StreamProvider>,
  );
  const page = {
    seen,
    get last() {
      const last = seen.at(-1);
      if (!last) throw new Error('Nothing was rendered.');
      return last;
    },
    /** Waits until what is shown is as wanted. */
    async until(wanted: (shown: ReturnType<typeof use>) => boolean) {
      while (!wanted(page.last)) {
        await act(() => new Promise<void>((resolve) => setImmediate(resolve)));
      }
    },
    write: (bytes: string | Uint8Array) =>
      new Promise<void>((resolve) => {
        response?.write(bytes, () => {
          resolve();
        });
      }),
    server,
  };
  await act(() => {
    page.last.start();
  });
  await page.until(({ status }) => status === 'open');
  return page;
}

/** What has come of a whole wire, sent in pieces of so many bytes. */
async function answerTo(name: Name, wire: readonly string[], size = Infinity) {
  const page = await ask(name);
  const bytes = new TextEncoder().encode(wire.join(''));
  for (let from = 0; from < bytes.length; from += size) {
    await page.write(bytes.subarray(from, Math.min(bytes.length, from + size)));
  }
  await page.until(({ status }) => status !== 'open');
  return page;
}

const said: Record<Name, AiAnswer> = {
  openaiChat: {
    ...nothing,
    text: 'Grüße, Welt 👋',
    usage: { inputTokens: 19, outputTokens: 7 },
    finishReason: 'stop',
  },
  openaiResponses: {
    ...nothing,
    text: 'Grüße, Welt 👋',
    reasoning: 'First.\n\nSecond.',
    usage: { inputTokens: 36, outputTokens: 87 },
    finishReason: 'completed',
  },
  anthropicMessages: {
    ...nothing,
    text: 'Grüße, Welt 👋',
    reasoning: 'First.\n\nSecond.',
    usage: { inputTokens: 25, outputTokens: 15 },
    finishReason: 'end_turn',
  },
  uiMessages: {
    ...nothing,
    text: 'Grüße, Welt 👋',
    reasoning: 'First.\n\nSecond.',
    usage: { inputTokens: 12, outputTokens: 8 },
    finishReason: 'stop',
  },
};

const weather = { name: 'get_weather', arguments: '{"city":"Bern"}' };
const time = { name: 'get_time', arguments: '{"zone":"CET"}' };

type Called = Omit<Partial<AiAnswer>, 'toolCalls'> & {
  toolCalls?: readonly Omit<AiToolCall, 'key'>[];
};

const called: Record<Name, Called> = {
  openaiChat: {
    toolCalls: [
      { id: 'call_1', ...weather },
      { id: 'call_2', ...time },
    ],
    finishReason: 'tool_calls',
  },
  openaiResponses: {
    toolCalls: [
      { id: 'call_0', ...weather },
      { id: 'call_1', ...time },
      { id: 'call_2', name: 'whole', arguments: '{"n":1}' },
      { id: 'call_3', name: 'shell', arguments: 'ls -l' },
    ],
    usage: { inputTokens: 36, outputTokens: 87 },
    finishReason: 'max_output_tokens',
  },
  anthropicMessages: {
    toolCalls: [
      { id: 'call_0', ...weather },
      { id: 'call_1', ...time },
    ],
    usage: { inputTokens: 25, outputTokens: 15 },
    finishReason: 'tool_use',
  },
  uiMessages: {
    toolCalls: [
      { id: 'call_0', ...weather },
      { id: 'call_1', ...time },
    ],
    finishReason: 'finish',
  },
};

describe.each(names)('%s', (name) => {
  const wire = wires[name];

  test.for([Infinity, 50, 7])('reads a text, in pieces of %s bytes', async (size) => {
    const { last } = await answerTo(name, wire.text, size);
    expect(last).toMatchObject({ status: 'closed', reason: 'done', rejected: 0 });
    expect(last.data).toEqual(said[name]);
  });

  test.for([Infinity, 50, 7])('reads the calls of tools, in pieces of %s bytes', async (size) => {
    const { last } = await answerTo(name, wire.tools, size);
    expect(last).toMatchObject({ status: 'closed', reason: 'done', rejected: 0 });
    expect(last.data).toMatchObject({ ...nothing, ...called[name] });
  });

  test('shows what has come while the rest is on its way, also a half call', async () => {
    const page = await ask(name);
    const text = wire.tools.join('');
    // In the middle of the line that brings the rest of the arguments.
    const cut = text.indexOf('Bern\\"}') + 2;
    await page.write(text.slice(0, cut));
    await page.until(({ data }) => data.toolCalls[0]?.arguments === '{"city":');
    const [half] = page.last.data.toolCalls;
    expect(half).toMatchObject({ ...called[name].toolCalls?.[0], arguments: '{"city":' });
    const before = page.last.data;
    await page.write(text.slice(cut));
    await page.until(({ status }) => status !== 'open');
    expect(page.last.data).toMatchObject({ ...nothing, ...called[name] });
    // What was shown is not changed afterwards.
    expect(before.toolCalls[0]).toEqual(half);
    expect(page.last.data.toolCalls[0]).not.toBe(half);
  });

  test('goes on with what was written as JSON after any event', () => {
    const { initial, parse, reduce } = formats[name];
    const datas = wire.tools
      .flatMap((block) => block.split('\n'))
      .filter((line) => line.startsWith('data: {'))
      .map((line) => parse(line.slice(6)));
    const events = datas.map((data, index) => ({
      ...{ type: 'message', lastEventId: '', sequence: index, receivedAt: 0, data },
    }));
    const whole = reduce(initial, events);
    const kept = events.reduce(
      (answer, event) => JSON.parse(JSON.stringify(reduce(answer, [event]))) as AiAnswer,
      initial,
    );
    expect(kept).toEqual(whole);
    expect(whole.toolCalls).toMatchObject(called[name].toolCalls ?? []);
  });

  test('fails with the words of the server', async () => {
    const { last, server } = await answerTo(name, wire.error);
    const reasons: Record<Name, string> = {
      openaiChat: 'The server is overloaded.',
      openaiResponses: 'Something broke.',
      anthropicMessages: 'Overloaded',
      uiMessages: 'Something broke.',
    };
    expect(last).toMatchObject({
      status: 'failed',
      error: { kind: 'job', reason: reasons[name] },
      data: { text: 'Half' },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('fails with an error that is named so, and is no JSON', async () => {
    const { last } = await answerTo(name, [wires.plainError]);
    expect(last).toMatchObject({
      status: 'failed',
      error: { kind: 'job', reason: 'Internal server error' },
    });
  });

  test('passes over what it does not know', async () => {
    const { last } = await answerTo(name, wire.unknown);
    expect(last).toMatchObject({ status: 'closed', reason: 'done', rejected: 0 });
    expect(last.data).toMatchObject({ text: 'One', reasoning: 'thinks', toolCalls: [] });
  });

  test('rejects what is no JSON object, and goes on', async () => {
    const { last } = await answerTo(name, [
      'data: null\n\ndata: 5\n\ndata: {"cut\n\n',
      ...wire.text,
    ]);
    expect(last).toMatchObject({ status: 'closed', rejected: 3 });
    expect(last.data).toEqual(said[name]);
  });

  test('begins again with nothing', async () => {
    const page = await answerTo(name, wire.text);
    await act(() => {
      page.last.start();
    });
    await page.until(({ status }) => status === 'open');
    expect(page.last.data).toEqual(nothing);
  });

  test('gives the same answer where nothing is added, and shares what has not changed', () => {
    const { initial, reduce, parse } = formats[name];
    const read = (answer: AiAnswer, wire: readonly string[]) =>
      reduce(
        answer,
        wire.flatMap((each) =>
          Array.from(each.matchAll(/^data: (\{.*)$/gm), ([, text = '']) => ({
            ...{ type: 'message', data: parse(text), lastEventId: '' },
            ...{ sequence: 1, receivedAt: 0 },
          })),
        ),
      );
    expect(read(initial, ['data: {"type":"ping"}\n\n'])).toBe(initial);
    const tools = read(initial, wire.tools);
    expect(initial).toEqual(nothing);
    expect(read(initial, wire.tools)).toEqual(tools);
    const more = read(tools, wire.text.slice(0, -1));
    expect(more.text).toBe('Grüße, Welt 👋');
    expect(more.toolCalls).toBe(tools.toolCalls);
  });
});

test('a failed response of OpenAI fails with what its error says', async () => {
  const { last } = await answerTo('openaiResponses', wires.openaiResponses.failed);
  expect(last).toMatchObject({
    status: 'failed',
    error: { kind: 'job', reason: 'The model failed to answer.' },
    data: { text: 'Half' },
  });
});

test('a UI message that is aborted ends, and says so', async () => {
  const { last } = await answerTo('uiMessages', wires.uiMessages.aborted);
  expect(last).toMatchObject({ status: 'closed', reason: 'done' });
  expect(last.data).toEqual({ ...nothing, text: 'Half', finishReason: 'abort' });
});

test('many calls of tools at once take no longer for each than a few', () => {
  const { initial, reduce } = formats.openaiChat;
  const count = 20_000;
  let read = 0;
  const events = (index: number, call: object) => ({
    ...{ type: 'message', lastEventId: '', sequence: index, receivedAt: 0 },
    data: {
      get choices() {
        read += 1;
        return [{ index: 0, delta: { tool_calls: [{ index, ...call }] } }];
      },
    },
  });
  const begun = Array.from({ length: count }, (_, index) =>
    events(index, { id: `call_${index}`, function: { name: 'get', arguments: '{' } }),
  );
  const ended = Array.from({ length: count }, (_, index) =>
    events(count - 1 - index, { function: { arguments: '}' } }),
  );
  const answer = reduce(reduce(initial, begun), ended);
  expect(answer.toolCalls).toHaveLength(count);
  expect(answer.toolCalls.every((call) => call.arguments === '{}')).toBe(true);
  expect(read).toBe(2 * count);
});

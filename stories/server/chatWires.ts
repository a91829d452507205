import type { ServerEvent } from './eventStream.ts';

/** How an answer goes over the wire. */
interface ChatWire {
  readonly begin: readonly ServerEvent[];
  readonly text: (piece: string) => ServerEvent;
  readonly end: readonly ServerEvent[];
  /** Says in the stream that the answer has failed. */
  readonly fail: (message: string) => ServerEvent;
}

/** An event that bears its type twice: as its name, and in its JSON. */
const named = (data: { type: string; [field: string]: unknown }): ServerEvent => ({
  type: data.type,
  data,
});
const done: ServerEvent = { data: '[DONE]' };

function completion(delta: object, finishReason: 'stop' | null = null): ServerEvent {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return { data: { id: 'chatcmpl-demo', object: 'chat.completion.chunk', model: 'demo', choices } };
}

const openaiChat: ChatWire = {
  begin: [completion({ role: 'assistant', content: '' })],
  text: (content) => completion({ content }),
  end: [completion({}, 'stop'), done],
  fail: (message) => ({ data: { error: { message, type: 'server_error', code: null } } }),
};

const response = (status: string) => ({
  response: { id: 'resp-demo', object: 'response', model: 'demo', status },
});
const ofMessage = { item_id: 'msg-demo', output_index: 0, content_index: 0 };

const openaiResponses: ChatWire = {
  begin: [
    named({ type: 'response.created', ...response('in_progress') }),
    named({
      type: 'response.output_item.added',
      output_index: 0,
      item: { id: 'msg-demo', type: 'message', role: 'assistant', content: [] },
    }),
  ],
  text: (delta) => named({ type: 'response.output_text.delta', ...ofMessage, delta }),
  end: [named({ type: 'response.completed', ...response('completed') })],
  fail: (message) => named({ type: 'error', code: 'server_error', message, param: null }),
};

const anthropicMessages: ChatWire = {
  begin: [
    named({
      type: 'message_start',
      message: { id: 'msg-demo', type: 'message', role: 'assistant', content: [], model: 'demo' },
    }),
    named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  ],
  text: (text) =>
    named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  end: [
    named({ type: 'content_block_stop', index: 0 }),
    named({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }),
    named({ type: 'message_stop' }),
  ],
  fail: (message) => named({ type: 'error', error: { type: 'api_error', message } }),
};

const uiMessages: ChatWire = {
  begin: [
    { data: { type: 'start', messageId: 'msg-demo' } },
    { data: { type: 'text-start', id: 'text-1' } },
  ],
  text: (delta) => ({ data: { type: 'text-delta', id: 'text-1', delta } }),
  end: [
    { data: { type: 'text-end', id: 'text-1' } },
    { data: { type: 'finish', finishReason: 'stop' } },
    done,
  ],
  fail: (errorText) => ({ data: { type: 'error', errorText } }),
};

const wires = { openaiChat, openaiResponses, anthropicMessages, uiMessages };

/** The name of a wire format, as the reader of it in `use-event-stream/ai` is called. */
export type ChatFormat = keyof typeof wires;

/** The wire format with a name; without one it is that of chat completions, and null where there is no such format. */
export function chatWire(name: string | null): ChatWire | null {
  if (name === null) return openaiChat;
  return new Map<string, ChatWire>(Object.entries(wires)).get(name) ?? null;
}

/** All events of an answer, or of one that fails in the middle. */
export function answerEvents(
  wire: ChatWire,
  pieces: readonly string[],
  failure: string | null,
): readonly ServerEvent[] {
  const written = failure === null ? pieces : pieces.slice(0, pieces.length / 2);
  const last = failure === null ? wire.end : [wire.fail(failure)];
  return [...wire.begin, ...written.map(wire.text), ...last];
}

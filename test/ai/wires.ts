/** What servers of each format send, in the shapes that their public documentation shows. */

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const named = ({ type, ...rest }: { type: string; [field: string]: unknown }) =>
  `event: ${type}\n${data({ type, ...rest })}`;
const done = 'data: [DONE]\n\n';

/** A chunk of a chat completion. */
const chunk = (delta: object, more: object = {}, rest: object = {}) =>
  data({
    id: 'chatcmpl-9',
    object: 'chat.completion.chunk',
    created: 1_764_000_000,
    model: 'gpt-5',
    service_tier: 'default',
    system_fingerprint: 'fp_1',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }],
    usage: null,
    ...rest,
  });

const chatCall = (index: number, called: object, more: object = {}) =>
  chunk({ tool_calls: [{ index, ...more, function: called }] });

export const openaiChat = {
  text: [
    chunk({ role: 'assistant', content: '', refusal: null }),
    chunk({ content: 'Grüße, ' }),
    chunk({ content: 'Welt 👋' }),
    chunk({}, { finish_reason: 'stop' }),
    chunk(
      {},
      {},
      { choices: [], usage: { prompt_tokens: 19, completion_tokens: 7, total_tokens: 26 } },
    ),
    done,
  ],
  tools: [
    chunk({ role: 'assistant', content: null }),
    chatCall(0, { name: 'get_weather', arguments: '' }, { id: 'call_1', type: 'function' }),
    chatCall(0, { arguments: '{"city":' }),
    chatCall(1, { name: 'get_time', arguments: '' }, { id: 'call_2', type: 'function' }),
    chatCall(1, { arguments: '{"zone":"CET"}' }),
    chatCall(0, { arguments: '"Bern"}' }),
    chunk({}, { finish_reason: 'tool_calls' }),
    chunk({}, { finish_reason: '' }),
    done,
  ],
  error: [
    chunk({ role: 'assistant', content: 'Half' }),
    data({ error: { message: 'The server is overloaded.', type: 'server_error', code: null } }),
  ],
  unknown: [
    ': OPENROUTER PROCESSING\n\n',
    chunk({ content: 'One', annotations: [{ type: 'new' }] }, { index: 0, extra: true }),
    chunk({ content: 'of another choice' }, { index: 1 }),
    data({ object: 'chat.completion.something', choices: null }),
    data({ object: 'prompt.filter', choices: [], prompt_filter_results: [] }),
    chunk({ content: null, reasoning_content: 'thinks' }),
    done,
  ],
};

const response = (status: string, rest: object = {}) => ({
  response: {
    ...{ id: 'resp_1', object: 'response', created_at: 1_764_000_000, status, error: null },
    ...{ incomplete_details: null, model: 'gpt-5', output: [], usage: null, ...rest },
  },
});
const usage = { input_tokens: 36, output_tokens: 87, total_tokens: 123 };
const ofItem = (item: number, rest: object) => ({
  ...{ item_id: `item_${item}`, output_index: item, content_index: 0 },
  ...rest,
});
const call = (item: number, name: string, rest: object = {}) => ({
  output_index: item,
  item: {
    ...{ id: `item_${item}`, type: 'function_call', status: 'in_progress', arguments: '' },
    ...{ call_id: `call_${item}`, name, ...rest },
  },
});

export const openaiResponses = {
  text: [
    named({ type: 'response.created', sequence_number: 0, ...response('in_progress') }),
    named({ type: 'response.in_progress', sequence_number: 1, ...response('in_progress') }),
    named({
      type: 'response.output_item.added',
      output_index: 0,
      item: { id: 'rs_0', type: 'reasoning', summary: [] },
    }),
    named({ type: 'response.reasoning_summary_part.added', ...ofItem(0, { summary_index: 0 }) }),
    named({ type: 'response.reasoning_summary_text.delta', ...ofItem(0, { delta: 'First.' }) }),
    named({ type: 'response.reasoning_summary_part.added', ...ofItem(0, { summary_index: 1 }) }),
    named({ type: 'response.reasoning_summary_text.delta', ...ofItem(0, { delta: 'Second.' }) }),
    named({
      type: 'response.output_item.added',
      output_index: 1,
      item: { id: 'item_1', type: 'message', role: 'assistant', content: [] },
    }),
    named({
      type: 'response.content_part.added',
      ...ofItem(1, { part: { type: 'output_text', text: '' } }),
    }),
    named({ type: 'response.output_text.delta', ...ofItem(1, { delta: 'Grüße, ' }) }),
    named({ type: 'response.output_text.delta', ...ofItem(1, { delta: 'Welt 👋' }) }),
    named({ type: 'response.output_text.done', ...ofItem(1, { text: 'Grüße, Welt 👋' }) }),
    named({ type: 'response.completed', ...response('completed', { usage }) }),
  ],
  tools: [
    named({ type: 'response.created', ...response('in_progress') }),
    named({ type: 'response.output_item.added', ...call(0, 'get_weather') }),
    named({ type: 'response.function_call_arguments.delta', ...ofItem(0, { delta: '{"city":' }) }),
    named({ type: 'response.output_item.added', ...call(1, 'get_time') }),
    named({
      type: 'response.function_call_arguments.delta',
      ...ofItem(1, { delta: '{"zone":"CET"}' }),
    }),
    named({ type: 'response.function_call_arguments.delta', ...ofItem(0, { delta: '"Bern"}' }) }),
    named({
      type: 'response.function_call_arguments.done',
      ...ofItem(0, { arguments: '{"city":"Bern"}' }),
    }),
    named({ type: 'response.output_item.added', ...call(2, 'whole') }),
    named({
      type: 'response.function_call_arguments.done',
      ...ofItem(2, { arguments: '{"n":1}' }),
    }),
    named({
      type: 'response.output_item.added',
      ...call(3, 'shell', { type: 'custom_tool_call', input: '' }),
    }),
    named({ type: 'response.custom_tool_call_input.delta', ...ofItem(3, { delta: 'ls -l' }) }),
    named({
      type: 'response.output_item.added',
      output_index: 4,
      item: { id: 'ws_4', type: 'web_search_call', status: 'in_progress' },
    }),
    named({
      type: 'response.incomplete',
      ...response('incomplete', { usage, incomplete_details: { reason: 'max_output_tokens' } }),
    }),
  ],
  error: [
    named({ type: 'response.output_text.delta', ...ofItem(0, { delta: 'Half' }) }),
    named({ type: 'error', code: 'server_error', message: 'Something broke.', param: null }),
  ],
  failed: [
    named({ type: 'response.output_text.delta', ...ofItem(0, { delta: 'Half' }) }),
    named({
      type: 'response.failed',
      ...response('failed', {
        error: { code: 'server_error', message: 'The model failed to answer.' },
      }),
    }),
  ],
  unknown: [
    named({ type: 'response.output_text.delta', ...ofItem(0, { delta: 'One', obfuscation: 'x' }) }),
    named({ type: 'response.image_generation_call.partial_image', partial_image_b64: 'AAAA' }),
    named({ type: 'response.function_call_arguments.delta', ...ofItem(9, { delta: '{}' }) }),
    named({ type: 'response.reasoning_text.delta', ...ofItem(0, { delta: 'thinks' }) }),
    named({ type: 'response.completed', ...response('completed') }),
  ],
};

const messageStart = named({
  type: 'message_start',
  message: {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'claude' },
    ...{ stop_reason: null, stop_sequence: null },
    usage: { input_tokens: 20, cache_read_input_tokens: 5, output_tokens: 1 },
  },
});
const block = (index: number, content_block: object) =>
  named({ type: 'content_block_start', index, content_block });
const delta = (index: number, delta: object) =>
  named({ type: 'content_block_delta', index, delta });
const stop = (index: number) => named({ type: 'content_block_stop', index });
const messageEnd = (stop_reason: string) =>
  named({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens: 15 },
  }) + named({ type: 'message_stop' });

export const anthropicMessages = {
  text: [
    messageStart,
    named({ type: 'ping' }),
    block(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'First.' }),
    delta(0, { type: 'thinking_delta', thinking: '\n\nSecond.' }),
    delta(0, { type: 'signature_delta', signature: 'EqQB' }),
    stop(0),
    block(1, { type: 'text', text: '' }),
    delta(1, { type: 'text_delta', text: 'Grüße, ' }),
    delta(1, { type: 'text_delta', text: 'Welt 👋' }),
    stop(1),
    messageEnd('end_turn'),
  ],
  tools: [
    messageStart,
    block(0, { type: 'server_tool_use', id: 'srvtoolu_0', name: 'web_search', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '{"query":"sun"}' }),
    stop(0),
    block(1, { type: 'tool_use', id: 'call_0', name: 'get_weather', input: {} }),
    delta(1, { type: 'input_json_delta', partial_json: '' }),
    delta(1, { type: 'input_json_delta', partial_json: '{"city":' }),
    delta(1, { type: 'input_json_delta', partial_json: '"Bern"}' }),
    stop(1),
    block(2, { type: 'tool_use', id: 'call_1', name: 'get_time', input: {} }),
    delta(2, { type: 'input_json_delta', partial_json: '{"zone":"CET"}' }),
    stop(2),
    messageEnd('tool_use'),
  ],
  error: [
    messageStart,
    block(0, { type: 'text', text: 'Half' }),
    named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  ],
  unknown: [
    messageStart,
    block(0, { type: 'text', text: 'One', citations: [] }),
    delta(0, { type: 'citations_delta', citation: { type: 'page', cited_text: 'x' } }),
    named({ type: 'content_block_something', index: 0, delta: null }),
    block(1, { type: 'thinking', thinking: 'thinks' }),
    messageEnd('end_turn'),
  ],
};

export const uiMessages = {
  text: [
    data({ type: 'start', messageId: 'msg-1' }),
    data({ type: 'start-step' }),
    data({ type: 'reasoning-start', id: 'r1' }),
    data({ type: 'reasoning-delta', id: 'r1', delta: 'First.' }),
    data({ type: 'reasoning-delta', id: 'r1', delta: '\n\nSecond.' }),
    data({ type: 'reasoning-end', id: 'r1' }),
    data({ type: 'text-start', id: 't1' }),
    data({ type: 'text-delta', id: 't1', delta: 'Grüße, ' }),
    data({ type: 'text-delta', id: 't1', delta: 'Welt 👋' }),
    data({ type: 'text-end', id: 't1' }),
    data({ type: 'finish-step' }),
    data({
      type: 'finish',
      finishReason: 'stop',
      messageMetadata: { totalUsage: { inputTokens: 12, outputTokens: 8, totalTokens: 20 } },
    }),
    done,
  ],
  tools: [
    data({ type: 'start' }),
    data({ type: 'tool-input-start', toolCallId: 'call_0', toolName: 'get_weather' }),
    data({ type: 'tool-input-delta', toolCallId: 'call_0', inputTextDelta: '{"city":' }),
    data({ type: 'tool-input-start', toolCallId: 'call_1', toolName: 'get_time' }),
    data({ type: 'tool-input-delta', toolCallId: 'call_0', inputTextDelta: '"Bern"}' }),
    data({
      type: 'tool-input-available',
      ...{ toolCallId: 'call_0', toolName: 'get_weather', input: { city: 'Bern' } },
    }),
    data({
      type: 'tool-input-available',
      ...{ toolCallId: 'call_1', toolName: 'get_time', input: { zone: 'CET' } },
    }),
    data({ type: 'tool-output-available', toolCallId: 'call_0', output: { sunny: true } }),
    data({ type: 'finish' }),
    done,
  ],
  error: [
    data({ type: 'text-start', id: 't1' }),
    data({ type: 'text-delta', id: 't1', delta: 'Half' }),
    data({ type: 'error', errorText: 'Something broke.' }),
  ],
  aborted: [
    data({ type: 'text-delta', id: 't1', delta: 'Half' }),
    data({ type: 'abort', reason: 'stopped by the user' }),
    done,
  ],
  unknown: [
    data({ type: 'text-delta', id: 't1', delta: 'One', providerMetadata: {} }),
    data({ type: 'data-weather', data: { type: 'text-delta' } }),
    data({ type: 'source-url', sourceId: 's1', url: 'https://example.test' }),
    data({ type: 'tool-input-delta', toolCallId: 'never', inputTextDelta: '{}' }),
    data({ type: 'reasoning-delta', id: 'r1', delta: 'thinks' }),
    done,
  ],
};

/** An error whose event is named so, and whose data is no JSON. */
export const plainError = 'event: error\ndata: Internal server error\n\n';
